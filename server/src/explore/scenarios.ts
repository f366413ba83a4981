/** Random scenarios of guests that do something with their interrupts. */

import type { Operation } from "../program/operation.ts";
import { FIRST_SPECIAL } from "../vgic/limits.ts";
import type { Vgic } from "../vgic/vgic.ts";
import type { Action, Catalogue } from "./catalogue.ts";
import type { Kind } from "./line.ts";
import { readyCount } from "./lines.ts";
import type { Random } from "./random.ts";
import { endedText } from "./register-lines.ts";

/** How long a scenario is, ready lines apart. */
const SHORTEST = 3;
const LONGEST = 16;

/** How often each kind of action is drawn. */
const MIX: readonly Kind[] = [
  ...repeated("raise", 5),
  ...repeated("take", 5),
  ...repeated("end", 4),
  ...repeated("look", 4),
  ...repeated("write", 3),
  ...repeated("inspect", 1),
  ...repeated("set", 1),
  ...repeated("machine", 1),
];

/** With an ITS every other action is about it. */
const ITS_MIX: readonly Kind[] = [...MIX, ...repeated("its", MIX.length)];

const READY: Kind = "ready";

function repeated(kind: Kind, times: number): Kind[] {
  return Array.from({ length: times }, () => kind);
}

/** What an action read when it acknowledged an interrupt on a VM, if it did: its INTID, on GICv2 with the sender of an SGI. */
export function acknowledged({ kind }: Action, { low }: Vgic): number | undefined {
  return kind === "take" && (low & 0x3ff) < FIRST_SPECIAL ? low : undefined;
}

function tellsOfInterrupts(operation: Operation): boolean {
  if (operation.kind !== "mmio" && operation.kind !== "sysreg") return false;
  const row = operation.register?.row;
  if (row === undefined) return false;
  return row.shows.includes("active") || row.shows.includes("latch") || /^ISR_EL1|HPPIR|RPR/.test(row.name);
}

export class Scenarios {
  readonly #catalogue: Catalogue;
  readonly #byKind: ReadonlyMap<Kind, readonly Action[]>;
  /** Reads that tell what becomes of interrupts: few of all registers, and those that differences show in. */
  readonly #telling: readonly Action[];
  /** What every guest does before it takes interrupts. */
  readonly ready: readonly Action[];

  /** @param isAllowed which actions may be used */
  constructor(catalogue: Catalogue, isAllowed: (action: Action) => boolean = () => true) {
    this.#catalogue = catalogue;
    this.#byKind = new Map(
      [...ITS_MIX, READY].map((kind) => [kind, catalogue.ofKind(kind).filter(isAllowed)]),
    );
    this.#telling = this.#ofKind("look").filter(({ operation }) => tellsOfInterrupts(operation));
    this.ready = catalogue.ofKind("ready").slice(0, readyCount(catalogue.model, catalogue.hasIts));
  }

  /**
   * Performs a scenario, one action after the other.
   * @param perform does an action; gives what it acknowledged, if it did
   * @param beginning what it begins with; absent: what guests begin with
   */
  perform(
    random: Random,
    perform: (action: Action) => number | undefined,
    beginning: readonly Action[] = this.#beginning(random),
  ): void {
    let taken: number | undefined;
    for (const action of beginning) taken = perform(action) ?? taken;
    for (let left = SHORTEST + random.below(LONGEST - SHORTEST + 1); left > 0; left--) {
      taken = perform(this.#next(random, taken)) ?? taken;
    }
  }

  /** What a scenario begins with: mostly a guest that is ready, with some choices of its own. */
  #beginning(random: Random): readonly Action[] {
    if (random.oneIn(8)) return [];
    return this.#ofKind(READY).filter((action) =>
      this.ready.includes(action) ? !random.oneIn(40) : random.oneIn(3),
    );
  }

  /** Mostly what ends an interrupt names the one that was taken last. */
  #next(random: Random, taken: number | undefined): Action {
    const kind = random.pick(this.#catalogue.hasIts ? ITS_MIX : MIX);
    const choice = random.pick(kind === "look" && !random.oneIn(3) ? this.#telling : this.#ofKind(kind));
    if (kind !== "end" || taken === undefined || random.oneIn(4)) return choice;
    return this.#catalogue.find(`${choice.place} ${endedText(taken)}`) ?? choice;
  }

  #ofKind(kind: Kind): readonly Action[] {
    return this.#byKind.get(kind) ?? [];
  }
}
