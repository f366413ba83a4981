import { expect, test } from "vitest";
import { check, diagnose } from "./check.ts";

/** The problems of a declaration in front of a scenario that is right otherwise. */
function problemsWith(declaration: string): string[] {
  const trace = ["gic v3", "revision 2", declaration, "cpu0 readl GICD_CTLR"]
    .filter((line) => line === declaration || !line.startsWith(declaration.split(" ")[0]))
    .join("\n");
  return diagnose(trace).map(({ code, text }) => `${code}: ${text}`);
}

test("invalid-declaration", () => {
  check(`
gic v2
revision 2
  cpus 9
# ^^^^^^ invalid-declaration: \`cpus 9\`: GICv2 has at most 8 vCPUs; declare 1 to 8, or \`gic v3\`
cpu0 readl GICD_CTLR`);
  check(`
gic v3
revision 2
cpus 9
cpu0 readl GICD_CTLR`);
});

test.each([
  ["gic v4", "`gic v4`: KVM emulates GICv2 and GICv3; declare `gic v2` or `gic v3`"],
  ["cpus 0", "`cpus 0`: declare 1 to 512 vCPUs"],
  ["cpus 513", "`cpus 513`: GICv3 has at most 512 vCPUs; declare 1 to 512"],
  ["irqs 32", "`irqs 32`: declare 64 to 992, a multiple of 32"],
  ["irqs 100", "`irqs 100`: interrupts come in groups of 32; declare `irqs 128`"],
  ["revision 4", "`revision 4`: no kernel has this revision; write 1 to 3"],
  [
    "revision 0",
    "`revision 0`: only kernels before 4.19 show it, `linux-7.1+revision-1` cannot; declare `host linux-4.18`, or revision 1 to 3",
  ],
  [
    "compare rev4+",
    "`rev4+` holds no known revision: these are 0 to 3, the lower one in front, as in `rev1-2`",
  ],
  [
    "compare host linux-x",
    "`linux-x` is no host kernel: write `linux-MAJOR.MINOR`, as in `linux-6.12`, or a point release, as in `linux-6.12.117`",
  ],
  ["host linux-5.42", "`linux-5.42`: there is no such release of Linux; did you mean `linux-5.19`?"],
  [
    "host linux-6.12.0",
    "`linux-6.12.0`: the first point release is 1, and the mainline release has none; did you mean `linux-6.12`?",
  ],
  [
    "host linux-6.12.117.3",
    "`linux-6.12.117.3` is no host kernel: write `linux-MAJOR.MINOR`, as in `linux-6.12`, or a point release, as in `linux-6.12.117`; did you mean `linux-6.12`?",
  ],
  [
    "host linux-6.12+iidr_fix",
    "`linux-6.12+iidr_fix` is no host kernel: write `linux-MAJOR.MINOR`, as in `linux-6.12`, or a point release, as in `linux-6.12.117`; did you mean `linux-6.12`?",
  ],
  [
    "host linux-6.12+iidr-fixx",
    "`linux-6.12+iidr-fixx` has a flag that is not known: the flags are `+iidr-fix`, `+revision-1`, `+fixed-groups`, `+sgi-pending-ignored`, `+ptz`, `+timer-pending`, `+table-scan-fix`, `+failed-run-ends-vm`, `+invlpir-checked`, `+unmap-clears`, `+event-bits-checked`, `+lpis-no-longer-pending`, `+movall-fix`, `+lost-collection-fix`, `+baser-fix`, `+unreachable-device-fix`, `+refused-region-fix`; did you mean `linux-6.12+iidr-fix`?",
  ],
  [
    "host linux-6.12+fast",
    "`linux-6.12+fast` has a flag that is not known: the flags are `+iidr-fix`, `+revision-1`, `+fixed-groups`, `+sgi-pending-ignored`, `+ptz`, `+timer-pending`, `+table-scan-fix`, `+failed-run-ends-vm`, `+invlpir-checked`, `+unmap-clears`, `+event-bits-checked`, `+lpis-no-longer-pending`, `+movall-fix`, `+lost-collection-fix`, `+baser-fix`, `+unreachable-device-fix`, `+refused-region-fix`",
  ],
  [
    "host linux-6.12+fixed-groups+iidr-fix",
    "`linux-6.12+fixed-groups+iidr-fix`: `+fixed-groups` is a kernel that takes no revision; remove it, or `+iidr-fix` and `+revision-1`",
  ],
  [
    "base dist 0x08001234",
    "`0x8001234` is no multiple of `0x10000`, as a frame of GICv3 needs: write `0x8000000`, for example",
  ],
  [
    "base redist 1 << 50",
    "`0x4000000000000` is above the 48 bits of a guest physical address: write at most `0xffffffffffff`",
  ],
  [
    "base cpu 0x08010000",
    "`base cpu`: GICv3 has no memory-mapped CPU interface; remove this line, or declare `gic v2`",
  ],
])("invalid-declaration: %s", (declaration, message) => {
  expect(problemsWith(declaration)).toEqual([`invalid-declaration: ${message}`]);
});

test("a name that is a register's", () => {
  check(`
gic v3
revision 2
let GICD_CTLR = 0
#   ^^^^^^^^^ invalid-declaration: \`GICD_CTLR\` is the name of a register or frame: choose another name
#   ^^^^^^^^^ unused-name
cpu0 readl GICD_CTLR`);
});

test("missing-declaration", () => {
  check(`
revision 2
  settle
# ^^^^^^ missing-declaration: no \`gic\` is declared above the first operation: write \`gic v2\` or \`gic v3\` there
settle`);
  check(`
gic v3
scenario "nothing else"
  settle
# ^^^^^^ missing-declaration: no \`revision\` is declared above the first operation
scenario "its own"
revision 1
settle
scenario "the host's"
host linux-6.12
settle`);
});

test("misplaced-declaration", () => {
  check(`
gic v3
revision 2
settle
  cpus 2
# ^^^^^^ misplaced-declaration: \`cpus\` is not read here, below the scenario's first operation: move it above
  base dist 0x08000000
# ^^^^^^^^^^^^^^^^^^^^ misplaced-declaration: \`base dist\` is not read here
let SPI = 40
line SPI high`);
  check(`
gic v3
revision 2
  settle
# ^^^^^^ misplaced-declaration: only declarations stand above the first \`scenario\`
scenario "one"
cpus 2
settle`);
});

test("duplicate-declaration", () => {
  check(`gic v3
revision 2
scenario "one"
cpus 2
  cpus 4
# ^^^^^^ duplicate-declaration: \`cpus\` is declared on line 4 already
let SPI = 40
let SPI = 41
#   ^^^ duplicate-declaration: \`SPI\` is declared on line 7 already
line SPI high
scenario "two"
cpus 4
let SPI = 41
base dist 0x09000000
base redist 0x090a0000
line SPI high`);
});

test("redundant-declaration", () => {
  check(`
gic v3
revision 2
cpus 2
scenario "one"
  cpus 2
# ^^^^^^ redundant-declaration: \`cpus\` is declared above the first scenario with the same value
settle
scenario "two"
cpus 3
settle
scenario "three: without the first of two the second would be in force"
  cpus 2
  cpus 600
# ^^^^^^^^ duplicate-declaration: \`cpus\` is declared on line 13 already
settle`);
});

test("revision-not-selectable", () => {
  check(`
gic v3
scenario "ignored"
host linux-6.12
  revision 1
# ^^^^^^^^^^ revision-not-selectable: \`linux-6.12\` accepts the write of GICD_IIDR without effect and shows revision 3
settle
scenario "refused"
host linux-5.10
  revision 3
# ^^^^^^^^^^ revision-not-selectable: \`linux-5.10\` refuses the write of GICD_IIDR (EINVAL) and shows revision 2
settle
scenario "another one for a new VM"
host linux-6.12
revision 3
settle
  new vm revision 1
#                 ^ revision-not-selectable: declare \`revision 3\`, or a host such as \`linux-7.1+revision-1\`
new vm revision 3
scenario "selected"
host linux-6.12+iidr-fix
revision 2
settle
new vm revision 3
scenario "the host's own"
host linux-5.10
settle`);
});

test("a revision that the file's host does not take is reported once", () => {
  check(`
gic v3
host linux-5.10
  revision 1
# ^^^^^^^^^^ revision-not-selectable: shows revision 2
scenario "one"
settle
scenario "two"
settle
scenario "its own host"
  host linux-6.12
# ^^^^^^^^^^^^^^^ revision-not-selectable: shows revision 3
settle
scenario "its own revision"
revision 2
settle
scenario "the same host again"
  host linux-5.10
# ^^^^^^^^^^^^^^^ redundant-declaration: \`host\` is declared above the first scenario with the same value
settle`);
});

const head = "gic v3\nrevision 2\ncpus 4\n";

test.each([
  ["hardware lrs 17", "`lrs 17`: declare 1 to 16"],
  ["hardware id-bits 20", "`id-bits 20`: declare 16 or 24"],
  ["hardware lrs 4 lrs 4", "`lrs` is named twice: leave one of them out"],
  [
    "base its 0x8081000",
    "`0x8081000` is no multiple of `0x10000`, as a frame of GICv3 needs: write `0x8080000`, for example",
  ],
  ["base dist 0x8000000 count 2", "only redistributors come in regions: remove `count` from `base dist`"],
  ["base redist 0x8000000 count 0", "`count 0`: a region has 1 to 4095 redistributors"],
  [
    "base redist 0x8000000 count 2",
    "the regions hold 2 redistributors, and the scenario has 4 vCPUs: declare a region for the others",
  ],
  [
    "base redist 0x8000000 count 2\nbase redist 0x8020000 count 2",
    "two regions of redistributors overlap: each redistributor takes `0x20000` bytes; move one of them",
  ],
  ["ram 0x40000000 0", "`ram` of no bytes: declare at least one, or leave the line out"],
])("%s is an invalid declaration: %s", (declaration, message) => {
  const problems = diagnose(`${head}${declaration}\ncpu0 readl GICD_CTLR`);
  expect(problems.map(({ code, text }) => `${code}: ${text}`)).toEqual([`invalid-declaration: ${message}`]);
});

test("an ITS is a GICv3's", () => {
  const [problem] = diagnose("gic v2\nrevision 2\nits\ncpu0 readl GICD_CTLR");
  expect(problem.text).toBe("`its`: only GICv3 has an ITS; remove this line, or declare `gic v3`");
});

test("what needs an ITS or guest memory needs its declaration", () => {
  const codes = (operation: string, declaration = "") =>
    diagnose(`${head}${declaration}\n${operation}`)
      .filter(({ code }) => code === "missing-declaration")
      .map(({ text }) => text.slice(0, 30));
  expect(codes("msi device 1 event 2")).toHaveLength(1);
  expect(codes("cpu0 its sync cpu0")).toHaveLength(1);
  expect(codes("memory readl 0x40000000")).toHaveLength(1);
  expect(codes("msi device 1 event 2", "its")).toEqual([]);
  expect(codes("memory readl 0x40000000", "ram 0x40000000 4")).toEqual([]);
});

test("regions replace those of the file, and no revision is needed by a VM that is only created", () => {
  expect(
    diagnose(`
gic v3
cpus 2
base redist 0x8100000 count 1
base redist 0x8200000 count 1
scenario "both"
host linux-7.1
cpu0 readl 0x8200008 == 0x110
scenario "one for all"
host linux-7.1
base redist 0x9000000
cpu0 readl 0x9020008 == 0x110
scenario "only created"
created
user get NR_IRQS == 32`),
  ).toEqual([]);
});

test("a guest cannot run on a vGIC that is only created, and that can be expected", () => {
  const trace = (outcome: string) => `gic v3
cpus 1
irqs 64
created
cpu0 run${outcome}
new vm
settle${outcome}
new vm
cpu0 readl GICD_CTLR${outcome}
new vm
cpu0 mrs ICC_PMR_EL1${outcome}`;
  expect(diagnose(trace(" fails ENXIO"))).toEqual([]);
  expect(diagnose(trace(""))).toHaveLength(4);
  expect(diagnose(trace(" == 1")).slice(0, 2)).toMatchObject([{ code: "syntax" }, { code: "syntax" }]);
});
