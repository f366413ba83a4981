/** Lines of a search with an ITS: a driver that sets it up, its commands, MSIs, and what a VMM does with the tables. */
import type { Kind, Line } from "./line.ts";

/** Where a driver has put its tables; the configuration of LPIs enables all of them at first. */
const COMMANDS = 0x40100000;
const DEVICES = 0x40110000;
const COLLECTIONS = 0x40120000;
const ITT = 0x40130000;
const CONFIGURATION = 0x40140000;
const PENDING = [0x40150000, 0x40160000] as const;
const VALID = 0x8000_0000_0000_0000n;

const DEVICE = 5;
const EVENTS = [0, 1] as const;
const LPIS = [8192, 8193] as const;
/** A page of an indirect device table. */
const PAGE = 0x40170000;
/** Bytes of an entry of the device table, and of an ITT. */
const ENTRY = 8;

function lines(kind: Kind, ...texts: readonly string[]): Line[] {
  return texts.map((text) => ({ text, kind, place: text }));
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

const MAP_DEVICE = `cpu0 its mapd device ${DEVICE} itt ${hex(ITT)} bits 5`;

/** What a driver does before it takes LPIs. */
export const ITS_READY: readonly string[] = [
  `memory fill ${hex(CONFIGURATION)} 0x400 0xa1`,
  `cpu0 writeq GICR_PROPBASER ${hex(CONFIGURATION | 0xf)}`,
  `cpu0 writeq GICR_PENDBASER ${hex(PENDING[0])}`,
  `cpu1 writeq GICR_PENDBASER ${hex(PENDING[1])}`,
  "cpu0 writel GICR_CTLR 1",
  `cpu0 writeq GITS_BASER0 ${hex(VALID | BigInt(DEVICES))}`,
  `cpu0 writeq GITS_BASER1 ${hex(VALID | BigInt(COLLECTIONS))}`,
  `cpu0 writeq GITS_CBASER ${hex(VALID | BigInt(COMMANDS))}`,
  "cpu0 writel GITS_CTLR 1",
  "cpu0 its mapc collection 0 to cpu0",
  MAP_DEVICE,
  `cpu0 its mapti device ${DEVICE} event 0 lpi ${LPIS[0]} collection 0`,
];

/** Choices of drivers that lead to other paths. */
export const ITS_CHOICES: readonly string[] = [
  "cpu1 writel GICR_CTLR 1",
  "cpu0 its mapc collection 1 to cpu1",
  `cpu0 its mapti device ${DEVICE} event 1 lpi ${LPIS[1]} collection 0`,
  `cpu0 its mapti device ${DEVICE} event 1 lpi ${LPIS[1]} collection 1`,
  `memory fill ${hex(CONFIGURATION)} 0x400 0xa0`,
];

/** What a driver, devices and the VMM do with the ITS. */
export function itsLines(): Line[] {
  const events = EVENTS.map((event) => `device ${DEVICE} event ${event}`);
  const commands = [
    MAP_DEVICE,
    `cpu0 its mapd device ${DEVICE} itt ${hex(ITT)} bits 17`,
    // Where no memory is.
    `cpu0 its mapd device ${DEVICE} itt 0 bits 5`,
    `cpu0 its mapd device ${DEVICE} off`,
    ...[0, 1].flatMap((collection) => [
      `cpu0 its mapc collection ${collection} to cpu0`,
      `cpu0 its mapc collection ${collection} to cpu1`,
      `cpu0 its mapc collection ${collection} off`,
      `cpu0 its invall collection ${collection}`,
    ]),
    ...events.flatMap((event) => [
      ...LPIS.map((lpi) => `cpu0 its mapti ${event} lpi ${lpi} collection 0`),
      `cpu0 its mapti ${event} lpi ${LPIS[0]} collection 1`,
      `cpu0 its movi ${event} collection 0`,
      `cpu0 its movi ${event} collection 1`,
      `cpu0 its clear ${event}`,
      `cpu0 its inv ${event}`,
      `cpu0 its discard ${event}`,
    ]),
    "cpu0 its movall cpu0 to cpu1",
    "cpu0 its movall cpu1 to cpu0",
    "cpu0 its sync cpu0",
  ];
  const configurations = [0xa0, 0xa1, 0x81].flatMap((byte) => [
    `memory writeb ${hex(CONFIGURATION)} ${hex(byte)}`,
    `memory writeb ${hex(CONFIGURATION + 1)} ${hex(byte)}`,
  ]);
  const entries = [
    DEVICES + ENTRY * DEVICE,
    COLLECTIONS,
    COLLECTIONS + ENTRY,
    ITT,
    ITT + ENTRY,
    PENDING[0] + LPIS[0] / 8,
  ];
  // An indirect device table, and what a VMM may restore that KVM has not saved: see the formats of `user save its`.
  const INDIRECT = 1n << 62n;
  const saved = [
    `cpu0 writeq GITS_BASER0 ${hex(VALID | INDIRECT | BigInt(DEVICES))}`,
    `memory writeq ${hex(DEVICES)} ${hex(VALID | BigInt(PAGE))}`,
    `memory writeq ${hex(DEVICES)} 0`,
    // A device with 17 bits of event ids, and a collection beyond the end of its table.
    `memory writeq ${hex(DEVICES + ENTRY * DEVICE)} 0x8000000009000010`,
    `memory writeq ${hex(COLLECTIONS)} 0x800000000000ffff`,
  ];
  return lines(
    "its",
    ...events.flatMap((event) => [`msi ${event}`, `cpu0 its int ${event}`]),
    ...commands,
    ...configurations,
    "cpu0 writel GITS_CTLR 0",
    "cpu0 writel GITS_CTLR 1",
    `cpu0 writeq GITS_BASER0 ${hex(VALID | BigInt(DEVICES + 1))}`,
    `cpu0 writeq GITS_BASER1 ${hex(VALID | BigInt(COLLECTIONS + 1))}`,
    "cpu0 writel GICR_CTLR 0",
    "cpu1 writel GICR_CTLR 1",
    // An SPI that is no LPI, and one that is.
    "cpu0 writeq GICR_INVLPIR 33",
    `cpu0 writeq GICR_INVLPIR ${LPIS[0]}`,
    "cpu0 writeq GICR_INVALLR 0",
    ...saved,
    ...entries.map((address) => `cpu0 readq ${hex(address)}`),
    ...["save its", "restore its", "reset its", "save pending"].map((action) => `user ${action}`),
  );
}
