/**
 * What lines have in common that differ only in digits. They have the same tokens at the same places, so the grammar
 * reads one of them, and what the others say is read from that.
 */

import type { Environment } from "../program/environment.ts";
import { type PlainValues, type Request, Template } from "../program/template.ts";
import { digitOf, mostDecimalDigits } from "../syntax/number.ts";
import { parseLine } from "../syntax/parse.ts";
import { rereadStatement } from "../syntax/reread.ts";
import type { Expression, OperationStatement, Outcome, Span, Statement } from "../syntax/statement.ts";
import type { Mask } from "./mask.ts";

/** As many hexadecimal digits a double holds exactly. */
const mostIndexDigits = 13;

export class Shape {
  /** The characters of such a line, digits as zeros. */
  readonly characters: Uint8Array;
  readonly #words: Uint32Array;
  /** What the line says that was read first. */
  readonly #statement: Statement | undefined;
  readonly isOperation: boolean;
  /** Absent where there are none. */
  readonly #values: PlainValues | undefined;
  /** The templates of the environment that was asked for last. */
  #environment: Environment | undefined;
  #templates: ReadonlyMap<number, Template> | undefined;
  /** Where digits stand, but for those of plain values. */
  readonly #indices: Uint8Array;

  constructor(mask: Mask, statement: Statement | undefined) {
    const { characters } = mask;
    this.characters = characters;
    this.#words = mask.words;
    this.#statement = statement;
    this.isOperation = isOperation(statement);
    this.#values = isOperation(statement) ? plainValues(statement, characters) : undefined;
    this.#indices = digitsOutside(this.#values, characters);
  }

  /** Whether a line with this mask has this shape. */
  isOf(mask: Mask): boolean {
    return mask.equals(this.characters.length, this.#words);
  }

  /** What a line of this shape says. */
  read(text: string): Statement | undefined {
    return this.#statement && rereadStatement(this.#statement, text);
  }

  /** What the operation of a line of this shape is made from; undefined if no line is known that it is like. */
  template(environment: Environment, source: string, start: number): Template | undefined {
    if (this.#indices.length > mostIndexDigits) return undefined;
    if (this.#environment !== environment) {
      this.#environment = environment;
      this.#templates = environment.templatesOf(this);
    }
    const template = this.#templates?.get(this.#indexOf(source, start));
    return template?.fits(source, start) ? template : undefined;
  }

  /** Keeps what a line of this shape asks for, which must depend on nothing but the environment. */
  keep(environment: Environment, request: Request, source: string, start: number): Template {
    const template = new Template(request, { usesNames: false, values: this.#values });
    if (!template.fits(source, start)) return new Template(request, { usesNames: false });
    if (this.#indices.length <= mostIndexDigits) {
      environment.keep(this, this.#indexOf(source, start), template);
      this.#templates = environment.templatesOf(this);
    }
    return template;
  }

  /** A number for all digits but those of plain values: in lines with the same one nothing else differs. */
  #indexOf(source: string, start: number): number {
    const indices = this.#indices;
    let index = 0;
    for (let i = 0; i < indices.length; i++) {
      index = index * 16 + digitOf(source.charCodeAt(start + indices[i]));
    }
    return index;
  }
}

const zero = 48;
const letterB = 98;
const letterX = 120;

function isDigit(code: number): boolean {
  return code === zero;
}

function plainValues(statement: OperationStatement, characters: Uint8Array): PlainValues | undefined {
  const plain = (value: Expression | undefined): Span | undefined =>
    value?.kind === "number" && isDigit(characters[value.start])
      ? { start: value.start, end: value.end }
      : undefined;
  const written = "value" in statement ? plain(statement.value) : undefined;
  const outcome = "outcome" in statement ? statement.outcome : undefined;
  const answers = outcome === undefined ? [] : answersOf(outcome).map(plain);
  const mask = plain(outcome?.mask);
  const none = written === undefined && mask === undefined && answers.every((one) => one === undefined);
  if (none) return undefined;
  const bits = [written, mask, ...answers].map((span) =>
    span === undefined ? 0 : mostBits(span, characters),
  );
  return { written, mask, answers, mostBits: Math.max(...bits) };
}

/** How wide a number can be whose digits stand in a span; Infinity if it is not read digit by digit. */
function mostBits({ start, end }: Span, characters: Uint8Array): number {
  if (characters[start + 1] === letterX) return 4 * (end - start - 2);
  const isDecimal = characters[start + 1] !== letterB && end - start <= mostDecimalDigits;
  return isDecimal ? Math.ceil((end - start) * Math.log2(10)) : Number.POSITIVE_INFINITY;
}

function answersOf({ expected }: Outcome): (Expression | undefined)[] {
  const answers = expected.kind === "always" ? [expected.is] : expected.cases.map((one) => one.expected);
  return answers.map((answer) => (answer.kind === "value" ? answer.value : undefined));
}

function digitsOutside(values: PlainValues | undefined, characters: Uint8Array): Uint8Array {
  const spans = values === undefined ? [] : [values.written, values.mask, ...values.answers];
  const places: number[] = [];
  for (const [at, code] of characters.entries()) {
    const isPlain = spans.some((span) => span !== undefined && at >= span.start && at < span.end);
    if (isDigit(code) && !isPlain) places.push(at);
  }
  return Uint8Array.from(places);
}

/** Shapes by the hash of their characters; of several with one hash, the last. Forgotten all at once when many. */
const known = new Map<number, Shape>();
const mostKnown = 20_000;

/** Whatever its digits are, a number fits in 64 bits if it has no more characters. */
const longNumber = /(?<!\w)\d\w{18}/;

/** The shape of the line that was masked last; undefined if it cannot be read, or not from others. */
export function shapeOf(mask: Mask, source: string, start: number): Shape | undefined {
  const { hash } = mask;
  const before = known.get(hash);
  if (before?.isOf(mask)) return before;
  // A copy: else all of the text that the line is from would be kept with its words.
  const text = ` ${source.slice(start, start + mask.length)}`.slice(1);
  const { statement, problem } = parseLine(text);
  if (problem !== undefined || longNumber.test(text)) return undefined;
  if (known.size >= mostKnown) known.clear();
  const shape = new Shape(mask, statement);
  known.set(hash, shape);
  return shape;
}

/** A statement that does something, now or in a run. */
export function isOperation(statement: Statement | undefined): statement is OperationStatement {
  switch (statement?.kind) {
    case "mmio":
    case "sysreg":
    case "user":
    case "line":
    case "run":
    case "settle":
    case "new-vm":
    case "migrate":
      return true;
    default:
      return false;
  }
}
