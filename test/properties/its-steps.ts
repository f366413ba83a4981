/** Random steps on a VM with an ITS: commands, MSIs, LPIs, tables and the memory in which all of them are. */
import fc from "fast-check";
import { DEFAULT_BASES } from "../../server/src/vgic/frame-table.ts";
import { encode, type ItsCommand } from "../../server/src/vgic/its/commands.ts";
import { DEFAULT_HOST, type Host } from "../../server/src/vgic/kernels/hosts.ts";
import { Vgic } from "../../server/src/vgic/vgic.ts";

export const CPUS = 3;
const QUEUE = 0x40100000;
const DEVICE_TABLE = 0x40110000;
const COLLECTION_TABLE = 0x40120000;
const ITT = 0x40130000;
export const CONFIGURATION = 0x40140000;
const PENDING = 0x40150000;
const VALID = 0x80000000;
const { its: BASE, redist: REDIST } = DEFAULT_BASES;
const CWRITER = BASE + 0x88;
const REDIST_SIZE = 0x20000;

/** A VM as a guest has set it up: tables, a queue, LPIs enabled in the configuration table and on every vCPU. */
export function itsMachine(host: Host = DEFAULT_HOST): Vgic {
  const vgic = new Vgic({ model: "v3", cpus: CPUS, irqs: 64, host, its: true });
  vgic.memoryFill(CONFIGURATION, 0x1000, 0xa1);
  for (let cpu = 0; cpu < CPUS; cpu++) {
    vgic.guestWrite(cpu, REDIST + cpu * REDIST_SIZE + 0x70, 8, CONFIGURATION | 15);
    vgic.guestWrite(cpu, REDIST + cpu * REDIST_SIZE + 0x78, 8, PENDING + cpu * 0x10000);
    vgic.guestWrite(cpu, REDIST + cpu * REDIST_SIZE, 4, 1);
  }
  vgic.guestWrite(0, DEFAULT_BASES.dist, 4, 2);
  vgic.guestWrite(0, BASE + 0x100, 8, DEVICE_TABLE, VALID);
  vgic.guestWrite(0, BASE + 0x108, 8, COLLECTION_TABLE, VALID);
  vgic.guestWrite(0, BASE + 0x80, 8, QUEUE, VALID);
  vgic.guestWrite(0, BASE, 4, 1);
  return vgic;
}

/** How a command reaches the queue. */
export type Give = (vgic: Vgic, cpu: number, command: ItsCommand) => void;

export const asCommand: Give = (vgic, cpu, command) => {
  vgic.itsCommand(cpu, command);
};

/** As a driver does it: four stores behind the last command, and one of GITS_CWRITER. */
export const asStores: Give = (vgic, cpu, command) => {
  const read = (offset: number): { low: number; high: number } => {
    vgic.userGet("GITS", 0, offset);
    return { low: vgic.low, high: vgic.high };
  };
  const cbaser = read(0x80);
  const at = read(0x88).low;
  const queue = (cbaser.high & 0xfffff) * 2 ** 32 + ((cbaser.low & 0xfffff000) >>> 0);
  const size = ((cbaser.low & 0xff) + 1) * 0x1000;
  const words = encode(command);
  for (let i = 0; i < words.length; i += 2)
    vgic.guestWrite(cpu, queue + at + i * 4, 8, words[i], words[i + 1]);
  vgic.guestWrite(cpu, CWRITER, 8, (at + 32) % size);
};

export interface ItsStep {
  readonly name: string;
  run(vgic: Vgic, give: Give): string;
}

const cpu = fc.nat(CPUS - 1);
const device = fc.oneof({ weight: 9, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(0xffffffff) });
const event = fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(0xffffffff) });
const collection = fc.oneof({ weight: 9, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(0xffff) });
const lpi = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 8192, max: 8197 }) },
  { weight: 1, arbitrary: fc.nat(0xffffffff) },
);
const target = fc.oneof({ weight: 9, arbitrary: cpu }, { weight: 1, arbitrary: fc.nat(0xffff) });
const itt = fc.oneof(
  { weight: 9, arbitrary: fc.nat(3).map((n) => ITT + n * 0x1000) },
  { weight: 1, arbitrary: fc.nat(0xffffff).map((n) => n * 0x100) },
);

const command: fc.Arbitrary<ItsCommand> = fc.oneof(
  fc.record({ name: fc.constant("mapd" as const), device, itt, bits: fc.integer({ min: 1, max: 32 }) }),
  fc.record({ name: fc.constant("mapd" as const), device, itt, bits: fc.constant(5) }),
  fc.record({ name: fc.constant("mapd" as const), device }),
  fc.record({ name: fc.constant("mapc" as const), collection, to: target }),
  fc.record({ name: fc.constant("mapc" as const), collection }),
  fc.record({ name: fc.constant("mapti" as const), device, event, lpi, collection }),
  fc.record({ name: fc.constant("mapi" as const), device, event: lpi, collection }),
  fc.record({ name: fc.constant("movi" as const), device, event, collection }),
  fc.record({ name: fc.constant("movall" as const), from: target, to: target }),
  fc.record({ name: fc.constantFrom("int", "clear", "inv", "discard"), device, event }),
  fc.record({ name: fc.constant("invall" as const), collection }),
  fc.record({ name: fc.constant("sync" as const), to: target }),
);

/** Where a store may do harm: the queue, each table, the pending tables, and anywhere. */
const place = fc.oneof(
  fc.tuple(
    fc.constantFrom(QUEUE, DEVICE_TABLE, COLLECTION_TABLE, ITT, CONFIGURATION, PENDING + 1024),
    fc.nat(31),
  ),
  fc.tuple(
    fc.nat(0xffff).map((n) => 0x40000000 + n * 0x1000),
    fc.nat(31),
  ),
);
const half = fc.oneof(fc.constantFrom(0, 1, 0xffffffff, VALID), fc.nat(0xffffffff));
const GITS_OFFSETS = [0, 4, 8, 0x80, 0x88, 0x90, 0x100, 0x108] as const;

/** Anything that a guest, a VMM or a device does with an ITS. */
export const itsSteps: fc.Arbitrary<ItsStep> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ cpu, command }).map(
      (s): ItsStep => ({
        name: `cpu${s.cpu} its ${JSON.stringify(s.command)}`,
        run: (vgic, give) => {
          give(vgic, s.cpu, s.command);
          return "";
        },
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({ device, event }).map(
      (s): ItsStep => ({
        name: `msi ${s.device} ${s.event}`,
        run: (vgic) => `${vgic.signalMsi(s.device, s.event)} ${vgic.low}`,
      }),
    ),
  },
  fc.record({ cpu, place, low: half, high: half }).map(
    (s): ItsStep => ({
      name: `store 0x${(s.place[0] + s.place[1] * 8).toString(16)}`,
      run: (vgic) => vgic.guestWrite(s.cpu, s.place[0] + s.place[1] * 8, 8, s.low, s.high),
    }),
  ),
  fc
    .record({ cpu, offset: fc.constantFrom(...GITS_OFFSETS), low: half, high: half, byUser: fc.boolean() })
    .map(
      (s): ItsStep => ({
        name: `${s.byUser ? "user" : "guest"} GITS+0x${s.offset.toString(16)} 0x${s.low.toString(16)}`,
        run: (vgic) =>
          s.byUser
            ? vgic.userSet("GITS", 0, s.offset, s.low, s.high)
            : vgic.guestWrite(s.cpu, BASE + s.offset, 8, s.low, s.high),
      }),
    ),
  fc.record({ cpu, offset: fc.constantFrom(0, 0x70, 0x78, 0xa0, 0xb0), low: half }).map(
    (s): ItsStep => ({
      name: `GICR+0x${s.offset.toString(16)} of cpu${s.cpu} 0x${s.low.toString(16)}`,
      run: (vgic) =>
        vgic.guestWrite(s.cpu, REDIST + s.cpu * REDIST_SIZE + s.offset, s.offset === 0 ? 4 : 8, s.low, 0),
    }),
  ),
  fc.constantFrom<ItsStep>(
    { name: "save its", run: (vgic) => vgic.saveTables() },
    { name: "restore its", run: (vgic) => vgic.restoreTables() },
    { name: "reset its", run: (vgic) => vgic.resetIts() },
    { name: "save pending", run: (vgic) => vgic.savePendingTables() },
    { name: "settle", run: (vgic) => vgic.settle() },
    { name: "new vm keeping memory", run: (vgic) => vgic.newVm({ keepsMemory: true }) },
  ),
);
