/**
 * Why a long trace is read fast, and what that costs a reader of this folder: three files with one door.
 *
 * Most lines of a long trace differ from an earlier line in digits only. Such lines have the same tokens at the same
 * columns, so the grammar reads the first of them, and whether another is like it is a comparison of masks
 * (`mask.ts`): the line with every digit replaced by 0. Lines with one mask have one `Shape`. `LineCache`
 * (`line-cache.ts`) finds the shape of a line; it belongs to whoever reads documents: a session, a lint, a worker.
 *
 * A shape knows where the digits of a line stand. Some belong to plain values: numbers that are written or expected,
 * which the rest of the statement does not depend on. All other digits (of a register, a vCPU, an offset) make up the
 * index of a line: lines of one shape with one index differ in plain values alone. `program/templates.ts` keeps what
 * it made of such a line by shape and index.
 *
 * Nothing here decides what a line means. `TraceLine.parsed` is what the grammar says of the line, or of the first line of
 * its shape but for the digits, which is the same: `test/document/shape.test.ts` holds that.
 */

import { digitOf, mostDecimalDigits } from "../../syntax/number.ts";
import { type Reader, readerLike } from "../../syntax/reread.ts";
import {
  type Expression,
  isOperation,
  type OperationStatement,
  type Outcome,
  type ParsedLine,
  type Span,
  type Statement,
} from "../../syntax/statement.ts";
import type { Mask } from "./mask.ts";

/** As many hexadecimal digits a double holds exactly. */
const mostIndexDigits = 13;

/** Values of an operation that stand as plain numbers: nothing else of it depends on their digits. */
export interface PlainValues {
  readonly written?: Span;
  readonly mask?: Span;
  /** Of each answer that is expected. */
  readonly answers: readonly (Span | undefined)[];
  /** None of them is wider, whatever its digits are; Infinity if one cannot be read from its digits alone. */
  readonly mostBits: number;
}

/** What a later stage keeps with a shape. */
export abstract class ShapeNotes {}

/** What lines have in common that differ in digits only. */
export class Shape {
  /** How many characters the statement of such a line has. */
  readonly length: number;
  readonly isOperation: boolean;
  /** Absent where there are none. */
  readonly values: PlainValues | undefined;
  notes: ShapeNotes | undefined;
  /** Reads the statement of such a line. */
  readonly #read: Reader<Statement> | undefined;
  readonly #words: Uint32Array;
  /** Where digits stand, but for those of plain values. */
  readonly #indices: Uint8Array;

  constructor(mask: Mask, statement: Statement | undefined) {
    const { characters } = mask;
    this.length = characters.length;
    this.#read = statement && readerLike(statement);
    this.#words = mask.words;
    this.isOperation = isOperation(statement);
    this.values = isOperation(statement) ? plainValues(statement, characters) : undefined;
    this.#indices = digitsOutside(this.values, characters);
  }

  /** Whether a line with this mask has this shape. */
  isOf(mask: Mask): boolean {
    return mask.equals(this.length, this.#words);
  }

  /** What a line of this shape says. */
  parsed(line: string): ParsedLine {
    const start = line.indexOf("#", this.length);
    const comment = start === -1 ? undefined : { start, end: line.length };
    return { statement: this.#read?.(line), comment };
  }

  /** Whether lines of this shape have an index: those with many digits have none. */
  get hasIndex(): boolean {
    return this.#indices.length <= mostIndexDigits;
  }

  /** The index of a line that starts at `start` in a text. */
  indexOf(source: string, start: number): number {
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
