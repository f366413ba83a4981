import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minimise } from "../../server/src/reduce/minimise.ts";
import { type Kept, reduce } from "../../server/src/reduce/reduce.ts";

function reduced(text: string, kept: Kept): string {
  const reduction = reduce(text, kept);
  if (typeof reduction === "string") throw new Error(reduction);
  return reduction.text;
}

const trace = `# What this file is about.

gic v3
revision 3
cpus 2
irqs 128
let PRIORITY = 0xa0

scenario "another"
cpu0 readl  GICR_CTLR == 0x6

scenario "the one"
let GROUPS = 0x55aa55aa

# Every SPI is prepared.
cpu0 writel GICD_IPRIORITYR8 PRIORITY
cpu0 writel GICD_ISENABLER1 0xff

# The guest changes the groups…
cpu0 writel GICD_IGROUPR1 GROUPS
cpu0 writel GICD_IGROUPR2 GROUPS

# …and looks at them.
cpu0 readl  GICD_IGROUPR1                # shows revision 1
cpu1 readl  GICD_IGROUPR2
cpu0 readl  GICD_TYPER == 0
`;

describe("what is left of a trace", () => {
  test("is what a difference needs, with the comments that belong to it", () => {
    expect(reduced(trace, { code: "revision-difference", line: 23 })).toBe(`# What this file is about.

gic v3
revision 3

scenario "the one"
let GROUPS = 0x55aa55aa

# The guest changes the groups…
cpu0 writel GICD_IGROUPR1 GROUPS

# …and looks at them.
cpu0 readl  GICD_IGROUPR1                # shows revision 1
`);
  });

  test("is one line where one line is wrong, and what its answer depends on", () => {
    expect(reduced(trace, { code: "expectation" })).toBe(`# What this file is about.

gic v3
revision 3
irqs 128

scenario "the one"

cpu0 readl  GICD_TYPER == 0
`);
  });

  test("is found in few tries, though every line has an answer that others depend on", () => {
    const steps = Array.from(
      { length: 500 },
      (_, i) => `cpu0 writel GICD_IPRIORITYR8 ${i}\ncpu0 readl GICD_IPRIORITYR8 == ${i & 0xf8}\n`,
    );
    const text = `gic v3\nrevision 3\n${steps.join("")}cpu0 readl GICD_IPRIORITYR8 == 0x10\n`;
    const reduction = reduce(text, { code: "expectation", line: 1002 });
    if (typeof reduction === "string") throw new Error(reduction);
    expect(reduction.text).toMatch(
      /^gic v3\nrevision 3\ncpu0 writel GICD_IPRIORITYR8 \d+\ncpu0 readl GICD_IPRIORITYR8 == 0x10\n$/,
    );
    expect(reduction.tries).toBeLessThan(80);
  });

  test("is the first of several lines that one message is about", () => {
    const text = "gic v3\nrevision 3\ncpu0 readl GITS_CTLR\ncpu0 readl GITS_IIDR\ncpu0 readl GITS_TYPER\n";
    expect(reduced(text, { code: "missing-declaration" })).toBe("gic v3\nrevision 3\ncpu0 readl GITS_CTLR\n");
  });

  test("keeps the line and the outcomes: another finding of the code does not stand in for it", () => {
    const other = reduced(trace, { code: "revision-difference", line: 24 });
    expect(other).toContain("cpu1 readl  GICD_IGROUPR2");
    expect(other).toContain("cpus 2");
    expect(other).not.toContain("GICD_IGROUPR1");
  });

  test("of a file without scenarios too, and of a language error", () => {
    expect(
      reduced("gic v3\nrevision 3\nlet A = 1\ncpu0 readl GICD_TYPE\ncpu0 readl GICD_CTLR\n", {
        code: "unknown-register",
      }),
    ).toBe("gic v3\nrevision 3\ncpu0 readl GICD_TYPE\n");
  });
});

describe("what is not there cannot be kept", () => {
  test("a code", () => {
    expect(reduce(trace, { code: "syntax" })).toMatch(
      /^the trace shows no syntax; it shows .*revision-difference/,
    );
  });

  test("a line", () => {
    expect(reduce(trace, { code: "revision-difference", line: 3 })).toContain(
      "there is no revision-difference in line 4; there is in",
    );
  });
});

test("the result passes, and nothing of it can be taken away alone", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 5 }), (needed) => {
      const passes = (kept: readonly number[]) => needed.every((one) => kept.includes(one));
      const items = Array.from({ length: 31 }, (_, i) => i);
      expect(minimise(items, passes)).toEqual(needed.sort((a, b) => a - b));
    }),
  );
});

describe("the finding that was asked for", () => {
  test.each([
    [
      "gic v3\nrevision 1\noops\ncpu0 readl GICD_CTLR == 0x51\n",
      "gic v3\nrevision 1\ncpu0 readl GICD_CTLR == 0x51\n",
    ],
    [
      'gic v3\nrevision 1\n\nscenario "s"\ncpu0 writel GICD_IGROUPR1 0xfffffeff\ncpu0 readl  GICD_IGROUPR1 == 0\ncpu0 readl GICD_FOO\n',
      'gic v3\nrevision 1\n\nscenario "s"\ncpu0 writel GICD_IGROUPR1 0xfffffeff\ncpu0 readl  GICD_IGROUPR1 == 0\n',
    ],
  ])("keeps its GIC and its revision, though another line is wrong: %j", (text, left) => {
    expect(reduced(text, { code: "expectation" })).toBe(left);
  });

  test("is not another with the same answers: its place and what is expected belong to it", () => {
    const two = "gic v3\nrevision 3\ncompare none\ncpu0 readl GICD_TYPER2 == rev1: 0, rev3: 1\n";
    expect(reduced(two, { code: "expectation" })).toBe(
      "gic v3\nrevision 3\ncompare none\ncpu0 readl GICD_TYPER2 == rev1: 0, rev3: 1\n",
    );
  });

  test("is not silenced by a comment that comes to stand above it", () => {
    const silencing =
      "gic v3\nrevision 3\n# vgic-ignore[expectation]: known\n\ncpu0 readl GICD_TYPER == 0\ncpu0 readl GICD_TYPER == 1\n";
    expect(reduced(silencing, { code: "expectation" })).toBe(
      "gic v3\nrevision 3\n\ncpu0 readl GICD_TYPER == 1\n",
    );
  });
});

test("a finding that a comment silences is said to be", () => {
  const text = "gic v3\nrevision 3\ncpu0 readl GICD_CTLR == 0 # vgic-ignore[expectation]: later\n";
  expect(reduce(text, { code: "expectation" })).toBe(
    "a vgic-ignore comment silences expectation: take it away first",
  );
  expect(reduce(text, { code: "expectation", line: 2 })).toContain("silences expectation in line 3");
  expect(reduce("gic v3\nrevision 3\n", { code: "syntax" })).toBe(
    "the trace shows no syntax, nor any other finding",
  );
});

test("what is found in the text alone needs no machine", () => {
  const text = 'gic v3\nrevision 2\nscenario "one"\ncpu0 raedl GICD_CTLR\ncpu0 readl GICD_CTLR\n';
  expect(reduced(text, { code: "syntax" })).toBe('scenario "one"\ncpu0 raedl GICD_CTLR\n');
});
