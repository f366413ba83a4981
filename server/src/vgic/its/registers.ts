/**
 * The ITS's registers (IHI 0069, 12.18; a frame of 0x20000 bytes: control, then translation), as KVM emulates them. A store
 * to the translation frame does nothing: MSIs reach KVM by KVM_SIGNAL_MSI and irqfds.
 */

import type { Machine } from "../machine.ts";
import { identificationRegisters } from "../registers/identification.ts";
import type { Behaviour, ReadHandler, RegisterRow, WriteHandler } from "../registers/register-table.ts";
import { CONSTANT, ONE_WORD, READ_ONLY, TWO_WORDS, ZERO } from "../registers/register-words.ts";
import { innerCacheability, outerCacheability, shareability } from "../sanitise.ts";
import { VM } from "../state.ts";
import { collectionTable, deviceTable } from "./id-checks.ts";
import { removeCollections, removeDevices } from "./mapping.ts";
import { queueAddress, queueSize, runCommands } from "./queue.ts";
import { COLLECTION_TABLE_RESET, DEVICE_TABLE_RESET } from "./reset.ts";
import { forgetTranslations } from "./translation-cache.ts";

/** Physical LPIs; ITT entries of 8 bytes; 16 bits for events and devices; collections in memory. */
const TYPER = 0x0001ef71;
const IIDR = 0x4b00043b;
const ABI_REVISION = 0xf000;
const VALID = 1 << 31;
const INDIRECT = 1 << 30;
const QUEUE_OFFSET = 0xfffe0;

/** The two halves of a 64-bit register. */
interface Halves {
  readonly low: number;
  readonly high: number;
}

/** A 64-bit register. A write of a half keeps the other one. */
function wide(read: (m: Machine) => Halves, write?: (m: Machine, value: Halves) => void): Behaviour {
  const readHalf: ReadHandler = (m, _access, offset) => (offset === 0 ? read(m).low : read(m).high);
  if (write === undefined) return { read: readHalf };
  return {
    read: readHalf,
    write: (m, _access, offset, value, length, high) => {
      const before = read(m);
      if (length === 8) write(m, { low: value, high });
      else write(m, offset === 0 ? { low: value, high: before.high } : { low: before.low, high: value });
      return undefined;
    },
  };
}

/** The attributes of the ITS's tables and of its queue: shareability [11:10], outer [55:53] and inner [61:59] cache. */
function sanitised({ low, high }: Halves): Halves {
  const inner = innerCacheability((high >>> 27) & 7);
  const outer = outerCacheability((high >>> 21) & 7);
  return {
    low: (low & ~0xc00) | (shareability((low >>> 10) & 3) << 10),
    high: (high & ~((7 << 27) | (7 << 21))) | (inner << 27) | (outer << 21),
  };
}

const readCtlr: ReadHandler = (m) =>
  (m.state.vm(VM.creadr) === m.state.vm(VM.cwriter) ? 0x80000000 : 0) | m.state.vm(VM.itsEnabled);

const writeCtlr: WriteHandler = (m, _access, _offset, value) => {
  const { state } = m;
  const isEnabled = (value & 1) !== 0;
  const areValid =
    (state.vm(VM.cbaserHigh) & state.vm(VM.deviceTableHigh) & state.vm(VM.collectionTableHigh) & VALID) !== 0;
  if (isEnabled && state.vm(VM.itsEnabled) === 0 && !areValid) {
    m.ignoredWrite = "its-incomplete";
    return undefined;
  }
  if (isEnabled && state.vm(VM.itsEnabled) === 0) {
    const [devices, collections] = [deviceTable(m), collectionTable(m)];
    m.noticeOutside("queue", queueAddress(m), queueSize(m));
    m.noticeOutside("device-table", devices.address, devices.size);
    m.noticeOutside("collection-table", collections.address, collections.size);
  }
  state.setVm(VM.itsEnabled, isEnabled ? 1 : 0);
  if (!isEnabled) forgetTranslations(m);
  runCommands(m);
  return undefined;
};

/** Whether the ITS is enabled, so that a register ignores what is written. */
function isLocked(m: Machine): boolean {
  if (m.state.vm(VM.itsEnabled) === 0) return false;
  m.ignoredWrite = "its-enabled";
  return true;
}

const cbaser = wide(
  (m) => ({ low: m.state.vm(VM.cbaserLow), high: m.state.vm(VM.cbaserHigh) }),
  (m, value) => {
    if (isLocked(m)) return;
    const { low, high } = sanitised(value);
    m.state.setVm(VM.cbaserLow, low & ~0xf000);
    m.state.setVm(VM.cbaserHigh, high);
    m.state.setVm(VM.creadr, 0);
    m.state.setVm(VM.cwriter, 0);
  },
);

const cwriter = wide(
  (m) => ({ low: m.state.vm(VM.cwriter), high: 0 }),
  (m, { low }) => {
    const offset = low & QUEUE_OFFSET;
    if (offset >= queueSize(m)) {
      m.ignoredWrite = "beyond-queue";
      return;
    }
    m.state.setVm(VM.cwriter, offset);
    runCommands(m);
  },
);

const creadr: Behaviour = {
  ...wide((m) => ({ low: m.state.vm(VM.creadr), high: 0 })),
  userWrite: (m, _access, _offset, value) => {
    if (m.state.vm(VM.itsEnabled) !== 0) return "EBUSY";
    const offset = value & QUEUE_OFFSET;
    if (offset >= queueSize(m)) return "EINVAL";
    m.state.setVm(VM.creadr, offset);
    return undefined;
  },
};

/** GITS_BASER0 and 1: what a table holds and the size of its entries cannot be changed, and pages have 64 KiB. */
function tableRegister(
  fields: { readonly low: number; readonly high: number },
  kept: { readonly high: number; readonly indirect: boolean },
  forget: (m: Machine) => void,
): Behaviour {
  return wide(
    (m) => ({ low: m.state.vm(fields.low), high: m.state.vm(fields.high) }),
    (m, value) => {
      if (isLocked(m)) return;
      const { low, high } = sanitised(value);
      const fixed = (7 << 24) | (0x1f << 16) | (kept.indirect ? 0 : INDIRECT);
      const newLow = ((low & ~0x300) | 0x200) >>> 0;
      const newHigh = ((high & ~fixed) | (kept.high & ((7 << 24) | (0x1f << 16)))) >>> 0;
      const isOther = newLow !== m.state.vm(fields.low) || newHigh !== m.state.vm(fields.high);
      m.state.setVm(fields.low, newLow);
      m.state.setVm(fields.high, newHigh);
      if (m.traits.baserChangeForgets) {
        if (!isOther) return;
        forget(m);
        forgetTranslations(m);
      } else if ((newHigh & VALID) === 0) forget(m);
    },
  );
}

const row = { ...ONE_WORD, frame: "GITS" } as const;
const wideRow = { ...TWO_WORDS, frame: "GITS" } as const;
const ATTRIBUTES = [
  { name: "InnerCache", high: 61, low: 59, doc: "0 and 1 become 3." },
  { name: "OuterCache", high: 55, low: 53, doc: "0 or 1; others become 0." },
] as const;
const TABLE_FIELDS = [
  { name: "Valid", high: 63, low: 63, doc: "The table is there." },
  {
    name: "Indirect",
    high: 62,
    low: 62,
    doc: "Two levels: 8-byte entries name 64 KiB pages with the entries proper.",
  },
  ...ATTRIBUTES,
  { name: "Type", high: 58, low: 56, doc: "1: devices; 4: collections. Cannot be changed." },
  { name: "Entry_Size", high: 52, low: 48, doc: "Bytes of an entry - 1: 7. Cannot be changed." },
  { name: "Physical_Address", high: 47, low: 12, doc: "The table; bits [51:48] of its address in [15:12]." },
  { name: "Shareability", high: 11, low: 10, doc: "Outer becomes inner." },
  { name: "Page_Size", high: 9, low: 8, doc: "2: 64 KiB, whatever is written." },
  { name: "Size", high: 7, low: 0, doc: "Pages of the table - 1." },
] as const;
const WHILE_DISABLED = { read: "as stored", write: "ignored while the ITS is enabled" } as const;
/** The VMM's ID registers differ from those of the other frames. */
const IDENTIFICATION: Readonly<Record<string, number>> = {
  GITS_PIDR4: 0x40,
  GITS_PIDR0: 0x92,
  GITS_PIDR1: 0xb4,
  GITS_PIDR2: 0x3b,
  GITS_CIDR0: 0x0d,
  GITS_CIDR1: 0xf0,
  GITS_CIDR2: 0x05,
  GITS_CIDR3: 0xb1,
};

export const ITS_REGISTERS: readonly RegisterRow[] = [
  {
    ...row,
    name: "GITS_CTLR",
    title: "ITS Control Register",
    offset: 0x0000,
    fields: [
      { name: "Quiescent", high: 31, low: 31, doc: "GITS_CREADR has reached GITS_CWRITER." },
      { name: "Enabled", high: 0, low: 0, doc: "MSIs are translated and commands are run." },
    ],
    reset: "0x80000000",
    guest: {
      read: "Enabled, and Quiescent while no command waits",
      write: "bit 0; enabling is ignored unless GITS_CBASER, GITS_BASER0 and GITS_BASER1 are valid",
    },
    user: { read: "as the guest", write: "as the guest" },
    behaviour: { read: readCtlr, write: writeCtlr },
    doc: "Enabling runs the commands that wait. Disabling keeps what is mapped.",
  },
  {
    ...row,
    name: "GITS_IIDR",
    title: "ITS Implementer Identification Register",
    offset: 0x0004,
    reset: "0x4b00043b",
    guest: CONSTANT,
    user: { read: "constant", write: "EINVAL unless bits [15:12], the revision of the tables, are 0" },
    behaviour: {
      read: () => IIDR,
      userWrite: (_m, _access, _offset, value) => ((value & ABI_REVISION) !== 0 ? "EINVAL" : undefined),
    },
    doc: "The revision of the tables in memory: there is only 0. It does not follow GICD_IIDR.",
  },
  {
    ...wideRow,
    name: "GITS_TYPER",
    title: "ITS Type Register",
    offset: 0x0008,
    fields: [
      { name: "HCC", high: 31, low: 24, doc: "Collections that need no table: 0." },
      { name: "PTA", high: 19, low: 19, doc: "0: targets are vCPU numbers." },
      { name: "Devbits", high: 17, low: 13, doc: "Device bits - 1: 15." },
      { name: "ID_bits", high: 12, low: 8, doc: "Event bits - 1: 15." },
      { name: "ITT_entry_size", high: 7, low: 4, doc: "Bytes of an ITT entry - 1: 7." },
      { name: "Physical", high: 0, low: 0, doc: "Physical LPIs: 1." },
    ],
    reset: "0x000000000001ef71",
    guest: READ_ONLY,
    user: READ_ONLY,
    behaviour: wide(() => ({ low: TYPER, high: 0 })),
    doc: "What the ITS can do.",
  },
  {
    ...wideRow,
    name: "GITS_CBASER",
    title: "ITS Command Queue Descriptor",
    offset: 0x0080,
    fields: [
      { name: "Valid", high: 63, low: 63, doc: "The queue is there." },
      ...ATTRIBUTES,
      { name: "Physical_Address", high: 51, low: 16, doc: "The queue; bits [15:12] are dropped." },
      { name: "Shareability", high: 11, low: 10, doc: "Outer becomes inner." },
      { name: "Size", high: 7, low: 0, doc: "4 KiB pages of the queue - 1." },
    ],
    reset: "0x0000000000000000",
    guest: WHILE_DISABLED,
    user: WHILE_DISABLED,
    behaviour: cbaser,
    doc: "Where commands are. Every write that is taken sets GITS_CREADR and GITS_CWRITER to 0.",
  },
  {
    ...wideRow,
    name: "GITS_CWRITER",
    title: "ITS Write Register",
    offset: 0x0088,
    fields: [{ name: "Offset", high: 19, low: 5, doc: "After the last command." }],
    reset: "0x0000000000000000",
    guest: { read: "as stored", write: "runs the commands up to there; ignored beyond the queue" },
    user: { read: "as the guest", write: "as the guest" },
    behaviour: cwriter,
    doc: "While the ITS is enabled, all commands are done when the write is.",
  },
  {
    ...wideRow,
    name: "GITS_CREADR",
    title: "ITS Read Register",
    offset: 0x0090,
    fields: [
      { name: "Offset", high: 19, low: 5, doc: "The next command that is run." },
      { name: "Stalled", high: 0, low: 0, doc: "Always 0: KVM skips a command that is wrong." },
    ],
    reset: "0x0000000000000000",
    guest: READ_ONLY,
    user: { read: "as stored", write: "stored; EBUSY while the ITS is enabled, EINVAL beyond the queue" },
    behaviour: creadr,
    doc: "How far commands were run.",
  },
  {
    ...wideRow,
    name: "GITS_BASER0",
    title: "ITS Table Descriptor of devices",
    offset: 0x0100,
    fields: TABLE_FIELDS,
    reset: "0x1907000000000600",
    guest: WHILE_DISABLED,
    user: WHILE_DISABLED,
    behaviour: tableRegister(
      { low: VM.deviceTableLow, high: VM.deviceTableHigh },
      { high: DEVICE_TABLE_RESET.high, indirect: true },
      removeDevices,
    ),
    doc: "The device table: how many devices there can be, and where KVM saves them.",
  },
  {
    ...wideRow,
    name: "GITS_BASER1",
    title: "ITS Table Descriptor of collections",
    offset: 0x0108,
    fields: TABLE_FIELDS,
    reset: "0x1c07000000000600",
    guest: WHILE_DISABLED,
    user: WHILE_DISABLED,
    behaviour: tableRegister(
      { low: VM.collectionTableLow, high: VM.collectionTableHigh },
      { high: COLLECTION_TABLE_RESET.high, indirect: false },
      removeCollections,
    ),
    doc: "The collection table: how many collections there can be, and where KVM saves them. It has one level.",
  },
  {
    ...wideRow,
    name: "GITS_BASER",
    title: "ITS Table Descriptors",
    offset: 0x0110,
    length: 0x30,
    firstIndex: 2,
    reset: "0x0000000000000000",
    guest: ZERO,
    user: ZERO,
    behaviour: wide(
      () => ({ low: 0, high: 0 }),
      (m) => {
        m.ignoredWrite = "ignored";
      },
    ),
    doc: "No table.",
  },
  {
    ...row,
    name: "GITS_TRANSLATER",
    title: "ITS Translation Register",
    offset: 0x10040,
    widths: [],
    fields: [{ name: "EventID", high: 31, low: 0, doc: "The event; the bus says which device it is." }],
    reset: "0x00000000",
    guest: { read: "zero", write: "ignored: a vCPU is no device" },
    user: { read: "ENXIO", write: "ENXIO" },
    behaviour: {},
    doc: "Where devices write their MSIs. KVM takes them by KVM_SIGNAL_MSI and irqfds, and has no register here.",
    hidden: true,
  },
  ...identificationRegisters("GITS").map((known) => {
    const value = IDENTIFICATION[known.name] ?? 0;
    return {
      ...known,
      reset: `0x${value.toString(16).padStart(8, "0")}`,
      behaviour: { read: () => value },
    };
  }),
];
