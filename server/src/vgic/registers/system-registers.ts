/**
 * The CPU interface's system registers (IHI 0069, 12.2), by their attribute code in group CPU_SYSREGS:
 * op0 << 14 | op1 << 11 | CRn << 7 | CRm << 3 | op2. Guests reach the host's virtual interface, except for the SGI
 * registers, which KVM emulates; the VMM reaches what KVM keeps while the vCPU is out.
 */
import { ACTIVE_PRIORITIES, CONTROL } from "../cpu-interface.ts";
import * as gicv2 from "../gicv2-interface.ts";
import {
  acknowledge,
  deactivate,
  endOfInterrupt,
  highestPendingIntid,
  runningPriority,
  signals,
} from "../gicv3-interface.ts";
import { raiseSgi } from "../interrupts.ts";
import { affinityOf, cpuOfAffinity } from "../kvm-abi.ts";
import { deactivateByKvm } from "../list-registers/deactivation.ts";
import { listRegisterModel } from "../list-registers/models.ts";
import type { Machine } from "../machine.ts";
import { CPU } from "../state.ts";
import type { Behaviour, ReadHandler, RegisterRow, WriteHandler } from "./register-table.ts";
import { READ_WRITE } from "./register-words.ts";

/** ICC_CTLR_EL1 of the recorded host: A3V, 24 INTID bits, 5 priority bits. */
const A3V = 1 << 15;
const SEIS = 1 << 14;

/** ICC_CTLR_EL1.IDbits of the host: 0 for 16 bits, 1 for 24. */
export function idBitsField({ hardware }: Machine): number {
  return hardware.idBits === 16 ? 0 : 1;
}

function write(action: (m: Machine, cpu: number, value: number) => void): WriteHandler {
  return (m, access, _offset, value) => {
    action(m, access.cpu, value);
    return undefined;
  };
}

function field(word: number, guestMask: number, userMask: number): Behaviour {
  const read: ReadHandler = (m, access) => m.state.cpu(word, access.cpu);
  return {
    read,
    write: write((m, cpu, value) => m.state.setCpu(word, cpu, value & guestMask)),
    userRead: read,
    userWrite: write((m, cpu, value) => m.state.setCpu(word, cpu, value & userMask)),
  };
}

function setControl(m: Machine, cpu: number, bit: number, on: boolean): void {
  const control = m.state.cpu(CPU.control, cpu);
  m.state.setCpu(CPU.control, cpu, on ? control | bit : control & ~bit);
}

function enable(bit: number): Behaviour {
  const read: ReadHandler = (m, access) => ((m.state.cpu(CPU.control, access.cpu) & bit) !== 0 ? 1 : 0);
  const store = write((m, cpu, value) => setControl(m, cpu, bit, (value & 1) !== 0));
  return { read, write: store, userRead: read, userWrite: store };
}

function common(m: Machine, cpu: number): boolean {
  return (m.state.cpu(CPU.control, cpu) & CONTROL.commonBinaryPoint) !== 0;
}

/** With CBPR set, BPR1 reads as BPR0 + 1 (at most 7) and ignores writes. */
const readBinaryPoint1: ReadHandler = (m, access) =>
  common(m, access.cpu)
    ? Math.min(m.state.cpu(CPU.binaryPoint0, access.cpu) + 1, 7)
    : m.state.cpu(CPU.binaryPoint1, access.cpu);

/**
 * The hardware compares all 32 bits with the minimum, as a signed number, and only then keeps three of them: what
 * falls below the minimum that way is raised when the vCPU is loaded next (learned from the recordings).
 */
function binaryPoint(value: number, minimum: number): number {
  return (value | 0) < minimum ? minimum : value & 7;
}

const writeBinaryPoint1 = write((m, cpu, value) => {
  if (!common(m, cpu))
    m.state.setCpu(CPU.binaryPoint1, cpu, binaryPoint(value, m.priorities.minBinaryPoint1));
});

const writeBinaryPoint1ByUser = write((m, cpu, value) => {
  if (!common(m, cpu)) m.state.setCpu(CPU.binaryPoint1, cpu, value & 7);
});

function controlBits(m: Machine, cpu: number): number {
  const control = m.state.cpu(CPU.control, cpu);
  return (control & CONTROL.commonBinaryPoint ? 1 : 0) | (control & CONTROL.eoiMode ? 2 : 0) | A3V;
}

function setControlBits(m: Machine, cpu: number, value: number): void {
  setControl(m, cpu, CONTROL.commonBinaryPoint, (value & 1) !== 0);
  setControl(m, cpu, CONTROL.eoiMode, (value & 2) !== 0);
}

/** The VMM may lower what the VM has; a refused value has already lowered it (learned from the recordings). */
const writeControlByUser: WriteHandler = (m, access, _offset, value) => {
  const priorityBits = ((value >>> 8) & 7) + 1;
  if (priorityBits > m.state.cpu(CPU.priorityBits, access.cpu)) return "EINVAL";
  m.state.setCpu(CPU.priorityBits, access.cpu, priorityBits);
  const idBits = (value >>> 11) & 7;
  if (idBits > m.state.cpu(CPU.idBits, access.cpu)) return "EINVAL";
  m.state.setCpu(CPU.idBits, access.cpu, idBits);
  if ((value & SEIS) !== 0 || (value & A3V) === 0) return "EINVAL";
  setControlBits(m, access.cpu, value);
  return undefined;
};

/** SGI registers: TargetList [15:0], Aff1 [23:16], INTID [27:24], Aff2 [39:32], IRM bit 40, Aff3 [55:48]. */
function sendSgi(groupOneToo: boolean): WriteHandler {
  return (m, access, _offset, low, _length, high) => {
    if (!groupOneToo && !m.traits.groupSgiRegisters) {
      m.decision = "sgi-register-undefined";
      return "abort";
    }
    const sgi = (low >>> 24) & 0xf;
    const allButSelf = (high & (1 << 8)) !== 0;
    if (allButSelf) {
      for (let cpu = 0; cpu < m.cpus; cpu++) {
        if (cpu !== access.cpu) raiseSgi(m, cpu, sgi, groupOneToo);
      }
      return undefined;
    }
    if (((high >>> 16) & 0xff) !== 0) return undefined;
    const cluster = ((high & 0xff) << 16) | (((low >>> 16) & 0xff) << 8);
    for (let aff0 = 0; aff0 < 16; aff0++) {
      if (((low >>> aff0) & 1) === 0) continue;
      const cpu = cpuOfAffinity(cluster | aff0, m.cpus);
      if (cpu !== undefined) raiseSgi(m, cpu, sgi, groupOneToo);
    }
    return undefined;
  };
}

/**
 * Only index 0 exists with 5 priority bits, two with 6, all with 7. The others are undefined in the guest, and EINVAL for
 * the VMM, to whom KVM shows the first alone with 8 bits.
 */
function activePriorities(group: 0 | 1, index: number): Behaviour {
  const { read, write: store } = field(ACTIVE_PRIORITIES[group][index], 0xffffffff, 0xffffffff);
  if (index === 0) return { read, write: store, userRead: read, userWrite: store };
  const guest = (m: Machine) => index < m.priorities.registers;
  const user = (m: Machine, cpu: number) => {
    const bits = m.state.cpu(CPU.priorityBits, cpu);
    return index <= (bits === 7 ? 3 : bits === 6 ? 1 : 0);
  };
  return {
    read: (m, access) => (guest(m) ? m.state.cpu(ACTIVE_PRIORITIES[group][index], access.cpu) : "abort"),
    write: (m, access, offset, value, length, high) =>
      guest(m) ? store?.(m, access, offset, value, length, high) : "abort",
    userRead: (m, access) =>
      user(m, access.cpu) ? m.state.cpu(ACTIVE_PRIORITIES[group][index], access.cpu) : "EINVAL",
    userWrite: (m, access, offset, value, length, high) =>
      user(m, access.cpu) ? store?.(m, access, offset, value, length, high) : "EINVAL",
  };
}

const row = {
  frame: "ICC",
  size: 8,
  length: 1,
  bitsPerInterrupt: 0,
  widths: [8],
  fields: [],
  shows: [],
  reset: "0x00000000",
} as const;
const FURTHER = "undefined with 5 priority bits";
const FURTHER_BY_USER = "EINVAL with 5 priority bits";
const NOT_SAVED = { read: "ENOENT", write: "ENOENT" };
const INTID_FIELD = [{ name: "INTID", high: 23, low: 0, doc: "1023: none." }] as const;
const SGI_FIELDS = [
  { name: "Aff3", high: 55, low: 48, doc: "Not 0: reaches no vCPU." },
  { name: "RS", high: 47, low: 44, doc: "Ignored." },
  { name: "IRM", high: 40, low: 40, doc: "All vCPUs but the sender." },
  { name: "Aff2", high: 39, low: 32, doc: "Affinity level 2." },
  { name: "INTID", high: 27, low: 24, doc: "The SGI." },
  { name: "Aff1", high: 23, low: 16, doc: "Affinity level 1." },
  { name: "TargetList", high: 15, low: 0, doc: "A bit an Aff0." },
] as const;

function sgiRegister(name: string, offset: number, groupOneToo: boolean): RegisterRow {
  return {
    ...row,
    name,
    title: "SGI generation register",
    offset,
    fields: SGI_FIELDS,
    guest: { read: "undefined", write: "raises the SGI" },
    user: NOT_SAVED,
    revisions: groupOneToo
      ? undefined
      : "Under revisions 0 and 1 SGIs are Group 1 unless configured before, so it raises nothing; revision 0 kernels have it undefined.",
    behaviour: { write: sendSgi(groupOneToo) },
    doc: groupOneToo ? "Raises an SGI of either group." : "Raises the SGI where it is configured as Group 0.",
    hidden: true,
    trapped: () => true,
  };
}

function groupRegisters(
  group: 0 | 1,
  codes: { iar: number; eoir: number; hppir: number; apr: number },
): RegisterRow[] {
  return [
    {
      ...row,
      name: `ICC_IAR${group}_EL1`,
      role: "acknowledge",
      title: `Interrupt Acknowledge Register ${group}`,
      offset: codes.iar,
      fields: INTID_FIELD,
      reset: "0x000003ff",
      guest: { read: "acknowledges", write: "undefined" },
      user: NOT_SAVED,
      behaviour: { read: (m, access) => acknowledge(m, access.cpu, group) },
      doc: `Acknowledges the highest pending interrupt if it is Group ${group}.`,
      hidden: true,
    },
    {
      ...row,
      name: `ICC_EOIR${group}_EL1`,
      role: "end",
      title: `End Of Interrupt Register ${group}`,
      offset: codes.eoir,
      fields: INTID_FIELD,
      guest: { read: "undefined", write: "acts" },
      user: NOT_SAVED,
      behaviour: { write: write((m, cpu, value) => endOfInterrupt(m, cpu, group, value)) },
      doc: "Drops the running priority and, unless EOImode is set, deactivates.",
      hidden: true,
    },
    {
      ...row,
      name: `ICC_HPPIR${group}_EL1`,
      role: "highest-pending",
      title: `Highest Priority Pending Interrupt Register ${group}`,
      offset: codes.hppir,
      fields: INTID_FIELD,
      reset: "0x000003ff",
      guest: { read: "the INTID", write: "undefined" },
      user: NOT_SAVED,
      behaviour: { read: (m, access) => highestPendingIntid(m, access.cpu, group) },
      doc: `The highest pending interrupt if it is Group ${group}; the priority mask is not applied.`,
      hidden: true,
    },
    ...[0, 1, 2, 3].map(
      (index): RegisterRow => ({
        ...row,
        name: `ICC_AP${group}R${index}_EL1`,
        title: `Active Priorities Group ${group} Register ${index}`,
        offset: codes.apr + index,
        guest: index === 0 ? READ_WRITE : { read: FURTHER, write: FURTHER },
        user: index === 0 ? READ_WRITE : { read: FURTHER_BY_USER, write: FURTHER_BY_USER },
        behaviour: activePriorities(group, index),
        doc:
          index === 0
            ? "A bit a preemption level: with 5 priority bits bit n stands for active priority 8n."
            : "Exists only with more than 5 priority bits.",
      }),
    ),
  ];
}

export const SYSTEM_REGISTERS: readonly RegisterRow[] = [
  {
    ...row,
    name: "ICC_PMR_EL1",
    title: "Interrupt Priority Mask Register",
    offset: 0xc230,
    fields: [
      { name: "Priority", high: 7, low: 0, doc: "Only higher priorities (lower values) are signalled." },
    ],
    guest: { read: "8 bits, [2:0] zero", write: "bits [7:3] are stored" },
    user: { read: "8 bits", write: "8 bits are stored, and stay" },
    behaviour: {
      ...field(CPU.priorityMask, 0xff, 0xff),
      write: write((m, cpu, value) => m.state.setCpu(CPU.priorityMask, cpu, value & m.priorities.mask)),
    },
    doc: "At reset 0: everything is masked.",
  },
  ...groupRegisters(0, { iar: 0xc640, eoir: 0xc641, hppir: 0xc642, apr: 0xc644 }),
  {
    ...row,
    name: "ICC_BPR0_EL1",
    title: "Binary Point Register 0",
    offset: 0xc643,
    fields: [{ name: "BinaryPoint", high: 2, low: 0, doc: "Priority bits above it decide preemption." }],
    reset: "guest 0x00000002; VMM 0 until the vCPU has run",
    guest: { read: "3 bits", write: "at least 2" },
    user: READ_WRITE,
    behaviour: {
      ...field(CPU.binaryPoint0, 7, 7),
      write: write((m, cpu, value) =>
        m.state.setCpu(CPU.binaryPoint0, cpu, binaryPoint(value, m.priorities.minBinaryPoint0)),
      ),
    },
    doc: "Group 0's binary point, and Group 1's with CBPR.",
  },
  ...groupRegisters(1, { iar: 0xc660, eoir: 0xc661, hppir: 0xc662, apr: 0xc648 }),
  {
    ...row,
    name: "ICC_DIR_EL1",
    role: "deactivate",
    title: "Deactivate Interrupt Register",
    offset: 0xc659,
    fields: INTID_FIELD,
    guest: { read: "undefined", write: "acts" },
    user: NOT_SAVED,
    behaviour: {
      write: write(deactivate),
      trappedWrite: (m, access, _offset, low, _length, high) => {
        deactivateByKvm(m, access.cpu, low, high);
        return undefined;
      },
    },
    doc: "Deactivates an interrupt, only while ICC_CTLR_EL1.EOImode is set. Linux 6.19 and later do it themselves when interrupts do not fit the list registers or SPIs may be in use: then whichever vCPU has it.",
    hidden: true,
    trapped: (m) => listRegisterModel(m).trapsDeactivation(m),
  },
  {
    ...row,
    name: "ICC_RPR_EL1",
    role: "running-priority",
    title: "Running Priority Register",
    offset: 0xc65b,
    reset: "0x000000ff",
    guest: { read: "the priority", write: "undefined" },
    user: NOT_SAVED,
    behaviour: { read: (m, access) => runningPriority(m, access.cpu) },
    doc: "The highest active priority; 0xff while idle.",
    hidden: true,
  },
  sgiRegister("ICC_SGI1R_EL1", 0xc65d, true),
  sgiRegister("ICC_ASGI1R_EL1", 0xc65e, false),
  sgiRegister("ICC_SGI0R_EL1", 0xc65f, false),
  {
    ...row,
    name: "ICC_BPR1_EL1",
    title: "Binary Point Register 1",
    offset: 0xc663,
    fields: [{ name: "BinaryPoint", high: 2, low: 0, doc: "Priority bits above it decide preemption." }],
    reset: "guest 0x00000003; VMM 0 until the vCPU has run",
    guest: { read: "3 bits; with CBPR BPR0 + 1", write: "at least 3; with CBPR ignored" },
    user: { read: "3 bits; with CBPR BPR0 + 1", write: "3 bits; with CBPR ignored" },
    behaviour: {
      read: readBinaryPoint1,
      write: writeBinaryPoint1,
      userRead: readBinaryPoint1,
      userWrite: writeBinaryPoint1ByUser,
    },
    doc: "Group 1's binary point.",
  },
  {
    ...row,
    name: "ICC_CTLR_EL1",
    title: "Interrupt Controller Control Register",
    offset: 0xc664,
    fields: [
      { name: "A3V", high: 15, low: 15, doc: "Aff3 in SGI registers; 1." },
      { name: "SEIS", high: 14, low: 14, doc: "0." },
      { name: "IDbits", high: 13, low: 11, doc: "1: 24 bits." },
      { name: "PRIbits", high: 10, low: 8, doc: "Priority bits - 1: 4." },
      { name: "EOImode", high: 1, low: 1, doc: "EOIR only drops the priority; DIR deactivates." },
      { name: "CBPR", high: 0, low: 0, doc: "BPR0 serves both groups." },
    ],
    reset: "0x00008c00",
    guest: { read: "as stored, and the host's constants", write: "EOImode and CBPR are stored" },
    user: { read: "as stored", write: "EINVAL if the host cannot do it; may lower PRIbits and IDbits" },
    behaviour: {
      read: (m, access) =>
        controlBits(m, access.cpu) | (idBitsField(m) << 11) | ((m.hardware.priorityBits - 1) << 8),
      write: write(setControlBits),
      userRead: (m, access) =>
        controlBits(m, access.cpu) |
        (m.state.cpu(CPU.idBits, access.cpu) << 11) |
        ((m.state.cpu(CPU.priorityBits, access.cpu) - 1) << 8),
      userWrite: writeControlByUser,
    },
    doc: "How interrupts end, and what the host's interface can do.",
  },
  {
    ...row,
    name: "ICC_SRE_EL1",
    title: "System Register Enable Register",
    offset: 0xc665,
    fields: [
      { name: "DIB", high: 2, low: 2, doc: "1." },
      { name: "DFB", high: 1, low: 1, doc: "1." },
      { name: "SRE", high: 0, low: 0, doc: "1." },
    ],
    reset: "0x00000007",
    guest: { read: "7", write: "ignored" },
    user: { read: "7", write: "EINVAL without bit 0, else ignored" },
    behaviour: {
      read: () => 7,
      write: () => undefined,
      userRead: () => 7,
      userWrite: (_m, _access, _offset, value) => ((value & 1) !== 0 ? undefined : "EINVAL"),
    },
    doc: "A GICv3 guest always uses system registers.",
  },
  {
    ...row,
    name: "ICC_IGRPEN0_EL1",
    title: "Interrupt Group 0 Enable Register",
    offset: 0xc666,
    fields: [{ name: "Enable", high: 0, low: 0, doc: "Signals Group 0." }],
    guest: READ_WRITE,
    user: READ_WRITE,
    behaviour: enable(CONTROL.enableGroup0),
    doc: "Signals Group 0 interrupts, as FIQ.",
  },
  {
    ...row,
    name: "ICC_IGRPEN1_EL1",
    title: "Interrupt Group 1 Enable Register",
    offset: 0xc667,
    fields: [{ name: "Enable", high: 0, low: 0, doc: "Signals Group 1." }],
    guest: READ_WRITE,
    user: READ_WRITE,
    behaviour: enable(CONTROL.enableGroup1),
    doc: "Signals Group 1 interrupts, as IRQ.",
  },
];

/** ISR_EL1 exists whatever the GIC: it shows what the CPU interface signals. */
export const ISR: RegisterRow = {
  ...row,
  name: "ISR_EL1",
  role: "signals",
  title: "Interrupt Status Register",
  offset: 0xc608,
  fields: [
    { name: "A", high: 8, low: 8, doc: "SError; 0." },
    { name: "I", high: 7, low: 7, doc: "An IRQ is signalled to the vCPU." },
    { name: "F", high: 6, low: 6, doc: "An FIQ is signalled to the vCPU." },
  ],
  guest: { read: "what is signalled", write: "undefined" },
  user: NOT_SAVED,
  behaviour: {
    read: (m, access) => (m.model === "v3" ? signals(m, access.cpu) : gicv2.signals(m, access.cpu)),
  },
  doc: "Whether an interrupt is signalled to the vCPU: Group 1 as IRQ, Group 0 as FIQ (GICv2: IRQ without FIQEn).",
  hidden: true,
};

/** MPIDR_EL1: which vCPU a guest runs on, for its routes and SGIs. */
export const MPIDR: RegisterRow = {
  ...row,
  name: "MPIDR_EL1",
  role: "identity",
  title: "Multiprocessor Affinity Register",
  offset: 0xc005,
  fields: [
    { name: "Aff2", high: 23, low: 16, doc: "Affinity level 2." },
    { name: "Aff1", high: 15, low: 8, doc: "Affinity level 1." },
    { name: "Aff0", high: 7, low: 0, doc: "Affinity level 0." },
  ],
  reset: "0x80000000 and the vCPU's affinity",
  guest: { read: "the vCPU's affinity", write: "undefined" },
  user: NOT_SAVED,
  behaviour: { read: (_m, access) => 0x80000000 + affinityOf(access.cpu) },
  doc: "The vCPU's affinity, which routes and SGIs name.",
  hidden: true,
};
