/** Which words of the state an operation changed, also one that is made of several accesses. */
import type { Ending } from "./answer.ts";
import type { Machine } from "./machine.ts";

export class OperationChanges {
  readonly #machine: Machine;
  /** The sparse words that changed so far in several accesses that make one operation. */
  #gathered: Set<number> | undefined;
  /** Whether the accesses at hand are parts of one operation whose changes add up. */
  #isPart = false;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** An access begins. Returns whether it begins an operation. */
  begin(): boolean {
    if (this.#isPart) return false;
    const m = this.#machine;
    this.#gather();
    m.state.forgetChanges();
    m.decision = undefined;
    if (m.notices.length > 0) m.notices.length = 0;
    return true;
  }

  /** Does accesses as parts of the operation that has begun: their changes, decisions and notices add up. */
  asParts(accesses: () => void): void {
    this.#isPart = true;
    accesses();
    this.#isPart = false;
  }

  /** Does several operations as one: `state.changes` lists what all of them together changed. */
  asOne(action: () => Ending): Ending {
    // Inside another one it is a part of that.
    if (this.#gathered !== undefined) return action();
    const { state } = this.#machine;
    const before = state.words.slice();
    this.#gathered = new Set();
    const answer = action();
    this.#gather();
    const sparse = this.#gathered;
    this.#gathered = undefined;
    state.forgetChanges();
    state.words.forEach((word, index) => {
      if (word !== before[index]) state.changes.push(index);
    });
    for (const index of sparse) state.changes.push(index);
    state.changedWidely = state.sparse !== undefined;
    return answer;
  }

  /** Notes the sparse words that the last access changed, while several make one operation. */
  #gather(): void {
    const { changes, words } = this.#machine.state;
    if (this.#gathered === undefined) return;
    for (const index of changes) if (index >= words.length) this.#gathered.add(index);
  }
}
