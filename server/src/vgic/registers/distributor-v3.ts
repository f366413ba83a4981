/**
 * The GICv3 distributor's registers (IHI 0069, 12.9; frame of 0x10000 bytes), as KVM emulates them. Affinity
 * routing is always on, so the parts for INTIDs 0 to 31 read as zero and ignore writes.
 */

import { cpuOfAffinity } from "../kvm-abi.ts";
import { VM } from "../state.ts";
import { GICD_IIDR } from "./gicd-iidr.ts";
import { identificationRegisters } from "./identification.ts";
import { INTERRUPT_REGISTERS } from "./interrupt-registers.ts";
import { assignLatch, ignoreWrite, readLatch, writeTyper2ByUser } from "./register-handlers.ts";
import type { ReadHandler, RegisterRow, WriteHandler } from "./register-table.ts";
import { CONSTANT, ONE_WORD, READ_ONLY, ZERO } from "./register-words.ts";

/** ARE_NS (bit 4) and DS (bit 6), which cannot be cleared. */
const CTLR_FIXED = 0x50;
const ENABLE_GROUP_1 = 0x2;
/** IDbits = 9: ten bits of INTID, without LPIs. */
const TYPER_FIXED = 9 << 19;
/** LPIS, and IDbits = 15. */
const TYPER_WITH_LPIS = (15 << 19) | (1 << 17);
const AFFINITY_MASK = 0xffffff;

/** The word holds Aff2.Aff1.Aff0; the upper word (Aff3) and the 1-of-N bit read as zero. */
const readRoute: ReadHandler = (m, _access, offset) => {
  const intid = offset >>> 3;
  return intid < 32 || (offset & 4) !== 0 ? 0 : m.state.words[m.layout.affinity + intid - 32];
};

/** A route to no vCPU makes the interrupt undeliverable; repairing it queues nothing (KVM behaviour). */
const writeRoute: WriteHandler = (m, _access, offset, value) => {
  const intid = offset >>> 3;
  if (intid < 32 || (offset & 4) !== 0) return undefined;
  const affinity = value & AFFINITY_MASK;
  m.state.setWord(m.layout.affinity + intid - 32, affinity);
  const cpu = cpuOfAffinity(affinity, m.cpus);
  m.state.setHalf(m.layout.halves.target + m.layout.slot(0, intid), cpu === undefined ? 0 : cpu + 1);
  return undefined;
};

const single = { ...ONE_WORD, frame: "GICD" } as const;
const array = { frame: "GICD", firstIndex: 0 } as const;
/** The VMM sees the latch alone, and ICPENDR not at all. */
const PENDING_BY_USER = { read: "the latch alone", write: "assigns the latch of all 32 interrupts" };
const { IGROUPR, ISENABLER, ICENABLER, ISPENDR, ICPENDR, ISACTIVER, ICACTIVER, IPRIORITYR, ICFGR } =
  INTERRUPT_REGISTERS;

export const DISTRIBUTOR_V3: readonly RegisterRow[] = [
  {
    ...single,
    name: "GICD_CTLR",
    title: "Distributor Control Register",
    offset: 0x0000,
    fields: [
      { name: "RWP", high: 31, low: 31, doc: "Always 0." },
      { name: "nASSGIreq", high: 8, low: 8, doc: "SGIs without active state; 0 without GICv4.1." },
      { name: "DS", high: 6, low: 6, doc: "One security state; always 1." },
      { name: "ARE_NS", high: 4, low: 4, doc: "Affinity routing; always 1." },
      { name: "EnableGrp1", high: 1, low: 1, doc: "Forwards pending interrupts of both groups." },
      { name: "EnableGrp0", high: 0, low: 0, doc: "Always 0: EnableGrp1 gates both groups." },
    ],
    reset: "0x00000050",
    guest: { read: "0x50 and the enable in bit 1", write: "bit 1 is stored, the rest ignored" },
    user: { read: "as the guest", write: "as the guest" },
    behaviour: {
      read: (m) => CTLR_FIXED | (m.state.vm(VM.distributorEnabled) !== 0 ? ENABLE_GROUP_1 : 0),
      write: (m, _access, _offset, value) => {
        m.state.setVm(VM.distributorEnabled, (value & ENABLE_GROUP_1) !== 0 ? 1 : 0);
        return undefined;
      },
    },
    doc: "One enable for both groups. Enabling does not queue interrupts that were raised while disabled; a later enable, pend or line change of the interrupt does.",
  },
  {
    ...single,
    name: "GICD_TYPER",
    title: "Interrupt Controller Type Register",
    offset: 0x0004,
    fields: [
      { name: "IDbits", high: 23, low: 19, doc: "INTID bits - 1: 9, with an ITS 15." },
      { name: "LPIS", high: 17, low: 17, doc: "LPIs; 0 without an ITS." },
      { name: "ITLinesNumber", high: 4, low: 0, doc: "INTIDs / 32 - 1." },
    ],
    reset: "computed from irqs",
    guest: READ_ONLY,
    user: READ_ONLY,
    behaviour: { read: (m) => (m.layout.irqs / 32 - 1) | (m.hasIts ? TYPER_WITH_LPIS : TYPER_FIXED) },
    doc: "The number of interrupts. It does not hold the number of vCPUs.",
  },
  GICD_IIDR,
  {
    ...single,
    name: "GICD_TYPER2",
    title: "Interrupt Controller Type Register 2",
    offset: 0x000c,
    fields: [{ name: "nASSGIcap", high: 8, low: 8, doc: "SGIs without active state; 0 without GICv4.1." }],
    reset: "0x00000000",
    guest: CONSTANT,
    user: { read: "constant", write: "EBUSY (before Linux 6.17 EINVAL) unless it is the current value" },
    behaviour: { userWrite: writeTyper2ByUser },
    doc: "What GICv4.1 adds: nothing here.",
    requires: "typer2",
  },
  {
    ...single,
    name: "GICD_STATUSR",
    title: "Error Reporting Status Register",
    offset: 0x0010,
    reset: "0xffffffff",
    guest: CONSTANT,
    user: CONSTANT,
    behaviour: { read: () => 0xffffffff },
    doc: "KVM answers all ones.",
  },
  {
    ...IGROUPR,
    ...array,
    name: "GICD_IGROUPR",
    offset: 0x0080,
    length: 0x80,
    reset: "0xffffffff (word 0: 0)",
    user: { read: "as the guest", write: "as the guest" },
    revisions:
      "Revisions 0 and 1 ignore writes and read what is stored (all ones at reset); from 2 writes are stored.",
    doc: "1: Group 1, signalled as IRQ. 0: Group 0, signalled as FIQ.",
  },
  { ...ISENABLER, ...array, name: "GICD_ISENABLER", offset: 0x0100, length: 0x80, reset: "0x00000000" },
  { ...ICENABLER, ...array, name: "GICD_ICENABLER", offset: 0x0180, length: 0x80, reset: "0x00000000" },
  {
    ...ISPENDR,
    ...array,
    name: "GICD_ISPENDR",
    offset: 0x0200,
    length: 0x80,
    guest: { read: ISPENDR.guest.read, write: "1 sets the latch" },
    user: PENDING_BY_USER,
    behaviour: { ...ISPENDR.behaviour, userRead: readLatch, userWrite: assignLatch },
    doc: "Makes SPIs pending by software. The VMM saves the line with LEVEL_INFO.",
  },
  {
    ...ICPENDR,
    ...array,
    name: "GICD_ICPENDR",
    offset: 0x0280,
    length: 0x80,
    guest: { read: ICPENDR.guest.read, write: "1 clears the latch" },
    user: ZERO,
    behaviour: { ...ICPENDR.behaviour, userRead: () => 0, userWrite: ignoreWrite },
  },
  { ...ISACTIVER, ...array, name: "GICD_ISACTIVER", offset: 0x0300, length: 0x80 },
  { ...ICACTIVER, ...array, name: "GICD_ICACTIVER", offset: 0x0380, length: 0x80 },
  { ...IPRIORITYR, ...array, name: "GICD_IPRIORITYR", offset: 0x0400, length: 0x400 },
  {
    ...single,
    firstIndex: 0,
    bitsPerInterrupt: 8,
    widths: [1, 4],
    name: "GICD_ITARGETSR",
    title: "Interrupt Processor Targets Registers",
    offset: 0x0800,
    length: 0x400,
    reset: "0x00000000",
    guest: ZERO,
    user: ZERO,
    behaviour: {},
    doc: "Not used with affinity routing; see GICD_IROUTER.",
  },
  {
    ...ICFGR,
    ...array,
    name: "GICD_ICFGR",
    offset: 0x0c00,
    length: 0x100,
    reset: "0xaaaaaaaa (words 0, 1: 0)",
  },
  {
    ...single,
    firstIndex: 0,
    bitsPerInterrupt: 1,
    name: "GICD_IGRPMODR",
    title: "Interrupt Group Modifier Registers",
    offset: 0x0d00,
    length: 0x80,
    reset: "0x00000000",
    guest: ZERO,
    user: ZERO,
    behaviour: {},
    doc: "Not used with one security state.",
  },
  {
    frame: "GICD",
    size: 8,
    firstIndex: 0,
    bitsPerInterrupt: 64,
    widths: [4, 8],
    fields: [
      { name: "Aff3", high: 39, low: 32, doc: "Ignored." },
      { name: "Interrupt_Routing_Mode", high: 31, low: 31, doc: "1 of N; ignored." },
      { name: "Aff2", high: 23, low: 16, doc: "Affinity level 2." },
      { name: "Aff1", high: 15, low: 8, doc: "Affinity level 1." },
      { name: "Aff0", high: 7, low: 0, doc: "Affinity level 0." },
    ],
    name: "GICD_IROUTER",
    title: "Interrupt Routing Registers",
    offset: 0x6000,
    length: 0x2000,
    reset: "0x0000000000000000",
    guest: { read: "bits [23:0]", write: "bits [23:0] are stored" },
    user: { read: "as the guest", write: "as the guest" },
    behaviour: { read: readRoute, write: writeRoute },
    shows: ["affinity"],
    doc: "The vCPU that an SPI goes to, by affinity. An affinity that no vCPU has delivers nowhere.",
  },
  ...identificationRegisters("GICD"),
];
