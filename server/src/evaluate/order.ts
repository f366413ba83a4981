/** An order of steps, spelled out for one VM: every attribute that the VMM writes, in turn. */
import { type Frame, type RegisterRow, registerCount } from "../vgic/register-table.ts";
import { registers } from "../vgic/registers.ts";
import type { VgicOptions } from "../vgic/vgic.ts";
import type { Order, Step } from "./managers.ts";

/** What is written: what was saved (not if it is 0), all ones, or what was saved without what devices' lines explain. */
export type Written = "saved" | "unless-zero" | "ones" | "without-lines";

/** One KVM_SET_DEVICE_ATTR of 32 bits (64 for system registers). */
export interface AttributeWrite {
  readonly kind: "attribute";
  readonly frame: Frame;
  readonly cpu: number;
  /** As `Vgic.userSet` takes it. */
  readonly offset: number;
  readonly written: Written;
}

/** Something that a VMM does while it restores. */
export type Action = AttributeWrite | { readonly kind: "lines" };

/** The parts of the VM's make-up that decide how long its arrays are. */
export type Shape = Pick<VgicOptions, "model" | "cpus" | "irqs">;

/** Orders that were spelled out before: a trace migrates VMs of one shape, many times. */
const known = new WeakMap<Order, { readonly shape: Shape; readonly actions: readonly Action[] }>();

/** Spells an order out. */
export function spellOut(order: Order, { model, cpus, irqs }: Shape): readonly Action[] {
  const before = known.get(order);
  if (before?.shape.model === model && before.shape.cpus === cpus && before.shape.irqs === irqs) {
    return before.actions;
  }
  const { interrupts, restore } = order;
  const shape = { model, cpus, irqs };
  const last = Math.min(interrupts.last ?? irqs, irqs - 1);
  const actions = actionsOf(restore, { ...shape, first: interrupts.first, last, cpu: undefined });
  known.set(order, { shape, actions });
  return actions;
}

interface Context extends Shape {
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
  if ("unlessZero" in step) return writes(step.unlessZero, "unless-zero", context);
  if ("withoutLines" in step) return writes(step.withoutLines, "without-lines", context);
  if ("lines" in step) return [{ kind: "lines" }];
  if ("strideOf4" in step) return strideOf4(step.strideOf4, context);
  if ("words" in step) return inTurn(step.words.map((inner) => actionsOfStep(inner, context)));
  if ("firstCpu" in step) return actionsOf(step.firstCpu, { ...context, cpu: 0 });
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
  if (frame === "ICC") return [{ kind: "attribute", frame, cpu: cpu ?? 0, offset: row.offset, written }];
  const list: AttributeWrite[] = [];
  for (let word = firstWord; word < firstWord + words; word++) {
    const offset = frame === "LEVEL" ? word * 32 : row.offset + word * 4;
    for (const owner of ownersOf(row, word, context)) {
      list.push({ kind: "attribute", frame, cpu: owner, offset, written });
    }
  }
  return list;
}

/** The vCPUs for which a word is written at this point of the order; none where it is left out. */
function ownersOf(row: RegisterRow, word: number, context: Context): readonly number[] {
  const { cpu, first, last } = context;
  if (row.frame === "GICR" || row.frame === "GICC" || row.bitsPerInterrupt === 0) return [cpu ?? 0];
  const intid = (word * 32) / row.bitsPerInterrupt;
  if (cpu !== undefined) return intid < 32 ? [cpu] : [];
  if (intid < first || intid > last) return [];
  return intid < 32 ? cpusOf(context) : [0];
}

function cpusOf({ cpus }: Shape): number[] {
  return Array.from({ length: cpus }, (_, cpu) => cpu);
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
