/** The GICv2 distributor's registers (IHI 0048, 4.3; frame of 0x1000 bytes), as KVM emulates them. */

import { queue, raiseSgiFrom } from "../interrupts.ts";
import { VM } from "../state.ts";
import { GICD_IIDR } from "./gicd-iidr.ts";
import { INTERRUPT_REGISTERS } from "./interrupt-registers.ts";
import { readBytes, writeBytes } from "./register-handlers.ts";
import type { RegisterRow, WriteHandler } from "./register-table.ts";
import { ONE_WORD, READ_ONLY, WRITE_ONLY } from "./register-words.ts";

const readTargets = readBytes((m, access, intid) =>
  intid < 32 ? 1 << access.cpu : m.state.bytes[m.layout.bytes.targets + m.layout.slot(0, intid)],
);

/** Of several targets the lowest vCPU gets the interrupt; of none, vCPU 0 (KVM behaviour). */
const writeTargets = writeBytes((m, _access, intid, value) => {
  if (intid < 32) {
    m.ignoredWrite = "ignored";
    return;
  }
  const slot = m.layout.slot(0, intid);
  const targets = value & ((1 << m.cpus) - 1);
  m.state.setByte(m.layout.bytes.targets + slot, targets);
  m.state.setHalf(m.layout.halves.target + slot, targets === 0 ? 1 : 32 - Math.clz32(targets & -targets));
});

/** GICD_SGIR: target list filter [25:24], target list [23:16], INTID [3:0]; NSATT is ignored. */
const sendSgi: WriteHandler = (m, access, _offset, value) => {
  const sender = access.cpu;
  const all = (1 << m.cpus) - 1;
  const filter = (value >>> 24) & 3;
  if (filter === 3) return undefined;
  const targets = filter === 0 ? (value >>> 16) & all : filter === 1 ? all & ~(1 << sender) : 1 << sender;
  for (let cpu = 0; cpu < m.cpus; cpu++) {
    if ((targets >>> cpu) & 1) raiseSgiFrom(m, cpu, value & 0xf, sender);
  }
  return undefined;
};

const readSources = readBytes(
  (m, access, sgi) => m.state.bytes[m.layout.bytes.source + m.layout.slot(access.cpu, sgi)],
);

const clearSources = writeBytes((m, access, sgi, value) => {
  const { state, layout } = m;
  const slot = layout.slot(access.cpu, sgi);
  const source = state.bytes[layout.bytes.source + slot] & ~value;
  state.setByte(layout.bytes.source + slot, source);
  if (source === 0) state.setBit(layout.bits.latch, slot, false);
});

const setSources = writeBytes((m, access, sgi, value) => {
  const { state, layout } = m;
  const slot = layout.slot(access.cpu, sgi);
  const source = state.bytes[layout.bytes.source + slot] | value;
  state.setByte(layout.bytes.source + slot, source);
  if (source === 0) return;
  state.setBit(layout.bits.latch, slot, true);
  queue(m, slot);
});

const array = { frame: "GICD", firstIndex: 0 } as const;
const single = { ...ONE_WORD, frame: "GICD" } as const;

export const DISTRIBUTOR_V2: readonly RegisterRow[] = [
  {
    ...single,
    name: "GICD_CTLR",
    title: "Distributor Control Register",
    offset: 0x000,
    fields: [
      {
        name: "Enable",
        high: 0,
        low: 0,
        doc: "Forwards pending interrupts of both groups to the CPU interfaces.",
      },
    ],
    reset: "0x00000000",
    guest: { read: "bit 0 is the enable, the rest 0", write: "bit 0 is stored, the rest ignored" },
    user: { read: "as the guest", write: "as the guest" },
    behaviour: {
      read: (m) => m.state.vm(VM.distributorEnabled),
      write: (m, _access, _offset, value) => {
        m.state.setVm(VM.distributorEnabled, value & 1);
        return undefined;
      },
    },
    shows: [],
    doc: "One enable for both groups: EnableGrp1 (bit 1) does not exist in KVM. Enabling does not queue interrupts that were raised while disabled; a later enable, pend or line change of the interrupt does.",
  },
  {
    ...single,
    name: "GICD_TYPER",
    title: "Interrupt Controller Type Register",
    offset: 0x004,
    fields: [
      { name: "ITLinesNumber", high: 4, low: 0, doc: "INTIDs / 32 - 1." },
      { name: "CPUNumber", high: 7, low: 5, doc: "vCPUs - 1." },
      { name: "SecurityExtn", high: 10, low: 10, doc: "Always 0." },
      { name: "LSPI", high: 15, low: 11, doc: "Always 0." },
    ],
    reset: "computed from irqs and cpus",
    guest: READ_ONLY,
    user: READ_ONLY,
    behaviour: { read: (m) => (m.layout.irqs / 32 - 1) | ((m.cpus - 1) << 5) },
    shows: [],
    doc: "The number of interrupts and vCPUs.",
  },
  GICD_IIDR,
  { ...INTERRUPT_REGISTERS.IGROUPR, ...array, name: "GICD_IGROUPR", offset: 0x080, length: 0x80 },
  { ...INTERRUPT_REGISTERS.ISENABLER, ...array, name: "GICD_ISENABLER", offset: 0x100, length: 0x80 },
  { ...INTERRUPT_REGISTERS.ICENABLER, ...array, name: "GICD_ICENABLER", offset: 0x180, length: 0x80 },
  { ...INTERRUPT_REGISTERS.ISPENDR, ...array, name: "GICD_ISPENDR", offset: 0x200, length: 0x80 },
  { ...INTERRUPT_REGISTERS.ICPENDR, ...array, name: "GICD_ICPENDR", offset: 0x280, length: 0x80 },
  { ...INTERRUPT_REGISTERS.ISACTIVER, ...array, name: "GICD_ISACTIVER", offset: 0x300, length: 0x80 },
  { ...INTERRUPT_REGISTERS.ICACTIVER, ...array, name: "GICD_ICACTIVER", offset: 0x380, length: 0x80 },
  { ...INTERRUPT_REGISTERS.IPRIORITYR, ...array, name: "GICD_IPRIORITYR", offset: 0x400, length: 0x400 },
  {
    frame: "GICD",
    size: 4,
    length: 0x400,
    firstIndex: 0,
    bitsPerInterrupt: 8,
    widths: [1, 4],
    fields: [],
    name: "GICD_ITARGETSR",
    title: "Interrupt Processor Targets Registers",
    offset: 0x800,
    reset: "INTID 0-31: the reading vCPU's bit; SPIs: 0 (delivered to vCPU 0)",
    guest: { read: "a byte an interrupt", write: "SPIs: stored for existing vCPUs; INTID 0-31 ignored" },
    user: { read: "as the guest", write: "as the guest" },
    behaviour: { read: readTargets, write: writeTargets },
    shows: ["targets"],
    doc: "The vCPUs that an SPI may go to. KVM delivers to the lowest of them.",
  },
  { ...INTERRUPT_REGISTERS.ICFGR, ...array, name: "GICD_ICFGR", offset: 0xc00, length: 0x100 },
  {
    ...single,
    name: "GICD_SGIR",
    title: "Software Generated Interrupt Register",
    offset: 0xf00,
    fields: [
      {
        name: "TargetListFilter",
        high: 25,
        low: 24,
        doc: "0: the list; 1: all but the sender; 2: the sender; 3: ignored.",
      },
      { name: "CPUTargetList", high: 23, low: 16, doc: "A bit a vCPU." },
      { name: "NSATT", high: 15, low: 15, doc: "Ignored." },
      { name: "INTID", high: 3, low: 0, doc: "The SGI." },
    ],
    reset: "0x00000000",
    guest: WRITE_ONLY,
    user: { read: "zero", write: "raises the SGI, sent by the named vCPU" },
    behaviour: { write: sendSgi },
    shows: [],
    doc: "Sends an SGI.",
  },
  {
    frame: "GICD",
    size: 4,
    length: 0x10,
    firstIndex: 0,
    bitsPerInterrupt: 8,
    widths: [1, 4],
    fields: [],
    name: "GICD_CPENDSGIR",
    clears: "SPENDSGIR",
    title: "SGI Clear-Pending Registers",
    offset: 0xf10,
    reset: "0x00000000",
    guest: { read: "senders of each SGI, a byte each", write: "1 removes a sender" },
    user: { read: "as the guest", write: "as the guest" },
    behaviour: { read: readSources, write: clearSources },
    shows: ["source", "latch"],
    doc: "Who has sent an SGI to this vCPU; the SGI is no longer pending once it has no sender.",
  },
  {
    frame: "GICD",
    size: 4,
    length: 0x10,
    firstIndex: 0,
    bitsPerInterrupt: 8,
    widths: [1, 4],
    fields: [],
    name: "GICD_SPENDSGIR",
    title: "SGI Set-Pending Registers",
    offset: 0xf20,
    reset: "0x00000000",
    guest: { read: "senders of each SGI, a byte each", write: "1 adds a sender" },
    user: { read: "as the guest", write: "as the guest" },
    behaviour: { read: readSources, write: setSources },
    shows: ["source", "latch"],
    doc: "Makes SGIs pending as if the given vCPUs had sent them.",
  },
];
