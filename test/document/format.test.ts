import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TraceDocument } from "../../server/src/document/document.ts";
import { type FormatOptions, format, formatBlock, formatRange } from "../../server/src/document/format.ts";
import { problemsOf, resolve } from "../../server/src/program/resolve.ts";
import { seed } from "../properties/seed.ts";
import { soup, trace } from "../syntax/soup.ts";

const aligned: FormatOptions = { align: true };

function formatted(text: string, options = aligned): string {
  const document = TraceDocument.of(text);
  return document.withChanges(format(document, options)).text;
}

/** Compares a trace, formatted, with what is expected; both without the line end in front. */
function check(before: string, after: string, options = aligned): void {
  expect(formatted(before.slice(1), options)).toBe(after.slice(1));
}

test("the columns of a block are aligned", () => {
  check(
    `
cpu0 readl GICD_IGROUPR1 == 0xffffffff # first
cpu10   writel GICD_IGROUPR1   0x55aa55aa
user get GICD_IIDR fails EINVAL
cpu0 mrs ICC_PMR_EL1 & 0xf0 ==  rev1 : 0 ,rev2 + :ok # second
cpu1 run
`,
    `
cpu0  readl  GICD_IGROUPR1 == 0xffffffff                 # first
cpu10 writel GICD_IGROUPR1 0x55aa55aa
user  get    GICD_IIDR     fails EINVAL
cpu0  mrs    ICC_PMR_EL1   & 0xf0 == rev1: 0, rev2+: ok  # second
cpu1 run
`,
  );
});

test("blank lines, titles and broken lines end a block", () => {
  check(
    `
scenario   "a"   # title
cpu0 readl GICD_CTLR == 0

cpu0 writel GICD_CTLR 1
cpu0 readl GICD_CTLR == 1
sette   here
user get GICD_CTLR == 1
`,
    `
scenario "a"  # title
cpu0 readl GICD_CTLR == 0

cpu0 writel GICD_CTLR 1
cpu0 readl  GICD_CTLR == 1
sette   here
user get GICD_CTLR == 1
`,
  );
});

test("numbers, blanks and operators have one spelling", () => {
  check(
    `
\tlet   X=0xAB_Cd+ ( 1<<3 )&~ GICD_CTLR . EnableGrp1
line X@ cpu1 high   by kernel
compare rev1 - 2,host linux-6.12+iidr-fix
cpu0 writeb GICD_IPRIORITYR0 + X + (X+1) 0XY
cpu0 readb ( 0x08000400+X )
`,
    `
let X = 0xab_cd + (1 << 3) & ~GICD_CTLR.EnableGrp1
line X@cpu1 high by kernel
compare rev1-2, host linux-6.12+iidr-fix
cpu0 writeb GICD_IPRIORITYR0 + X + (X+1) 0XY
cpu0 readb (0x08000400 + X)
`,
  );
  check(
    "\ncpu0 writeb GICD_IPRIORITYR0 + X + (X+1) 0xF0\n",
    "\ncpu0 writeb GICD_IPRIORITYR0+X+(X + 1) 0xf0\n",
  );
});

test("statements of every kind have one spelling", () => {
  check(
    `
hardware  priority-bits 0x5   lrs 4
base  redist 0x8000000   count 2
memory readl  0x40000000 + 8==1
memory fill 0x40000000 0x10   0xFF
cpu0  its  mapti device 1 event 2   lpi 0x2000 collection 0
msi device  1  event 2   ==1
user  set NR_IRQS   64   fails EBUSY
user   init
new  vm   keeping memory
migrate   by qemu-7.2
`,
    `
hardware priority-bits 0x5 lrs 4
base redist 0x8000000 count 2
memory readl 0x40000000+8 == 1
memory fill  0x40000000 0x10 0xff
cpu0   its   mapti device 1 event 2 lpi 0x2000 collection 0
msi device 1 event 2      == 1
user   set   NR_IRQS 64   fails EBUSY
user init
new vm keeping memory
migrate by qemu-7.2
`,
  );
});

test("comments keep their text and stay where they are", () => {
  check(
    `
   #   art:  |--|
gic v3 #v3
revision 3  ##  é  \t
#\tbehind
`,
    `
#   art:  |--|
gic v3      #v3
revision 3  ##  é
#\tbehind
`,
  );
});

test("blank lines are one at most, and the last line ends", () => {
  check("\n\n \t\n\ngic v3\n\n\n\t\nrevision 3", "\ngic v3\n\nrevision 3\n");
  check("\ngic v3\n\n\n", "\ngic v3\n");
  check("\ngic v3\n  ", "\ngic v3\n");
  check("\n\n\n", "\n");
  check("\n", "\n");
});

test("line ends stay what they are", () => {
  expect(formatted("gic  v3\r\n\r\n\r\nrevision 3")).toBe("gic v3\r\n\r\nrevision 3\r\n");
});

test("a wide operation neither pushes nor is pushed", () => {
  const wide = `cpu0 writel GICD_CTLR ${"1 + ".repeat(40)}1`;
  check(
    `\n${wide} aborts\nuser get GICD_CTLR == 1\ncpu0 readl GICD_CTLR == 0\n`,
    `\n${wide} aborts\nuser get   GICD_CTLR == 1\ncpu0 readl GICD_CTLR == 0\n`,
  );
});

test("columns can be left alone", () => {
  check(
    "\ncpu0 readl   GICD_CTLR == 1  # a\nuser get GICD_IIDR # b\n",
    "\ncpu0 readl GICD_CTLR == 1  # a\nuser get GICD_IIDR  # b\n",
    { align: false },
  );
});

describe("parts of a document", () => {
  const text = "cpu0  readl GICD_CTLR\ncpu0 writel  GICD_CTLR 1\n\ngic   v3\n";
  const document = TraceDocument.of(text);

  test("a range is formatted as in the whole, and alone", () => {
    const changes = formatRange(document, { start: 0, end: 1 }, aligned);
    expect(document.withChanges(changes).text).toBe(
      "cpu0 readl  GICD_CTLR\ncpu0 writel  GICD_CTLR 1\n\ngic   v3\n",
    );
  });

  test("a finished line takes its block along", () => {
    const changes = formatBlock(document, 1, aligned);
    expect(document.withChanges(changes).text).toBe(
      "cpu0 readl  GICD_CTLR\ncpu0 writel GICD_CTLR 1\n\ngic   v3\n",
    );
  });
});

/** What a trace means, without places: lines are told by what stands on them in order. */
function meaning(text: string): unknown {
  const program = resolve(TraceDocument.of(text));
  const plain = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (key, one: unknown) => {
        if (key === "start" || key === "end" || key === "places") return undefined;
        return typeof one === "bigint" ? `${one}n` : one === Number.POSITIVE_INFINITY ? "∞" : one;
      }),
    );
  return plain({
    scenarios: program.scenarios.map(({ scenario: { title, setup, operations } }) => ({
      title,
      setup,
      operations,
    })),
    problems: problemsOf(program).map(({ code }) => code),
  });
}

describe.each([
  ["traces", trace],
  ["soup", fc.array(soup).map((lines) => lines.join("\n"))],
])("for all %s", (_, arbitrary) => {
  test("formatting twice is formatting once, and nothing changes its meaning", () => {
    fc.assert(
      fc.property(arbitrary, fc.boolean(), (text, align) => {
        const once = formatted(text, { align });
        expect(formatted(once, { align })).toBe(once);
        expect(meaning(once)).toEqual(meaning(text));
      }),
      { seed, numRuns: 500 },
    );
  });

  test("edits done at once are edits done in order", () => {
    fc.assert(
      fc.property(arbitrary, (text) => {
        const document = TraceDocument.of(text);
        const changes = format(document, aligned);
        for (const [index, { range }] of changes.entries()) {
          const before = changes[index - 1]?.range.start;
          if (before === undefined) continue;
          const { line, character } = range.end;
          expect(line < before.line || (line === before.line && character <= before.character)).toBe(true);
        }
      }),
      { seed, examples: [["\n\t"], ["settle\n\n \t"]] },
    );
  });
});
