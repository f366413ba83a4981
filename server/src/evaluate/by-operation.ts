/** Something of some of a scenario's operations, in their order. */

import { firstIndex } from "../document/sorted.ts";

/** A map from operations to entries that only grows at its end. What an edit leaves alone is taken over in one go. */
export class ByOperation<T> implements Iterable<[operation: number, entry: T]> {
  #operations: number[] = [];
  #entries: T[] = [];

  get size(): number {
    return this.#operations.length;
  }

  get(operation: number): T | undefined {
    const at = this.#firstFrom(operation);
    return this.#operations[at] === operation ? this.#entries[at] : undefined;
  }

  has(operation: number): boolean {
    return this.#operations[this.#firstFrom(operation)] === operation;
  }

  /** The entry of the last operation that has one. */
  get last(): T | undefined {
    return this.#entries.at(-1);
  }

  keys(): readonly number[] {
    return this.#operations;
  }

  values(): readonly T[] {
    return this.#entries;
  }

  *[Symbol.iterator](): Generator<[operation: number, entry: T]> {
    for (let at = 0; at < this.#operations.length; at++) yield [this.#operations[at], this.#entries[at]];
  }

  /** Adds the entry of an operation after all that have one, or replaces that of the last one. */
  set(operation: number, entry: T): void {
    const last = this.#operations.length - 1;
    if (this.#operations[last] === operation) {
      this.#entries[last] = entry;
      return;
    }
    this.#operations.push(operation);
    this.#entries.push(entry);
  }

  /**
   * Adds the entries of another one's operations [from, to), which stand `shift` later here.
   * @param moved what becomes of each entry; as it is, if absent
   */
  take(other: ByOperation<T>, from: number, to: number, shift: number, moved?: (entry: T) => T): void {
    const start = other.#firstFrom(from);
    const end = other.#firstFrom(to);
    if (start === end) return;
    const operations = other.#operations.slice(start, end);
    const entries = other.#entries.slice(start, end);
    this.#operations = joined(
      this.#operations,
      shift === 0 ? operations : operations.map((at) => at + shift),
    );
    this.#entries = joined(this.#entries, moved === undefined ? entries : entries.map(moved));
  }

  #firstFrom(operation: number): number {
    return firstIndex(this.#operations.length, (at) => this.#operations[at] >= operation);
  }
}

function joined<T>(all: T[], more: T[]): T[] {
  return all.length === 0 ? more : all.concat(more);
}
