/** Where the times of a log run backwards another recording begins, and what the first left is not the second's. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { summaryWords } from "../../server/src/import/summary-words.ts";
import { importText } from "./support.ts";

const ftrace = (time: string, what: string) => `  vcpu0-100  [001] .....  ${time}: kvm_mmio: mmio ${what}\n`;
const READ_ENABLED = "read len 4 gpa 0x8000104 val 0x0";
const ENABLE = "write len 4 gpa 0x8000104 val 0x2";
const setUp = ftrace("90.000001", "read len 4 gpa 0x800ffe8 val 0x3b");

describe("two boots in one file", () => {
  const log = `${setUp}${ftrace("99.500000", ENABLE)}${ftrace("1.000000", READ_ENABLED)}`;

  test("are told, with the line and what to do", () => {
    const { plan, summary } = importText(log);
    expect(summaryWords(plan, summary).join("\n")).toContain(
      "times run backwards in line 3, from 99.500000 to 1.000000. If another boot or recording begins there, cut the log above the heading of that one, and import each part alone",
    );
  });

  test("have a comment between them, and what the first left is not asked for", () => {
    const { trace, summary } = importText(log);
    expect(trace).toContain("# Here the log's times run backwards, from 99.500000 to 1.000000: from here on");
    expect(trace).toContain("# 1.000000; was 0x0; events are lost before it");
    expect(summary.differing).toBe(0);
  });

  test("of which the second begins with its headings", () => {
    const { trace } = importText(
      `# tracer: nop\n${setUp}# tracer: nop\n${ftrace("90.000002", READ_ENABLED)}`,
    );
    expect(trace).toContain("# Here another recording begins: from here on only what agrees is asked for.");
  });
});

test("a qtest log of two runs of QEMU has a comment between them", () => {
  const log = readFileSync("test/logs/qtest-gicv3-1cpu.qtest-log.txt", "utf8");
  expect(importText(log + log).trace.match(/^# Here another recording begins/gm)).toHaveLength(1);
});

describe("times run backwards in", () => {
  const read = (name: string) => readFileSync(`test/logs/${name}`, "utf8");
  test.each(["qemukvm-gicv3-1cpu.ftrace.txt", "fmt-tracecmd-report.txt", "perf-script.txt"])(
    "%s, where it stands twice in one file, and not alone",
    (name) => {
      const log = read(name);
      expect(importText(log).summary.stepsBack).toBeUndefined();
      const { stepsBack } = importText(log + log).summary;
      expect(stepsBack?.count).toBe(1);
      expect(stepsBack?.line).toBeGreaterThanOrEqual(log.split("\n").length);
    },
  );
});

test("what threads print at once may be out of order a little", () => {
  const { summary } = importText(
    `${setUp}${ftrace("90.000502", ENABLE)}${ftrace("90.000400", READ_ENABLED)}${ftrace("100.000000", ENABLE)}`,
  );
  expect(summary.stepsBack).toBeUndefined();
});

test("lines in no order are counted, and told where they begin", () => {
  const pair = (second: number) => ftrace(`${second}9.0`, ENABLE) + ftrace(`${second}0.0`, ENABLE);
  const log = setUp + Array.from({ length: 50 }, (_, i) => pair(i + 100)).join("");
  const { plan, summary, trace } = importText(log);
  expect(summary.stepsBack?.count).toBe(50);
  expect(summaryWords(plan, summary).join("\n")).toContain("times run backwards 50 times, first in line 3");
  expect(trace.match(/run backwards/g)).toHaveLength(20);
});

test.each(["fmt-tracecmd-report.txt", "two-vms.ftrace.txt", "qtest-gicv3-1cpu.qtest-log.txt"])(
  "%s: each line is an operation, left out, or without an event",
  (name) => {
    const { summary } = importText(readFileSync(`test/logs/${name}`, "utf8"));
    const leftOut = summary.leftOut.reduce((sum, { count }) => sum + count, 0);
    expect(summary.operations + leftOut + summary.silent).toBe(summary.lines);
  },
);
