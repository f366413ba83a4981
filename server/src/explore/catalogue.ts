/**
 * Every operation that a search may use, as a line of a trace and ready to be performed. It is made from the tables of
 * registers, so a new row is searched at once; the language compiles the lines, so whatever is found can be written
 * down and read back.
 */
import { TraceDocument } from "../document/document.ts";
import { returnsValue } from "../evaluate/perform.ts";
import type { Operation } from "../program/operation.ts";
import { resolve } from "../program/resolve.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { itsLines } from "./its-lines.ts";
import type { Kind, Line } from "./line.ts";
import { fixedLines, readyLines } from "./lines.ts";
import { registerLines } from "./register-lines.ts";
import { subjectOf } from "./subject.ts";

/** The vCPUs and interrupts of the VM that is searched: two of each kind are enough to tell them apart. */
export const SEARCHED_VM = { cpus: 2, irqs: 64 } as const;

/** One operation, and what a search needs to know of it. */
export interface Action extends Line {
  /** Its place in the catalogue. */
  readonly index: number;
  readonly operation: Operation;
  /** What it does to what, in words without numbers. */
  readonly subject: string;
  /** Who learns what it answers: the guest or the VMM. A device tells its driver that an MSI is lost; entries answer nobody. */
  readonly observer: "guest" | "vmm" | undefined;
  /** Whether its answer comes with a value. */
  readonly hasValue: boolean;
}

export class Catalogue {
  readonly model: Model;
  readonly hasIts: boolean;
  readonly actions: readonly Action[];
  /** The actions of each kind. */
  readonly #byKind = new Map<Kind, Action[]>();
  readonly #byText: ReadonlyMap<string, Action>;
  /** Those that differ from one another in their value alone, plainest first. */
  readonly #byPlace = new Map<string, Action[]>();

  constructor(model: Model, its: boolean) {
    this.model = model;
    this.hasIts = its;
    const others = [
      ...registerLines(model, { ...SEARCHED_VM, its }),
      ...fixedLines(model),
      ...(its ? itsLines() : []),
    ];
    // What makes a guest ready keeps its order, and stands among the others as well.
    this.actions = compiled(model, its, [...readyLines(model, its), ...unique(others)]);
    this.#byText = new Map(this.actions.map((action) => [action.text, action]));
    for (const action of this.actions) {
      grow(this.#byKind, action.kind, action);
      grow(this.#byPlace, action.place, action);
    }
  }

  ofKind(kind: Kind): readonly Action[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** The action with that text, if the search has it. */
  find(text: string): Action | undefined {
    return this.#byText.get(text);
  }

  /** Actions that do the same with a plainer value, the plainest first. */
  plainerThan(action: Action): readonly Action[] {
    const others = this.#byPlace.get(action.place) ?? [];
    return others.slice(0, others.indexOf(action));
  }
}

const catalogues = new Map<string, Catalogue>();

/** The catalogue of a VM. It takes some tens of milliseconds to make, so it is made once. */
export function catalogueOf(model: Model, its: boolean): Catalogue {
  const key = `${model} ${its}`;
  const known = catalogues.get(key) ?? new Catalogue(model, its);
  catalogues.set(key, known);
  return known;
}

/** The lines that the language accepts; the others would be errors in a trace. */
function compiled(model: Model, its: boolean, lines: readonly Line[]): Action[] {
  const header = [
    `gic ${model}`,
    ...(its ? ["its"] : []),
    "revision 3",
    `cpus ${SEARCHED_VM.cpus}`,
    `irqs ${SEARCHED_VM.irqs}`,
  ];
  const text = [...header, ...lines.map((line) => line.text), ""].join("\n");
  const { scenarios } = resolve(TraceDocument.of(text));
  const actions: Action[] = [];
  for (const { scenario } of scenarios) {
    const { operations } = scenario;
    for (let i = 0; i < operations.length; i++) {
      const line = itemAt(lines, operations.lineNumber(i) - header.length);
      const operation = operations.at(i);
      actions.push({
        ...line,
        index: actions.length,
        operation,
        subject: subjectOf(operation),
        observer: observerOf(operation),
        hasValue: returnsValue(operation),
      });
    }
  }
  return actions;
}

function unique(lines: readonly Line[]): Line[] {
  return [...new Map(lines.map((line) => [line.text, line])).values()];
}

const VMM_CALLS: ReadonlySet<Operation["kind"]> = new Set(["user", "setting", "migrate", "tables"]);

function observerOf({ kind }: Operation): Action["observer"] {
  if (kind === "mmio" || kind === "sysreg" || kind === "msi") return "guest";
  return VMM_CALLS.has(kind) ? "vmm" : undefined;
}

function grow<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
