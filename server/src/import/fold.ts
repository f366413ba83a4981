/** Lines of a trace with their comments; a register that is polled is written once. */

/** A line before it is written. */
export interface TraceLine {
  readonly text: string;
  readonly time?: string;
  /** Stands in the comment. */
  readonly remark?: string;
  /** Why an expectation of the line is silenced. */
  readonly ignore?: string;
  /** Doing it again changes nothing: it may be folded. */
  readonly polling: boolean;
}

/** Fewer are written out. */
const leastFolded = 4;
/** What stands between an operation and its comment: all comments of short operations begin in one column. */
const SHORTEST_GUTTER = " # ";
const GUTTER = " ".repeat(55) + SHORTEST_GUTTER;

export class Folder {
  #line: TraceLine | undefined;
  #count = 0;
  #lastTime: string | undefined;
  #between: (string | undefined)[] = [];
  readonly #write: (text: string) => void;
  /** Accesses that are in the trace as a count. */
  folded = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(line: TraceLine): void {
    const before = this.#line;
    if (
      before?.polling &&
      line.polling &&
      before.text === line.text &&
      before.remark === line.remark &&
      before.ignore === line.ignore
    ) {
      this.#count++;
      this.#lastTime = line.time;
      if (this.#count < leastFolded) this.#between.push(line.time);
      return;
    }
    this.flush();
    this.#line = line;
    this.#count = 1;
    this.#between = [line.time];
  }

  /** Writes what is held back. Call before anything else is written, and at the end. */
  flush(): void {
    const line = this.#line;
    if (line === undefined) return;
    this.#line = undefined;
    if (this.#count < leastFolded) {
      for (const time of this.#between) this.#write(`${shown(line, time)}\n`);
      return;
    }
    this.folded += this.#count - 1;
    const until = this.#lastTime === undefined ? "" : ` until ${this.#lastTime}`;
    this.#write(`${shown(line, [line.time, `×${this.#count}${until}`].filter(Boolean).join(" "))}\n`);
  }
}

function shown({ text, remark, ignore }: TraceLine, time: string | undefined): string {
  const words = remark === undefined || remark === "" ? (time ?? "") : time ? `${time}; ${remark}` : remark;
  // A comment that silences must begin so.
  const comment =
    ignore === undefined ? words : `vgic-ignore[expectation]: ${ignore}${words === "" ? "" : ` (${words})`}`;
  if (comment === "") return text;
  return text + GUTTER.slice(Math.min(text.length, GUTTER.length - SHORTEST_GUTTER.length)) + comment;
}
