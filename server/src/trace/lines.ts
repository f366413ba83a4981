/** The lines of a header or a scenario: a part of a document's, which are copied only once the document has gone on. */
import type { LineRange } from "./document.ts";
import type { TraceLine } from "./line.ts";

export class Lines {
  #source: readonly TraceLine[];
  #start: number;
  readonly length: number;

  constructor(source: readonly TraceLine[], { start, end }: LineRange) {
    this.#source = source;
    this.#start = start;
    this.length = end - start;
  }

  /** A line, counted from the first of these. */
  at(index: number): TraceLine {
    return this.#source[this.#start + index];
  }

  get all(): readonly TraceLine[] {
    this.settle();
    return this.#source;
  }

  /** Copies the lines, so that those of the document can be forgotten. */
  settle(): void {
    if (this.length === this.#source.length) return;
    this.#source = this.#source.slice(this.#start, this.#start + this.length);
    this.#start = 0;
  }
}
