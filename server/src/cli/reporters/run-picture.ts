/** `vgic-trace run --format html|svg|vcd`: what becomes of the interrupts of a trace, as a picture. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Analysis } from "../../analysis/analysis.ts";
import { timelinesHtml } from "../../timeline/html.ts";
import { timelinesSvg } from "../../timeline/picture.ts";
import { timelineOf } from "../../timeline/timeline-run.ts";
import { timelinesVcd } from "../../timeline/vcd.ts";

/** Draws every scenario of a trace that has operations. */
export function drawn(analysis: Analysis, name: string, format: "html" | "svg" | "vcd"): string {
  const timelines = analysis.scenarios
    .filter(({ evaluation }) => evaluation.scenario.operations.length > 0)
    .map((placed) => timelineOf(analysis, placed));
  if (format === "vcd") return timelinesVcd(timelines);
  if (format === "svg") return timelinesSvg(timelines);
  return timelinesHtml(name, timelines, pageScript());
}

/** The page's program, which is built beside the command. */
function pageScript() {
  const text = readFileSync(path.join(import.meta.dirname, "..", "timeline-page.js"), "utf8").trim();
  return { text, hash: createHash("sha256").update(text).digest("base64") };
}
