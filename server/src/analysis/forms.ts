/** The statements of the language as help shows them: their form, what its parts are, and an example. */

/** A part of a form. */
export interface FormParameter {
  /** As it stands in the form. */
  readonly label: string;
  readonly doc: string;
}

export interface Form {
  /** What to write, with parameters in upper case and what may be left out in brackets. */
  readonly grammar: string;
  readonly parameters: readonly FormParameter[];
  readonly doc: string;
  readonly example: string;
}

const guestTarget: FormParameter = {
  label: "TARGET",
  doc: "A register (`GICD_ISENABLER1`, `GICR_CTLR@cpu1`), with bytes added (`GICD_IPRIORITYR0+40`), or a guest physical address.",
};
const attribute: FormParameter = {
  label: "TARGET",
  doc: "A register, or a frame and an offset (`GICD+0x8`); `@cpuN` picks the vCPU, cpu0 without it.",
};
const answer: FormParameter = {
  label: "[OUTCOME]",
  doc: "What it must answer: `== VALUE`, `& MASK == VALUE`, `== rev1: A, rev2+: B`, `aborts`, `exits` or `fails ERRNO`.",
};
const failure: FormParameter = {
  label: "[OUTCOME]",
  doc: "`aborts`, `exits`, `fails ERRNO` or cases such as `== rev1: fails EINVAL, rev2+: ok`; without one it must succeed.",
};
const written: FormParameter = {
  label: "VALUE",
  doc: "A number, a `let` name, `REGISTER.FIELD`, or an expression of them.",
};
const systemRegister: FormParameter = { label: "REGISTER", doc: "An `ICC_…_EL1` register, or `ISR_EL1`." };
const revision: FormParameter = { label: "[revision N]", doc: "What the VMM writes into GICD_IIDR." };

function read(keyword: string, bits: number): Form {
  return {
    grammar: `cpuN ${keyword} TARGET [OUTCOME]`,
    parameters: [guestTarget, answer],
    doc: `The guest on vCPU N loads ${bits} bits.`,
    example: `cpu0 ${keyword} GICD_IPRIORITYR8 == 0`,
  };
}

function write(keyword: string, bits: number): Form {
  return {
    grammar: `cpuN ${keyword} TARGET VALUE [OUTCOME]`,
    parameters: [guestTarget, written, failure],
    doc: `The guest on vCPU N stores ${bits} bits.`,
    example: `cpu0 ${keyword} GICD_IPRIORITYR8 0xa0`,
  };
}

function declaration(grammar: string, parameter: FormParameter, doc: string, example: string): Form {
  return { grammar, parameters: [parameter], doc, example };
}

/** Every form by its keywords, as they stand one behind the other. */
export const FORMS: Readonly<Record<string, Form>> = {
  gic: declaration(
    "gic MODEL",
    { label: "MODEL", doc: "`v2` or `v3`." },
    "Which GIC KVM emulates.",
    "gic v3",
  ),
  revision: declaration(
    "revision N",
    { label: "N", doc: "1 to 3; 0 only with a host older than Linux 4.19." },
    "The GICD_IIDR revision that the trace was written for: it decides right and wrong.",
    "revision 2",
  ),
  cpus: declaration(
    "cpus N",
    { label: "N", doc: "1 to 8 on GICv2, 1 to 512 on GICv3." },
    "The number of vCPUs; 1 without it.",
    "cpus 4",
  ),
  irqs: declaration(
    "irqs N",
    { label: "N", doc: "64 to 992, a multiple of 32." },
    "The number of interrupts: INTIDs 0 to N-1; 256 without it.",
    "irqs 128",
  ),
  compare: declaration(
    "compare WITH",
    { label: "WITH", doc: "`none`, revisions such as `rev1-2`, or `host` and a host; several with commas." },
    "What the scenario is compared with, in lockstep; all known revisions without it.",
    "compare rev1-2, host linux-5.10",
  ),
  base: {
    grammar: "base FRAME ADDRESS",
    parameters: [
      { label: "FRAME", doc: "`dist`, `redist` or `cpu`." },
      { label: "ADDRESS", doc: "Guest physical, a multiple of 4 KiB on GICv2, of 64 KiB on GICv3." },
    ],
    doc: "Where a frame lies; 0x08000000, 0x080a0000 and 0x08010000 without it.",
    example: "base dist 0x2f000000",
  },
  host: declaration(
    "host HOST",
    { label: "HOST", doc: "`linux-MAJOR.MINOR` and flags: `+iidr-fix`, `+revision-1`, `+fixed-groups`." },
    "The host kernel, which decides what revisions the VMM can select.",
    "host linux-6.12+iidr-fix",
  ),
  let: {
    grammar: "let NAME = VALUE",
    parameters: [{ label: "NAME", doc: "Letters, digits and `_`; not a register's name." }, written],
    doc: "A name for a value, from this line to the end of the scenario, or of the file when above all scenarios.",
    example: "let SPI = 40",
  },
  scenario: declaration(
    "scenario TITLE",
    { label: "TITLE", doc: "In double quotes." },
    "Starts a fresh VM. Declarations at its top hold for it alone.",
    'scenario "a level interrupt is delivered"',
  ),
  readb: read("readb", 8),
  readw: read("readw", 16),
  readl: read("readl", 32),
  readq: read("readq", 64),
  writeb: write("writeb", 8),
  writew: write("writew", 16),
  writel: write("writel", 32),
  writeq: write("writeq", 64),
  mrs: {
    grammar: "cpuN mrs REGISTER [OUTCOME]",
    parameters: [systemRegister, answer],
    doc: "The guest on vCPU N reads a system register.",
    example: "cpu0 mrs ICC_IAR1_EL1 == 1023",
  },
  msr: {
    grammar: "cpuN msr REGISTER VALUE [OUTCOME]",
    parameters: [systemRegister, written, failure],
    doc: "The guest on vCPU N writes a system register.",
    example: "cpu0 msr ICC_PMR_EL1 0xff",
  },
  run: {
    grammar: "cpuN run",
    parameters: [],
    doc: "vCPU N enters the guest and leaves, without an access.",
    example: "cpu1 run",
  },
  settle: {
    grammar: "settle",
    parameters: [],
    doc: "Every vCPU enters and leaves in order, twice: what is in flight reaches its place.",
    example: "settle",
  },
  "user get": {
    grammar: "user get TARGET [OUTCOME]",
    parameters: [attribute, answer],
    doc: "The VMM's KVM_GET_DEVICE_ATTR: 32 bits, 64 of system registers.",
    example: "user get GICD_IIDR == 0x4b00143b",
  },
  "user set": {
    grammar: "user set TARGET VALUE [OUTCOME]",
    parameters: [attribute, written, failure],
    doc: "The VMM's KVM_SET_DEVICE_ATTR: 32 bits, 64 of system registers.",
    example: "user set GICD_IIDR 0x4b00043b fails EINVAL",
  },
  "user has": {
    grammar: "user has TARGET [OUTCOME]",
    parameters: [attribute, failure],
    doc: "The VMM's KVM_HAS_DEVICE_ATTR: succeeds, or fails with ENXIO.",
    example: "user has GICD+0x20 fails ENXIO",
  },
  line: {
    grammar: "line INTID LEVEL [by kernel]",
    parameters: [
      { label: "INTID", doc: "An SPI, or a PPI and its vCPU: `20@cpu1`." },
      { label: "LEVEL", doc: "`high`, `low`, or `pulse`: high, then low." },
      { label: "[by kernel]", doc: "The in-kernel owner of a timer's PPI changes its output." },
    ],
    doc: "KVM_IRQ_LINE drives the input of an interrupt.",
    example: "line 40 high",
  },
  "new vm": {
    grammar: "new vm [revision N]",
    parameters: [revision],
    doc: "The VMM makes a fresh VM, as on the destination of a migration.",
    example: "new vm revision 2",
  },
  migrate: {
    grammar: "migrate [to HOST] [revision N] [by VMM] [OUTCOME]",
    parameters: [
      { label: "[to HOST]", doc: "The destination; the same host without it." },
      revision,
      { label: "[by VMM]", doc: "`faithful`, `qemu`, `firecracker`, `cloud-hypervisor` or `crosvm`." },
      failure,
    ],
    doc: "A VMM saves this VM and restores it on the destination, in its own order.",
    example: "migrate to linux-6.12 by qemu",
  },
};

/** Keywords that are a part of a form: what they say. */
export const WORDS: Readonly<Record<string, string>> = {
  user: "What the VMM does: `user get`, `user set` or `user has`.",
  get: "KVM_GET_DEVICE_ATTR: `user get TARGET [OUTCOME]`.",
  set: "KVM_SET_DEVICE_ATTR: `user set TARGET VALUE [OUTCOME]`.",
  has: "KVM_HAS_DEVICE_ATTR: `user has TARGET [OUTCOME]`.",
  new: "A fresh VM: `new vm [revision N]`.",
  vm: "A fresh VM: `new vm [revision N]`.",
  high: "The input goes high. A level-sensitive interrupt is pending for as long as it stays so.",
  low: "The input goes low.",
  pulse: "The input goes high, then low.",
  by: "Who does it: `line 27@cpu0 high by kernel`, `migrate by qemu`.",
  kernel: "The in-kernel owner of a timer's PPI changes its output.",
  to: "The destination of a migration: `migrate to linux-6.12`.",
  aborts:
    "The access must give the guest an abort, or an undefined instruction: `cpu0 mrs ICC_SGI1R_EL1 aborts`.",
  exits:
    "The vGIC must not claim the address, and the access goes to the VMM: `cpu0 readl 0x09000000 exits`.",
  fails: "The call must fail with this errno: `user set GICD_IIDR 0 fails EINVAL`.",
  ok: "In a case: it must succeed, with any value: `== rev1: fails EINVAL, rev2+: ok`.",
  none: "Compares with nothing: `compare none`.",
};

/** What the vGIC means by an errno. */
export const ERRNO_WORDS: Readonly<Record<string, string>> = {
  EINVAL: "the value, or the place, is not valid",
  ENXIO: "no such attribute, or group of them",
  ENOENT: "no such system register",
  EBUSY: "a vCPU is running",
};

const twoWords = new Set(["user", "new"]);

/** The form that a line begins with; undefined while its keywords are not there yet. */
export function formOf(text: string): { readonly keywords: string; readonly form: Form } | undefined {
  const words = text.trim().split(/\s+/, 3);
  const first = /^cpu\d+$/.test(words[0]) ? words[1] : words[0];
  const keywords = first !== undefined && twoWords.has(first) ? `${first} ${words[1]}` : (first ?? "");
  return Object.hasOwn(FORMS, keywords) ? { keywords, form: FORMS[keywords] } : undefined;
}

/** The help of a form as Markdown. */
export function formPage({ grammar, parameters, doc, example }: Form): string {
  const lines = parameters.map(({ label, doc: what }) => `- \`${label}\`: ${what}`);
  return ["```vgic", grammar, "```", doc, "", ...lines, "", "```vgic", example, "```"].join("\n");
}
