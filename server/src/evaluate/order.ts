/** An order of steps, spelled out for one VM: every attribute that the VMM writes, in turn. */

import { FRAMES, type Frame } from "../vgic/frame-table.ts";
import type { VgicOptions } from "../vgic/options.ts";
import { type RegisterRow, registerCount } from "../vgic/registers/register-table.ts";
import { registers } from "../vgic/registers/registers.ts";
import type { Interrupts, Order, Step } from "./managers.ts";

/** What is written: what was saved (not if it is 0), all ones, 0, or what was saved without what devices' lines explain. */
export type Written = "saved" | "unless-zero" | "ones" | "zero" | "without-lines";

/** One KVM_SET_DEVICE_ATTR of 32 bits (64 for system registers and the ITS). */
export interface AttributeWrite {
  readonly kind: "attribute";
  readonly frame: Frame;
  readonly cpu: number;
  /** As `Vgic.userSet` takes it. */
  readonly offset: number;
  readonly written: Written;
}

/** Something that a VMM does while it restores. */
export type Action = AttributeWrite | { readonly kind: "lines" } | { readonly kind: "tables" };

/** The parts of the VM's make-up that decide how long its arrays are. */
export interface Shape extends Pick<VgicOptions, "model" | "cpus" | "irqs"> {
  /** Whether it has an ITS; default: not. */
  readonly its?: boolean;
  /** Of the host's CPU interface; default 5. */
  readonly priorityBits?: number;
}

/** Orders that were spelled out before: a trace migrates VMs of one shape, many times. */
const known = new WeakMap<Order, { readonly key: string; readonly actions: readonly Action[] }>();

/** Spells an order out. */
export function spellOut(
  order: Order,
  { model, cpus, irqs, its = false, priorityBits = 5 }: Shape,
): readonly Action[] {
  const shape = { model, cpus, irqs, its, priorityBits };
  const key = JSON.stringify(shape);
  const before = known.get(order);
  if (before?.key === key) return before.actions;
  const actions = actionsOf(order.restore, { ...shape, ...covered(order.interrupts, irqs), cpu: undefined });
  known.set(order, { key, actions });
  return actions;
}

function covered({ first, last }: Interrupts, irqs: number): { first: number; last: number } {
  return { first, last: Math.min(last ?? irqs, irqs - 1) };
}

interface Context extends Required<Shape> {
  readonly first: number;
  readonly last: number;
  /** The vCPU at hand inside a step for each. */
  readonly cpu: number | undefined;
}

function actionsOf(steps: readonly Step[], context: Context): Action[] {
  return steps.flatMap((step) => actionsOfStep(step, context));
}

function actionsOfStep(step: Step, context: Context): Action[] {
  if (typeof step === "string") return writes(step, "saved", context);
  if ("clear" in step) return writes(step.clear, "ones", context);
  if ("zero" in step) return writes(step.zero, "zero", context);
  if ("unlessZero" in step) return writes(step.unlessZero, "unless-zero", context);
  if ("withoutLines" in step) return writes(step.withoutLines, "without-lines", context);
  if ("lines" in step) return [{ kind: "lines" }];
  if ("strideOf4" in step) return strideOf4(step.strideOf4, context);
  if ("words" in step) return inTurn(step.words.map((inner) => actionsOfStep(inner, context)));
  if ("frame" in step) return frame(step.frame, context);
  if ("its" in step) return context.its ? actionsOf(step.its, context) : [];
  if ("tables" in step) return [{ kind: "tables" }];
  if ("interrupts" in step)
    return actionsOf(step.steps, { ...context, ...covered(step.interrupts, context.irqs) });
  if ("firstCpu" in step) return actionsOf(step.firstCpu, { ...context, cpu: 0 });
  if ("cpusAsFirst" in step)
    return cpusOf(context).flatMap(() => actionsOf(step.cpusAsFirst, { ...context, cpu: 0 }));
  return cpusOf(context).flatMap((cpu) => actionsOf(step.cpus, { ...context, cpu }));
}

/** The first of each list, then the second of each, … */
function inTurn(lists: readonly Action[][]): Action[] {
  return (lists[0] ?? []).flatMap((_, word) => lists.map((list) => list[word]));
}

function writes(name: string, written: Written, context: Context): AttributeWrite[] {
  const index = registers(context.model);
  const array = index.rows.find((row) => row.name === name);
  if (array) return writesOf(array, 0, registerCount(array) * (array.size / 4), written, context);
  const one = index.find(name);
  if (!one) return [];
  const words = one.row.size / 4;
  const first = (one.index - (one.row.firstIndex ?? 0)) * words;
  return writesOf(one.row, first, words, written, context);
}

/** The least priority bits with which KVM has a system register: more active priorities take more registers. */
function priorityBitsFor(name: string): number {
  const index = Number(/^ICC_AP[01]R(\d)_EL1$/.exec(name)?.[1] ?? 0);
  return index === 0 ? 0 : index === 1 ? 6 : 7;
}

/** Writes some 32-bit words of a row. */
function writesOf(
  row: RegisterRow,
  firstWord: number,
  words: number,
  written: Written,
  context: Context,
): AttributeWrite[] {
  const { cpu } = context;
  const { frame } = row;
  if (FRAMES[frame].addressedBy === "code") {
    if (priorityBitsFor(row.name) > context.priorityBits) return [];
    return [{ kind: "attribute", frame, cpu: cpu ?? 0, offset: row.offset, written }];
  }
  if (FRAMES[frame].attributeBytes === 8) {
    // A register of 32 bits has an attribute of 64, too.
    const count = Math.ceil(words / 2);
    return Array.from({ length: count }, (_, i) => {
      const offset = row.offset + (firstWord / 2 + i) * 8;
      return { kind: "attribute", frame, cpu: 0, offset, written };
    });
  }
  const list: AttributeWrite[] = [];
  for (let word = firstWord; word < firstWord + words; word++) {
    const offset = FRAMES[frame].addressedBy === "intid" ? word * 32 : row.offset + word * 4;
    for (const owner of ownersOf(row, word, context)) {
      list.push({ kind: "attribute", frame, cpu: owner, offset, written });
    }
  }
  return list;
}

/** The vCPUs for which a word is written at this point of the order; none where it is left out. */
function ownersOf(row: RegisterRow, word: number, context: Context): readonly number[] {
  const { cpu, first, last } = context;
  if (FRAMES[row.frame].isPrivate || row.bitsPerInterrupt === 0) return [cpu ?? 0];
  const intid = Math.floor((word * 32) / row.bitsPerInterrupt);
  if (cpu !== undefined) return intid < 32 ? [cpu] : [];
  if (intid < first || intid > last) return [];
  return intid < 32 ? cpusOf(context) : [0];
}

function cpusOf({ cpus }: Shape): number[] {
  return Array.from({ length: cpus }, (_, cpu) => cpu);
}

/** The words of a frame in which there are registers, by address; each once. */
function frame(name: "GICD" | "GICR", context: Context): AttributeWrite[] {
  const offsets = new Set<number>();
  for (const row of registers(context.model).rows) {
    if (row.frame !== name) continue;
    const interrupts = row.bitsPerInterrupt === 0 || name === "GICR" ? undefined : context.irqs;
    const length =
      interrupts === undefined ? row.length : Math.min(row.length, (interrupts * row.bitsPerInterrupt) / 8);
    for (let at = 0; at < length; at += 4) offsets.add(row.offset + at);
  }
  const cpu = context.cpu ?? 0;
  return [...offsets]
    .sort((a, b) => a - b)
    .map((offset) => ({ kind: "attribute", frame: name, cpu, offset, written: "saved" }));
}

function strideOf4(name: string, context: Context): AttributeWrite[] {
  const row = registers(context.model).rows.find((candidate) => candidate.name === name);
  if (!row) return [];
  const list: AttributeWrite[] = [];
  for (let intid = context.first; intid <= context.last; intid++) {
    for (const half of [0, 4]) {
      const offset = row.offset + 4 * intid + half;
      list.push({ kind: "attribute", frame: row.frame, cpu: 0, offset, written: "saved" });
    }
  }
  return list;
}
