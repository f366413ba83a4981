/** QEMU's migrated state of a GIC as the calls with which QEMU restores it under KVM. */
import { orderOf } from "../../evaluate/managers.ts";
import type { AttributeWrite } from "../../evaluate/order.ts";
import { itemAt } from "../../syntax/item-at.ts";
import type { Frame } from "../../vgic/frame-table.ts";
import type { Model } from "../../vgic/kvm-abi.ts";
import type { Fields } from "./qemu-fields.ts";
import {
  callsOf,
  type ItsRegisters,
  itsRegisters,
  NotAsSpecified,
  priorityBitsOf,
  type Snapshot,
} from "./snapshot.ts";

/** `-M virt` always has 256 SPIs. */
const IRQS = 288;
const WORDS = IRQS / 32;

/** The registers of 32 bits (64 of ICC), by frame, vCPU and offset. */
class Registers {
  readonly #values = new Map<string, bigint>();

  set(frame: Frame, cpu: number, offset: number, value: bigint): void {
    this.#values.set(`${frame} ${cpu} ${offset}`, value);
  }

  get({ frame, cpu, offset }: Pick<AttributeWrite, "frame" | "cpu" | "offset">): bigint | undefined {
    return this.#values.get(`${frame} ${cpu} ${offset}`);
  }
}

interface Parts {
  /** Where it was read: "a migration stream of QEMU (virt-7.2)". */
  readonly title: string;
  readonly its?: Fields;
  /** What is known of the stream beside it. */
  readonly remarks?: readonly string[];
}

function itsOf(its: Fields | undefined): ItsRegisters | undefined {
  return (
    its &&
    itsRegisters({
      ctlr: its.one("ctlr"),
      iidr: its.one("iidr"),
      cbaser: its.one("cbaser"),
      cwriter: its.one("cwriter"),
      creadr: its.one("creadr"),
      baser: its.all("baser"),
    })
  );
}

const low = (value: bigint) => value & 0xffff_ffffn;
const high = (value: bigint) => value >> 32n;

/** The least significant first. */
function word(bytes: readonly bigint[], first: number): bigint {
  return [3, 2, 1, 0].reduce((sum, i) => (sum << 8n) | (bytes[first + i] ?? 0n), 0n);
}

/** A word of ICFGR from 16 bits, of which 1 stands for edge-triggered. */
function configuration(bits: bigint): bigint {
  let value = 0n;
  for (let i = 0n; i < 16n; i++) value |= ((bits >> i) & 1n) << (2n * i + 1n);
  return value;
}

const OWN_MODEL =
  "QEMU's own model wrote it (TCG), not KVM: its priorities, groups and identification need not be KVM's, and nothing of it says what KVM would answer.";

/** The snapshot of a GICv3. */
export function qemuV3(state: Fields, { title, its, remarks = [] }: Parts): Snapshot {
  const cpus = state.structures;
  const [first] = cpus;
  if (first === undefined) throw new NotAsSpecified("its GICv3 has no vCPUs");
  const ownModel = cpus.some(
    (cpu) =>
      (cpu.subsections.has("sre_el1") && cpu.one("icc_sre_el1") === 0n) ||
      low(cpu.one("edge_trigger")) % 0x10000n === 0xffffn ||
      cpu.one("icc_ctlr_el3") !== 0n,
  );
  const isShifted = !state.subsections.has("gicd_no_migration_shift_bug") && !ownModel;
  const registers = new Registers();
  distributorV3(state, isShifted, ownModel, registers);
  for (const [index, cpu] of cpus.entries()) redistributor(cpu, index, registers);
  const translation = itsOf(its);
  const shape = {
    model: "v3",
    cpus: cpus.length,
    irqs: IRQS,
    priorityBits: priorityBitsOf(first.one("icc_ctlr_el1", 1)),
  } as const;
  const manager = "qemu";
  return {
    ...shape,
    title,
    manager,
    reasons: reasonsFor(`arm_gicv3 has ${cpus.length}`),
    calls: callsOf(known("v3"), shape, (write) => registers.get(write), translation),
    translation,
    ...(ownModel ? { ownModel: true } : {}),
    remarks: [
      ...remarks,
      ...(ownModel ? [OWN_MODEL] : []),
      ...(isShifted
        ? [
            "QEMU before 3.0 wrote it, with its bitmaps one word too far: they are moved back, as QEMU does when it loads it. INTIDs 256 to 287 are not in it.",
          ]
        : []),
      ...(ownModel
        ? []
        : [
            "QEMU walks the routes of SPIs by 4 bytes where they are 8 apart: those of INTIDs 144 to 287 are not in it, and stay at vCPU 0.",
          ]),
    ],
    findings: ownModel ? [] : misplacedBitmaps(state, isShifted),
  };
}

/** A bitmap with bits of interrupts that the machine does not have. */
function misplacedBitmaps(state: Fields, isShifted: boolean): string[] {
  const wrong = BITMAPS.filter((name) =>
    state.all(name).some((bits, n) => bits !== 0n && (n === 0 || n >= WORDS + (isShifted ? 1 : 0))),
  );
  if (wrong.length === 0) return [];
  return [
    `The bitmaps ${wrong.join(", ")} have bits of INTIDs below 32 or above 287, which \`-M virt\` does not have there: they are one word off, as QEMU before 3.0 stored them, without the mark that newer versions go by.`,
  ];
}

const BITMAPS = ["group", "enabled", "pending", "active", "level", "edge_trigger"] as const;

function distributorV3(state: Fields, isShifted: boolean, ownModel: boolean, registers: Registers): void {
  const put = (offset: number, value: bigint) => registers.set("GICD", 0, offset, value);
  put(0x0, state.one("gicd_ctlr"));
  if (state.subsections.has("gicd_typer2")) put(0xc, state.one("gicd_typer2"));
  put(0x10, state.one("gicd_statusr", 1));
  const bitmap = (name: string, n: number) => state.one(name, isShifted && n < 31 ? n + 1 : n);
  for (let n = 1; n < WORDS; n++) {
    put(0x80 + 4 * n, bitmap("group", n));
    put(0x100 + 4 * n, bitmap("enabled", n));
    put(0x200 + 4 * n, bitmap("pending", n));
    put(0x300 + 4 * n, bitmap("active", n));
    registers.set("LEVEL", 0, 32 * n, state.one("level", n));
    const edges = bitmap("edge_trigger", n);
    put(0xc00 + 8 * n, configuration(edges & 0xffffn));
    put(0xc04 + 8 * n, configuration(edges >> 16n));
  }
  for (let intid = 32; intid < IRQS; intid += 4) {
    put(0x400 + intid, word(state.all("gicd_ipriority"), intid));
  }
  const routes = state.all("gicd_irouter");
  for (let intid = 32; intid < IRQS; intid++) {
    // Under KVM the array holds what QEMU read at 4 bytes an INTID, and writes there again.
    const value = ownModel ? atStrideOf4(routes, intid) : itemAt(routes, intid);
    put(0x6000 + 4 * intid, low(value));
    put(0x6004 + 4 * intid, high(value));
  }
}

/** What the loop with the wrong stride writes of true routes. */
function atStrideOf4(routes: readonly bigint[], intid: number): bigint {
  const [router, half] = [intid >> 1, intid & 1];
  const route = itemAt(routes, router);
  return half === 0 ? route : high(route) | (low(itemAt(routes, router + 1)) << 32n);
}

const ICC = {
  pmr: 0xc230,
  bpr0: 0xc643,
  ap0r0: 0xc644,
  ap1r0: 0xc648,
  bpr1: 0xc663,
  ctlr: 0xc664,
  sre: 0xc665,
  igrpen0: 0xc666,
  igrpen1: 0xc667,
} as const;

function redistributor(cpu: Fields, index: number, registers: Registers): void {
  const put = (offset: number, value: bigint) => registers.set("GICR", index, offset, value);
  put(0x0, cpu.one("gicr_ctlr"));
  put(0x10, cpu.one("gicr_statusr", 1));
  put(0x14, cpu.one("gicr_waker"));
  put(0x70, low(cpu.one("gicr_propbaser")));
  put(0x74, high(cpu.one("gicr_propbaser")));
  put(0x78, low(cpu.one("gicr_pendbaser")));
  put(0x7c, high(cpu.one("gicr_pendbaser")));
  put(0x10080, cpu.one("gicr_igroupr0"));
  put(0x10100, cpu.one("gicr_ienabler0"));
  put(0x10200, cpu.one("gicr_ipendr0"));
  put(0x10300, cpu.one("gicr_iactiver0"));
  put(0x10c04, configuration(cpu.one("edge_trigger") >> 16n));
  for (let i = 0; i < 32; i += 4) put(0x10400 + i, word(cpu.all("gicr_ipriorityr"), i));
  registers.set("LEVEL", index, 0, cpu.one("level"));
  const system = (code: number, value: bigint) => registers.set("ICC", index, code, value);
  // Only what is not 7 is in the stream.
  system(ICC.sre, cpu.subsections.has("sre_el1") ? cpu.one("icc_sre_el1") : 7n);
  system(ICC.ctlr, cpu.one("icc_ctlr_el1", 1));
  system(ICC.igrpen0, cpu.one("icc_igrpen", 0));
  system(ICC.igrpen1, cpu.one("icc_igrpen", 2));
  system(ICC.pmr, cpu.one("icc_pmr_el1"));
  system(ICC.bpr0, cpu.one("icc_bpr", 0));
  system(ICC.bpr1, cpu.one("icc_bpr", 2));
  for (let n = 0; n < 4; n++) {
    system(ICC.ap0r0 + n, cpu.one("icc_apr", n));
    system(ICC.ap1r0 + n, cpu.one("icc_apr", 8 + n));
  }
}

/** A GICv2's arrays are for eight vCPUs, whatever the VM has. */
const CPUS_V2 = 8;

/** The snapshot of a GICv2. @param cpus as the stream tells elsewhere; undefined: those that show state */
export function qemuV2(state: Fields, { title, remarks = [] }: Parts, cpus?: number): Snapshot {
  const registers = new Registers();
  registers.set("GICD", 0, 0, state.one("ctlr"));
  const count = Math.min(Math.max(cpus ?? highestCpu(state), 1), CPUS_V2);
  const ownModel = Array.from({ length: count }, (_, cpu) => state.one("priority_mask", cpu)).some(
    (mask) => mask > 0x1fn,
  );
  for (let cpu = 0; cpu < count; cpu++) {
    distributorV2(state, cpu, registers);
    interfaceV2(state, cpu, registers);
  }
  const shape = { model: "v2", cpus: count, irqs: IRQS, priorityBits: 5 } as const;
  return {
    ...shape,
    title,
    manager: "qemu",
    reasons: reasonsFor(
      cpus === undefined ? "the highest vCPU that its GICv2 shows" : `the stream has ${cpus} CPUs`,
    ),
    calls: callsOf(known("v2"), shape, (write) => registers.get(write), undefined),
    ...(ownModel ? { ownModel: true } : {}),
    remarks: [...remarks, ...(ownModel ? [OWN_MODEL] : [])],
    findings: [],
  };
}

/** The vCPUs up to the last of which anything is not as in a VM without it. */
function highestCpu(state: Fields): number {
  let highest = 0;
  for (let cpu = 1; cpu < CPUS_V2; cpu++) {
    const shows =
      ["cpu_ctlr", "priority_mask", "bpr", "abpr"].some((name) => state.one(name, cpu) !== 0n) ||
      Array.from({ length: 32 }, (_, i) => state.one("priority1", i * CPUS_V2 + cpu)).some(
        (one) => one !== 0n,
      );
    if (shows) highest = cpu;
  }
  return highest + 1;
}

function distributorV2(state: Fields, cpu: number, registers: Registers): void {
  const put = (offset: number, value: bigint) => registers.set("GICD", cpu, offset, value);
  // What is shared stands once, for vCPU 0.
  const from = 0;
  const to = cpu === 0 ? IRQS : 32;
  for (let first = from; first < to; first += 32) {
    const mask = first < 32 ? 1n << BigInt(cpu) : 0xffn;
    const bits = (test: (irq: Fields) => boolean) =>
      state.structures
        .slice(first, first + 32)
        .reduce((sum, irq, i) => (test(irq) ? sum | (1n << BigInt(i)) : sum), 0n);
    const set = (name: string) => (irq: Fields) => (irq.one(name) & mask) !== 0n;
    const isEdge = (irq: Fields) => irq.one("edge_trigger") !== 0n;
    const n = first / 32;
    put(0x80 + 4 * n, bits(set("group")));
    put(0x100 + 4 * n, bits(set("enabled")));
    put(
      0x200 + 4 * n,
      bits((irq) => set("pending")(irq) || (!isEdge(irq) && set("level")(irq))),
    );
    put(0x300 + 4 * n, bits(set("active")));
    const edges = bits(isEdge);
    put(0xc00 + 8 * n, configuration(edges & 0xffffn));
    put(0xc04 + 8 * n, configuration(edges >> 16n));
    for (let i = first; i < first + 32; i += 4) {
      put(0x800 + i, word(state.all("irq_target"), i));
      put(0x400 + i, word(prioritiesOf(state, cpu, i), 0));
    }
  }
  for (let sgi = 0; sgi < 16; sgi += 4) {
    const sources = [0, 1, 2, 3].map((i) => state.one("sgi_pending", (sgi + i) * CPUS_V2 + cpu));
    put(0xf20 + sgi, word(sources, 0));
  }
}

function prioritiesOf(state: Fields, cpu: number, first: number): bigint[] {
  return [0, 1, 2, 3].map((i) => {
    const intid = first + i;
    return intid < 32 ? state.one("priority1", intid * CPUS_V2 + cpu) : state.one("priority2", intid - 32);
  });
}

function interfaceV2(state: Fields, cpu: number, registers: Registers): void {
  const put = (offset: number, value: bigint) => registers.set("GICC", cpu, offset, value);
  put(0x0, state.one("cpu_ctlr", cpu));
  put(0x4, state.one("priority_mask", cpu));
  put(0x8, state.one("bpr", cpu) & 7n);
  put(0x1c, state.one("abpr", cpu) & 7n);
  for (let n = 0; n < 4; n++) put(0xd0 + 4 * n, state.one("apr", n * CPUS_V2 + cpu));
}

function known(model: Model) {
  const order = orderOf("qemu", model);
  if (order === undefined) throw new NotAsSpecified(`the order of QEMU for a GIC${model} is not known`);
  return order;
}

function reasonsFor(cpus: string): Snapshot["reasons"] {
  return { cpus, irqs: "QEMU's machine virt has INTIDs up to 287" };
}
