/** Chunks of text to lines, in bounded memory. */

/** No line of a log is longer; what is, is no line of one. */
const longest = 16384;

export class LineSplitter {
  #rest = "";
  #skipping = false;
  readonly #take: (line: string, ended: boolean) => void;

  /** @param take gets each line without its end, and whether it had one */
  constructor(take: (line: string, ended: boolean) => void) {
    this.#take = take;
  }

  write(chunk: string): void {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
      this.#line(this.#rest + chunk.slice(start, end), true);
      start = end + 1;
    }
    if (!this.#skipping) this.#rest += chunk.slice(start);
    if (this.#rest.length <= longest) return;
    this.#take(this.#rest.slice(0, longest), true);
    this.#rest = "";
    this.#skipping = true;
  }

  /** The text is over. */
  end(): void {
    if (this.#rest !== "") this.#line(this.#rest, false);
  }

  #line(line: string, ended: boolean): void {
    this.#rest = "";
    // The rest of a line that was too long.
    if (this.#skipping) this.#skipping = false;
    else this.#take(line.endsWith("\r") ? line.slice(0, -1) : line, ended);
  }
}
