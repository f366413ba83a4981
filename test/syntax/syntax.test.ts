import { expect, test } from "vitest";
import { TraceDocument } from "../../server/src/document/document.ts";
import { parseLine } from "../../server/src/syntax/parse.ts";
import { expectMarked, type Found } from "../program/marked.ts";

function syntaxProblems(trace: string): Found[] {
  return TraceDocument.of(trace).lines.all.flatMap(({ parsed: { problem } }, line) =>
    problem === undefined
      ? []
      : [{ line, start: problem.start, end: problem.end, code: "syntax", text: problem.message }],
  );
}

test("every kind of statement can be read", () => {
  expectMarked(
    String.raw`
gic v3
revision 1
cpus 0b10
irqs 0x1_00
host linux-6.12+iidr-fix
compare none
compare rev1-2, rev3, host linux-5.10
base redist 0x080a0000
let SPI = 32 + 8
scenario "quotes \" and \\, and # inside"
cpu0 readl GICR_CTLR@cpu1 & (GICR_CTLR.IR | GICR_CTLR.CES) == 0
cpu0 readl (0x08000000 + 4)
cpu0 readb GICD+8+SPI aborts
cpu0 readq 0x8000000 exits
cpu0 readl X == rev1: 0, rev2+: fails EINVAL, rev 3: aborts
cpu12 writeb GICD_IPRIORITYR0+SPI 0xa0 & 0xff
cpu0 writel GICD_CTLR ~0 == rev1: ok, rev2 - 3: exits
cpu0 mrs ISR_EL1 == ISR_EL1.I
cpu0 msr ICC_PMR_EL1 1 << SPI - 32 aborts
cpu0 run
  settle # twice
user get GICD_IIDR & 0xf000 == 0x1000
user set GICD@cpu1+0x8 0x4b00043b fails EINVAL
user has LEVEL_INFO1 fails ENXIO
line SPI high
line 20@cpu1 low
line 27@cpu0 pulse by kernel
new vm
new vm revision 2
migrate
migrate to linux-5.10 revision 2 by cloud-hypervisor fails EINVAL
migrate by qemu
hardware lrs 4 priority-bits 5 id-bits 16
base redist 0x080a0000 count 2
created
its
ram 0x40000000 0x1000
memory readl 0x40000000+8 & 0xff == 0
memory writeq (table + 8) 1 << 63
memory fill 0x40000000 0x1000 0
cpu0 its mapd device 1 itt 0x40000000 bits 5
cpu0 its mapd device 1 off
cpu0 its mapc collection 1 to cpu1
cpu0 its mapc collection 1 off
cpu0 its mapti device 1 event 2 lpi 8192 collection 0
cpu0 its mapi device 1 event 8193 collection 0
cpu0 its movi device 1 event 2 collection 1
cpu0 its movall cpu0 to cpu1
cpu0 its int device 1 event 2
cpu0 its clear device 1 event 2
cpu0 its inv device 1 event 2
cpu0 its discard device 1 event 2
cpu0 its invall collection 0
cpu0 its sync cpu0
msi device 1 event 2 == 1
msi device 1 event 2 & 1 sometimes == 1
user save its fails EINVAL
user restore its
user reset its
user save pending
user get NR_IRQS == 64
user get REDIST_REGION 1 always == 0
user set ADDR_DIST 0x08000000 fails EEXIST
user has MAINT_IRQ fails ENXIO
user init fails EBUSY
user has init
line 1024 high fails EINVAL
new vm keeping memory revision 2
host fleet
compare host fleet
migrate to fleet by qemu-7.2
migrate by cloud-hypervisor-53
cpu0 readl X always == before linux-6.19: 1023, rev2+ from linux-6.19: ok, host fleet: aborts
let none = 1
let device = 1
let event = device + count
let init = before
let always = its
let from = always & memory
let NR_IRQS = 32
let kernel = none
`,
    syntaxProblems,
  );
});

test("what cannot be read is said where it stands", () => {
  expectMarked(
    `
  frobnicate
# ^^^^^^^^^^ syntax: does not start a statement
  scenari "x"
# ^^^^^^^ syntax: did you mean ${"`scenario`"}?
  CPU0 readl GICD_CTLR
# ^^^^ syntax: keywords are lower case: write ${"`cpu0`"}
  readl GICD_CTLR
# ^^^^^ syntax: ${"`cpu0 readl`"}
  set GICD_IIDR 1
# ^^^ syntax: ${"`user set`"}
  cpu0
# ^^^^ syntax: ${"`cpu0`"} must be followed by ${"`readb`, `readw`, `readl`"}
  cpu0 readx GICD_CTLR
#      ^^^^^ syntax: did you mean ${"`readl`"}?
  cpu0 READL GICD_CTLR
#      ^^^^^ syntax: keywords are lower case
  cpu0 readl
#      ^^^^^ syntax: expected a register, a frame such as ${"`GICD+0x8`"} or an address after ${"`cpu0 readl`"}
  cpu0 readl GICD_CTLR@1
#                      ^ syntax: expected a vCPU such as ${"`cpu1`"} after ${"`GICD_CTLR@`"}, found ${"`1`"}
  cpu0 readl GICD+
#                ^ syntax: expected a number of bytes
  cpu0 readl 0x8000000-4
#                     ^ syntax: parentheses
  cpu0 readl (1 + 2
#                 ^ syntax: expected ${"`)`"} after
  cpu0 readl X 0x1
#              ^^^ syntax: to expect one, write ${"`== 0x1`"}
  cpu0 readl X = 0x1
#              ^ syntax: ${"`=`"} compares nothing
  cpu0 readl X ==
#              ^^ syntax: expected a value, or cases
  cpu0 readl X & 3
#                ^ syntax: expected ${"`==`"} and the expected value after ${"`& 3`"}
  cpu0 readl X == 0x40 |
#                      ^ syntax: expected a value after ${"`0x40 |`"}
  cpu0 readl X == 1 2
#                   ^ syntax: expected the end of the line after ${"`== 1`"}
  cpu0 readl X == rev1 0
#                      ^ syntax: expected ${"`:`"}
  cpu0 readl X == rev1: 0,
#                        ^ syntax: expected another case
  cpu0 readl X == rev1: nope fails
#                            ^^^^^ syntax: expected the end of the line
  cpu0 readl X == ok
#                 ^^ syntax: ${"`rev1: ok`"}
  cpu0 readl X == fails EINVAL
#                 ^^^^^ syntax: without ${"`==`"}
  cpu0 readl X abort
#              ^^^^^ syntax: did you mean ${"`aborts`"}?
  cpu0 readl X fails
#              ^^^^^ syntax: expected an errno name
  cpu0 readl X.
#             ^ syntax: expected the name of a field
  cpu0 writel GICD_CTLR
#             ^^^^^^^^^ syntax: a write needs a value
  cpu0 writel GICD_CTLR == 1
#                       ^^ syntax: a write needs a value
  cpu0 writel GICD_CTLR 1 == 1
#                            ^ syntax: a value can only be expected of what returns one
  user has GICD_CTLR & 1 == rev1: ok
#                      ^ syntax: a value can only be expected of what returns one
  migrate == rev1: 3
#                  ^ syntax: a value can only be expected of what returns one
  cpu0 mrs 3
#          ^ syntax: expected a system register
  user
# ^^^^ syntax: must be followed by ${"`get`, `set`, `has`, `init`"}
  line 40
#      ^^ syntax: expected ${"`high`, `low` or `pulse`"}
  line 40 hihg
#         ^^^^ syntax: did you mean ${"`high`"}?
  line 40 high by guest
#                 ^^^^^ syntax: expected ${"`kernel`"}
  new machine
#     ^^^^^^^ syntax: must be followed by ${"`vm`"}
  migrate to 6
#            ^ syntax: expected a host kernel
  migrate by qemu-x
#            ^^^^^^ syntax: did you mean ${"`qemu`"}?
  migrate by faithful-2
#            ^^^^^^^^^^ syntax: did you mean ${"`faithful`"}?
  cpu0 readl X == before linux-6.1 0
#                                  ^ syntax: expected ${"`:`"}
  cpu0 readl X always 0
#                     ^ syntax: expected ${"`==`"} and the expected value, or a failure
  line 40 high == 1
#                 ^ syntax: a value can only be expected of what returns one
  hardware
# ^^^^^^^^ syntax: must be followed by ${"`lrs`, `priority-bits` or `id-bits`"}
  hardware lr 4
#          ^^ syntax: did you mean ${"`lrs`"}?
  hardware priority-bits
#          ^^^^^^^^^^^^^ syntax: expected a number
  ram 0x40000000
#     ^^^^^^^^^^ syntax: expected the size of the memory
  base redist 0x8000000 count
#                       ^^^^^ syntax: expected a number
  memory
# ^^^^^^ syntax: must be followed by ${"`readb`"}
  memory readl
#        ^^^^^ syntax: expected a guest physical address
  memory writel 0x40000000
#               ^^^^^^^^^^ syntax: a write needs a value
  memory fill 0x40000000 16
#                        ^^ syntax: expected the byte to fill with
  cpu0 its
#      ^^^ syntax: expected a command of the ITS
  cpu0 its mapx
#          ^^^^ syntax: did you mean ${"`mapd`"}?
  cpu0 its mapd device 1
#                      ^ syntax: expected ${"`itt`"}
  cpu0 its mapc collection 0 cpu1
#                            ^^^^ syntax: expected ${"`to`"} and a vCPU, or ${"`off`"}
  cpu0 its int event 1
#              ^^^^^ syntax: expected ${"`device`"}
  msi device 1
#            ^ syntax: expected ${"`event`"}
  user save
#      ^^^^ syntax: expected ${"`its` or `pending`"}
  user reset vm
#            ^^ syntax: expected ${"`its`"}
  user get REDIST_REGION
#          ^^^^^^^^^^^^^ syntax: expected the index of a region
  user get NR_IRQS 64
#                  ^^ syntax: has no index
  user set NR_IRQS
#          ^^^^^^^ syntax: a write needs a value
  new vm keeping
#        ^^^^^^^ syntax: expected ${"`memory`"}
  migrate by quemu
#            ^^^^^ syntax: did you mean ${"`qemu`"}?
  settle now
#        ^^^ syntax: expected the end of the line
  gic
# ^^^ syntax: must be followed by ${"`v2` or `v3`"}
  revision two
#          ^^^ syntax: must be followed by a number
  compare 3
#         ^ syntax: must be followed by ${"`none`"}
  base disk 0
#      ^^^^ syntax: did you mean ${"`dist`"}?
  let line = 4
#     ^^^^ syntax: is a keyword and cannot name a value
  let cpu1 = 4
#     ^^^^ syntax: is a keyword and cannot name a value
  let x 4
#       ^ syntax: expected ${"`=`"} and a value after ${"`let x`"}
  scenario reset
#          ^^^^^ syntax: in double quotes
`,
    syntaxProblems,
  );
});

test("what is no token is said where it stands", () => {
  expectMarked(
    String.raw`
  scenario "abc # no comment
#          ^^^^^^^^^^^^^^^^^ syntax: unterminated string: close it with ${'`"`'}
  scenario "a\nb"
#            ^^ syntax: in a string
  cpu0 readl é == 0
#            ^ syntax: non-ASCII character “é” (U+00E9) outside a comment or string
  cpu0 readl 😀
#            ^^ syntax: non-ASCII character “😀” (U+1F600)
  cpu0 readl GICD_CTLR $
#                      ^ syntax: unexpected character “$”
  let a = 0x1_0000_0000_0000_0000_0
#         ^^^^^^^^^^^^^^^^^^^^^^^^^ syntax: numbers are at most 64 bits: 0x1_0000_0000_0000_0000_0 does not fit
  let a = 18446744073709551616
#         ^^^^^^^^^^^^^^^^^^^^ syntax: at most 64 bits
  let a = 0xffg
#         ^^^^^ syntax: hexadecimal digits
  let a = 0b12
#         ^^^^ syntax: binary digits
  let a = 12ab
#         ^^^^ syntax: start with ${"`0x`"}
  let a = 0X12
#         ^^^^ syntax: the prefix is lower case
  let a = 1__0
#         ^^^^ syntax: only between digits
  let a = 0x_1
#         ^^^^ syntax: only between digits
`,
    syntaxProblems,
  );
});

test("columns are UTF-16 units, also behind what takes two of them", () => {
  const text = '  scenario "😀" x';
  expect(parseLine(text).problem).toMatchObject({ start: 16, end: 17 });
  expect(parseLine("cpu0 run # 😀").comment).toEqual({ start: 9, end: 13 });
});

test.each([
  ["a\0", "NUL"],
  ["# a\0", "NUL"],
  [`cpu0 readl X == ${"(".repeat(70)}`, "nested more than 64 deep"],
  [`cpu0 readl X == ${"~".repeat(2000)}1`, "too many parts"],
  [`cpu0 readl X == ${"(".repeat(1e7)}`, "10000016 characters long"],
])("a line that no person wrote is refused: %#", (text, message) => {
  expect(parseLine(text).problem?.message).toContain(message);
});

test("a long comment, deep parentheses and long chains are read", () => {
  expect(parseLine(`# ${"x".repeat(1e6)}`).problem).toBeUndefined();
  expect(parseLine(`let a = ${"(".repeat(64)}1${")".repeat(64)}`).problem).toBeUndefined();
  expect(parseLine(`let a = ${"~".repeat(400)}1${"+1".repeat(200)}`).problem).toBeUndefined();
});

test("a broken line tells what it set out to be", () => {
  expect(parseLine("let X = ").attempt).toEqual({ keyword: "let", name: "X" });
  expect(parseLine("scenario").attempt).toEqual({ keyword: "scenario" });
  expect(parseLine('senario "a"').attempt).toEqual({ keyword: "senario", losesScenario: true });
  for (const [text, keyword] of [
    ["revison 3", "revision"],
    ["cpus2", "cpus"],
    ["gicv3", "gic"],
    ["v3", ""],
  ])
    expect(parseLine(text).attempt, text).toEqual({ keyword });
  for (const text of ["letX = 1", "lett X = 1", "X = 1", "let let X = 1", "let X 1"])
    expect(parseLine(text).attempt, text).toEqual({ keyword: "let", name: "X" });
});
