import { describe, expect, test } from "vitest";
import { TraceDocument } from "../../server/src/document/document.ts";
import type { Program, Scenario } from "../../server/src/program/program.ts";
import { problemsOf, resolve } from "../../server/src/program/resolve.ts";
import { plain, requestsOf } from "../syntax/plain.ts";
import { expectMarked, type Found } from "./marked.ts";

/** Problems with their parameters as `name=value` in the order of the names. */
function resolveProblems(trace: string): Found[] {
  return problemsOf(resolve(TraceDocument.of(trace))).map(({ line, start, end, code, ...parameters }) => {
    const entries = Object.entries(parameters).filter(([, value]) => value !== undefined);
    const text = entries.map(([name, value]) => `${name}=${String(value)}`).join(" ");
    return { line, start, end, code, text };
  });
}

function check(trace: string): void {
  expectMarked(trace, resolveProblems);
}

function program(trace: string): Program {
  return resolve(TraceDocument.of(trace));
}

function scenario(trace: string): Scenario {
  return program(trace).scenarios[0].scenario;
}

/** The operations of some lines with what they must answer. */
function operations(lines: string, declarations = "gic v3\nrevision 3"): ReturnType<typeof requestsOf> {
  return requestsOf(scenario(`${declarations}\n${lines}`));
}

describe("declarations", () => {
  test("what is not declared has a default", () => {
    const { setup } = scenario("gic v3\nrevision 2\nsettle");
    expect(setup).toMatchObject({ model: "v3", revision: 2, cpus: 1, irqs: 256, compare: undefined });
    expect(setup.bases).toEqual({ dist: 0x08000000, redist: 0x080a0000, cpu: 0x08010000, its: 0x08080000 });
    expect(setup.host.name).toBe("linux-7.1+revision-1");
  });

  test("a scenario overrides the header at its own top", () => {
    const { scenarios } = program(
      'gic v3\nrevision 3\nscenario "a"\ncpus 4\nsettle\nscenario "b"\ngic v2\nsettle',
    );
    expect(scenarios.map((one) => one.firstLine)).toEqual([2, 5]);
    expect(scenarios[0].scenario.setup).toMatchObject({ model: "v3", cpus: 4 });
    expect(scenarios[1].scenario.setup).toMatchObject({ model: "v2", cpus: 1 });
    expect(scenarios[1].scenario.places.revision).toMatchObject({ inHeader: true, line: 1 });
    expect(scenarios[1].scenario.places.gic).toMatchObject({ inHeader: false, line: 1 });
  });

  test("a host without a revision runs at its own default", () => {
    expect(scenario("gic v3\nhost linux-5.10\nsettle").setup.revision).toBeUndefined();
    expect(scenario("gic v3\nhost linux-5.10\nrevision 2\nsettle").setup.revision).toBe(2);
  });

  test("what to compare with", () => {
    expect(scenario("compare none").setup.compare).toEqual({ revisions: [], hosts: [] });
    const { compare } = scenario("compare rev1, rev2+, host linux-5.10").setup;
    expect(compare?.revisions).toEqual([
      { first: 1, last: 1 },
      { first: 2, last: Number.POSITIVE_INFINITY },
    ]);
    expect(compare?.hosts.map(({ name }) => name)).toEqual(["linux-5.10"]);
  });

  test("missing ones are reported at the first operation", () => {
    check(`
cpus 2
  settle
# ^^^^^^ missing-declaration: declaration=gic
# ^^^^^^ missing-declaration: declaration=revision
settle
`);
    const { setup } = scenario("settle");
    expect(setup).toMatchObject({ model: "v3", revision: 3 });
  });

  test("one that cannot be read is not missing as well", () => {
    check(`
  gic
# ^^^ syntax
  revision x
#          ^ syntax
settle
`);
  });

  test("limits", () => {
    check(
      `
gic v3
  revision 4
#          ^ invalid-declaration: reason=revision value=4
  cpus 0
#      ^ invalid-declaration: reason=count declaration=cpus value=0 least=1 most=512
  irqs 100
#      ^^^ invalid-declaration: reason=irqs-multiple value=100
  host linux-6
#      ^^^^^^^ invalid-declaration: reason=host host=linux-6 why=not-a-host
  compare rev7, host linux-6.12+nope
#         ^^^^ invalid-declaration: reason=revisions text=rev7
#                    ^^^^^^^^^^^^^^^ invalid-declaration: reason=host host=linux-6.12+nope why=unknown-flag
  base dist 0x08001000
# ^^^^^^^^^^^^^^^^^^^^ invalid-declaration: reason=base-alignment address=134221824 alignment=65536 model=v3
`,
    );
    check(`
  gic v4
#     ^^ invalid-declaration: reason=model name=v4
revision 3
  irqs 32
#      ^^ invalid-declaration: reason=count declaration=irqs value=32 least=64 most=992
settle
`);
    check(`
gic v2
revision 3
  cpus 9
# ^^^^^^ invalid-declaration: reason=count declaration=cpus value=9 least=1 most=8 model=v2
  base redist 0x09000000
# ^^^^^^^^^^^^^^^^^^^^^^ invalid-declaration: reason=base-model frame=redist model=v2
  base dist 0x08001800
# ^^^^^^^^^^^^^^^^^^^^ invalid-declaration: reason=base-alignment
  base cpu 1 << 60
#          ^^^^^^^ invalid-declaration: reason=base-range
cpu7 run
`);
    check(`
cpus 16
revision 3
scenario "a"
gic v3
cpu15 run
scenario "b"
  gic v2
# ^^^^^^ invalid-declaration: reason=count declaration=cpus value=16 least=1 most=8 model=v2
cpu7 run
`);
  });

  test("revision 0 needs a host of its time", () => {
    check("gic v3\nrevision 0\nhost linux-4.18\nsettle");
    check('gic v3\nrevision 0\nscenario "a"\nhost linux-4.18\nsettle');
    check(`
gic v3
  revision 0
# ^^^^^^^^^^ invalid-declaration: reason=revision-of-older-host value=0 host=linux-7.1+revision-1
settle
`);
    check(`
gic v3
revision 0
  scenario "a"
# ^^^^^^^^^^^^ invalid-declaration: reason=revision-of-older-host value=0 host=linux-7.1+revision-1
settle
`);
  });

  test("below the first operation, twice, or for nothing", () => {
    check(`
gic v3
revision 3
  revision 2
# ^^^^^^^^^^ duplicate-declaration: declaration=revision firstLine=2
settle
  cpus 2
# ^^^^^^ misplaced-declaration: what=cpus
  base dist 0
# ^^^^^^^^^^^ misplaced-declaration: what=base dist
`);
    check(`
gic v3
revision 3
cpus 2
  settle
# ^^^^^^ misplaced-declaration: what=operation
settle
scenario "a"
  cpus 2
# ^^^^^^ redundant-declaration: declaration=cpus
settle
scenario "b"
irqs 256
cpus 3
settle
`);
  });
});

describe("names", () => {
  test("hold from their line to the end of the scenario, or of the file", () => {
    check(`
gic v3
revision 3
let SPI = 40
  let LATE = EARLY
#            ^^^^^ unknown-name: name=EARLY
scenario "a"
let MASK = 1 << (SPI - 32)
cpu0 writel GICD_ISENABLER1 MASK
  cpu0 writel GICD_ISENABLER1 BIT
#                             ^^^ unknown-name: name=BIT is=declared-below
let BIT = 1
cpu0 writel GICD_ISENABLER1 BIT | LATE
scenario "b"
  cpu0 writel GICD_ISENABLER1 MASC | SPIE
#                             ^^^^ unknown-name: name=MASC
#                                    ^^^^ unknown-name: name=SPIE nearest=SPI
`);
  });

  test("unused, twice, or taken", () => {
    check(
      `
gic v3
revision 3
let EARLY = 40
  let IDLE = 4
#     ^^^^ unused-name: name=IDLE
scenario "a"
  let A = 1
#     ^ unused-name: name=A
let B = EARLY
  let B = 2
#     ^ duplicate-declaration: declaration=B firstLine=9
line B high
`,
    );
    check(`
  let GICD_CTLR = 1
#     ^^^^^^^^^ invalid-declaration: reason=name-of-register name=GICD_CTLR
#     ^^^^^^^^^ unused-name: name=GICD_CTLR
`);
  });

  test("one whose let cannot be read, or has no value, is reported once", () => {
    check(`
gic v3
revision 3
  let X =
#       ^ syntax
  let Y = NOPE
#         ^^^^ unknown-name: name=NOPE
line X high
line Y high
`);
  });

  test("fields", () => {
    check(`
gic v3
revision 3
cpu0 readl GICR_CTLR & GICR_CTLR.IR | GICR_CTLR.CES == 6
  cpu0 readl GICR_CTLR & GICR_CTLR.CSE == 0
#                                  ^^^ unknown-field: register=GICR_CTLR field=CSE nearest=CES
  cpu0 readl GICR_CTLR & GICR_CTRL.CES == 0
#                        ^^^^^^^^^ unknown-register: name=GICR_CTRL nearest=GICR_CTLR
  cpu0 readl GICR_CTLR & GICC_CTLR.CES == 0
#                        ^^^^^^^^^ unknown-register: name=GICC_CTLR otherModel=v2
  cpu0 readl GICR_CTLR == GICR_CTLR
#                         ^^^^^^^^^ unknown-name: name=GICR_CTLR is=register
`);
  });
});

describe("targets", () => {
  const declarations = "gic v3\nrevision 3\ncpus 2";

  test.each([
    ["cpu0 readl GICD_CTLR", 0x08000000, "GICD_CTLR"],
    ["cpu0 readl GICD_IPRIORITYR10+1", 0x08000429, "GICD_IPRIORITYR10"],
    ["cpu1 readl GICR_CTLR", 0x080c0000, "GICR_CTLR"],
    ["cpu1 readl GICR_CTLR@cpu0", 0x080a0000, "GICR_CTLR"],
    ["cpu0 readl GICR@cpu1+0x10080", 0x080d0080, "GICR_IGROUPR0"],
    ["cpu0 readl 0x080d0080", 0x080d0080, "GICR_IGROUPR0"],
    ["cpu0 readl (0x08000000 + 4 + 4)", 0x08000008, "GICD_IIDR"],
    ["cpu0 readl GICD+8", 0x08000008, "GICD_IIDR"],
    ["cpu0 readl 0x09000000", 0x09000000, undefined],
  ])("%s", (line, address, register) => {
    const [operation] = operations(line, declarations);
    expect(operation).toMatchObject({ kind: "mmio", address });
    expect(operation.kind === "mmio" && operation.register?.name).toBe(register);
  });

  test("a let name is an address, and offsets may be names", () => {
    const [read, write] = operations("let A = 0x08000000\nlet B = 8\ncpu0 readl A+B\ncpu0 writeb GICD+B 1");
    expect(read).toMatchObject({ address: 0x08000008 });
    expect(write).toMatchObject({ address: 0x08000008, low: 1, width: 1 });
  });

  test("attributes of the VMM", () => {
    const [iidr, redistributor, level, system, raw] = operations(
      "user get GICD_IIDR\nuser set GICR@cpu1+0x80 1\nuser get LEVEL_INFO1@cpu1\n" +
        "user set ICC_PMR_EL1@cpu1 0x1_0000_0000\nuser has GICD+0x6004",
      declarations,
    );
    expect(iidr).toMatchObject({ kind: "user", verb: "get", frame: "GICD", cpu: 0, offset: 8 });
    expect(redistributor).toMatchObject({ verb: "set", frame: "GICR", cpu: 1, offset: 0x80, low: 1 });
    expect(level).toMatchObject({ frame: "LEVEL", cpu: 1, offset: 32, register: { name: "LEVEL_INFO1" } });
    expect(system).toMatchObject({
      frame: "ICC",
      cpu: 1,
      low: 0,
      high: 1,
      register: { name: "ICC_PMR_EL1" },
    });
    expect(raw).toMatchObject({ frame: "GICD", offset: 0x6004 });
  });

  test("what cannot be aimed at", () => {
    check(`
gic v3
revision 3
cpus 2
let ADDRESS = 0x08000000
  cpu0 readl GICD_CTRL
#            ^^^^^^^^^ unknown-register: name=GICD_CTRL nearest=GICD_CTLR
  cpu0 readl gicd_ctlr
#            ^^^^^^^^^ unknown-register: name=gicd_ctlr nearest=GICD_CTLR
  cpu0 readl GICC_CTLR
#            ^^^^^^^^^ unknown-register: name=GICC_CTLR otherModel=v2
  cpu0 readl ADDRES
#            ^^^^^^ unknown-name: name=ADDRES nearest=ADDRESS
  cpu0 mrs ICC_PMR_EL2
#          ^^^^^^^^^^^ unknown-register: name=ICC_PMR_EL2 nearest=ICC_PMR_EL1
  cpu0 mrs GICD_CTLR
#          ^^^^^^^^^ invalid-value: reason=not-a-system-register register=GICD_CTLR
  cpu0 readl ICC_PMR_EL1
#            ^^^^^^^^^^^ invalid-value: reason=not-memory-mapped register=ICC_PMR_EL1
  cpu2 readl GICD_CTLR
# ^^^^ invalid-value: reason=no-such-cpu cpu=2 cpus=2
  cpu0 readl GICR_CTLR@cpu2
#                      ^^^^ invalid-value: reason=no-such-cpu cpu=2 cpus=2
  cpu0 readl GICD_CTLR@cpu1
#                      ^^^^ invalid-value: reason=cpu-without-meaning target=GICD_CTLR
  cpu0 readl ADDRESS@cpu1
#                    ^^^^ invalid-value: reason=cpu-without-meaning target=ADDRESS
  user get 0x08000008
#          ^^^^^^^^^^ invalid-value: reason=raw-attribute text=0x8000008
  user get ADDRESS
#          ^^^^^^^ invalid-value: reason=raw-attribute
  user get GICD+0x1_0000_0000
#               ^^^^^^^^^^^^^ invalid-value: reason=too-wide value=4294967296 bits=32
`);
  });

  test("a register of the other model may be asked for to see it fail", () => {
    check(`
gic v2
revision 3
user get LEVEL_INFO1 fails ENXIO
user has GICR_CTLR fails ENXIO
cpu0 mrs ICC_PMR_EL1 aborts
cpu0 readl GICR_CTLR exits
  user has GICR_CTLR
#          ^^^^^^^^^ unknown-register: name=GICR_CTLR otherModel=v3
`);
  });
});

describe("values", () => {
  test("must fit what they are written to or compared with", () => {
    check(`
gic v3
revision 3
  cpu0 writeb GICD_IPRIORITYR8 0x100
#                              ^^^^^ invalid-value: reason=too-wide value=256 bits=8
cpu0 writeb GICD_IPRIORITYR8 ~0x0f
cpu0 writeq GICD_IROUTER40 0xffff_ffff_ffff_ffff
  cpu0 readw GICD_CTLR == 0x1_0000
#                         ^^^^^^^^ invalid-value: reason=too-wide value=65536 bits=16
cpu0 readl GICD_CTLR & ~GICD_CTLR.RWP == ~0
  cpu0 readl GICD_CTLR & 1 << 40 == 0
#                        ^^^^^^^ invalid-value: reason=too-wide
  user set GICD_CTLR 0x1_0000_0000
#                    ^^^^^^^^^^^^^ invalid-value: reason=too-wide value=4294967296 bits=32
user set ICC_PMR_EL1 0x1_0000_0000
cpu0 msr ICC_SGI1R_EL1 0xffff_ffff_ffff_ffff
`);
    const [write] = operations("cpu0 writeq GICD_IROUTER40 0x1234_5678_9abc_def0");
    expect(write).toMatchObject({ low: 0x9abcdef0, high: 0x12345678 });
  });

  test("lines", () => {
    check(`
gic v3
revision 3
irqs 64
line 32 high
line 63 pulse
line 27@cpu0 low by kernel
  line 64 high
#      ^^ invalid-value: reason=intid intid=64 irqs=64
  line 15@cpu0 high
#      ^^ invalid-value: reason=intid intid=15 irqs=64
  line 20 high
#      ^^ invalid-value: reason=ppi-without-cpu intid=20
  line 20@cpu1 high
#         ^^^^ invalid-value: reason=no-such-cpu cpu=1 cpus=1
  line 40@cpu0 high
#         ^^^^ invalid-value: reason=spi-with-cpu intid=40
`);
    expect(operations("line 27@cpu0 low by kernel\nline 32 + 8 pulse")).toMatchObject([
      { kind: "line", intid: 27, cpu: 0, level: "low", byKernel: true },
      { kind: "line", intid: 40, cpu: undefined, level: "pulse", byKernel: false },
    ]);
  });

  test("revisions, hosts and errnos", () => {
    check(`
gic v3
revision 3
  new vm revision 4
#                 ^ invalid-value: reason=revision value=4
  new vm revision 0
#                 ^ invalid-value: reason=revision-of-older-host value=0
  migrate to linux-6.12+nope
#            ^^^^^^^^^^^^^^^ invalid-value: reason=host host=linux-6.12+nope why=unknown-flag
  cpu0 readl GICD_CTLR == rev1-2: 0, rev2+: 1, rev9: 3
#                                    ^^^^^ invalid-value: reason=overlapping-revisions text=rev2+
#                                              ^^^^ invalid-value: reason=revisions text=rev9
  user set GICD_IIDR 0 fails EINVALID
#                            ^^^^^^^^ unknown-name: name=EINVALID nearest=EINVAL is=errno
`);
    const [migrate] = operations("migrate to linux-5.10 revision 2 by cloud-hypervisor fails EINVAL");
    expect(migrate).toMatchObject({
      kind: "migrate",
      to: { name: "linux-5.10" },
      revision: 2,
      by: "cloud-hypervisor",
      expectation: { declaredOnly: true, cases: [{ expected: { ending: "EINVAL" } }] },
    });
  });

  test("expectations", () => {
    const [one, two] = operations(
      "cpu0 readl GICR_CTLR & 0x6 == rev1-2: 0, rev3: ok\ncpu0 readl GICR_CTLR == 1 + 1",
    );
    expect(one).toMatchObject({
      expectation: {
        mask: 6n,
        declaredOnly: false,
        cases: [
          { first: 1, last: 2, expected: { ending: "ok", value: 0n } },
          { first: 3, last: 3, expected: { ending: "ok" } },
        ],
      },
    });
    expect(two).toMatchObject({
      expectation: {
        mask: undefined,
        declaredOnly: true,
        start: 21,
        end: 29,
        cases: [{ first: 0, last: Number.POSITIVE_INFINITY, expected: { ending: "ok", value: 2n } }],
      },
    });
  });
});

describe("what is done once", () => {
  test("equal lines are made from one template, unless names are in them", () => {
    const { operations } = scenario("gic v3\nrevision 3\ncpu0 run\ncpu0 run\ncpu0 run");
    const [first, second] = operations.templates(0, 2);
    expect(second).toBe(first);
    const [one, two] = program(
      'gic v3\nrevision 3\nscenario "a"\nlet X = 40\nline X high\nscenario "b"\nlet X = 41\nline X high',
    ).scenarios.flatMap((placed) => [...placed.scenario.operations]);
    expect([one, two]).toMatchObject([{ intid: 40 }, { intid: 41 }]);
  });

  test("equal lines with a name are others once the name means something else", () => {
    const text = 'let X = 40\nscenario "a"\nline X high\nline X high\nlet X = 41\nline X high';
    const [{ scenario }] = program(`gic v3\nrevision 3\n${text}`).scenarios;
    expect([...scenario.operations]).toMatchObject([{ intid: 40 }, { intid: 40 }, { intid: 41 }]);
  });

  test("an edit leaves other scenarios as they are", () => {
    const before = TraceDocument.of(
      'gic v3\nrevision 3\nscenario "a"\nsettle\nscenario "b"\nsettle\nscenario "c"\nsettle\n',
    );
    const old = resolve(before);
    const at = { line: 5, character: 0 };
    const edited = before.withChanges([
      { range: { start: at, end: at }, text: 'cpu0 run\nscenario "b2"\ncpu0 run\n' },
    ]);
    const now = resolve(edited, old);
    expect(plain(now)).toEqual(plain(resolve(edited)));
    expect(now.header).toBe(old.header);
    expect(now.scenarios[0].scenario).toBe(old.scenarios[0].scenario);
    expect(now.scenarios[3].scenario).toBe(old.scenarios[2].scenario);
    expect(now.scenarios[3].firstLine).toBe(9);
  });
});
