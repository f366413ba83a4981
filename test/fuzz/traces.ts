/** Random traces for fuzzers: what people write, with some of what they write wrong. */
import fc from "fast-check";
import type { Model } from "../../server/src/vgic/kvm-abi.ts";
import { traceLine } from "../properties/traces.ts";
import { trace as nonsense, soup } from "../syntax/soup.ts";

const cpu = fc.constantFrom("cpu0", "cpu1");
const register = fc.constantFrom(
  ...["GICD_CTLR", "GICD_TYPER2", "GICD_IGROUPR1", "GICD_ISENABLER1", "GICD_IPRIORITYR8", "GICD_SGIR"],
  ...["GICD_IROUTER40", "GICR_CTLR", "GICR_IGROUPR0", "GICR_TYPER", "GICC_IAR", "GICC_PMR", "LEVEL_INFO1"],
  ...["ICC_IAR1_EL1", "ICC_SRE_EL1", "GICD_FOO", "GICD+0x104", "0x09000000", "GICD_IROUTER40+4", "NAME"],
);
const value = fc.constantFrom(
  "0",
  "0xffffffff",
  "1 << 8",
  "NAME",
  "OTHER",
  "GICR_CTLR.IR",
  "(NAME | 2)",
  "0x55aa55aa55",
);
const mask = fc.constantFrom("", "", "", "& 0xff ", "& NAME ");
const answer = fc.oneof(value, fc.constantFrom("0x4b00243b", "0x77"));
const failure = fc.constantFrom(
  "aborts",
  "exits",
  "fails EINVAL",
  "fails ENXIO",
  "fails EBUSY",
  "fails ENOWHERE",
);
const cases = fc.constantFrom(
  "rev1: 0, rev2+: 1",
  "rev1-2: 0",
  "rev3: fails EINVAL",
  "rev1: ok, rev2+: aborts",
  "rev1: aborts",
  "before linux-6.19: 0, from linux-6.19: 1",
  "rev2+ from linux-5.10: 0x77, before linux-7.0: ok",
  "host linux-5.10: fails ENXIO, rev1: fails ENXIO",
);
/** What is expected of an operation, of any kind: also where it cannot be. */
const outcome = fc.oneof(
  { weight: 4, arbitrary: fc.constant("") },
  { weight: 3, arbitrary: fc.tuple(mask, answer).map(([m, a]) => `${m}== ${a}`) },
  { weight: 2, arbitrary: failure },
  { weight: 1, arbitrary: fc.tuple(mask, cases).map(([m, c]) => `${m}== ${c}`) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom("always", "sometimes"), failure).map((parts) => parts.join(" ")),
  },
);
const access = fc.constantFrom("b", "w", "l", "q");
const operation = fc.oneof(
  fc.tuple(cpu, access, register).map(([c, w, r]) => `${c} read${w} ${r}`),
  fc.tuple(cpu, access, register, value).map(([c, w, r, v]) => `${c} write${w} ${r} ${v}`),
  fc.tuple(cpu, register).map(([c, r]) => `${c} mrs ${r}`),
  fc.tuple(cpu, register, value).map(([c, r, v]) => `${c} msr ${r} ${v}`),
  fc.tuple(fc.constantFrom("get", "has"), register).map(([verb, r]) => `user ${verb} ${r}`),
  fc.tuple(register, value).map(([r, v]) => `user set ${r} ${v}`),
  fc.constantFrom("line 40 high", "line NAME pulse", "line 20@cpu1 low", "line 27@cpu0 high by kernel"),
  fc.constantFrom("line 1024 high", "new vm", "new vm revision 1", "settle", "cpu1 run"),
  fc.constantFrom(
    ...["migrate", "migrate to linux-5.10", "migrate to linux-6.1+iidr-fix", "migrate by qemu"],
    ...["migrate to linux-4.18 revision 2", "migrate revision 3 by firecracker", "migrate to linux-9.9"],
    ...["migrate by qemu-7.2", "migrate to linux-6.19.3 by cloud-hypervisor-53"],
  ),
  // What a VMM sets up.
  fc.constantFrom(
    ...["user init", "user has init", "user set NR_IRQS 96", "user get NR_IRQS", "user get MAINT_IRQ"],
    ...["user set ADDR_DIST 0x8000000", "user set ADDR_REDIST 0x80a0000", "user set ADDR_CPU 0x8010000"],
    ...["user set REDIST_REGION 0x00200000080a0000", "user get REDIST_REGION 0"],
    ...["user set ADDR_ITS 0x8080000", "user set GICD_IIDR 0x4b00143b", "user has NR_IRQS"],
  ),
  // LPIs and the ITS.
  fc.constantFrom(
    ...["memory readl 0x40000000", "memory writeq 0x40100000 NAME", "memory fill 0x40120000 64 0xa1"],
    ...["msi device 1 event 0", "msi device 1 event NAME", "cpu0 writeb 0x40120000 0xa1"],
    ...["cpu0 writeq GITS_CBASER 0x8000000040100000", "cpu0 writeq GITS_BASER0 0x8100000040110000"],
    ...["cpu0 writel GITS_CTLR 1", "user set GITS_CTLR 1", "user get GITS_CREADR", "cpu1 readl GITS_TYPER"],
    ...["cpu0 its mapd device 1 itt 0x40130000 bits 5", "cpu0 its mapc collection 0 to cpu0"],
    ...["cpu0 its mapti device 1 event 0 lpi 8192 collection 0", "cpu0 its inv device 1 event 0"],
    ...[
      "cpu1 its movi device 1 event 0 collection 1",
      "cpu0 its sync cpu0",
      "cpu0 its discard device 1 event 9",
    ],
    ...["user save its", "user restore its", "user reset its", "user save pending", "new vm keeping memory"],
    ...[
      "cpu0 writeq GICR_PROPBASER 0x4012000f",
      "cpu0 writeq GICR_PENDBASER 0x40140000",
      "cpu0 writel GICR_CTLR 1",
    ],
  ),
);
const comment = fc.constantFrom(
  ...[
    "",
    "",
    "",
    "",
    "",
    " # why",
    "# vgic-ignore[expectation]: so",
    " # vgic-ignore[revision-difference]: so",
  ],
  "  # vgic-ignore[no-such-code]: so",
);
const between = fc.constantFrom(
  ...["", "", "# a remark", "# vgic-ignore[expectation]: so", "# vgic-ignore-file[unused-name]: so"],
  ...["let NAME = 40", "let NAME = 0x2a", "let OTHER = NAME + 1", "let OTHER =", "let UNUSED = 2"],
  ...['scenario "second"', 'scenario "third"', "scenario unquoted", "gic v2", "gic v3", "revision 1"],
  ...["revision 2", "revision 3", "host linux-5.10", "host linux-7.1", "compare none", "compare rev1-2"],
  ...["compare host linux-5.10", "cpus 2", "cpus 1", "irqs 96", "base dist 0x8000000", "oops"],
);
const lineEnd = fc.constantFrom(...["\n", "\n", "\n", "\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\r"]);

/** A trace that is mostly read, on lines that end in all ways. */
export const mutatedTrace = fc.constantFrom<Model>("v2", "v3").chain((model) => {
  const statement = fc.tuple(fc.oneof(operation, traceLine(model)), outcome, comment).map((parts) => {
    const [op, expected, remark] = parts;
    return op.includes("==") ? `${op}${remark}` : `${op}${expected === "" ? "" : ` ${expected}`}${remark}`;
  });
  const line = fc.oneof(
    { weight: 12, arbitrary: statement },
    { weight: 5, arbitrary: between },
    { weight: 1, arbitrary: soup },
  );
  const head = fc.constantFrom(
    ...[`gic ${model}\nrevision 3`, `gic ${model}\nrevision 1\ncpus 2`, `gic ${model}\nrevision 2\nirqs 64`],
    ...[`gic ${model}\nhost linux-5.10`, `gic ${model}\nhost linux-6.1+iidr-fix\nrevision 2`, `gic ${model}`],
    ...[`gic ${model}\nits\nrevision 3`, `gic ${model}\nits\nram 0x40000000 0x200000\nrevision 2\ncpus 2`],
    ...[
      `gic ${model}\ncreated`,
      `gic ${model}\ncreated\nits\ncpus 2`,
      `gic ${model}\nhardware lrs 1 id-bits 16\nrevision 1`,
    ],
    ...[`gic ${model}\nrevision 3\ncompare none`, `gic ${model}\nrevision 2\nlet NAME = 8\nscenario "first"`],
  );
  return fc
    .tuple(head, fc.array(fc.tuple(line, lineEnd), { minLength: 1, maxLength: 14 }))
    .map(([first, lines]) => `${first}\n${lines.map((parts) => parts.join("")).join("")}`);
});

/** The same, now and then something that is hardly a trace. */
export const anyTrace = fc.oneof({ weight: 9, arbitrary: mutatedTrace }, { weight: 1, arbitrary: nonsense });
