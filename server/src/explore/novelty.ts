/**
 * Scenarios that did something new: a kind of access made the two states part in a kind of word, of SGIs, PPIs or
 * SPIs, in which it had not before, or was decided by revision or host as it had not been, or was exercised for the first time. What follows such
 * a scenario is worth more tries than what follows any other.
 */
import type { Action } from "./catalogue.ts";
import type { Pair } from "./pair.ts";
import type { Random } from "./random.ts";

/** Interrupts that each vCPU has of its own; the lower half of them are SGIs. */
const PRIVATE = 32;
const SGI_BITS = 0xffff;

export class Novelty {
  readonly #pair: Pair;
  /** What kind of word each of the dense state is, as a number, and whether its bits are private interrupts. */
  readonly #kinds: readonly { readonly number: number; readonly hasPrivateBits: boolean }[];
  readonly #seen = new Set<string>();
  readonly #scenarios: (readonly Action[])[] = [];

  constructor(pair: Pair) {
    this.#pair = pair;
    const { state } = pair.vgics[0];
    const numbers = new Map<string, number>();
    this.#kinds = Array.from(state.words, (_, index) => {
      const meaning = state.meaning(index);
      const isPrivate = "firstSlot" in meaning && meaning.firstSlot < state.layout.cpus * PRIVATE;
      const field = "field" in meaning ? `${meaning.kind} ${meaning.field}` : meaning.kind;
      const name = `${field} ${isPrivate}`;
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      return { number, hasPrivateBits: isPrivate && meaning.kind === "bits" };
    });
  }

  /** Forgets everything. */
  restart(): void {
    this.#seen.clear();
    this.#scenarios.length = 0;
  }

  /** Looks at what an action that was just performed did, behind others in its scenario. */
  note(action: Action, before: readonly Action[]): void {
    if (this.isNew(action)) this.#scenarios.push([...before, action]);
  }

  /** One of the scenarios that did something new; of those that came last as often as of all others. */
  pick(random: Random): readonly Action[] | undefined {
    const { length } = this.#scenarios;
    if (length === 0) return undefined;
    const from = random.oneIn(2) ? Math.floor(length * 0.8) : 0;
    return this.#scenarios[from + random.below(length - from)];
  }

  /** Whether an action that was just performed did something for the first time. */
  isNew({ subject }: Action): boolean {
    const [one, other] = this.#pair.vgics;
    let isNew = one.decision !== other.decision && this.#add(`${subject} ${one.decision} ${other.decision}`);
    for (const { state } of this.#pair.vgics) {
      for (const index of state.changes) {
        const parted = one.state.word(index) ^ other.state.word(index);
        if (parted === 0) continue;
        // Words of LPIs and memory have no kind of their own.
        const kind = this.#kinds[index];
        const isOfSgi = kind?.hasPrivateBits && (parted & SGI_BITS) !== 0;
        isNew = this.#add(`${subject} ${kind?.number} ${isOfSgi}`) || isNew;
      }
    }
    return isNew;
  }

  #add(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}
