/** The lines of a trace, each read from its own text alone. */
import { type Halves, halvesAt } from "../syntax/number.ts";
import { longestLine, parseLine } from "../syntax/parse.ts";
import { isOperation, type ParsedLine, type Span } from "../syntax/statement.ts";
import { hasLoneReturn, splitLines } from "./line-ends.ts";
import type { LineCache } from "./shapes/line-cache.ts";
import { isBlank } from "./shapes/mask.ts";
import { Shape } from "./shapes/shape.ts";

/** What a line says, once it is read. */
interface Reading {
  readonly parsed: ParsedLine;
  readonly shape: Shape | undefined;
}

/** A line with what it says. There are many: each keeps no more than it must. */
export class TraceLine {
  /** The text that the line stands in, which has no CR alone but at its end: to cut the line out only pays when asked for. */
  readonly #source: string;
  readonly #start: number;
  /** What the line has in common with others, if that is known; it is read only when asked for. */
  #content: Shape | Reading | undefined;

  constructor(source: string, start: number, shape: Shape | undefined) {
    this.#source = source;
    this.#start = start;
    this.#content = shape;
  }

  /** Without the line end. */
  get text(): string {
    return this.#source.slice(this.#start, endOfText(this.#source, this.#start));
  }

  /** LF, CRLF or CR; nothing after the last line. */
  get lineEnd(): "" | "\n" | "\r\n" | "\r" {
    const end = endOfText(this.#source, this.#start);
    const code = this.#source.charCodeAt(end);
    if (code === lineFeed) return "\n";
    if (code !== carriageReturn) return "";
    return this.#source.charCodeAt(end + 1) === lineFeed ? "\r\n" : "\r";
  }

  /** Whether the text is the same, with the line end. */
  equals(other: TraceLine): boolean {
    return this.text === other.text && this.lineEnd === other.lineEnd;
  }

  get parsed(): ParsedLine {
    return this.#read().parsed;
  }

  /** Whether to ask what the line says takes long: it was not read yet, and is not of a known shape. */
  get isUnread(): boolean {
    return this.#content === undefined;
  }

  #read(): Reading {
    const content = this.#content;
    if (content !== undefined && !(content instanceof Shape)) return content;
    const { text } = this;
    const parsed = content === undefined ? parseLine(text) : content.parsed(text);
    const reading = { parsed, shape: content };
    this.#content = reading;
    return reading;
  }

  /** What the line has in common with others that differ in digits only, if that is known. */
  get shape(): Shape | undefined {
    return this.#content instanceof Shape ? this.#content : this.#content?.shape;
  }

  /** The line's index among those of its shape, which must have one. */
  indexIn(shape: Shape): number {
    return shape.indexOf(this.#source, this.#start);
  }

  /** The number in some columns, which must be a literal of at most 64 bits; undefined if it is not short enough to be read fast. */
  halvesAt({ start, end }: Span): Halves | undefined {
    return halvesAt(this.#source, this.#start + start, this.#start + end);
  }

  get isOperation(): boolean {
    const content = this.#content;
    return content instanceof Shape ? content.isOperation : isOperation(this.parsed.statement);
  }

  get hasComment(): boolean {
    const content = this.#content;
    if (!(content instanceof Shape)) return this.text.includes("#") && this.parsed.comment !== undefined;
    let at = this.#start + content.length;
    while (isBlank(this.#source.charCodeAt(at))) at++;
    return this.#source.charCodeAt(at) === numberSign;
  }

  /** Whether a scenario starts here, even if its title cannot be read. */
  get opensScenario(): boolean {
    // Not every line that cannot be read is read for this: there may be very many.
    if (this.#content instanceof Shape) return false;
    if (!this.text.includes("scenario")) return false;
    const { statement, attempt } = this.parsed;
    return statement === undefined ? attempt?.keyword === "scenario" : statement.kind === "scenario";
  }
}

const lineFeed = 10;
const carriageReturn = 13;
const numberSign = 35;

/** The lines of a text, as they were read: after the last line end there is one more. */
export class LineReader {
  /** What each has in common with others that differ in digits only, if that is known. */
  readonly shapes: readonly (Shape | undefined)[];
  /** The lines of which that is not known. */
  readonly shapeless: readonly number[];
  readonly #text: string;
  /** Where each starts in the text. */
  readonly #starts: Int32Array;
  /** The lines cut out, where some of them end in a CR alone. */
  readonly #cut: readonly string[] | undefined;

  constructor(text: string, cache: LineCache) {
    this.#text = text;
    this.#cut = hasLoneReturn(text) ? splitLines(text) : undefined;
    // Counted first: a list that grows takes several times the memory.
    const count = this.#cut?.length ?? countLines(text);
    const starts = new Int32Array(count);
    const shapes = new Array<Shape | undefined>(count);
    const shapeless: number[] = [];
    let start = 0;
    for (let index = 0; index < count; index++) {
      const source = this.#cut?.[index] ?? text;
      const stop = cache.mask(source, start);
      const end = source.charCodeAt(stop) === lineFeed ? stop : endOfLine(source, stop);
      const last = beforeReturn(source, start, end);
      const isWhole =
        stop === last || (source.charCodeAt(stop) === numberSign && isComment(source.slice(start, last)));
      starts[index] = start;
      const shape = isWhole ? cache.shapeOfMasked(source, start) : undefined;
      shapes[index] = shape;
      if (shape === undefined) shapeless.push(index);
      if (this.#cut === undefined) start = end + 1;
    }
    this.#starts = starts;
    this.shapes = shapes;
    this.shapeless = shapeless;
  }

  /** A line, made again. */
  line(index: number): TraceLine {
    return new TraceLine(this.#cut?.[index] ?? this.#text, this.#starts[index], this.shapes[index]);
  }

  /** All lines, made again. */
  get lines(): TraceLine[] {
    return this.shapes.map((_, index) => this.line(index));
  }
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** The end of the line that starts somewhere in a text, without its line end. */
function endOfText(text: string, start: number): number {
  return beforeReturn(text, start, endOfLine(text, start));
}

/** The end of a line without the return before its line feed. */
function beforeReturn(text: string, start: number, end: number): number {
  return end > start && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** Whether nothing is wrong with a line because of its comment. */
function isComment(line: string): boolean {
  return line.length <= longestLine && !line.includes("\0");
}
