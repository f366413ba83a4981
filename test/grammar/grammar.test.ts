import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate, { type IGrammar } from "vscode-textmate";
import { FORMS } from "../../server/src/analysis/forms.ts";

const root = path.resolve(import.meta.dirname, "../..");
let grammar: IGrammar;

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
  await oniguruma.loadWASM(Uint8Array.from(readFileSync(wasm)).buffer);
  const file = path.join(root, "syntaxes/vgic.tmLanguage.json");
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(file, "utf8"), file),
  });
  const loaded = await registry.loadGrammar("source.vgic");
  if (loaded === null) throw new Error("the grammar cannot be loaded");
  grammar = loaded;
});

interface Token {
  readonly text: string;
  /** The innermost scope without the language's name; empty where there is none. */
  readonly scope: string;
}

/** Everything of a line that is not blank. */
function tokensOf(line: string): Token[] {
  return grammar
    .tokenizeLine(line, null)
    .tokens.map(({ startIndex, endIndex, scopes }) => ({
      text: line.slice(startIndex, endIndex).trim(),
      scope: scopes.length === 1 ? "" : scopes[scopes.length - 1].replace(/\.vgic$/, ""),
    }))
    .filter(({ text }) => text !== "");
}

/** A line, and its words with their scopes as `word scope`. */
const constructs: readonly (readonly [line: string, ...tokens: readonly string[]])[] = [
  ["gic v3", "gic keyword.other.declaration", "v3 constant.language.declaration"],
  ["revision 2", "revision keyword.other.declaration", "2 constant.numeric.decimal"],
  ["cpus 1_0", "cpus keyword.other.declaration", "1_0 constant.numeric.decimal"],
  [
    "irqs 0x80 # c",
    "0x80 constant.numeric.hex",
    "# punctuation.definition.comment",
    "c comment.line.number-sign",
  ],
  ["compare none", "compare keyword.other.declaration", "none constant.language.declaration"],
  [
    "compare rev1-2, host linux-5.10+iidr-fix",
    "rev1-2 constant.language.revision",
    ", punctuation.separator",
  ],
  ["compare rev1, host linux-5.10", "host keyword.other.declaration", "linux-5.10 constant.other.host"],
  ["host linux-6.12+iidr-fix", "host keyword.other.declaration", "linux-6.12+iidr-fix constant.other.host"],
  ["base redist 0x8000000", "redist constant.language.declaration", "0x8000000 constant.numeric.hex"],
  [
    "let SPI = 40",
    "let keyword.other.declaration",
    "SPI variable.other.constant",
    "= keyword.operator.assignment",
  ],
  [
    "let M = ~A ^ B >> 2",
    "~ keyword.operator.bitwise",
    "A variable.other.constant",
    "^ keyword.operator.bitwise",
  ],
  ['scenario "a \\"b\\""', "scenario keyword.control.scenario", '\\" constant.character.escape'],
  ['scenario "a"', '"a" entity.name.section'],
  ["cpu0 readl GICD_CTLR", "cpu0 variable.language.cpu", "readl keyword.control.access"],
  [
    "cpu12 writeq GICD_IROUTER40 0b1_0",
    "GICD_IROUTER40 support.class.register",
    "0b1_0 constant.numeric.binary",
  ],
  ["cpu0 readl GICR_CTLR@cpu1 == 0", "@ keyword.operator.at", "cpu1 variable.language.cpu"],
  ["cpu0 readl GICD+0x8 exits", "GICD support.class.register", "+ keyword.operator.arithmetic"],
  [
    "cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1",
    ". punctuation.accessor",
    "EnableGrp1 variable.other.property.field",
  ],
  ["cpu0 readl GICR_CTLR & (1 | 2) == 0", "& keyword.operator.bitwise", "( punctuation.section.parens"],
  ["cpu0 mrs ICC_IAR1_EL1 == SPI", "mrs keyword.control.access", "ICC_IAR1_EL1 support.class.register"],
  ["cpu0 mrs ISR_EL1 == ISR_EL1.I", "ISR_EL1 support.class.register", "== keyword.operator.comparison"],
  ["cpu0 msr ICC_PMR_EL1 0xff", "msr keyword.control.access"],
  ["cpu1 run", "run keyword.control.access"],
  ["settle", "settle keyword.control.run"],
  ["user get LEVEL_INFO1 == 0", "user variable.language.vmm", "LEVEL_INFO1 support.class.register"],
  ["user set GICD_IIDR 0 fails EINVAL", "fails keyword.control.outcome", "EINVAL constant.other.errno"],
  ["user has GICD+0x20", "has keyword.control.access"],
  ["cpu0 readl 0x9000000 exits", "exits keyword.control.outcome"],
  ["cpu0 mrs ICC_SGI1R_EL1 aborts", "aborts keyword.control.outcome"],
  ["user get X == rev1: 0, rev2+: ok", "rev1 constant.language.revision", ": punctuation.separator.revision"],
  ["user get X == rev 2 +: ok", "rev 2 + constant.language.revision", "ok keyword.control.outcome"],
  ["line 40 high", "line keyword.control.line", "high constant.language.level"],
  ["line SPI@cpu1 pulse by kernel", "by keyword.other", "kernel constant.language.owner"],
  ["new vm revision 2", "new keyword.control.vm", "vm keyword.control.vm", "revision keyword.other"],
  ["migrate to linux-5.10 revision 1 by cloud-hypervisor", "migrate keyword.control.vm", "to keyword.other"],
  ["migrate by qemu fails EINVAL", "qemu constant.language.vmm", "EINVAL constant.other.errno"],
  ["migrate by cloud-hypervisor", "cloud-hypervisor constant.language.vmm"],
  [
    "hardware lrs 4 priority-bits 5",
    "hardware keyword.other.declaration",
    "priority-bits constant.language.declaration",
  ],
  ["created", "created keyword.other.declaration"],
  ["base redist 0x8000000 count 2", "count keyword.other.declaration", "2 constant.numeric.decimal"],
  ["ram 0x40000000 SIZE", "ram keyword.other.declaration", "SIZE variable.other.constant"],
  ["memory readl 0x40000000 == 1", "memory variable.language.memory", "readl keyword.control.access"],
  ["memory fill 0x40000000 16 0", "fill keyword.control.access"],
  [
    "cpu0 its mapti device 1 event 2 lpi 8192 collection X",
    "its keyword.control.its",
    "mapti keyword.control.access",
    "lpi keyword.other",
    "X variable.other.constant",
  ],
  ["cpu0 its movall cpu0 to cpu1", "cpu1 variable.language.cpu", "to keyword.other"],
  ["msi device 1 event 2 == 1", "msi keyword.control.its", "event keyword.other"],
  ["user save pending fails ENXIO", "save keyword.control.access", "pending constant.language.tables"],
  ["user has init", "has keyword.control.access", "init keyword.control.access"],
  ["user init fails EBUSY", "init keyword.control.access", "EBUSY constant.other.errno"],
  ["user set NR_IRQS 64", "set keyword.control.access", "NR_IRQS support.constant.setting"],
  ["user get GITS_CTLR == 0", "GITS_CTLR support.class.register"],
  ["new vm keeping memory revision 2", "keeping memory keyword.other", "revision keyword.other"],
  ["migrate by qemu-7.2", "qemu-7.2 constant.language.vmm"],
  [
    "user get X == before linux-6.19: 1, from linux-6.19: 2",
    "before keyword.other.host",
    "linux-6.19 constant.other.host",
  ],
  ["cpu0 readl X sometimes == 1", "sometimes keyword.control.outcome"],
  ["# vgic-ignore[syntax]: why", "vgic-ignore keyword.control.suppression", "syntax constant.other.code"],
  ["# vgic-ignore-file[syntax]: why", "vgic-ignore-file keyword.control.suppression"],
];

describe("the TextMate grammar", () => {
  test.each(constructs)("%s", (line, ...expected) => {
    const found = tokensOf(line).map(({ text, scope }) => `${text} ${scope}`);
    expect(
      expected.filter((token) => !found.includes(token)),
      found.join("\n"),
    ).toEqual([]);
  });

  const examples = path.join(root, "examples");
  test.each(Object.values(FORMS).map(({ example }) => example))("colours the keyword of `%s`", (example) => {
    const [first, second] = tokensOf(example.split("\n")[0]);
    const keyword = /^(?:cpu\d+|user|memory)$/.test(first.text) ? second : first;
    expect(keyword.scope).toMatch(/^keyword\./);
  });

  test.each(readdirSync(examples).filter((name) => name.endsWith(".vgic")))(
    "knows every word of %s",
    (name) => {
      const lines = readFileSync(path.join(examples, name), "utf8").split("\n");
      const unknown = lines.flatMap((line) => tokensOf(line).filter(({ scope }) => scope === ""));
      expect(unknown).toEqual([]);
    },
  );
});
