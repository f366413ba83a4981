/** An operation as another line of the same shape has it, which differs from it in plain values alone. */
import { type Halves, halvesAt } from "./number.ts";
import type { Expectation, ExpectedCase, Operation } from "./program.ts";
import type { PlainValues } from "./shape.ts";
import type { Span } from "./statement.ts";

/** The operation with the values of a line; undefined if one does not fit, or is too long to be read here. */
export function withValues(
  operation: Operation,
  values: PlainValues,
  source: string,
  start: number,
): Operation | undefined {
  if (values.none) return operation;
  if (operation.kind !== "mmio" && operation.kind !== "sysreg" && operation.kind !== "user") return undefined;
  const bits = widthOf(operation);
  const written = values.written === undefined ? operation : fitting(source, start, values.written, bits);
  if (written === undefined) return undefined;
  const { low, high } = written;
  let { expectation } = operation;
  if (expectation !== undefined) {
    expectation = expectationWith(expectation, values, source, start, bits);
    if (expectation === undefined) return undefined;
  }
  // Written out by kind: copies of one kind are made the same way, and fast.
  switch (operation.kind) {
    case "mmio": {
      const { kind, cpu, write, width, address, register } = operation;
      return { kind, cpu, write, width, address, low, high, register, expectation };
    }
    case "sysreg": {
      const { kind, cpu, write, register } = operation;
      return { kind, cpu, write, register, low, high, expectation };
    }
    case "user": {
      const { kind, verb, frame, cpu, offset, register } = operation;
      return { kind, verb, frame, cpu, offset, low, high, register, expectation };
    }
  }
}

function widthOf(operation: Extract<Operation, { kind: "mmio" | "sysreg" | "user" }>): number {
  if (operation.kind === "mmio") return operation.width * 8;
  return operation.kind === "sysreg" || operation.frame === "ICC" ? 64 : 32;
}

function fitting(source: string, line: number, { start, end }: Span, bits: number): Halves | undefined {
  const value = halvesAt(source, line + start, line + end);
  if (value === undefined || bits === 64) return value;
  return value.high === 0 && (bits === 32 || value.low >>> bits === 0) ? value : undefined;
}

function expectationWith(
  expectation: Expectation,
  { mask: masked, answers }: PlainValues,
  source: string,
  line: number,
  bits: number,
): Expectation | undefined {
  const { start, end, declaredOnly } = expectation;
  const mask = masked === undefined ? expectation.mask : valueAt(source, line, masked, bits);
  if (masked !== undefined && mask === undefined) return undefined;
  // Most have one, and a list that grows is made for many.
  const first = caseWith(expectation.cases[0], answers[0], source, line, bits);
  if (first === undefined) return undefined;
  const cases = [first];
  for (let i = 1; i < answers.length; i++) {
    const next = caseWith(expectation.cases[i], answers[i], source, line, bits);
    if (next === undefined) return undefined;
    cases.push(next);
  }
  return { start, end, mask, cases, declaredOnly };
}

function caseWith(
  known: ExpectedCase,
  answer: Span | undefined,
  source: string,
  line: number,
  bits: number,
): ExpectedCase | undefined {
  if (answer === undefined) return known;
  const value = valueAt(source, line, answer, bits);
  if (value === undefined) return undefined;
  const { start, end, first, last } = known;
  return { start, end, first, last, expected: { kind: "value", value } };
}

function valueAt(source: string, line: number, span: Span, bits: number): bigint | undefined {
  const value = fitting(source, line, span, bits);
  if (value === undefined) return undefined;
  const { low, high } = value;
  return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low);
}
