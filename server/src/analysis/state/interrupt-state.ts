/** Everything that a vGIC knows of one interrupt, in words. */

import { itemAt } from "../../syntax/item-at.ts";
import type { State } from "../../vgic/state.ts";
import type { Vgic } from "../../vgic/vgic.ts";
import type { Cell } from "../table.ts";
import { lpiState, lpiSummary } from "./its-state.ts";

/** The interrupt's name: "INTID 40", "INTID 5 of cpu1". */
export function interruptName({ layout }: Vgic, slot: number): string {
  const owner = layout.owner(slot);
  return `INTID ${layout.intid(slot)}${owner === undefined ? "" : ` of cpu${owner}`}`;
}

/** The state of the interrupt in a slot: always the same rows in the same order. */
export function interruptState(vgic: Vgic, slot: number): Cell[] {
  const { state, layout } = vgic;
  if (slot >= layout.slots) return lpiState(vgic, layout.intid(slot));
  const bit = (field: keyof typeof layout.bits) => state.bit(layout.bits[field], slot);
  const edge = bit("edge");
  const priority = itemAt(state.bytes, layout.bytes.priority + slot);
  return [
    { name: "enabled", text: yesNo(bit("enabled")) },
    { name: "pending", text: pendingWords(bit("latch"), !edge && bit("line")) },
    { name: "active", text: yesNo(bit("active")) },
    { name: "group", text: bit("group") ? "1" : "0" },
    { name: "priority", text: `0x${priority.toString(16).padStart(2, "0")}` },
    { name: "target", text: cpuWords(itemAt(state.halves, layout.halves.target + slot)) },
    { name: "trigger", text: edge ? "edge" : "level" },
    { name: "line", text: bit("line") ? "high" : "low" },
    { name: "queued on", text: cpuWords(itemAt(state.halves, layout.halves.queuedOn + slot)) },
    ...sendersOf(vgic, slot),
    ...(bit("mapped") ? [{ name: "owner", text: "the kernel's timer" }] : []),
  ];
}

/** An interrupt in one line: "pending, enabled, prio 0xa0 → cpu1, Group 1". */
export function interruptSummary(vgic: Vgic, slot: number): string {
  const { state, layout } = vgic;
  if (slot >= layout.slots) {
    const lpi = vgic.its?.lpi(layout.intid(slot));
    return lpi === undefined ? "not mapped" : lpiSummary(lpi);
  }
  const { isPending, isActive, isEnabled } = interruptStatus(vgic, slot);
  const status = [...(isActive ? ["active"] : []), ...(isPending ? ["pending"] : [])].join(" and ");
  const target = itemAt(state.halves, layout.halves.target + slot);
  const priority = itemAt(state.bytes, layout.bytes.priority + slot);
  return [
    status || "inactive",
    isEnabled ? "enabled" : "disabled",
    `prio 0x${priority.toString(16).padStart(2, "0")}${target === 0 ? "" : ` → ${cpuWords(target)}`}`,
    state.bit(layout.bits.group, slot) ? "Group 1" : "Group 0",
  ].join(", ");
}

export interface InterruptStatus {
  readonly isPending: boolean;
  readonly isActive: boolean;
  readonly isEnabled: boolean;
}

/** Pending: by its latch, or while its line is high where it is level sensitive. */
export function interruptStatus({ state, layout, its }: Vgic, slot: number): InterruptStatus {
  if (slot >= layout.slots) {
    const lpi = its?.lpi(layout.intid(slot));
    const { pending = false, active = false, enabled = false } = lpi ?? {};
    return { isPending: pending, isActive: active, isEnabled: enabled };
  }
  const bit = (field: keyof typeof layout.bits) => state.bit(layout.bits[field], slot);
  return {
    isPending: bit("latch") || (!bit("edge") && bit("line")),
    isActive: bit("active"),
    isEnabled: bit("enabled"),
  };
}

function yesNo(on: boolean): string {
  return on ? "yes" : "no";
}

function pendingWords(latch: boolean, line: boolean): string {
  if (latch) return line ? "yes (latch and line)" : "yes (latch)";
  return line ? "yes (line)" : "no";
}

/** n+1 stands for vCPU n. */
function cpuWords(half: number): string {
  return half === 0 ? "none" : `cpu${half - 1}`;
}

/** The vCPUs that sent a GICv2 SGI. */
function sendersOf({ state, layout }: Vgic, slot: number): Cell[] {
  const senders = itemAt(state.bytes, layout.bytes.source + slot);
  if (senders === 0) return [];
  const cpus = Array.from({ length: 8 }, (_, cpu) => cpu).filter((cpu) => (senders >> cpu) & 1);
  return [{ name: "sent by", text: cpus.map((cpu) => `cpu${cpu}`).join(", ") }];
}

/** What an interrupt keeps for its queue and its owner is no state of its own. */
const notItsOwn: readonly string[] = ["mapped"];
const bitsPerSlot = { bits: 1, bytes: 8, halves: 16, affinity: 32 } as const;

/** The slots of the interrupts that are not as in a fresh VM, in order. */
export function slotsChanged({ layout, state, its }: Vgic, fresh: Vgic): number[] {
  const slots = new Set<number>();
  state.words.forEach((word, index) => {
    const difference = (word ^ itemAt(fresh.state.words, index)) >>> 0;
    if (difference !== 0) addSlots(slots, state, index, difference);
  });
  for (const { intid } of its?.lpis() ?? []) slots.add(layout.slot(0, intid));
  return [...slots].sort((a, b) => a - b);
}

/** Adds the slots of the interrupts that some bits of a word of the state belong to. */
export function addSlots(slots: Set<number>, state: State, index: number, mask: number): void {
  const { layout, sparse } = state;
  if (index >= layout.length) {
    const meaning = sparse?.meaning(index);
    if (meaning?.kind === "lpi") slots.add(layout.slot(0, meaning.intid));
    return;
  }
  const meaning = layout.meaning(index);
  if (meaning.kind === "vm" || meaning.kind === "cpu" || meaning.kind === "next") return;
  if ("field" in meaning && notItsOwn.includes(meaning.field)) return;
  const bits = bitsPerSlot[meaning.kind];
  for (let bit = 0; bit < 32; bit++) {
    if ((mask >>> bit) & 1) slots.add(meaning.firstSlot + Math.floor(bit / bits));
  }
}
