/** Random traces, from nonsense to nearly right ones, for property tests. */
import fc from "fast-check";

const words = [
  ..."cpu0 cpu1 readl writeb mrs msr run user get set has line high by kernel settle new vm migrate to".split(
    " ",
  ),
  ...'linux-6.12+iidr-fix gic v3 revision compare none let = == & | << ( ) ~ @ . , : + - # " \\'.split(" "),
  ..."rev1 rev2+ rev1-2: fails EINVAL aborts ok scenario GICD GICR_CTLR 0x1 42 0xg é 😀 \0".split(" "),
  ...["\t", "\r", "\n", "\r\n", '"a b"'],
];

/** Tokens in any order, with or without blanks. */
export const soup = fc
  .array(fc.constantFrom(...words), { maxLength: 20 })
  .chain((tokens) => fc.constantFrom("", " ").map((separator) => tokens.join(separator)));

const statements = [
  ...["gic v2", "gic v3", "revision 0", "revision 2", "revision 9", "cpus 2", "cpus 9", "irqs 64", "irqs 0"],
  ...[
    "host linux-4.18",
    "compare rev1-2, host linux-5.10",
    "base dist 0x8001000",
    "base redist X",
    "let X = 40",
  ],
  ...["let Y = X + Z", "let Z =", "let GICD_CTLR = 1", 'scenario "a"', "scenario", "settle", "cpu1 run"],
  ...[
    "cpu0 readl GICD_CTLR == X",
    "cpu1 readl GICR+Y@cpu1",
    "cpu0 writeb X 0x100",
    "line X high",
    "line 20 low",
  ],
  ...["user get LEVEL_INFO1 == rev1: 0, rev1+: 1", "user set X 1", "migrate to linux-9", "new vm revision 0"],
  ...[
    "its",
    "created",
    "ram 0x40000000 0x1000",
    "hardware lrs 4 id-bits 16",
    "base redist 0x8000000 count 2",
  ],
  ...["memory readl 0x40000000+4 == X", "memory fill 0x40000000 X 0xff", "msi device 1 event X == 1"],
  ...["cpu0 its mapd device 1 itt 0x40000000 bits X", "cpu1 its mapc collection 0 to cpu1", "let device = 2"],
  ...[
    "user set NR_IRQS 64 fails EBUSY",
    "user get REDIST_REGION 0 fails ENOENT",
    "user init",
    "user save its",
  ],
  ...[
    "line 1024 high fails EINVAL",
    "cpu0 readl X == before linux-6.19: 0, rev2+: ok",
    "new vm keeping memory",
  ],
  ...["cpu0 mrs ICC_PMR_EL1 & ICC_PMR_EL1.Priority == ~0", "# X"],
];

/** A trace of statements in any order, some of them wrong. */
export const trace = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...statements) }, { weight: 1, arbitrary: soup }), {
    maxLength: 25,
  })
  .map((lines) => lines.join("\n"));
