/**
 * The GICv2 CPU interface's registers (IHI 0048, 4.4). The guest reaches the host's virtual CPU interface (GICV)
 * itself, without a trap; the VMM reaches what KVM keeps of it while the vCPU is out.
 */
import { CONTROL } from "../cpu-interface.ts";
import {
  acknowledge,
  deactivate,
  endOfInterrupt,
  highestPendingIntid,
  runningPriority,
} from "../gicv2-interface.ts";
import { priorityFormat } from "../kernels/hardware.ts";
import { deactivateByKvm } from "../list-registers/deactivation.ts";
import { CPU } from "../state.ts";
import type { Behaviour, ReadHandler, RegisterRow } from "./register-table.ts";
import { CONSTANT, ONE_WORD, READ_ONLY, READ_WRITE, WRITE_ONLY, ZERO } from "./register-words.ts";

/** The virtual interface of a GICv2 has five priority bits. */
const V2_PRIORITIES = priorityFormat(5);

const CONTROL_MASK = Object.values(CONTROL).reduce((mask, bit) => mask | bit, 0);

/** A field that the VMM reads and writes raw, and the guest with what its hardware makes of a value. */
function stored(
  field: number,
  byGuest: (value: number) => number,
  byUser: (value: number) => number,
): Behaviour {
  const read: ReadHandler = (m, access) => m.state.cpu(field, access.cpu);
  return {
    read,
    write: (m, access, _offset, value) => {
      m.state.setCpu(field, access.cpu, byGuest(value));
      return undefined;
    },
    userRead: read,
    userWrite: (m, access, _offset, value) => {
      m.state.setCpu(field, access.cpu, byUser(value));
      return undefined;
    },
  };
}

/** The VMM's GICC_PMR holds the 5 implemented bits in [4:0] (KVM API). */
const priorityMask: Behaviour = {
  ...stored(
    CPU.priorityMask,
    (value) => value & V2_PRIORITIES.mask,
    (value) => (value << 3) & V2_PRIORITIES.mask,
  ),
  userRead: (m, access) => m.state.cpu(CPU.priorityMask, access.cpu) >>> 3,
};

/** Word 0 holds all levels; the others read as zero and ignore writes. */
const activePriorities: Behaviour = {
  read: (m, access, offset) => (offset === 0 ? m.state.cpu(CPU.activePriorities0, access.cpu) : 0),
  write: (m, access, offset, value) => {
    if (offset === 0) m.state.setCpu(CPU.activePriorities0, access.cpu, value);
    return undefined;
  },
};

/**
 * The hardware only keeps a guest's GICC_ABPR from being 0; loading the vCPU raises it to its real minimum before the
 * guest can see that (learned from the recordings).
 */
const ALIAS_MINIMUM = 1;

const row = { ...ONE_WORD, frame: "GICC", widths: [1, 2, 4] } as const;
const NO_ATTRIBUTE = ZERO;
const INTID_FIELDS = [
  { name: "CPUID", high: 12, low: 10, doc: "The sender of an SGI." },
  { name: "INTID", high: 9, low: 0, doc: "1023: none; 1022: Group 1 while AckCtl is clear." },
] as const;

export const GICC: readonly RegisterRow[] = [
  {
    ...row,
    name: "GICC_CTLR",
    title: "CPU Interface Control Register",
    offset: 0x0000,
    fields: [
      { name: "EOImodeNS", high: 9, low: 9, doc: "EOIR only drops the priority; DIR deactivates." },
      { name: "CBPR", high: 4, low: 4, doc: "BPR serves both groups." },
      { name: "FIQEn", high: 3, low: 3, doc: "Group 0 signals FIQ instead of IRQ." },
      { name: "AckCtl", high: 2, low: 2, doc: "IAR also acknowledges Group 1." },
      { name: "EnableGrp1", high: 1, low: 1, doc: "Signals Group 1." },
      { name: "EnableGrp0", high: 0, low: 0, doc: "Signals Group 0." },
    ],
    reset: "0x00000000",
    guest: READ_WRITE,
    user: READ_WRITE,
    behaviour: stored(
      CPU.control,
      (value) => value & CONTROL_MASK,
      (value) => value & CONTROL_MASK,
    ),
    doc: "Under revisions 0 and 1 every interrupt is Group 0, so EnableGrp0 alone decides.",
  },
  {
    ...row,
    name: "GICC_PMR",
    title: "Interrupt Priority Mask Register",
    offset: 0x0004,
    fields: [
      { name: "Priority", high: 7, low: 0, doc: "Only higher priorities (lower values) are signalled." },
    ],
    reset: "0x00000000",
    guest: { read: "8 bits, [2:0] zero", write: "bits [7:3] are stored" },
    user: { read: "the mask shifted right by 3", write: "bits [4:0] are the mask shifted right by 3" },
    behaviour: priorityMask,
    doc: "The VMM's format is 5 bits, low: a guest's 0xf8 is the VMM's 0x1f.",
  },
  {
    ...row,
    name: "GICC_BPR",
    title: "Binary Point Register",
    offset: 0x0008,
    fields: [{ name: "Binary_Point", high: 2, low: 0, doc: "Priority bits above it decide preemption." }],
    reset: "guest 0x00000002; VMM 0 until the vCPU has run",
    guest: { read: "3 bits", write: "at least 2" },
    user: READ_WRITE,
    behaviour: stored(
      CPU.binaryPoint0,
      (value) => Math.max(value & 7, V2_PRIORITIES.minBinaryPoint0),
      (value) => value & 7,
    ),
    doc: "Group 0's binary point, and Group 1's with CBPR.",
  },
  {
    ...row,
    name: "GICC_IAR",
    role: "acknowledge",
    title: "Interrupt Acknowledge Register",
    offset: 0x000c,
    fields: INTID_FIELDS,
    reset: "0x000003ff",
    guest: { read: "acknowledges", write: "ignored" },
    user: NO_ATTRIBUTE,
    behaviour: { read: (m, access) => acknowledge(m, access.cpu) },
    doc: "Acknowledges the highest pending interrupt, which becomes active.",
    hidden: true,
  },
  {
    ...row,
    name: "GICC_EOIR",
    role: "end",
    title: "End of Interrupt Register",
    offset: 0x0010,
    fields: INTID_FIELDS,
    reset: "0x00000000",
    guest: WRITE_ONLY,
    user: NO_ATTRIBUTE,
    behaviour: {
      write: (m, access, _offset, value) => {
        endOfInterrupt(m, access.cpu, value);
        return undefined;
      },
    },
    doc: "Drops the running priority and, unless EOImodeNS is set, deactivates.",
    hidden: true,
  },
  {
    ...row,
    name: "GICC_RPR",
    role: "running-priority",
    title: "Running Priority Register",
    offset: 0x0014,
    reset: "0x000000ff",
    guest: READ_ONLY,
    user: NO_ATTRIBUTE,
    behaviour: { read: (m, access) => runningPriority(m, access.cpu) },
    doc: "The highest active priority; 0xff while idle.",
    hidden: true,
  },
  {
    ...row,
    name: "GICC_HPPIR",
    role: "highest-pending",
    title: "Highest Priority Pending Interrupt Register",
    offset: 0x0018,
    fields: INTID_FIELDS,
    reset: "0x000003ff",
    guest: READ_ONLY,
    user: NO_ATTRIBUTE,
    behaviour: { read: (m, access) => highestPendingIntid(m, access.cpu) },
    doc: "What GICC_IAR would look at.",
    hidden: true,
  },
  {
    ...row,
    name: "GICC_ABPR",
    title: "Aliased Binary Point Register",
    offset: 0x001c,
    fields: [{ name: "Binary_Point", high: 2, low: 0, doc: "Priority bits above it decide preemption." }],
    reset: "guest 0x00000003; VMM 0 until the vCPU has run",
    guest: { read: "3 bits", write: "at least 3" },
    user: READ_WRITE,
    behaviour: stored(
      CPU.binaryPoint1,
      (value) => Math.max(value & 7, ALIAS_MINIMUM),
      (value) => value & 7,
    ),
    doc: "Group 1's binary point.",
  },
  ...["AIAR", "AEOIR", "AHPPIR"].map(
    (name, i): RegisterRow => ({
      ...row,
      name: `GICC_${name}`,
      title: "Group 1 alias",
      offset: 0x0020 + 4 * i,
      reset: "0x00000000",
      guest: ZERO,
      user: NO_ATTRIBUTE,
      behaviour: {},
      doc: "The recorded machine does not implement the aliases: they read as zero (learned from the recordings).",
      hidden: true,
    }),
  ),
  {
    ...row,
    name: "GICC_APR",
    title: "Active Priorities Registers",
    offset: 0x00d0,
    length: 0x10,
    firstIndex: 0,
    reset: "0x00000000",
    guest: { read: "APR0: a bit a preemption level; others 0", write: "APR0 is stored" },
    user: { read: "as the guest", write: "as the guest" },
    behaviour: { ...activePriorities, userRead: activePriorities.read, userWrite: activePriorities.write },
    doc: "The active priorities of both groups: bit n stands for priority 8n.",
  },
  {
    ...row,
    name: "GICC_IIDR",
    title: "CPU Interface Identification Register",
    offset: 0x00fc,
    reset: "guest 0x0002043b, VMM 0x04b2043b",
    guest: CONSTANT,
    user: CONSTANT,
    behaviour: { read: () => 0x0002043b, userRead: () => 0x04b2043b, userWrite: () => undefined },
    doc: "The guest sees the host's hardware, the VMM what KVM says of itself.",
  },
  {
    ...row,
    name: "GICC_DIR",
    role: "deactivate",
    title: "Deactivate Interrupt Register",
    offset: 0x1000,
    fields: INTID_FIELDS,
    reset: "0x00000000",
    guest: WRITE_ONLY,
    user: NO_ATTRIBUTE,
    behaviour: {
      write: (m, access, _offset, value) => {
        deactivate(m, access.cpu, value);
        return undefined;
      },
      trappedWrite: (m, access, _offset, value) => {
        deactivateByKvm(m, access.cpu, value, 0);
        return undefined;
      },
    },
    widths: [4],
    doc: "Deactivates an interrupt, only while GICC_CTLR.EOImodeNS is set. From Linux 6.19 on KVM does it: whichever vCPU has the interrupt, and an SGI only with its sender.",
    hidden: { unless: "giccDirEmulated" },
  },
];
