/** Chunks of text to lines as the readers of logs take them, in bounded memory. */
import { bareLine, isWrapped, unwrapped } from "./clean.ts";

/**
 * No line of a log is longer; what is, is cut. It bounds what a line can cost: some expressions that look for columns
 * try every way to share out a run of blanks.
 */
const longest = 2048;

/** What a line is freed from, or could end at for some expressions and not for others. */
const unplain = ["\r", "\u001b", "\u2028", "\u2029"];

/** Takes a line that stands in a text, from one place to another, if that needs nothing but a glance. */
export type Glance = (text: string, start: number, end: number) => boolean;

export class LineSplitter {
  #rest = "";
  #skipping = false;
  /** A line that seems to go on in the next. */
  #held: string | undefined;
  readonly #take: (line: string, ended: boolean, count: number) => void;
  readonly #glance: Glance;

  /**
   * @param take gets each line without its end, without colours and quoting, whether it had an end, and how many lines
   *   of the text it was: a line that a mail wrapped is put together again
   * @param glance gets whole lines before that; what it takes `take` does not get
   */
  constructor(take: (line: string, ended: boolean, count: number) => void, glance: Glance) {
    this.#take = take;
    this.#glance = glance;
  }

  write(chunk: string): void {
    const isPlain = !unplain.some((character) => chunk.includes(character));
    let start = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
      const isWhole = this.#rest === "" && !this.#skipping && this.#held === undefined;
      const isTaken = isPlain && isWhole && end - start <= longest && this.#glance(chunk, start, end);
      if (!isTaken) this.#line(this.#rest + chunk.slice(start, end), true);
      start = end + 1;
    }
    if (!this.#skipping) this.#rest += chunk.slice(start);
    if (this.#rest.length <= longest) return;
    this.#whole(this.#rest.slice(0, longest), true);
    this.#rest = "";
    this.#skipping = true;
  }

  /** The text is over. */
  end(): void {
    if (this.#rest !== "") this.#line(this.#rest, false);
    if (this.#held !== undefined) this.#take(this.#held, true, 1);
    this.#held = undefined;
  }

  #line(line: string, ended: boolean): void {
    this.#rest = "";
    // The rest of a line that was too long.
    if (this.#skipping) this.#skipping = false;
    else this.#whole(line.endsWith("\r") ? line.slice(0, -1) : line, ended);
  }

  #whole(text: string, ended: boolean): void {
    const line = bareLine(text.slice(0, longest));
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) {
      const joined = unwrapped(held, line);
      if (joined !== undefined) {
        this.#take(joined, ended, 2);
        return;
      }
      this.#take(held, true, 1);
    }
    if (ended && isWrapped(line)) this.#held = line;
    else this.#take(line, ended, 1);
  }
}
