/**
 * What can be expected at the places where a line may go wrong. The grammar names the place; the words for
 * people stand here.
 */

/** A place in the grammar and what belongs there. */
export interface Expectation {
  /** Completes "expected …". */
  readonly phrase: string;
  /** The keywords that may stand there, most likely first: a mistyped one is recognised. */
  readonly words?: readonly string[];
}

const accesses = ["readl", "readb", "readw", "readq", "writel", "writeb", "writew", "writeq"];

export const places = {
  /** After a whole statement. */
  end: { phrase: "the end of the line" },
  statement: {
    phrase: "a declaration, a scenario or an operation",
    words: [
      ...["gic", "revision", "cpus", "irqs", "compare", "base", "let", "host", "scenario"],
      ...["hardware", "created", "its", "ram"],
      ...["user", "line", "settle", "new", "migrate", "memory", "msi"],
    ],
  },
  access: {
    phrase:
      "`readb`, `readw`, `readl`, `readq`, `writeb`, `writew`, `writel`, `writeq`, `mrs`, `msr`, `run` or `its`",
    words: [...accesses, "mrs", "msr", "run", "its"],
  },
  verb: {
    phrase: "`get`, `set`, `has`, `init`, `save`, `restore` or `reset`",
    words: ["get", "set", "has", "init", "save", "restore", "reset"],
  },
  saved: { phrase: "`its` or `pending`", words: ["its", "pending"] },
  tables: { phrase: "`its`", words: ["its"] },
  region: { phrase: "the index of a region" },
  target: { phrase: "a register, a frame such as `GICD+0x8` or an address" },
  systemRegister: { phrase: "a system register such as `ICC_PMR_EL1`" },
  value: { phrase: "a value" },
  writtenValue: { phrase: "the value to write" },
  closing: { phrase: "`)`" },
  field: { phrase: "the name of a field" },
  offset: { phrase: "a number of bytes, a name, or a value in parentheses" },
  expected: { phrase: "a value, or cases such as `rev1: 0, rev2+: 0xff`," },
  outcome: { phrase: "`==` and the expected value, or a failure" },
  equals: { phrase: "`==` and the expected value" },
  colon: { phrase: "`:` and what is answered in this case" },
  outcomeCase: { phrase: "another case such as `rev2+: 0xff` or `from linux-6.19: 0`" },
  caseAnswer: {
    phrase: "a value, `ok`, `aborts`, `exits` or `fails ERRNO`",
    words: ["ok", "aborts", "exits", "fails"],
  },
  errno: { phrase: "an errno name such as `EINVAL`" },
  cpu: { phrase: "a vCPU such as `cpu1`" },
  level: { phrase: "`high`, `low` or `pulse`", words: ["high", "low", "pulse"] },
  name: { phrase: "a name" },
  assign: { phrase: "`=` and a value" },
  integer: { phrase: "a number" },
  model: { phrase: "`v2` or `v3`", words: ["v2", "v3"] },
  frame: { phrase: "`dist`, `redist`, `cpu` or `its`", words: ["dist", "redist", "cpu", "its"] },
  quantity: {
    phrase: "`lrs`, `priority-bits` or `id-bits`, and a number",
    words: ["lrs", "priority-bits", "id-bits"],
  },
  size: { phrase: "the size of the memory in bytes" },
  memoryAccess: {
    phrase: "`readb`, `readw`, `readl`, `readq`, `writeb`, `writew`, `writel`, `writeq` or `fill`",
    words: [...accesses, "fill"],
  },
  address: { phrase: "a guest physical address" },
  length: { phrase: "the number of bytes" },
  byte: { phrase: "the byte to fill with" },
  itsCommand: {
    phrase:
      "a command of the ITS: `mapd`, `mapc`, `mapti`, `mapi`, `movi`, `movall`, `int`, `clear`, `inv`, `invall`, `discard` or `sync`",
    words: [
      ...["mapd", "mapc", "mapti", "mapi", "movi", "movall"],
      ...["int", "clear", "inv", "invall", "discard", "sync"],
    ],
  },
  device: { phrase: "`device` and its number", words: ["device"] },
  event: { phrase: "`event` and its number", words: ["event"] },
  lpi: { phrase: "`lpi` and an INTID", words: ["lpi"] },
  collection: { phrase: "`collection` and its number", words: ["collection"] },
  table: { phrase: "`itt`, an address, `bits` and their number, or `off`", words: ["itt", "off"] },
  bits: { phrase: "`bits` and the number of the bits of an event", words: ["bits"] },
  redistributor: { phrase: "`to` and a vCPU, or `off`", words: ["to", "off"] },
  otherCpu: { phrase: "`to` and a vCPU", words: ["to"] },
  kept: { phrase: "`memory`", words: ["memory"] },
  compared: {
    phrase: "`none`, revisions such as `rev1-2`, or `host` and a host",
    words: ["none", "host"],
  },
  comparedItem: { phrase: "revisions such as `rev1-2`, or `host` and a host", words: ["host"] },
  host: { phrase: "a host kernel such as `linux-6.12`" },
  title: { phrase: 'the title of the scenario in double quotes, such as `scenario "reset values"`' },
  machine: { phrase: "`vm`", words: ["vm"] },
  kernel: { phrase: "`kernel`", words: ["kernel"] },
  manager: {
    phrase: "`faithful`, `qemu`, `firecracker`, `cloud-hypervisor` or `crosvm`",
    words: ["faithful", "qemu", "firecracker", "cloud-hypervisor", "crosvm"],
  },
} satisfies Record<string, Expectation>;

/** The name of a place where something is expected. */
export type Place = keyof typeof places;

/** The keywords that may stand at a place, most likely first. */
export function wordsAt(place: Place): readonly string[] {
  const expectation: Expectation = places[place];
  return expectation.words ?? [];
}
