import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import type { Code } from "../../server/src/rules/finding.ts";
import { edited, fixesOf, safeEdits, silenced } from "../../server/src/rules/fixes.ts";

/** Expects that the findings of a code offer these fixes, and what the trace is after each of them. */
function check(trace: string, code: Code, fixes: Readonly<Record<string, string>>): void {
  const { document, diagnostics } = analyse(TraceDocument.of(trace));
  const offered = diagnostics
    .filter((diagnostic) => diagnostic.code === code)
    .flatMap(({ finding }) => fixesOf(finding, document.lines))
    .map(({ title, edits }) => [title, edited(document, edits).text]);
  expect(Object.fromEntries(offered), trace).toEqual(fixes);
}

/** Expects what is left of a trace when everything safe is fixed. */
function checkSafe(trace: string, after: string): void {
  const { document, diagnostics } = analyse(TraceDocument.of(trace));
  const edits = safeEdits(
    diagnostics.map(({ finding }) => finding),
    document.lines,
  );
  expect(edited(document, edits).text, trace).toBe(after);
}

const head = "gic v3\nrevision 2\n";

test("an expectation: what the emulator says", () => {
  check(`${head}compare none\ncpu0 readl GICR_CTLR  == 1`, "expectation", {
    "Expect what the declared revision answers: `== 0x00000000`": `${head}compare none\ncpu0 readl GICR_CTLR  == 0x00000000`,
  });
  check(`${head}cpu0 readl GICR_CTLR == 1 # why`, "expectation", {
    "Expect what the declared revision answers: `== 0x00000000`": `${head}cpu0 readl GICR_CTLR == 0x00000000 # why`,
    "Expect what each revision answers: `== rev1-2: 0x00000000, rev3: 0x00000006`": `${head}cpu0 readl GICR_CTLR == rev1-2: 0x00000000, rev3: 0x00000006 # why`,
  });
});

test("an expectation keeps its mask", () => {
  check(`${head}cpu0 readl GICR_CTLR & GICR_CTLR.IR == 4`, "expectation", {
    "Expect what the declared revision answers: `== 0x00000000`": `${head}cpu0 readl GICR_CTLR & GICR_CTLR.IR == 0x00000000`,
    "Expect what each revision answers: `== rev1-2: 0x00000000, rev3: 0x00000004`": `${head}cpu0 readl GICR_CTLR & GICR_CTLR.IR == rev1-2: 0x00000000, rev3: 0x00000004`,
  });
});

test("a case that does not hold", () => {
  check(`${head}cpu0 readl GICR_CTLR == rev1+: 0`, "expectation", {
    "Expect what each revision answers: `== rev1-2: 0x00000000, rev3: 0x00000006`": `${head}cpu0 readl GICR_CTLR == rev1-2: 0x00000000, rev3: 0x00000006`,
  });
});

test("failures, wanted and not", () => {
  check(`${head}user set GICD_IIDR 0`, "expectation", {
    "Expect what the declared revision answers: `fails EINVAL`": `${head}user set GICD_IIDR 0 fails EINVAL`,
  });
  check(`${head}user has GICD_CTLR fails ENXIO`, "expectation", {
    "Expect success": `${head}user has GICD_CTLR`,
  });
  check(`${head}cpu0 mrs ICC_SGI1R_EL1`, "expectation", {
    "Expect what the declared revision answers: `aborts`": `${head}cpu0 mrs ICC_SGI1R_EL1 aborts`,
  });
});

test("revision-difference: a case for each answer", () => {
  check(`${head}cpu0 readl GICR_CTLR`, "revision-difference", {
    "Expect what each revision answers: `== rev1-2: 0x00000000, rev3: 0x00000006`": `${head}cpu0 readl GICR_CTLR == rev1-2: 0x00000000, rev3: 0x00000006`,
  });
  check(`${head}cpu0 readl GICR_CTLR & 1 == 0`, "revision-difference", {
    "Expect what each revision answers: `== rev1+: 0x00000000`": `${head}cpu0 readl GICR_CTLR & 1 == rev1+: 0x00000000`,
  });
});

test("cases speak only of revisions that ran", () => {
  const trace = "gic v3\nrevision 3\ncompare rev1\ncpu0 readl GICR_CTLR & 1";
  check(`${trace} == 0`, "revision-difference", {
    "Expect what each revision answers: `== rev1: 0x00000000, rev3: 0x00000000`": `${trace} == rev1: 0x00000000, rev3: 0x00000000`,
  });
});

test("a comment that silences goes with its statement", () => {
  check(`${head}let A = 1 # vgic-ignore[syntax]: no\nsettle`, "unused-name", {
    "Remove `A`": `${head}settle`,
  });
});

test("names", () => {
  check(`${head}cpu0 readl GICD_IGROPR1`, "unknown-register", {
    "Write `GICD_IGROUPR1`": `${head}cpu0 readl GICD_IGROUPR1`,
  });
  check(`${head}cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp2`, "unknown-field", {
    "Write `EnableGrp1`": `${head}cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1`,
  });
  check(`${head}let SPI = 40\nline SPY high\nline SPI low`, "unknown-name", {
    "Write `SPI`": `${head}let SPI = 40\nline SPI high\nline SPI low`,
  });
  check(`${head}  line DISK high`, "unknown-name", {
    "Declare `let DISK = 0` above": `${head}  let DISK = 0\n  line DISK high`,
  });
  check(`${head}user set GICD_IIDR 0 fails EINVAK`, "unknown-name", {
    "Write `EINVAL`": `${head}user set GICD_IIDR 0 fails EINVAL`,
  });
  check(`${head}cpu0 readx GICD_CTLR`, "syntax", { "Write `readl`": `${head}cpu0 readl GICD_CTLR` });
  check(`${head}SETTLE`, "syntax", { "Write `settle`": `${head}settle` });
});

test("words that are missing, or too many", () => {
  const written: Readonly<Record<string, string>> = {
    "readl GICD_CTLR": "cpu0 readl GICD_CTLR",
    "get GICD_CTLR": "user get GICD_CTLR",
    "cpu0 readl GICD_CTLR = 0x50": "cpu0 readl GICD_CTLR == 0x50",
    "cpu0 readl GICD_CTLR 0x50 | 2": "cpu0 readl GICD_CTLR == 0x50 | 2",
  };
  for (const [wrong, right] of Object.entries(written)) {
    const { document, diagnostics } = analyse(TraceDocument.of(`${head}${wrong}`));
    const [{ edits }] = fixesOf(diagnostics[0].finding, document.lines);
    expect(edited(document, edits).text).toBe(`${head}${right}`);
  }
});

test("a declaration that is missing goes to the head, or to the scenario when others have their own", () => {
  check("# what\n\nsettle", "missing-declaration", {
    "Declare `gic v3`": "# what\n\ngic v3\nsettle",
    "Declare `gic v2`": "# what\n\ngic v2\nsettle",
    "Declare `revision 3`": "# what\n\nrevision 3\nsettle",
    "Declare `revision 2`": "# what\n\nrevision 2\nsettle",
    "Declare `revision 1`": "# what\n\nrevision 1\nsettle",
  });
  const scenarios = 'gic v3\nscenario "a"\nrevision 2\nsettle\nscenario "b"\n';
  check(`${scenarios}settle`, "missing-declaration", {
    "Declare `revision 3`": `${scenarios}revision 3\nsettle`,
    "Declare `revision 2`": `${scenarios}revision 2\nsettle`,
    "Declare `revision 1`": `${scenarios}revision 1\nsettle`,
  });
  check("gic v3\r\nsettle\r\n", "missing-declaration", {
    "Declare `revision 3`": "gic v3\r\nrevision 3\r\nsettle\r\n",
    "Declare `revision 2`": "gic v3\r\nrevision 2\r\nsettle\r\n",
    "Declare `revision 1`": "gic v3\r\nrevision 1\r\nsettle\r\n",
  });
});

test("declarations that are wrong, misplaced or there twice", () => {
  check("gic v4\nrevision 2\nsettle", "invalid-declaration", {
    "Write `v3`": "gic v3\nrevision 2\nsettle",
    "Write `v2`": "gic v2\nrevision 2\nsettle",
  });
  check(`${head}irqs 100\nsettle`, "invalid-declaration", { "Write `128`": `${head}irqs 128\nsettle` });
  check(`${head}base dist 0x1008000\nsettle`, "invalid-declaration", {
    "Write `0x1000000`": `${head}base dist 0x1000000\nsettle`,
  });
  check(`${head}settle\ncpus 2\nsettle`, "misplaced-declaration", {
    "Move it above the first operation": `${head}cpus 2\nsettle\nsettle`,
  });
  check(`${head}cpus 2\ncpus 4\nsettle`, "duplicate-declaration", {
    "Remove this `cpus`, which is not read": `${head}cpus 2\nsettle`,
  });
  check("gic v3\nhost linux-6.12\nrevision 1\nsettle", "revision-not-selectable", {
    "Declare `revision 3`": "gic v3\nhost linux-6.12\nrevision 3\nsettle",
  });
});

test("values that cannot be", () => {
  check(`${head}cpu1 run`, "invalid-value", { "Declare `cpus 2`": `${head}cpus 2\ncpu1 run` });
  check(`${head}cpus 2 # two\ncpu3 run`, "invalid-value", {
    "Declare `cpus 4`": `${head}cpus 4 # two\ncpu3 run`,
  });
  check(`${head}line 20 high`, "invalid-value", { "Name `cpu0`": `${head}line 20@cpu0 high` });
  check(`${head}line 40 @ cpu0 high`, "invalid-value", { "Remove the vCPU": `${head}line 40  high` });
  check(`${head}cpu0 readl GICD_CTLR@cpu0`, "invalid-value", {
    "Remove the vCPU": `${head}cpu0 readl GICD_CTLR`,
  });
  check(`${head}cpu0 writel ICC_PMR_EL1 1`, "invalid-value", {
    "Write `msr`": `${head}cpu0 msr ICC_PMR_EL1 1`,
  });
  check(`${head}cpu0 mrs GICD_CTLR`, "invalid-value", { "Write `readl`": `${head}cpu0 readl GICD_CTLR` });
});

test("an access of the wrong width", () => {
  check(`${head}cpu0 readb GICD_ISENABLER1`, "ineffective-access", {
    "Write `readl`": `${head}cpu0 readl GICD_ISENABLER1`,
  });
  check(`${head}cpu0 writew GICD_IROUTER40 1`, "ineffective-access", {
    "Write `writel`": `${head}cpu0 writel GICD_IROUTER40 1`,
    "Write `writeq`": `${head}cpu0 writeq GICD_IROUTER40 1`,
  });
});

test("what is safe is fixed at once, and its comments stay", () => {
  checkSafe(
    `${head}let A = 1 # the first\nlet B = 2\ncpu0 readl GICD_CTLR@cpu0 # vgic-ignore[syntax, expectation]: no\nsettle`,
    `${head}# the first\ncpu0 readl GICD_CTLR # vgic-ignore[expectation]: no\nsettle`,
  );
  checkSafe(
    `${head}# vgic-ignore[syntax]\nscenario "a" # vgic-ignore[expectation]: no\ngic v3\nsettle`,
    `${head}scenario "a"\nsettle`,
  );
  checkSafe(`${head}settle\nlet LAST = 1`, `${head}settle`);
});

test("what is not safe is left alone", () => {
  const trace = `${head}cpus 2\ncpus 4\ncpu0 readl GICR_CTLR == 1\nline SPY high\ncpu0 readb GICD_CTLR`;
  checkSafe(trace, trace);
});

test("silence, on the line, above it, or in the comment that is there", () => {
  const silence = (last: string): string => {
    const { document } = analyse(TraceDocument.of(`${head}${last}`));
    return edited(document, silenced("revision-difference", 2, document.lines).edits).text.slice(head.length);
  };
  expect(silence("cpu0 readl GICR_CTLR ")).toBe(
    "cpu0 readl GICR_CTLR # vgic-ignore[revision-difference]: reason",
  );
  expect(silence("settle # why")).toBe("# vgic-ignore[revision-difference]: reason\nsettle # why");
  expect(silence("settle # vgic-ignore[syntax]: no")).toBe(
    "settle # vgic-ignore[syntax, revision-difference]: no",
  );
  expect(silence("settle # vgic-ignore[]: no")).toBe("settle # vgic-ignore[revision-difference]: no");
});

test("what cannot be expected of an operation is not offered", () => {
  const newVm =
    "gic v3\nrevision 1\nmigrate to linux-6.1+iidr-fix == rev1: fails EINVAL, rev2+: ok\nnew vm\n";
  check(newVm, "expectation", {});
  check("gic v3\nrevision 3\ncompare none\ncpu0 readl GICD_SGIR exits\n", "expectation", {});
});

test("a name that is used is not removed, wherever the use stands", () => {
  for (const trace of [
    "gic v3\nrevision 3\ncpu0 writel GICD_ISENABLER1 A\nlet A = 0x2a\n",
    'gic v3\nrevision 3\nlet A = 1\nscenario "a"\ncpu0 writel GICD_ISENABLER1 A +\nsettle\n',
    'gic v3\nrevision 3\nlet A = 1\ncpu0 writel GICD_ISENABLER1 A\nscenario "a"\nsettle\n',
  ])
    checkSafe(trace, trace);
});
