/** What has come about in a scenario: it tells entries of the table apart that came with one answer of a kernel. */
import { DEFAULT_HARDWARE } from "../vgic/kernels/hardware.ts";
import { CPU } from "../vgic/state.ts";
import type { Vgic } from "../vgic/vgic.ts";
import type { Action } from "./catalogue.ts";
import type { Pair } from "./pair.ts";

export type Circumstance =
  /** A vCPU's queue needs more list registers than there are. */
  | "overflow"
  /** So does one that has active interrupts. */
  | "overflow with active"
  /** So does one that has interrupts of a group that its vCPU has not enabled. */
  | "overflow with a disabled group"
  /** So does one that has neither. */
  | "overflow of pending"
  /** A GICv2 SGI is pending from several senders, or pending while active. */
  | "SGI wanted twice"
  /** A vCPU ends or deactivates what is on another one's queue. */
  | "end on another vCPU"
  | "end of an SGI"
  /** The VMM writes pending bits of GICv2 SGIs, or of the arch timers' interrupts. */
  | "VMM pends SGI"
  | "VMM pends timer"
  /** The last operation is the VMM's access to a register. */
  | "VMM sets GICD_IIDR"
  | "VMM asks for GICC_DIR";

const INTID = 0x3ff;
const SGIS = 0xffff;
const SGI_COUNT = 16;
/** The PPIs of the arch timers that QEMU, and here every machine, uses. */
const TIMERS = (1 << 27) | (1 << 30);

/** Performs the scenario again, on the second of its machines looking at the queues before each action. */
export function circumstancesOf(actions: readonly Action[], pair: Pair): ReadonlySet<Circumstance> {
  const found = new Set<Circumstance>();
  const [, vgic] = pair.vgics;
  pair.restart();
  for (const action of actions) {
    for (const one of endsIn(action, vgic)) found.add(one);
    for (const one of writesOf(action, vgic)) found.add(one);
    for (let cpu = 0; cpu < vgic.options.cpus; cpu++) {
      for (const one of queueOf(vgic, cpu)) found.add(one);
    }
    pair.perform(action);
  }
  const last = actions.at(-1)?.operation;
  if (last?.kind === "user") {
    const name = last.register?.row.name;
    if (name === "GICD_IIDR" && last.verb === "set") found.add("VMM sets GICD_IIDR");
    if (name === "GICC_DIR") found.add("VMM asks for GICC_DIR");
  }
  return found;
}

function endsIn({ kind, operation }: Action, vgic: Vgic): Circumstance[] {
  if (kind !== "end" || (operation.kind !== "mmio" && operation.kind !== "sysreg") || !operation.write) {
    return [];
  }
  const intid = operation.low & INTID;
  if (intid < SGI_COUNT) return ["end of an SGI"];
  if (intid >= vgic.layout.irqs) return [];
  const owner = vgic.queuedOn(vgic.layout.slot(operation.cpu, intid));
  return owner !== undefined && owner !== operation.cpu ? ["end on another vCPU"] : [];
}

function writesOf({ operation }: Action, { options }: Vgic): Circumstance[] {
  if (operation.kind !== "user" || operation.verb !== "set" || options.model !== "v2") return [];
  const { register, low } = operation;
  if (!/^GICD_I[SC]PENDR0$/.test(register?.name ?? "")) return [];
  return [
    ...((low & SGIS) !== 0 ? (["VMM pends SGI"] as const) : []),
    ...((low & TIMERS) !== 0 ? (["VMM pends timer"] as const) : []),
  ];
}

function queueOf(vgic: Vgic, cpu: number): Circumstance[] {
  const { state, layout } = vgic;
  const { lrs } = vgic.options.hardware ?? DEFAULT_HARDWARE;
  const groups = state.cpu(CPU.control, cpu) & 3;
  let wanted = 0;
  let hasActive = false;
  let hasDisabled = false;
  let isTwice = false;
  for (const intid of vgic.queue(cpu)) {
    const slot = layout.slot(cpu, intid);
    const isLpi = slot >= layout.slots;
    const isActive = !isLpi && state.bit(layout.bits.active, slot);
    const group = isLpi || state.bit(layout.bits.group, slot) ? 1 : 0;
    const senders = !isLpi && intid < SGI_COUNT ? bitCount(state.bytes[layout.bytes.source + slot] ?? 0) : 0;
    const times = senders === 0 ? 1 : senders + (isActive ? 1 : 0);
    hasActive ||= isActive;
    hasDisabled ||= ((groups >>> group) & 1) === 0;
    isTwice ||= times > 1;
    wanted += times;
  }
  const found: Circumstance[] = isTwice ? ["SGI wanted twice"] : [];
  if (wanted <= lrs) return found;
  found.push("overflow");
  if (hasActive) found.push("overflow with active");
  if (hasDisabled) found.push("overflow with a disabled group");
  if (!hasActive && !hasDisabled) found.push("overflow of pending");
  return found;
}

function bitCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
