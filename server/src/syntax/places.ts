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
  statement: {
    phrase: "a declaration, a scenario or an operation",
    words: [
      ...["gic", "revision", "cpus", "irqs", "compare", "base", "let", "host", "scenario"],
      ...["user", "line", "settle", "new", "migrate"],
    ],
  },
  access: {
    phrase:
      "`readb`, `readw`, `readl`, `readq`, `writeb`, `writew`, `writel`, `writeq`, `mrs`, `msr` or `run`",
    words: [...accesses, "mrs", "msr", "run"],
  },
  verb: { phrase: "`get`, `set` or `has`", words: ["get", "set", "has"] },
  target: { phrase: "a register, a frame such as `GICD+0x8` or an address" },
  systemRegister: { phrase: "a system register such as `ICC_PMR_EL1`" },
  value: { phrase: "a value" },
  writtenValue: { phrase: "the value to write" },
  closing: { phrase: "`)`" },
  field: { phrase: "the name of a field" },
  offset: { phrase: "a number of bytes, a name, or a value in parentheses" },
  expected: { phrase: "a value, or cases such as `rev1: 0, rev2+: 0xff`," },
  equals: { phrase: "`==` and the expected value" },
  colon: { phrase: "`:` and what these revisions answer" },
  revisionCase: { phrase: "another case such as `rev2+: 0xff`" },
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
  frame: { phrase: "`dist`, `redist` or `cpu`", words: ["dist", "redist", "cpu"] },
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

/** Whether a word names a place; the parser's errors carry it as a plain string. */
export function isPlace(word: string): word is Place {
  return Object.hasOwn(places, word);
}
