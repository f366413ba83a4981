import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { reproduction, runText } from "../../server/src/analysis/run-text.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { labelOf } from "../../server/src/evaluate/variant.ts";
import { analysed } from "./cursor.ts";

const trace = `
# A file comment.
gic v3
revision 2
let BITS = 0xff

scenario "first"
settle

scenario "second"
revision 1
cpus 2
cpu0 writel GICD_IGROUPR1 BITS   # set
cpu0 readl  GICD_IGROUPR1        == 0  # get
user set    GICD_IIDR 0
cpu0 raedl  GICD_CTLR
`;

test("a run is the scenario with every answer under a variant", () => {
  const analysis = analysed(trace);
  const head = (revision: number) =>
    `gic v3\nrevision ${revision}\ncpus 2\nirqs 256\ncompare none\nlet BITS = 0xff\n`;
  const body = (answer: string) => `

scenario "second"


cpu0 writel GICD_IGROUPR1 BITS   # set
cpu0 readl  GICD_IGROUPR1        == ${answer}  # get
user set    GICD_IIDR 0  fails EINVAL
# not run: cpu0 raedl  GICD_CTLR
`;
  expect(runText(analysis, 10, "1")).toBe(head(1) + body("0xffffffff"));
  expect(runText(analysis, 10, "2")).toBe(head(2) + body("0x000000ff"));
  expect(runText(analysis, 10, "7")).toBeUndefined();
  expect(runText(analysis, 1, "1")).toBeUndefined();
});

test("the lines of a run stand where they stand in the file", () => {
  const analysis = analysed(trace);
  const { lines } = analysis.document;
  const run = runText(analysis, 10, "1")?.split("\n") ?? [];
  for (const [line, text] of run.entries()) {
    const verb = /^cpu0 (?:write|read)l/.exec(text)?.[0];
    if (verb !== undefined) expect(lines.at(line).text).toContain(verb);
  }
  expect(run.findIndex((text) => text.startsWith("scenario"))).toBe(
    lines.all.findIndex(({ text }) => text.startsWith('scenario "second"')),
  );
});

test("a reproduction is the scenario with what it needs from above", () => {
  const analysis = analysed(trace);
  expect(reproduction(analysis, 6)).toBe('gic v3\nrevision 2\nlet BITS = 0xff\n\nscenario "first"\nsettle\n');
  expect(reproduction(analysis, 2)).toBeUndefined();
  expect(reproduction(analysed("gic v3\nrevision 1\nsettle\n"), 2)).toBe("gic v3\nrevision 1\nsettle\n");
});

describe("every run of an example holds as a trace of its own", () => {
  const examples = path.resolve(import.meta.dirname, "../../examples");
  const names = readdirSync(examples).filter((name) => name.endsWith(".vgic"));
  test.each(names)("%s", (name) => {
    const analysis = analyse(TraceDocument.of(readFileSync(path.join(examples, name), "utf8")));
    for (const { firstLine, evaluation } of analysis.scenarios) {
      const runs = evaluation.variants.map(({ id }) => runText(analysis, firstLine, labelOf(id)) ?? "");
      for (const run of runs) {
        const wrong = analyse(TraceDocument.of(run)).diagnostics.filter(
          ({ severity }) => severity === "error",
        );
        expect(
          wrong.map(({ message }) => message),
          run,
        ).toEqual([]);
      }
      expect(new Set(runs.map((run) => run.split("\n").length)).size).toBeLessThanOrEqual(2);
    }
  });
});
