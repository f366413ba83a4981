import { expect, test } from "vitest";
import { folding } from "../../server/src/analysis/navigation/folding.ts";
import { links } from "../../server/src/analysis/navigation/links.ts";
import { selection } from "../../server/src/analysis/navigation/selection.ts";
import { symbols, type TraceSymbol } from "../../server/src/analysis/navigation/symbols.ts";
import { semanticTokens } from "../../server/src/analysis/semantic-tokens.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { analysed, atCursor, textIn } from "./cursor.ts";

test("symbols: declarations, scenarios, and operations by who does them", () => {
  const outline = (found: readonly TraceSymbol[], depth = 0): string[] =>
    found.flatMap(({ kind, name, detail, children }) => [
      `${"  ".repeat(depth)}${kind} ${name}${detail === undefined ? "" : ` (${detail})`}`,
      ...outline(children, depth + 1),
    ]);
  const document = TraceDocument.of(`gic v3
let SPI = 32 +  8
scenario "one"
cpus 2
cpu1 readl   GICD_CTLR == 0 # comment
cpu0 mrs ISR_EL1
user get GICD_CTLR
cpu1 run
line SPI high
settle
new vm

# of the next
scenario broken
nonsense
`);
  expect(outline(symbols(document))).toEqual([
    "declaration gic v3",
    "name SPI (32 +  8)",
    "scenario one",
    "  declaration cpus 2",
    "  actor cpu1 (2 operations)",
    "    operation cpu1 readl GICD_CTLR == 0",
    "    operation cpu1 run",
    "  actor cpu0 (1 operation)",
    "    operation cpu0 mrs ISR_EL1",
    "  actor VMM (2 operations)",
    "    operation user get GICD_CTLR",
    "    operation new vm",
    "  actor devices (1 operation)",
    "    operation line SPI high",
    "  actor every vCPU (1 operation)",
    "    operation settle",
    "scenario (without a title)",
  ]);
  const [, , one] = symbols(document);
  expect([one.range.start.line, one.range.end.line]).toEqual([2, 10]);
});

test("symbols hold those in them", () => {
  const check = ({ range, selection, children }: TraceSymbol): void => {
    for (const inner of [selection, ...children.map((child) => child.range)]) {
      expect(inner.start.line).toBeGreaterThanOrEqual(range.start.line);
      expect(inner.end.line).toBeLessThanOrEqual(range.end.line);
    }
    children.forEach(check);
  };
  const text = 'gic v3\nscenario "a"\ncpu0 run\ncpu1 run\ncpu0 run\n\n\nscenario "b"';
  symbols(TraceDocument.of(text)).forEach(check);
});

test("folding: the head, comments, and scenarios without the comment of the next", () => {
  const text = `# one
# two
gic v3
revision 3

scenario "a"
cpu0 run
# inside

# of b
# and more
scenario "b"
`;
  expect(folding(TraceDocument.of(text))).toEqual([
    { start: 5, end: 6, kind: "scenario" },
    { start: 2, end: 3, kind: "header" },
    { start: 0, end: 1, kind: "comment" },
    { start: 9, end: 10, kind: "comment" },
  ]);
});

function checkSelection(trace: string, ...expected: string[]): void {
  const { analysis, position } = atCursor(trace);
  const found = selection(analysis.document, position);
  const onLine = found.filter(({ start, end }) => start.line === end.line);
  expect(onLine.map((range) => textIn(analysis, range))).toEqual(expected);
}

test("selection: from a word to the line", () => {
  checkSelection(
    'scenario "a"\n cpu0 readl GICD_CTLR & (1 << S$0PI) == rev1: 0 # why',
    "SPI",
    "(1 << SPI)",
    "& (1 << SPI) == rev1: 0",
    "cpu0 readl GICD_CTLR & (1 << SPI) == rev1: 0",
    " cpu0 readl GICD_CTLR & (1 << SPI) == rev1: 0 # why",
  );
  checkSelection("gic v3 # co$0mment", "# comment", "gic v3 # comment");
  checkSelection("cpu0 rea$0dx GICD_CTLR", "readx", "cpu0 readx GICD_CTLR");
});

test("selection: beyond the line, the scenario and the file", () => {
  const { analysis, position } = atCursor('gic v3\nscenario "a"\ncpu0 r$0un\n\nscenario "b"\n');
  const wide = selection(analysis.document, position).slice(-2);
  expect(wide.map(({ start, end }) => [start.line, end.line])).toEqual([
    [1, 2],
    [0, 5],
  ]);
});

test("links in comments", () => {
  const analysis = analysed(`
# see https://lore.kernel.org/kvmarm/(a)?x=arch/arm64/kvm.c, arch/arm64/kvm/vgic/vgic-init.c:12.
gic v3 # commit 4b00143b and d53c2c29ae0d ("KVM: arm64: vgic-v2"), but not deadbeef
# ../other/boot.vgic, tour.vgic; not arch/nothing
cpu0 readl GICD_CTLR`);
  const found = links(analysis.document).map(({ range, target }) => [
    textIn(analysis, range),
    "url" in target ? target.url : target.path,
  ]);
  const kernel = "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git";
  expect(found).toEqual([
    [
      "https://lore.kernel.org/kvmarm/(a)?x=arch/arm64/kvm.c",
      "https://lore.kernel.org/kvmarm/(a)?x=arch/arm64/kvm.c",
    ],
    ["arch/arm64/kvm/vgic/vgic-init.c:12", `${kernel}/tree/arch/arm64/kvm/vgic/vgic-init.c#n12`],
    ["4b00143b", `${kernel}/commit/?id=4b00143b`],
    ["d53c2c29ae0d", `${kernel}/commit/?id=d53c2c29ae0d`],
    ["../other/boot.vgic", "../other/boot.vgic"],
    ["tour.vgic", "tour.vgic"],
  ]);
});

test("the outline of a long trace leaves its operations out", () => {
  const text = `gic v3\nlet A = 1\nscenario "long"\n${"settle\n".repeat(5000)}`;
  const [gic, name, scenario] = symbols(TraceDocument.of(text));
  expect([gic.name, name.name, scenario.name]).toEqual(["gic v3", "A", "long"]);
  expect(scenario.children).toEqual([]);
  expect(scenario.range.end).toEqual({ line: 5002, character: 6 });
});

/** Each line's words with their types. */
function colours(text: string): string[] {
  const { lines } = TraceDocument.of(text);
  return semanticTokens(TraceDocument.of(text)).map(
    ({ line, start, end, type, declares }) =>
      `${lines.at(line).text.slice(start, end)}: ${type}${declares ? " (declaration)" : ""}`,
  );
}

test("semantic tokens: every kind of word", () => {
  expect(
    colours(
      "let SPI=0x28 # é\ncpu0 readl GICR_CTLR@cpu1 & GICD_ISENABLER.x == rev1: ~SPI, rev2+: fails EINVAL",
    ),
  ).toEqual([
    ...["let: keyword", "SPI: variable (declaration)", "=: operator", "0x28: number", "# é: comment"],
    ...[
      "cpu0: namespace",
      "readl: function",
      "GICR_CTLR: class",
      "@: operator",
      "cpu1: namespace",
      "&: operator",
    ],
    ...[
      "GICD_ISENABLER: class",
      "x: property",
      "==: operator",
      "rev1: enumMember",
      "~: operator",
      "SPI: variable",
    ],
    ...["rev2+: enumMember", "fails: keyword", "EINVAL: enumMember"],
  ]);
  expect(colours('base dist 1\nmigrate to linux-6.12+iidr-fix by qemu\nscenario "a"\nnew vm')).toEqual([
    ...["base: keyword", "dist: keyword", "1: number", "migrate: keyword", "to: keyword"],
    ...[
      "linux-6.12+iidr-fix: enumMember",
      "by: keyword",
      "qemu: enumMember",
      "scenario: keyword",
      '"a": string',
    ],
    ...["new: keyword", "vm: keyword"],
  ]);
});

test("semantic tokens: of lines that differ in digits each has its own", () => {
  expect(colours("cpu0 readl GICD_ISENABLER1 == 0x1\ncpu1 readl GICD_ISENABLER9 == 0x2 # c")).toEqual([
    ...["cpu0: namespace", "readl: function", "GICD_ISENABLER1: class", "==: operator", "0x1: number"],
    ...["cpu1: namespace", "readl: function", "GICD_ISENABLER9: class", "==: operator", "0x2: number"],
    "# c: comment",
  ]);
  expect(colours("cpu0 readl GICD_IGROUPR31\ncpu0 readl GICD_IGROUPR99\ncpu0 readl GICD_IGROUPR30")).toEqual([
    ...["cpu0: namespace", "readl: function", "GICD_IGROUPR31: class"],
    ...["cpu0: namespace", "readl: function", "GICD_IGROUPR99: variable"],
    ...["cpu0: namespace", "readl: function", "GICD_IGROUPR30: class"],
  ]);
});

test("semantic tokens: lines that cannot be read have words, too; a range has its own lines", () => {
  expect(colours('sette GICD_CTLR 0xg "open')).toEqual([
    ...["sette: variable", "GICD_CTLR: class", "0xg: number", '"open: string'],
  ]);
  const document = TraceDocument.of("gic v3\nsettle\nsettle\n");
  expect(semanticTokens(document, { start: 1, end: 2 }).map(({ line }) => line)).toEqual([1]);
  expect(semanticTokens(document, { start: 2, end: 99 }).map(({ line }) => line)).toEqual([2]);
});
