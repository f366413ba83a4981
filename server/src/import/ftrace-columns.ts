/**
 * The columns before an event in the layout that nearly all logs have, `COMM-PID (TGID) [CPU] FLAGS TIME: EVENT: …`,
 * read where they stand in a text. What is before the time is the same in many lines: a regular expression reads it in
 * the first of them, and tells this reader whether it may read others.
 */
import type { Origin } from "./event.ts";

/** What a line says after who printed it. */
export interface Columns {
  readonly time: string;
  readonly event: string;
  readonly rest: string;
}

/** Who printed a line and when, and where in the text is what its event tells. */
export interface FoundColumns {
  readonly origin: Origin;
  readonly time: string;
  readonly event: string;
  readonly restAt: number;
}

/** Who printed a line, if all lines that begin like it are certain to be read as here; undefined of others. */
type ReadOrigin = (line: string, prefix: string, columns: Columns) => Origin | undefined;

/** What stands before a line's time, and who that is; undefined of what only the regular expressions read. */
interface Known {
  readonly prefix: string;
  readonly origin: Origin | undefined;
}

const mostPrefixes = 4096;

const [TAB, BLANK, POINT, ZERO, NINE, COLON, LOWER_LINE, DELETE] = [9, 32, 46, 48, 57, 58, 95, 127];

export class ColumnReader {
  readonly #known = new Map<string, Known>();
  #last: Known = { prefix: "\n", origin: undefined };
  #isAsBefore = false;
  #event = "";
  readonly #origin: ReadOrigin;

  constructor(origin: ReadOrigin) {
    this.#origin = origin;
  }

  /** The columns of a line in a text; undefined if they are not plainly these. */
  read(text: string, start: number, end: number): FoundColumns | undefined {
    const timeAt = this.#timeAt(text, start, end);
    const timeEnd = timeAt && timeEndOf(text, timeAt);
    if (timeEnd === undefined || text.charCodeAt(timeEnd) !== COLON) return undefined;
    const eventAt = blanksEnd(text, timeEnd + 1);
    const eventEnd = this.#eventEnd(text, eventAt);
    if (eventAt === timeEnd + 1 || eventEnd === eventAt || text.charCodeAt(eventEnd) !== COLON)
      return undefined;
    const restAt = blanksEnd(text, eventEnd + 1);
    const first = text.charCodeAt(restAt);
    if (restAt === eventEnd + 1 || restAt >= end || first < BLANK || first >= DELETE) return undefined;
    const time = text.slice(timeAt, timeEnd);
    if (!this.#isAsBefore) {
      const prefix = text.slice(start, timeAt);
      this.#last =
        this.#known.get(prefix) ??
        this.#learn(prefix, text.slice(start, end), {
          time,
          event: this.#event,
          rest: text.slice(restAt, end),
        });
    }
    const { origin } = this.#last;
    return origin && { origin, time, event: this.#event, restAt };
  }

  /** Where a line's time is. Notes whether what stands before it is what stood before the last. */
  #timeAt(text: string, start: number, end: number): number | undefined {
    const { prefix } = this.#last;
    const after = start + prefix.length;
    this.#isAsBefore = isDigit(text.charCodeAt(after)) && text.slice(start, after) === prefix;
    if (this.#isAsBefore) return after;
    const bracket = text.indexOf("]", start);
    if (bracket < 0 || bracket >= end) return undefined;
    let at = text.indexOf(":", bracket);
    if (at < 0 || at >= end) return undefined;
    while (!isBlank(text.charCodeAt(at - 1)) && at > bracket) at--;
    return at;
  }

  /** Where the event's name ends; notes the name, which mostly is that of the last line. */
  #eventEnd(text: string, at: number): number {
    const same = at + this.#event.length;
    if (text.charCodeAt(same) === COLON && text.slice(at, same) === this.#event) return same;
    const end = wordEnd(text, at);
    this.#event = text.slice(at, end);
    return end;
  }

  #learn(slice: string, line: string, columns: Columns): Known {
    const prefix = copied(slice);
    const known = { prefix, origin: this.#origin(copied(line), prefix, columns) };
    if (this.#known.size >= mostPrefixes) this.#known.clear();
    this.#known.set(prefix, known);
    return known;
  }
}

/** A copy: what is kept of a slice would keep all of the text that it is from. */
function copied(slice: string): string {
  return ` ${slice}`.slice(1);
}

function isBlank(code: number): boolean {
  return code === BLANK || code === TAB;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** Where the blanks from a place on end. */
function blanksEnd(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** Where the time ends that stands at a place; undefined if none does. */
function timeEndOf(text: string, at: number): number | undefined {
  const seconds = digitsEnd(text, at);
  if (seconds === at) return undefined;
  if (text.charCodeAt(seconds) !== POINT) return seconds;
  const end = digitsEnd(text, seconds + 1);
  return end === seconds + 1 ? undefined : end;
}

/** Where the name from a place on ends: letters, `_`, and digits except as the first. */
function wordEnd(text: string, from: number): number {
  let at = from;
  for (
    let code = text.charCodeAt(at);
    isLetter(code) || (isDigit(code) && at > from);
    code = text.charCodeAt(at)
  )
    at++;
  return at;
}

function isLetter(code: number): boolean {
  const small = code | 32;
  return (small >= 97 && small <= 122) || code === LOWER_LINE;
}
