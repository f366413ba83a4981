/** What an operation must answer: values computed, revisions and errnos checked. */
import { nearest } from "../syntax/nearest.ts";
import type {
  Expected,
  Expression,
  RevisionSet,
  Span,
  Outcome as WrittenOutcome,
} from "../syntax/statement.ts";
import type { Outcome } from "../vgic/answer.ts";
import { ERRNOS, isErrno } from "../vgic/errno.ts";
import type { Expectation, ExpectedCase } from "./operation.ts";
import type { Report } from "./problem.ts";
import { namesRevision, revisionsText } from "./revision-set.ts";
import type { Scope } from "./scope.ts";

/** Whether an outcome expects a failure anywhere. */
export function expectsFailure(outcome: WrittenOutcome | undefined): boolean {
  if (outcome === undefined) return false;
  const { expected } = outcome;
  if (expected.kind === "always") return isFailure(expected.is);
  return expected.cases.some((one) => isFailure(one.expected));
}

function isFailure({ kind }: Expected): boolean {
  return kind === "aborts" || kind === "exits" || kind === "fails";
}

/**
 * A value as wide as an access. Bits beyond it must be zero; in a computed value they may all be one, as `~`
 * leaves them. What does not fit is reported and cut off.
 */
export function fit(expression: Expression, value: bigint, bits: number, report: Report): bigint {
  const beyond = value >> BigInt(bits);
  const complement = expression.kind !== "number" && beyond === (1n << BigInt(64 - bits)) - 1n;
  if (beyond !== 0n && !complement) {
    report(expression, { code: "invalid-value", reason: "too-wide", value, bits });
  }
  return BigInt.asUintN(bits, value);
}

/** Resolves an outcome of an access of `bits` bits; undefined if a value of it has none. */
export function resolveExpectation(
  outcome: WrittenOutcome,
  bits: number,
  scope: Scope,
  report: Report,
): Expectation | undefined {
  const { start, end, expected } = outcome;
  const compute = (expression: Expression): bigint | undefined => {
    const value = scope.evaluate(expression, report);
    return value === undefined ? undefined : fit(expression, value, bits, report);
  };
  const mask = outcome.mask === undefined ? undefined : compute(outcome.mask);
  const cases: ExpectedCase[] = [];
  let complete = outcome.mask === undefined || mask !== undefined;
  const add = (span: Span, first: number, last: number, one: Expected): void => {
    const answer = resolveAnswer(one, compute, report);
    if (answer === undefined) complete = false;
    else cases.push({ start: span.start, end: span.end, first, last, expected: answer });
  };
  if (expected.kind === "always") {
    add(expected.is, 0, Number.POSITIVE_INFINITY, expected.is);
  } else {
    for (const [index, { revisions, expected: one }] of expected.cases.entries()) {
      checkRevisions(
        revisions,
        expected.cases.slice(0, index).map((earlier) => earlier.revisions),
        report,
      );
      add(one, revisions.first, revisions.last, one);
    }
  }
  return complete ? { start, end, mask, cases, declaredOnly: expected.kind === "always" } : undefined;
}

function resolveAnswer(
  expected: Expected,
  compute: (expression: Expression) => bigint | undefined,
  report: Report,
): Outcome | undefined {
  switch (expected.kind) {
    case "value": {
      const value = compute(expected.value);
      return value === undefined ? undefined : { ending: "ok", value };
    }
    case "ok":
      return { ending: "ok" };
    case "aborts":
      return { ending: "abort" };
    case "exits":
      return { ending: "exit" };
    case "fails": {
      const { text: errno } = expected.errno;
      if (isErrno(errno)) return { ending: errno };
      const near = nearest(errno, ERRNOS);
      report(expected.errno, { code: "unknown-name", name: errno, nearest: near, is: "errno" });
      return undefined;
    }
  }
}

function checkRevisions(revisions: RevisionSet, earlier: readonly RevisionSet[], report: Report): void {
  const text = revisionsText(revisions);
  if (!namesRevision(revisions)) {
    report(revisions, { code: "invalid-value", reason: "revisions", text });
  } else if (earlier.some(({ first, last }) => first <= revisions.last && revisions.first <= last)) {
    report(revisions, { code: "invalid-value", reason: "overlapping-revisions", text });
  }
}
