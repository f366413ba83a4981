/** Traces that a reader may copy are laid out as `vgic-trace format` and an editor lay them out. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { formattedText } from "../../server/src/document/format.ts";
import { root } from "../cli/command.ts";

function filesLike(...patterns: string[]): string[] {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns];
  return execFileSync("git", list, { cwd: root, encoding: "utf8" }).trimEnd().split("\n");
}

function contentOf(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

/** Pages on which a block without a language is of lines of traces, as test/docs/pages.test.ts checks. */
const LINES = /^docs\/(?:rules\/|language\.md)/;

/** What a page shows of traces, but for the blank ones of a form to fill in. */
function tracesOf(page: string): string[] {
  return [...contentOf(page).matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, language, trace]) => {
    const isTrace = language === "vgic" || (language === "" && LINES.test(page));
    return isTrace && trace.trim() !== "" ? [trace] : [];
  });
}

test.each(filesLike("examples/*.vgic"))("%s", (file) => {
  expect(contentOf(file)).toBe(formattedText(contentOf(file)));
});

test.each(filesLike("*.md").filter((page) => tracesOf(page).length > 0))("traces in %s", (page) => {
  const traces = tracesOf(page);
  expect(traces).toEqual(traces.map(formattedText));
});
