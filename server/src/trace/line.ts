/** The lines of a trace, each read from its own text alone. */
import type { Environment } from "./environment.ts";
import { Mask } from "./mask.ts";
import { longestLine, parseLine } from "./parse.ts";
import type { Operation } from "./program.ts";
import { isOperation, type Shape, shapeOf } from "./shape.ts";
import type { ParsedLine } from "./statement.ts";

/** A line with what it says. Lines of the same text may be the same object. */
export class TraceLine {
  /** The text that the line is read from, and the columns of the line in it: to cut it out only pays when asked for. */
  readonly #source: string;
  readonly #start: number;
  readonly #end: number;
  readonly #shape: Shape | undefined;
  #parsed: ParsedLine | undefined;
  #operation: Operation | undefined;
  #environment: Environment | undefined;

  constructor(source: string, start: number, end: number, shape: Shape | undefined) {
    this.#source = source;
    this.#start = start;
    this.#end = end;
    this.#shape = shape;
    this.#parsed = shape === undefined ? parseLine(source.slice(start, end)) : undefined;
    this.#operation = undefined;
    this.#environment = undefined;
  }

  /** Without the line end. */
  get text(): string {
    return this.#source.slice(this.#start, this.#end);
  }

  /** Whether the line ends in CRLF. */
  get carriageReturn(): boolean {
    return this.#source.charCodeAt(this.#end) === carriageReturn;
  }

  /** Whether the text is the same, with the line end. */
  equals(other: TraceLine): boolean {
    return this.text === other.text && this.carriageReturn === other.carriageReturn;
  }

  get parsed(): ParsedLine {
    this.#parsed ??= this.#read();
    return this.#parsed;
  }

  #read(): ParsedLine {
    const { text } = this;
    if (this.#shape === undefined) return parseLine(text);
    const { length } = this.#shape.characters;
    const comment = text.length > length ? { start: length, end: text.length } : undefined;
    return { statement: this.#shape.read(text), comment };
  }

  /** What the line has in common with others that differ in digits only, if that is known. */
  get shape(): Shape | undefined {
    return this.#shape;
  }

  get isOperation(): boolean {
    return this.#shape === undefined ? isOperation(this.#parsed?.statement) : this.#shape.isOperation;
  }

  get hasComment(): boolean {
    if (this.#shape === undefined) return this.#parsed?.comment !== undefined;
    return this.#end - this.#start > this.#shape.characters.length;
  }

  /** Whether a scenario starts here, even if its title cannot be read. */
  get opensScenario(): boolean {
    if (this.#shape !== undefined) return false;
    const { statement, attempt } = this.parsed;
    return statement === undefined ? attempt?.keyword === "scenario" : statement.kind === "scenario";
  }

  /** The operation that the line came to in an environment, if that is known and depends on nothing else. */
  operationIn(environment: Environment): Operation | undefined {
    if (this.#environment === environment) return this.#operation;
    const operation = this.#shape?.operationIn(environment, this.#source, this.#start);
    if (operation !== undefined) this.#keep(environment, operation);
    return operation;
  }

  /** Keeps what the line comes to in an environment, which must depend on nothing else. */
  keep(environment: Environment, operation: Operation): void {
    this.#keep(environment, operation);
    this.#shape?.keep(environment, operation, this.#source, this.#start);
  }

  #keep(environment: Environment, operation: Operation): void {
    this.#environment = environment;
    this.#operation = operation;
  }
}

const mask = new Mask();
const lineFeed = 10;
const carriageReturn = 13;
const numberSign = 35;

/** Reads all lines of a text; behind the last line end there is one more. */
export function readLines(text: string): TraceLine[] {
  const lines: TraceLine[] = [];
  let start = 0;
  for (;;) {
    const stop = mask.read(text, start);
    const end = text.charCodeAt(stop) === lineFeed ? stop : endOfLine(text, stop);
    const hasReturn = end > start && text.charCodeAt(end - 1) === carriageReturn;
    const last = hasReturn ? end - 1 : end;
    const isWhole =
      stop === last || (text.charCodeAt(stop) === numberSign && isComment(text.slice(start, last)));
    lines.push(new TraceLine(text, start, last, isWhole ? shapeOf(mask, text, start) : undefined));
    if (end === text.length) return lines;
    start = end + 1;
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** Whether nothing is wrong with a line because of its comment. */
function isComment(line: string): boolean {
  return line.length <= longestLine && !line.includes("\0");
}
