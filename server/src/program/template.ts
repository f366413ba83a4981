/**
 * What an operation is made from. Lines that differ in plain values alone share a template, and the values are read from
 * the line when they are asked for: a long trace keeps a number and a reference for each operation, not the operation.
 */

import type { TraceLine } from "../document/line.ts";
import type { PlainValues } from "../document/shapes/shape.ts";
import { type Halves, zero } from "../syntax/number.ts";
import { operationRow } from "../syntax/operations.ts";
import type { Span } from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";
import type { Outcome } from "../vgic/answer.ts";
import { REVISIONS } from "../vgic/kernels/revisions.ts";
import { type Expectation, type ExpectedCase, type Operation, widthOf } from "./operation.ts";

/** What a line asks for, and what it must answer. */
export interface Request {
  readonly operation: Operation;
  readonly expectation?: Expectation;
}

const none: readonly number[] = [];

export class Template {
  // What is asked for often comes first: with luck the processor fetches it at once.
  /** What one of the lines asks for: the others differ from it in plain values alone. */
  readonly sample: Operation;
  readonly kind: Operation["kind"];
  /** Whether their success comes with a value. */
  readonly returns: boolean;
  readonly #values: PlainValues | undefined;
  readonly #expectation: Expectation | undefined;
  /** Where the one value stands that is expected, if nothing else is. */
  readonly #plainAnswer: Span | undefined;
  /** Whether values fit whatever their digits are. */
  readonly #alwaysFits: boolean;
  /** The revisions that its expectation speaks of by number. */
  readonly revisionsNamed: readonly number[];
  /** Whether it depends on a name, and may be another with other declarations. */
  readonly usesNames: boolean;
  readonly #bits: number;

  /** @param values which others differ in; absent where a template is for one line alone, or they have none */
  constructor(
    { operation, expectation }: Request,
    { usesNames, values }: { usesNames: boolean; values?: PlainValues },
  ) {
    this.sample = operation;
    this.kind = operation.kind;
    this.returns = operationRow(operation).returns;
    this.#expectation = expectation;
    this.revisionsNamed = expectation === undefined ? none : revisionsIn(expectation);
    this.usesNames = usesNames;
    this.#values = values;
    this.#bits = bitsOf(operation);
    this.#alwaysFits = values === undefined || values.mostBits <= this.#bits;
    const isPlain =
      expectation?.declaredOnly === true &&
      expectation.mask === undefined &&
      expectation.quantifier !== "sometimes";
    this.#plainAnswer = isPlain && values?.mask === undefined ? values?.answers[0] : undefined;
  }

  /** Whether a line's operation is the sample. */
  get isSample(): boolean {
    return this.#values?.written === undefined;
  }

  get hasExpectation(): boolean {
    return this.#expectation !== undefined;
  }

  get hasPlainAnswer(): boolean {
    return this.#plainAnswer !== undefined;
  }

  /** Whether the values of a line, which starts somewhere in a text, fit and can be read from there. */
  fits(line: TraceLine): boolean {
    const values = this.#values;
    if (this.#alwaysFits || values === undefined) return true;
    const { written, mask, answers } = values;
    if (!this.#isFitting(written, line) || !this.#isFitting(mask, line)) return false;
    for (let i = 0; i < answers.length; i++) {
      if (!this.#isFitting(answers[i], line)) return false;
    }
    return true;
  }

  /** The operation of a line, whose values must fit. */
  operation(line: TraceLine): Operation {
    const operation = this.sample;
    const written = this.#values?.written;
    if (written === undefined) return operation;
    const { low, high } = line.halvesAt(written) ?? zero;
    // Written out by kind: copies of one kind are made the same way, and fast.
    switch (operation.kind) {
      case "mmio": {
        const { kind, cpu, write, width, address, register } = operation;
        return { kind, cpu, write, width, address, low, high, register };
      }
      case "sysreg": {
        const { kind, cpu, write, register } = operation;
        return { kind, cpu, write, register, low, high };
      }
      case "user": {
        const { kind, verb, frame, cpu, offset, register } = operation;
        return { kind, verb, frame, cpu, offset, low, high, register };
      }
      case "memory": {
        const { kind, write, width, address } = operation;
        return { kind, write, width, address, low, high };
      }
      case "setting": {
        const { kind, verb, setting, region } = operation;
        return { kind, verb, setting, region, low, high };
      }
      case "line":
      case "run":
      case "settle":
      case "new-vm":
      case "migrate":
      case "memory-fill":
      case "its-command":
      case "msi":
      case "tables":
      case "init":
        // They write no value.
        return operation;
      default:
        return unreachable(operation);
    }
  }

  /** What is expected of a line, whose values must fit. */
  expectation(line: TraceLine): Expectation | undefined {
    const expectation = this.#expectation;
    const values = this.#values;
    if (expectation === undefined || values === undefined) return expectation;
    const { start, end, quantifier, declaredOnly } = expectation;
    const { answers } = values;
    const mask = values.mask === undefined ? expectation.mask : numberOf(values.mask, line);
    // Most have one, and a list that grows is made for many.
    const cases = [caseWith(expectation.cases[0], answers[0], line)];
    for (let i = 1; i < answers.length; i++) {
      cases.push(caseWith(expectation.cases[i], answers[i], line));
    }
    return quantifier === undefined
      ? { start, end, mask, cases, declaredOnly }
      : { start, end, quantifier, mask, cases, declaredOnly };
  }

  /** The value that a line must give under the declared revision, where nothing else is expected of it. */
  plainAnswer(line: TraceLine): Halves | undefined {
    return this.#plainAnswer && line.halvesAt(this.#plainAnswer);
  }

  #isFitting(span: Span | undefined, line: TraceLine): boolean {
    if (span === undefined) return true;
    const value = line.halvesAt(span);
    if (value === undefined) return false;
    const bits = this.#bits;
    return bits === 64 || (value.high === 0 && (bits === 32 || value.low >>> bits === 0));
  }
}

function revisionsIn({ cases, declaredOnly }: Expectation): readonly number[] {
  if (declaredOnly) return none;
  return REVISIONS.filter((revision) =>
    cases.some(({ first, last, when }) => {
      const isNamed = when === undefined || first > 0 || last < Number.POSITIVE_INFINITY;
      return isNamed && revision >= first && revision <= last;
    }),
  );
}

/** How wide the values of an operation are. */
function bitsOf(operation: Operation): number {
  return widthOf(operation) === 0 ? 64 : widthOf(operation) * 8;
}

function caseWith(known: ExpectedCase, answer: Span | undefined, line: TraceLine): ExpectedCase {
  const value = answer && numberOf(answer, line);
  if (value === undefined) return known;
  const { begin, start, end, first, last, when } = known;
  const expected: Outcome = { ending: "ok", value };
  return when === undefined
    ? { begin, start, end, first, last, expected }
    : { begin, start, end, first, last, when, expected };
}

function numberOf(span: Span, line: TraceLine): bigint | undefined {
  const value = line.halvesAt(span);
  if (value === undefined) return undefined;
  const { low, high } = value;
  return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low);
}
