/** What the extension gives the replay program, and what it makes of its output. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { disagreementsIn, notesIn, onlyScenario } from "../../client/src/replay-output.ts";
import type { Scenario } from "../../server/src/lsp/protocol.ts";

const program = path.resolve(import.meta.dirname, "../../dist/extension/replay.mjs");

function scenario(line: number, lastLine: number): Scenario {
  const place = { line, character: 0 };
  return { title: "", range: { start: place, end: place }, lastLine, verdicts: [] };
}

test("a scenario alone keeps its lines and the head of the file", () => {
  const all = [scenario(1, 2), scenario(3, 5)];
  expect(onlyScenario("gic v3\na\n1\nb\n2\n", all, all[1])).toBe("gic v3\n\n\nb\n2\n");
  expect(onlyScenario("gic v3\na\n1\nb\n2\n", all, all[0])).toBe("gic v3\na\n1\n\n\n");
});

test("findings and notes are read from what the program prints", () => {
  const finding = { code: "kernel-disagrees", message: "so", range: scenario(1, 1).range };
  expect(disagreementsIn(JSON.stringify({ files: [{ diagnostics: [finding] }] }))).toEqual([finding]);
  expect(disagreementsIn("")).toEqual([]);
  expect(notesIn("vgic-trace: a is b\n  c\nGICv3 on Linux\ndone in 1 s\n")).toEqual([
    "a is b",
    "GICv3 on Linux",
  ]);
});

test("without a kernel the program says so and prints no findings", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "/no/kernel"], {
    input: "cpu0 readl GICD_TYPER\n",
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(notesIn(stderr).join("\n")).toContain("cannot read the kernel /no/kernel");
});
