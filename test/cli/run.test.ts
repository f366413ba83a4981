import { expect, test } from "vitest";
import { folderWith, vgicTrace } from "./command.ts";

test("text: a row an operation, a column a revision", () => {
  const { status, stdout, stderr } = vgicTrace(["run", "examples/revision-1.vgic"]);
  expect(stdout).toMatchSnapshot();
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("JSON: every kind of answer by revision, lines counted from 0", () => {
  const trace = [
    "gic v3",
    "revision 2",
    'scenario "answers"',
    "cpu0 readl GICR_CTLR          == rev1-2: 0, rev3: 6  # a value",
    "cpu0 readb GICD_IPRIORITYR8",
    "cpu0 mrs   ICC_IAR1_EL1",
    "cpu0 mrs   ICC_SGI1R_EL1 aborts",
    "cpu0 readl 0x1000 exits",
    "user set   GICD_IIDR 0 fails EINVAL",
    "user get   ICC_PMR_EL1",
    "settle",
  ].join("\n");
  const { status, stdout } = vgicTrace(["run", "--format", "json", "-"], { input: trace });
  const all = (answer: string) => ({ 1: answer, 2: answer, 3: answer });
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    scenarios: [
      {
        title: "answers",
        operations: [
          {
            line: 3,
            text: "cpu0 readl GICR_CTLR          == rev1-2: 0, rev3: 6",
            outcomes: { 1: "0x00000000", 2: "0x00000000", 3: "0x00000006" },
          },
          { line: 4, text: "cpu0 readb GICD_IPRIORITYR8", outcomes: all("0x00") },
          { line: 5, text: "cpu0 mrs   ICC_IAR1_EL1", outcomes: all("0x00000000000003ff") },
          { line: 6, text: "cpu0 mrs   ICC_SGI1R_EL1 aborts", outcomes: all("abort") },
          { line: 7, text: "cpu0 readl 0x1000 exits", outcomes: all("exit") },
          { line: 8, text: "user set   GICD_IIDR 0 fails EINVAL", outcomes: all("EINVAL") },
          { line: 9, text: "user get   ICC_PMR_EL1", outcomes: all("0x0000000000000000") },
          { line: 10, text: "settle", outcomes: all("ok") },
        ],
      },
    ],
  });
  expect(status).toBe(0);
});

test("what cannot be run is left out, and that is said", () => {
  const folder = folderWith({ "broken.vgic": "gic v3\nrevision 3\ncpu0 raedl GICD_CTLR\ncpu0 run\n" });
  const { status, stdout, stderr } = vgicTrace(["run", "broken.vgic"], { folder });
  expect(stdout).toContain("cpu0 run");
  expect(stderr).toBe(
    "vgic-trace: 1 error in broken.vgic, 1 line did not run; `vgic-trace lint broken.vgic` says why\n",
  );
  expect(status).toBe(1);
});
