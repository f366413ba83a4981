/**
 * What grows faster than the text stops an editor or a command. Four times as much text may take about four times as
 * long: times are only compared with each other, never with a clock on the wall.
 */
import { describe, expect, test } from "vitest";
import { HARD_TEXTS, head, lines } from "../../bench/hard-texts.ts";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { lint } from "../../server/src/api/index.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { format } from "../../server/src/document/format.ts";
import { exportKselftest } from "../../server/src/export/kselftest.ts";
import { exportKvmUnitTests } from "../../server/src/export/kvm-unit-tests.ts";
import { exportQtest } from "../../server/src/export/qtest.ts";
import { Importer } from "../../server/src/import/import.ts";
import { Planner, planOf } from "../../server/src/import/plan.ts";
import { cpuTimeOf } from "./cpu-time.ts";

/** The CPU time that something takes, at best, in milliseconds. */
function timeOf(work: () => void, runs: number): number {
  return Math.min(...Array.from({ length: runs }, () => cpuTimeOf(work)));
}

/** Quadratic growth would be 16; V8's own threads disturb, so it is tried again before it is believed. */
const mostGrowth = 9;
/** Milliseconds. */
const noise = 20;

function expectLinear<T>(make: (count: number) => T, work: (input: T) => void, count: number): void {
  const [small, large] = [make(count), make(4 * count)];
  work(small);
  let growth = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 4 && growth > mostGrowth; attempt++) {
    const time = timeOf(() => work(large), 1);
    // So short that V8's own threads are most of it.
    growth = time < noise ? 1 : time / timeOf(() => work(small), 3);
  }
  expect(growth).toBeLessThan(mostGrowth);
}

describe("checking", () => {
  test.each(Object.entries(HARD_TEXTS))("%s", (_, text) => {
    expectLinear(text, (input) => lint(input), 1200);
  });
});

describe("formatting", () => {
  test.each(Object.entries(HARD_TEXTS))("%s", (_, text) => {
    expectLinear(text, (input) => format(TraceDocument.of(input), { align: true }), 1200);
  });
});

describe("export of scenarios with equal titles", () => {
  test.each([
    ["kselftest", exportKselftest],
    ["kvm-unit-tests", exportKvmUnitTests],
    ["qtest", exportQtest],
  ] as const)("to %s", (_, exported) => {
    const made = (count: number) =>
      analyse(TraceDocument.of(head + lines(count, () => 'scenario "same"\ncpu0 readl GICD_TYPER')))
        .scenarios;
    expectLinear(made, (scenarios) => void exported({ name: "x.vgic", scenarios }), 2000);
  });
});

describe("import of one long line", () => {
  const starts = ["", "qemu-1 [000] 1.0: kvm_mmio: ", "gicv3_dist_read ", "[R +1.0] ", "GICD_CTLR ", "x: "];
  const pieces = [" ", "\t", "a ", "1 ", "a-1 ", "[0] ", "- ", "0x0 ", ": ", "(", "1.0: ", "a"];
  const formats = [undefined, "ftrace", "device-attr", "qemu", "qtest", "vgic-state"] as const;

  test.each(starts.flatMap((start) => pieces.map((piece) => [start, piece])))(
    "%j and %j on and on",
    (start, piece) => {
      const line = (count: number) => `${start}${piece.repeat(count)}!\n`;
      for (const from of formats) {
        expectLinear(
          line,
          (text) => {
            const planner = new Planner(from);
            planner.write(text);
            const found = planner.end();
            const plan = typeof found === "string" ? found : planOf([found], {});
            if (typeof plan === "string") return;
            const importer = new Importer({ plan, names: ["x"], write: () => {} });
            importer.write(0, text);
            importer.endOf(0);
            importer.end();
          },
          20_000,
        );
      }
    },
  );
});
