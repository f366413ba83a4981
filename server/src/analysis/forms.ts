/** The statements of the language as help shows them: their form, what its parts are, and an example. */
import { IRQS } from "../vgic/limits.ts";

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

const device: FormParameter = { label: "DEVICE", doc: "The DeviceID, 32 bits." };
const event: FormParameter = { label: "EVENT", doc: "The EventID, 32 bits." };
const collection: FormParameter = { label: "COLLECTION", doc: "The collection's ICID, 16 bits." };
const memoryAddress: FormParameter = {
  label: "ADDRESS",
  doc: "Guest physical, in `ram`, a multiple of the width.",
};

function memoryForms(): Readonly<Record<string, Form>> {
  const forms: Record<string, Form> = {};
  for (const [letter, bits] of Object.entries({ b: 8, w: 16, l: 32, q: 64 })) {
    forms[`memory read${letter}`] = {
      grammar: `memory read${letter} ADDRESS [OUTCOME]`,
      parameters: [memoryAddress, answer],
      doc: `The VMM reads ${bits} bits of guest memory, little-endian.`,
      example: `memory read${letter} 0x40000000 == 0`,
    };
    forms[`memory write${letter}`] = {
      grammar: `memory write${letter} ADDRESS VALUE`,
      parameters: [memoryAddress, written],
      doc: `The VMM writes ${bits} bits of guest memory, little-endian.`,
      example: `memory write${letter} 0x40000000 1`,
    };
  }
  forms["memory fill"] = {
    grammar: "memory fill ADDRESS LENGTH BYTE",
    parameters: [
      { label: "ADDRESS", doc: "Guest physical, in `ram`." },
      { label: "LENGTH", doc: "In bytes." },
      { label: "BYTE", doc: "What each byte becomes." },
    ],
    doc: "The VMM fills guest memory with a byte.",
    example: "memory fill 0x40000000 0x1000 0",
  };
  return forms;
}

/** A command of the ITS: what a driver does to have it done. */
function itsForms(): Readonly<Record<string, Form>> {
  const command = (
    words: string,
    parameters: readonly FormParameter[],
    doc: string,
    example: string,
  ): Form => ({
    grammar: `cpuN its ${words}`,
    parameters,
    doc: `${doc} The guest writes the command into the queue and moves GITS_CWRITER.`,
    example: `cpu0 its ${example}`,
  });
  const ofEvent = (name: string, doc: string): Form =>
    command(`${name} device DEVICE event EVENT`, [device, event], doc, `${name} device 1 event 2`);
  const toCollection = (name: string, doc: string): Form =>
    command(
      `${name} device DEVICE event EVENT collection COLLECTION`,
      [device, event, collection],
      doc,
      `${name} device 1 event 8193 collection 0`,
    );
  return {
    "its mapd": command(
      "mapd device DEVICE [itt ADDRESS bits BITS] [off]",
      [
        device,
        {
          label: "[itt ADDRESS bits BITS]",
          doc: "Its translation table, a multiple of 256 below 2^52, and the bits of its events, 1 to 32.",
        },
        { label: "[off]", doc: "Removes the mapping." },
      ],
      "Maps a device to its interrupt translation table.",
      "mapd device 1 itt 0x40000000 bits 5",
    ),
    "its mapc": command(
      "mapc collection COLLECTION [to cpuM] [off]",
      [
        collection,
        { label: "[to cpuM]", doc: "The vCPU that takes its interrupts." },
        { label: "[off]", doc: "Removes the mapping." },
      ],
      "Maps a collection to a vCPU.",
      "mapc collection 0 to cpu1",
    ),
    "its mapti": command(
      "mapti device DEVICE event EVENT lpi LPI collection COLLECTION",
      [device, event, { label: "LPI", doc: "The INTID, from 8192." }, collection],
      "Maps an event to an LPI and a collection.",
      "mapti device 1 event 2 lpi 8192 collection 0",
    ),
    "its mapi": toCollection("mapi", "Maps an event to the LPI of the same number, and a collection."),
    "its movi": toCollection("movi", "Moves an event to another collection."),
    "its movall": command(
      "movall cpuN to cpuM",
      [{ label: "cpuM", doc: "The vCPU that takes them." }],
      "Moves all LPIs that are pending on one vCPU to another.",
      "movall cpu0 to cpu1",
    ),
    "its int": ofEvent("int", "Makes the interrupt of an event pending."),
    "its clear": ofEvent("clear", "Makes the interrupt of an event not pending."),
    "its inv": ofEvent("inv", "Has the configuration byte of an event's LPI read again."),
    "its discard": ofEvent("discard", "Removes the mapping of an event."),
    "its invall": command(
      "invall collection COLLECTION",
      [collection],
      "Has the configuration of all LPIs of a collection read again.",
      "invall collection 0",
    ),
    "its sync": command(
      "sync cpuM",
      [{ label: "cpuM", doc: "The vCPU waited for." }],
      "Waits for what was done for a vCPU.",
      "sync cpu0",
    ),
  };
}

/** Every form by its keywords, as they stand one after the other. */
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
    grammar: "base FRAME ADDRESS [count N]",
    parameters: [
      { label: "FRAME", doc: "`dist`, `redist`, `cpu` or `its`." },
      { label: "ADDRESS", doc: "Guest physical, a multiple of 4 KiB on GICv2, of 64 KiB on GICv3." },
      {
        label: "[count N]",
        doc: "Of `redist`: a region of so many redistributors. Several such lines declare several regions, in order.",
      },
    ],
    doc: "Where a frame lies; 0x08000000, 0x080a0000, 0x08010000 and 0x08080000 without it.",
    example: "base dist 0x2f000000",
  },
  hardware: declaration(
    "hardware QUANTITY N …",
    {
      label: "QUANTITY N",
      doc: "`lrs` (list registers, 1 to 16), `priority-bits` (5 to 8), `id-bits` (16 or 24); each at most once.",
    },
    "What virtual CPU interface the host has; 4 list registers, 5 priority bits and 24 INTID bits without it.",
    "hardware lrs 16 priority-bits 5",
  ),
  created: {
    grammar: "created",
    parameters: [],
    doc: "The vGIC exists and nothing else was done: the VMM sizes, places and initialises it in operations.",
    example: "created",
  },
  its: {
    grammar: "its",
    parameters: [],
    doc: "The VM has an Interrupt Translation Service, and guest memory; GICv3 only.",
    example: "its",
  },
  ram: {
    grammar: "ram START SIZE",
    parameters: [
      { label: "START", doc: "Guest physical." },
      { label: "SIZE", doc: "In bytes." },
    ],
    doc: "Guest memory, which reads as zero until it is written; with `its` 0x40000000 and 0x40000000 without it.",
    example: "ram 0x40000000 0x100000",
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
  "user get REDIST_REGION": {
    grammar: "user get REDIST_REGION INDEX [OUTCOME]",
    parameters: [{ label: "INDEX", doc: "Of the region, from 0." }, answer],
    doc: "The word of a region of redistributors: its count, base and index.",
    example: "user get REDIST_REGION 0 == 2 << 52 | 0x200000",
  },
  "user init": {
    grammar: "user init [OUTCOME]",
    parameters: [failure],
    doc: "The VMM initialises the vGIC (KVM_DEV_ARM_VGIC_CTRL_INIT); again does nothing.",
    example: "user init",
  },
  "user save": {
    grammar: "user save WHAT [OUTCOME]",
    parameters: [
      {
        label: "WHAT",
        doc: "`its`: the tables of the ITS. `pending`: the pending tables of the redistributors.",
      },
      failure,
    ],
    doc: "KVM writes tables into guest memory (KVM_DEV_ARM_ITS_SAVE_TABLES, KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES).",
    example: "user save its",
  },
  "user restore": {
    grammar: "user restore its [OUTCOME]",
    parameters: [failure],
    doc: "KVM reads the tables of the ITS from guest memory (KVM_DEV_ARM_ITS_RESTORE_TABLES).",
    example: "user restore its",
  },
  "user reset": {
    grammar: "user reset its [OUTCOME]",
    parameters: [failure],
    doc: "KVM resets the ITS (KVM_DEV_ARM_ITS_CTRL_RESET).",
    example: "user reset its",
  },
  ...memoryForms(),
  ...itsForms(),
  msi: {
    grammar: "msi device DEVICE event EVENT [OUTCOME]",
    parameters: [device, event, answer],
    doc: "A device signals an MSI to the ITS (KVM_SIGNAL_MSI): 1 when it made an interrupt pending, 0 when that was blocked.",
    example: "msi device 1 event 2 == 1",
  },
  line: {
    grammar: "line INTID LEVEL [by kernel] [OUTCOME]",
    parameters: [
      { label: "INTID", doc: "An SPI, or a PPI and its vCPU: `20@cpu1`." },
      { label: "LEVEL", doc: "`high`, `low`, or `pulse`: high, then low." },
      { label: "[by kernel]", doc: "The in-kernel owner of a timer's PPI changes its output." },
      failure,
    ],
    doc: "KVM_IRQ_LINE drives the input of an interrupt.",
    example: "line 40 high",
  },
  "new vm": {
    grammar: "new vm [keeping memory] [revision N]",
    parameters: [{ label: "[keeping memory]", doc: "Guest memory stays as it is." }, revision],
    doc: "The VMM makes a fresh VM, as on the destination of a migration.",
    example: "new vm revision 2",
  },
  migrate: {
    grammar: "migrate [to HOST] [revision N] [by VMM] [OUTCOME]",
    parameters: [
      { label: "[to HOST]", doc: "The destination; the same host without it." },
      revision,
      {
        label: "[by VMM]",
        doc: "`faithful`, or `qemu`, `firecracker`, `cloud-hypervisor` or `crosvm`, with a version: `qemu-7.2`.",
      },
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
  new: "A fresh VM: `new vm [keeping memory] [revision N]`.",
  vm: "A fresh VM: `new vm [keeping memory] [revision N]`.",
  keeping: "The new VM has the guest memory of the old one: `new vm keeping memory`.",
  memory: "Guest memory, as the VMM or a device reaches it: `memory readl 0x40000000`.",
  count: "How many redistributors a region has: `base redist 0x200000 count 2`.",
  lrs: "List registers of each virtual CPU interface: `hardware lrs 4`.",
  "priority-bits": "Implemented bits of virtual priorities: `hardware priority-bits 5`.",
  "id-bits": "Bits of virtual INTIDs: `hardware id-bits 24`.",
  init: "Initialises the vGIC: `user init`.",
  save: "Tables are written into guest memory: `user save its`, `user save pending`.",
  restore: "The tables of the ITS are read from guest memory: `user restore its`.",
  reset: "The ITS is reset: `user reset its`.",
  pending: "The pending tables of LPIs: `user save pending`.",
  device: "The DeviceID that the ITS knows a device by.",
  event: "The EventID of an interrupt among those of its device.",
  lpi: "The INTID of an LPI, 8192 and above.",
  collection: "The ICID of a collection: the interrupts that one vCPU takes.",
  itt: "The address of the device's interrupt translation table.",
  bits: "How many bits its events have.",
  off: "Removes a mapping: `mapd device 1 off`, `mapc collection 0 off`.",
  always: "Of every order of the vCPUs: `always == 1`.",
  sometimes: "Of at least one order of the vCPUs: `sometimes == 1`.",
  before: "In a case: hosts that are older than this one.",
  from: "In a case: this host and newer ones.",
  NR_IRQS: `How many INTIDs there are, a multiple of ${IRQS.step} from ${IRQS.least} to ${IRQS.most} (KVM_DEV_ARM_VGIC_GRP_NR_IRQS); 32 bits.`,
  ADDR_DIST:
    "The guest physical address of the distributor (KVM_VGIC_V2_ADDR_TYPE_DIST, V3_ADDR_TYPE_DIST); all ones before it is set.",
  ADDR_CPU: "The guest physical address of the GICv2 CPU interface (KVM_VGIC_V2_ADDR_TYPE_CPU).",
  ADDR_REDIST:
    "The guest physical address of all redistributors in one stretch (KVM_VGIC_V3_ADDR_TYPE_REDIST).",
  ADDR_ITS: "The guest physical address of the ITS (KVM_VGIC_ITS_ADDR_TYPE).",
  REDIST_REGION:
    "A region of redistributors (KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION): count [63:52], base [51:16], flags [15:12] (0), index [11:0].",
  MAINT_IRQ:
    "The PPI of the maintenance interrupt (KVM_DEV_ARM_VGIC_GRP_MAINT_IRQ), from Linux 6.15; set before the vGIC is initialised.",
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
  "==": "What the line must answer: `== VALUE`, or by revision and host: `== rev1: A, rev2+: B`.",
  "&": "Only these bits of the answer count: `& MASK == VALUE`.",
  none: "Compares with nothing: `compare none`.",
};

/** What the vGIC means by an errno. */
export const ERRNO_WORDS: Readonly<Record<string, string>> = {
  EINVAL: "the value, or the place, is not valid",
  ENXIO: "no such attribute, or group of them",
  ENOENT: "no such system register",
  EBUSY: "a vCPU is running",
};

const twoWords = new Set(["user", "new", "memory", "its"]);

/** The form that a line begins with; undefined while its keywords are not there yet. */
export function formOf(text: string): { readonly keywords: string; readonly form: Form } | undefined {
  const words = text.trim().split(/\s+/, 4);
  const own = /^cpu\d+$/.test(words[0] ?? "") ? words.slice(1) : words;
  const [first = "", second = "", third = ""] = own;
  const candidates = twoWords.has(first)
    ? [`${first} ${second} ${third}`, `${first} ${second}`, first]
    : [first];
  const keywords = candidates.find((candidate) => Object.hasOwn(FORMS, candidate));
  // After a vCPU a command must follow: the declaration is another statement.
  if (keywords === undefined || (keywords === "its" && own !== words)) return undefined;
  const form = FORMS[keywords];
  return form && { keywords, form };
}

/** The help of a form as Markdown. */
export function formPage({ grammar, parameters, doc, example }: Form): string {
  const lines = parameters.map(({ label, doc: what }) => `- \`${label}\`: ${what}`);
  return ["```vgic", grammar, "```", doc, "", ...lines, "", "```vgic", example, "```"].join("\n");
}
