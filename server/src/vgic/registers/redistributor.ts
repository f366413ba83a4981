/**
 * The GICv3 redistributor's registers (IHI 0069, 12.10; 0x20000 bytes a vCPU: RD frame, then SGI frame), as KVM
 * emulates them. They are those of the vCPU that owns the frame, whichever vCPU accesses it.
 */

import { forgetTranslations } from "../its/translation-cache.ts";
import { redistributorCtlrBits } from "../kernels/revisions.ts";
import { affinityOf } from "../kvm-abi.ts";
import { FIRST_LPI, FIRST_SPI } from "../limits.ts";
import { lpiExists } from "../lpi-record.ts";
import {
  configurationAddress,
  dropPending,
  lpiLimit,
  pendingAddress,
  readConfiguration,
  readConfigurationOfSpi,
  readConfigurations,
  readPendingTable,
} from "../lpis.ts";
import type { Machine } from "../machine.ts";
import { innerCacheability, outerCacheability, shareability } from "../sanitise.ts";
import { CPU, VM } from "../state.ts";
import { identificationRegisters } from "./identification.ts";
import { INTERRUPT_REGISTERS } from "./interrupt-registers.ts";
import { assignLatch, ignoreWrite, readLatch } from "./register-handlers.ts";
import type { Access, ReadHandler, RegisterRow, WriteHandler } from "./register-table.ts";
import { CONSTANT, ONE_WORD, READ_ONLY, TWO_WORDS, ZERO } from "./register-words.ts";

/** PENDBASER.PTZ (bit 62): the pending table is known to be all zero. */
const PTZ_HIGH = 1 << 30;
/** Offset of the SGI frame. */
const SGI = 0x10000;

const readCtlr: ReadHandler = (m, access) => {
  const bits = redistributorCtlrBits(m.host.profile, m.state.vm(VM.revision));
  m.decision = bits === 0 ? "invalidate-hidden" : "invalidate-shown";
  return bits | (m.hasIts ? m.state.cpu(CPU.lpisEnabled, access.cpu) : 0);
};

/** EnableLPIs is the only bit that can be written, and only with an ITS. */
const writeCtlr: WriteHandler = (m, access, _offset, value) => {
  if (!m.hasIts) {
    m.ignoredWrite = "without-its";
    return undefined;
  }
  const isEnabled = value & 1;
  if (isEnabled === m.state.cpu(CPU.lpisEnabled, access.cpu)) return undefined;
  m.state.setCpu(CPU.lpisEnabled, access.cpu, isEnabled);
  if (isEnabled !== 0) {
    const end = lpiLimit(m);
    m.noticeOutside("configuration-table", configurationAddress(m, FIRST_LPI), end - FIRST_LPI);
    m.noticeOutside("pending-table", pendingAddress(m, access.cpu, 0), end / 8);
    const isKnownZero = (m.state.cpu(CPU.pendbaserHigh, access.cpu) & PTZ_HIGH) !== 0;
    if (!isKnownZero) readPendingTable(m, access.cpu);
  } else {
    if (m.traits.lpiDisableDrops !== "nothing") dropPending(m, access.cpu);
    forgetTranslations(m);
  }
  return undefined;
};

/** GICR_INVLPIR and INVALLR act on the lower word, and only while the vCPU has LPIs enabled. */
function invalidation(act: (m: Machine, access: Access, value: number) => void): WriteHandler {
  return (m, access, offset, value) => {
    if (access.byUser || !m.hasIts) m.ignoredWrite = access.byUser ? "ignored" : "without-its";
    else if (offset === 0 && m.state.cpu(CPU.lpisEnabled, access.cpu) === 0) m.ignoredWrite = "lpis-disabled";
    else if (offset === 0) act(m, access, value);
    return undefined;
  };
}

const invalidateLpi = invalidation((m, _access, value) => {
  if (value >= FIRST_LPI && lpiExists(m, value)) readConfiguration(m, value);
  else if (value >= FIRST_SPI && value < m.layout.irqs && m.traits.invalidatesSpis)
    readConfigurationOfSpi(m, value);
});

const invalidateAll = invalidation((m, access) => readConfigurations(m, access.cpu));

/** Low word: processor number [23:8] and Last (bit 4); high word: affinity. */
function readTyper(lastShown: (m: Machine) => boolean): ReadHandler {
  return (m, access, offset) => {
    if (offset === 4) return affinityOf(access.cpu);
    const isLast = m.lastOfRegion[access.cpu];
    if (isLast && !lastShown(m)) m.decision = "last-hidden";
    return ((access.cpu & 0xffff) << 8) | (isLast && lastShown(m) ? 1 << 4 : 0) | (m.hasIts ? 1 : 0);
  };
}

/** Shareability [11:10] and inner cacheability [9:7]. */
function sanitiseLow(low: number, keep: number): number {
  return (low & keep) | (shareability((low >>> 10) & 3) << 10) | (innerCacheability((low >>> 7) & 7) << 7);
}

/** Outer cacheability [58:56]; the address reaches up to bit 51. */
function sanitiseHigh(high: number): number {
  return (high & 0xfffff) | (outerCacheability((high >>> 24) & 7) << 24);
}

/**
 * The LPI table registers, which KVM keeps even without an ITS. Each write sanitises both words; none is taken while the
 * vCPU has LPIs enabled.
 */
function tableRegister(
  write: (m: Machine, access: Access, low: number, high: number) => void,
  stored: (m: Machine, access: Access, upper: boolean) => number,
  keep: number,
): { read: ReadHandler; write: WriteHandler } {
  return {
    read: (m, access, offset) => {
      const word = stored(m, access, offset === 4);
      return offset === 4 && !m.traits.ptzReadsBack ? word & ~PTZ_HIGH : word;
    },
    write: (m, access, offset, value) => {
      if (m.state.cpu(CPU.lpisEnabled, access.cpu) !== 0) {
        m.ignoredWrite = "lpis-enabled";
        return undefined;
      }
      const low = offset === 0 ? value : stored(m, access, false);
      const high = offset === 4 ? value : stored(m, access, true);
      write(m, access, sanitiseLow(low, keep), high);
      return undefined;
    },
  };
}

const propbaser = tableRegister(
  (m, _access, low, high) => {
    m.state.setVm(VM.propbaserLow, low);
    m.state.setVm(VM.propbaserHigh, sanitiseHigh(high));
  },
  (m, _access, upper) => m.state.vm(upper ? VM.propbaserHigh : VM.propbaserLow),
  0xfffff01f,
);

const pendbaser = tableRegister(
  (m, access, low, high) => {
    m.state.setCpu(CPU.pendbaserLow, access.cpu, low);
    m.state.setCpu(CPU.pendbaserHigh, access.cpu, sanitiseHigh(high) | (high & PTZ_HIGH));
  },
  (m, access, upper) => m.state.cpu(upper ? CPU.pendbaserHigh : CPU.pendbaserLow, access.cpu),
  0xffff0000,
);

const rd = { ...ONE_WORD, frame: "GICR" } as const;
const wide = { ...TWO_WORDS, frame: "GICR" } as const;
const sgi = { frame: "GICR", length: 4 } as const;
const { IGROUPR, ISENABLER, ICENABLER, ISPENDR, ICPENDR, ISACTIVER, ICACTIVER, IPRIORITYR, ICFGR } =
  INTERRUPT_REGISTERS;
const TABLE_FIELDS = [
  { name: "OuterCache", high: 58, low: 56, doc: "0 or 1; others become 0." },
  { name: "Physical_Address", high: 51, low: 16, doc: "The table." },
  { name: "Shareability", high: 11, low: 10, doc: "Outer becomes inner." },
  { name: "InnerCache", high: 9, low: 7, doc: "0 and 1 become 3." },
] as const;
const SANITISED = {
  read: "as stored",
  write: "stored, with the attributes that KVM supports; ignored while the vCPU has LPIs enabled",
};

export const REDISTRIBUTOR: readonly RegisterRow[] = [
  {
    ...rd,
    name: "GICR_CTLR",
    showsRevision: true,
    title: "Redistributor Control Register",
    offset: 0x0000,
    fields: [
      { name: "RWP", high: 3, low: 3, doc: "0 between accesses." },
      {
        name: "IR",
        high: 2,
        low: 2,
        doc: "GICR_INVLPIR and INVALLR are implemented; shown from revision 3.",
      },
      { name: "CES", high: 1, low: 1, doc: "EnableLPIs can be cleared; shown from revision 3." },
      {
        name: "EnableLPIs",
        high: 0,
        low: 0,
        doc: "The vCPU takes LPIs; 0 without an ITS. Setting it makes pending what the pending table says, unless PENDBASER.PTZ was set; clearing it drops what is pending.",
      },
    ],
    reset: "revision 3: 0x00000006, before: 0",
    guest: { read: "EnableLPIs; CES and IR from revision 3", write: "EnableLPIs; ignored without an ITS" },
    user: { read: "as the guest", write: "as the guest" },
    revisions: "It shows CES and IR from revision 3 only.",
    behaviour: { read: readCtlr, write: writeCtlr },
    doc: "Tells whether LPIs can be disabled again, and invalidated through the redistributor.",
  },
  {
    ...rd,
    name: "GICR_IIDR",
    title: "Redistributor Implementer Identification Register",
    offset: 0x0004,
    reset: "0x4b00043b",
    guest: CONSTANT,
    user: CONSTANT,
    behaviour: { read: () => 0x4b00043b },
    doc: "The same under every revision: GICD_IIDR alone names the revision.",
  },
  {
    ...wide,
    name: "GICR_TYPER",
    title: "Redistributor Type Register",
    offset: 0x0008,
    fields: [
      { name: "Affinity_Value", high: 63, low: 32, doc: "The vCPU's affinity." },
      { name: "Processor_Number", high: 23, low: 8, doc: "The vCPU's id." },
      { name: "Last", high: 4, low: 4, doc: "The last redistributor of its region." },
      { name: "PLPIS", high: 0, low: 0, doc: "LPIs; 0 without an ITS." },
    ],
    reset: "computed from the vCPU",
    guest: READ_ONLY,
    user: READ_ONLY,
    behaviour: { read: readTyper(() => true), userRead: readTyper((m) => m.traits.lastShownToUser) },
    doc: "Which vCPU the redistributor belongs to.",
  },
  {
    ...rd,
    name: "GICR_STATUSR",
    title: "Redistributor Error Reporting Status Register",
    offset: 0x0010,
    reset: "0x00000000",
    guest: ZERO,
    user: ZERO,
    behaviour: {},
    doc: "KVM's table holds it out of order, so that KVM never finds it: it reads as zero and has no attribute (learned from the recordings).",
    hidden: true,
  },
  {
    ...rd,
    name: "GICR_WAKER",
    title: "Redistributor Wake Register",
    offset: 0x0014,
    fields: [
      { name: "ChildrenAsleep", high: 2, low: 2, doc: "Always 0." },
      { name: "ProcessorSleep", high: 1, low: 1, doc: "Always 0." },
    ],
    reset: "0x00000000",
    guest: ZERO,
    user: ZERO,
    behaviour: {},
    doc: "A vCPU's redistributor never sleeps.",
  },
  {
    ...wide,
    name: "GICR_PROPBASER",
    title: "Redistributor Properties Base Address Register",
    offset: 0x0070,
    fields: [...TABLE_FIELDS, { name: "IDbits", high: 4, low: 0, doc: "INTID bits of LPIs - 1." }],
    reset: "0; with an ITS 0x0000000000000580",
    guest: SANITISED,
    user: SANITISED,
    behaviour: propbaser,
    doc: "The LPI configuration table; one value for the VM.",
  },
  {
    ...wide,
    name: "GICR_PENDBASER",
    title: "Redistributor LPI Pending Table Base Address Register",
    offset: 0x0078,
    fields: [{ name: "PTZ", high: 62, low: 62, doc: "Reads as zero from Linux 5.6 on." }, ...TABLE_FIELDS],
    reset: "0x0000000000000580",
    guest: SANITISED,
    user: SANITISED,
    behaviour: pendbaser,
    doc: "The vCPU's LPI pending table.",
  },
  {
    ...wide,
    name: "GICR_INVLPIR",
    title: "Redistributor Invalidate LPI Register",
    offset: 0x00a0,
    reset: "0x0000000000000000",
    guest: { read: "zero", write: "acts while the vCPU has LPIs enabled" },
    user: ZERO,
    behaviour: { write: invalidateLpi },
    doc: "Reloads the configuration of an LPI, whichever vCPU it goes to, under every revision.",
    requires: "invalidateRegisters",
  },
  {
    ...wide,
    name: "GICR_INVALLR",
    title: "Redistributor Invalidate All Register",
    offset: 0x00b0,
    reset: "0x0000000000000000",
    guest: { read: "zero", write: "acts while the vCPU has LPIs enabled" },
    user: ZERO,
    behaviour: { write: invalidateAll },
    doc: "Reloads the configuration of all LPIs that go to this vCPU, under every revision.",
    requires: "invalidateRegisters",
  },
  {
    ...rd,
    name: "GICR_SYNCR",
    title: "Redistributor Synchronize Register",
    offset: 0x00c0,
    reset: "0x00000000",
    guest: ZERO,
    user: ZERO,
    behaviour: {},
    doc: "Busy while an invalidation runs: never between accesses.",
    requires: "invalidateRegisters",
  },
  ...identificationRegisters("GICR"),
  {
    ...IGROUPR,
    ...sgi,
    name: "GICR_IGROUPR0",
    title: "Interrupt Group Register 0",
    offset: SGI + 0x080,
    reset: "0xffffffff",
    user: { read: "as the guest", write: "as the guest" },
    revisions:
      "Revisions 0 and 1 ignore writes and read what is stored (all ones at reset); from 2 writes are stored.",
    doc: "1: Group 1, signalled as IRQ. 0: Group 0, signalled as FIQ and hit by ICC_SGI0R_EL1.",
  },
  { ...ISENABLER, ...sgi, name: "GICR_ISENABLER0", offset: SGI + 0x100, reset: "0x0000ffff" },
  { ...ICENABLER, ...sgi, name: "GICR_ICENABLER0", offset: SGI + 0x180, reset: "0x0000ffff" },
  {
    ...ISPENDR,
    ...sgi,
    name: "GICR_ISPENDR0",
    offset: SGI + 0x200,
    guest: { read: ISPENDR.guest.read, write: "1 sets the latch" },
    user: { read: "the latch alone", write: "assigns the latch of all 32 interrupts" },
    behaviour: { ...ISPENDR.behaviour, userRead: readLatch, userWrite: assignLatch },
    doc: "Makes SGIs and PPIs pending by software. The VMM saves the line with LEVEL_INFO.",
  },
  {
    ...ICPENDR,
    ...sgi,
    name: "GICR_ICPENDR0",
    offset: SGI + 0x280,
    guest: { read: ICPENDR.guest.read, write: "1 clears the latch" },
    user: ZERO,
    behaviour: { ...ICPENDR.behaviour, userRead: () => 0, userWrite: ignoreWrite },
  },
  { ...ISACTIVER, ...sgi, name: "GICR_ISACTIVER0", offset: SGI + 0x300 },
  { ...ICACTIVER, ...sgi, name: "GICR_ICACTIVER0", offset: SGI + 0x380 },
  { ...IPRIORITYR, ...sgi, name: "GICR_IPRIORITYR", offset: SGI + 0x400, length: 0x20, firstIndex: 0 },
  {
    ...ICFGR,
    ...sgi,
    name: "GICR_ICFGR",
    offset: SGI + 0xc00,
    length: 8,
    firstIndex: 0,
    reset: "SGIs 0xaaaaaaaa, PPIs 0",
    guest: READ_ONLY,
    user: READ_ONLY,
    doc: "SGIs are edge triggered and PPIs level sensitive; neither can be changed.",
  },
  {
    ...rd,
    bitsPerInterrupt: 1,
    name: "GICR_IGRPMODR0",
    title: "Interrupt Group Modifier Register 0",
    offset: SGI + 0xd00,
    reset: "0x00000000",
    guest: ZERO,
    user: ZERO,
    behaviour: {},
    doc: "Not used with one security state.",
  },
  {
    ...rd,
    name: "GICR_NSACR",
    title: "Non-secure Access Control Register",
    offset: SGI + 0xe00,
    reset: "0x00000000",
    guest: ZERO,
    user: ZERO,
    behaviour: {},
    doc: "Not used with one security state.",
  },
];
