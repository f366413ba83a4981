/** Every kind of access that the emulator knows: how the emulator does it, and how QEMU does the same. */

import { DEFAULT_BASES } from "../server/src/vgic/frame-table.ts";
import type { Model } from "../server/src/vgic/kvm-abi.ts";
import { registers } from "../server/src/vgic/registers/registers.ts";
import type { Vgic } from "../server/src/vgic/vgic.ts";
import type { Qtest } from "./qtest.ts";

export interface Kind {
  readonly name: string;
  readonly model: Model;
  /** Accesses each time. */
  readonly accesses: number;
  /** What must be done once before. */
  prepare?(vgic: Vgic): void;
  /** Does the accesses so many times. */
  perform(vgic: Vgic, times: number): void;
  /** The same for QEMU; absent where its qtest has no such access. */
  commands?(qtest: Qtest): string[];
}

const suffixes = { 1: "b", 4: "l", 8: "q" } as const;
type Width = keyof typeof suffixes;

function offsetOf(model: Model, name: string): number {
  const found = registers(model).find(name);
  if (found === undefined) throw new Error(`no register ${name}`);
  return found.offset;
}

function addressOf(model: Model, name: string): number {
  const frame = name.slice(0, 4);
  const base = frame === "GICD" ? "dist" : frame === "GICR" ? "redist" : "cpu";
  return DEFAULT_BASES[base] + offsetOf(model, name);
}

function load(model: Model, width: Width, register: string): Kind {
  const address = addressOf(model, register);
  return {
    name: `read${suffixes[width]} ${register}`,
    model,
    accesses: 1,
    perform: (vgic, times) => {
      for (let i = 0; i < times; i++) vgic.guestRead(0, address, width);
    },
    commands: () => [`read${suffixes[width]} 0x${address.toString(16)}`],
  };
}

/** Stores two values in turns, so that each store changes something. */
function store(model: Model, width: Width, register: string, one: number, other: number): Kind {
  const address = addressOf(model, register);
  const command = (value: number): string =>
    `write${suffixes[width]} 0x${address.toString(16)} 0x${value.toString(16)}`;
  return {
    name: `write${suffixes[width]} ${register}`,
    model,
    accesses: 1,
    perform: (vgic, times) => {
      for (let i = 0; i < times; i++) vgic.guestWrite(0, address, width, (i & 1) === 0 ? one : other);
    },
    commands: () => [command(one), command(other)],
  };
}

/** The VMM's calls; QEMU is asked for a plain access to the same register. */
function get(register: string): Kind {
  const offset = offsetOf("v3", register);
  return {
    name: `user get ${register}`,
    model: "v3",
    accesses: 1,
    perform: (vgic, times) => {
      for (let i = 0; i < times; i++) vgic.userGet("GICD", 0, offset);
    },
    commands: () => [`readl 0x${addressOf("v3", register).toString(16)}`],
  };
}

function set(register: string, one: number, other: number): Kind {
  const offset = offsetOf("v3", register);
  const address = addressOf("v3", register).toString(16);
  return {
    name: `user set ${register}`,
    model: "v3",
    accesses: 1,
    perform: (vgic, times) => {
      for (let i = 0; i < times; i++) vgic.userSet("GICD", 0, offset, (i & 1) === 0 ? one : other);
    },
    commands: () => [
      `writel 0x${address} 0x${one.toString(16)}`,
      `writel 0x${address} 0x${other.toString(16)}`,
    ],
  };
}

const line: Kind = {
  name: "line of an SPI",
  model: "v3",
  accesses: 2,
  prepare: (vgic) => vgic.guestWrite(0, addressOf("v3", "GICD_ICFGR2"), 4, 0),
  perform: (vgic, times) => {
    for (let i = 0; i < times; i++) {
      vgic.setLine(40, undefined, "high", false);
      vgic.setLine(40, undefined, "low", false);
    }
  },
  commands: (qtest) => [qtest.lineCommand(40, true), qtest.lineCommand(40, false)],
};

/** Pends an SPI, then acknowledges and ends it: one write of the distributor, two of the CPU interface. */
const takenV2: Kind = {
  name: "writel GICD_ISPENDR1, readl GICC_IAR, writel GICC_EOIR",
  model: "v2",
  accesses: 3,
  prepare: (vgic) => {
    vgic.guestWrite(0, addressOf("v2", "GICD_CTLR"), 4, 1);
    vgic.guestWrite(0, addressOf("v2", "GICD_ISENABLER1"), 4, 1 << 8);
    vgic.guestWrite(0, addressOf("v2", "GICC_PMR"), 4, 0xff);
    vgic.guestWrite(0, addressOf("v2", "GICC_CTLR"), 4, 1);
  },
  perform: (vgic, times) => {
    for (let i = 0; i < times; i++) {
      vgic.guestWrite(0, addresses.pendV2, 4, 1 << 8);
      vgic.guestRead(0, addresses.acknowledge, 4);
      vgic.guestWrite(0, addresses.end, 4, vgic.low);
    }
  },
  commands: () => [
    `writel 0x${addresses.pendV2.toString(16)} 0x100`,
    `readl 0x${addresses.acknowledge.toString(16)}`,
    `writel 0x${addresses.end.toString(16)} 40`,
  ],
};

const takenV3: Kind = {
  name: "writel GICD_ISPENDR1, mrs ICC_IAR1_EL1, msr ICC_EOIR1_EL1",
  model: "v3",
  accesses: 3,
  prepare: (vgic) => {
    vgic.guestWrite(0, addressOf("v3", "GICD_CTLR"), 4, 2);
    vgic.guestWrite(0, addressOf("v3", "GICD_ISENABLER1"), 4, 1 << 8);
    vgic.writeSystemRegister(0, offsetOf("v3", "ICC_PMR_EL1"), 0xff);
    vgic.writeSystemRegister(0, offsetOf("v3", "ICC_IGRPEN1_EL1"), 1);
  },
  perform: (vgic, times) => {
    for (let i = 0; i < times; i++) {
      vgic.guestWrite(0, addresses.pendV3, 4, 1 << 8);
      vgic.readSystemRegister(0, addresses.icc.acknowledge);
      vgic.writeSystemRegister(0, addresses.icc.end, vgic.low);
    }
  },
};

const addresses = {
  pendV2: addressOf("v2", "GICD_ISPENDR1"),
  acknowledge: addressOf("v2", "GICC_IAR"),
  end: addressOf("v2", "GICC_EOIR"),
  pendV3: addressOf("v3", "GICD_ISPENDR1"),
  icc: { acknowledge: offsetOf("v3", "ICC_IAR1_EL1"), end: offsetOf("v3", "ICC_EOIR1_EL1") },
};

const mask: Kind = {
  name: "mrs ICC_PMR_EL1",
  model: "v3",
  accesses: 1,
  perform: (vgic, times) => {
    for (let i = 0; i < times; i++) vgic.readSystemRegister(0, offsets.mask);
  },
};
const offsets = { mask: offsetOf("v3", "ICC_PMR_EL1") };

export const kinds: readonly Kind[] = [
  load("v3", 4, "GICD_ISENABLER1"),
  store("v3", 4, "GICD_ISENABLER1", 0xff, 0xff00),
  store("v3", 4, "GICD_ICENABLER1", 0xff, 0xff00),
  load("v3", 1, "GICD_IPRIORITYR8"),
  store("v3", 1, "GICD_IPRIORITYR8", 0xa0, 0x50),
  load("v3", 4, "GICD_IPRIORITYR8"),
  store("v3", 4, "GICD_IPRIORITYR8", 0xa0a0a0a0, 0x50505050),
  load("v3", 4, "GICD_ICFGR2"),
  store("v3", 4, "GICD_ICFGR3", 0xaaaaaaaa, 0),
  load("v3", 8, "GICD_IROUTER40"),
  store("v3", 8, "GICD_IROUTER40", 0, 1),
  load("v3", 4, "GICD_TYPER"),
  load("v3", 4, "GICR_ISENABLER0"),
  store("v3", 4, "GICR_ISENABLER0", 0xff, 0xff00),
  load("v3", 4, "GICR_IPRIORITYR2"),
  store("v3", 4, "GICR_IPRIORITYR2", 0xa0a0a0a0, 0x50505050),
  load("v2", 4, "GICD_ISENABLER1"),
  load("v2", 4, "GICC_PMR"),
  store("v2", 4, "GICC_PMR", 0xf8, 0x80),
  takenV2,
  takenV3,
  mask,
  line,
  get("GICD_IPRIORITYR8"),
  set("GICD_IPRIORITYR8", 0xa0a0a0a0, 0x50505050),
];
