/** What an operation must answer: values computed, revisions and errnos checked. */
import { nearest } from "../syntax/nearest.ts";
import type {
  Expected,
  Expression,
  OutcomeCase,
  RevisionSet,
  Outcome as WrittenOutcome,
} from "../syntax/statement.ts";
import type { Outcome } from "../vgic/answer.ts";
import { ERRNOS, isErrno } from "../vgic/errno.ts";
import { type HostRefusal, readBound, readHost } from "./host.ts";
import type { Expectation, ExpectedCase } from "./operation.ts";
import type { ProblemDetail, Report } from "./problem.ts";
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
  const add = (begin: number, covered: Covered | undefined, one: Expected): void => {
    const answer = resolveAnswer(one, compute, report);
    if (answer === undefined || covered === undefined) complete = false;
    else cases.push({ begin, start: one.start, end: one.end, ...covered, expected: answer });
  };
  if (expected.kind === "always") {
    add(expected.is.start, everywhere, expected.is);
  } else {
    for (const [index, one] of expected.cases.entries()) {
      add(one.start, resolveCovered(one, expected.cases.slice(0, index), scope, report), one.expected);
    }
  }
  if (!complete) return undefined;
  const declaredOnly = expected.kind === "always";
  const { quantifier } = outcome;
  return quantifier === undefined
    ? { start, end, mask, cases, declaredOnly }
    : { start, end, quantifier, mask, cases, declaredOnly };
}

/** What a case covers. */
type Covered = Pick<ExpectedCase, "first" | "last" | "when">;

const everywhere: Covered = { first: 0, last: Number.POSITIVE_INFINITY };

function resolveCovered(
  { revisions, when }: OutcomeCase,
  earlier: readonly OutcomeCase[],
  scope: Scope,
  report: Report,
): Covered | undefined {
  if (revisions !== undefined) checkRevisions(revisions, earlier, report);
  const { first, last } = revisions ?? everywhere;
  if (when === undefined) return { first, last };
  const refused = (problem: HostRefusal): ProblemDetail => ({ code: "invalid-value", ...problem });
  const host =
    when.relation === "host"
      ? readHost(when.host, scope, report, refused)
      : readBound(when.host, scope, report, refused);
  return host && { first, last, when: { relation: when.relation, host } };
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

/** Of cases without hosts each must speak of revisions of its own; with hosts the first that covers one counts. */
function checkRevisions(revisions: RevisionSet, earlier: readonly OutcomeCase[], report: Report): void {
  const text = revisionsText(revisions);
  const isCovered = ({ revisions: other, when }: OutcomeCase): boolean =>
    other !== undefined &&
    when === undefined &&
    other.first <= revisions.last &&
    revisions.first <= other.last;
  if (!namesRevision(revisions)) {
    report(revisions, { code: "invalid-value", reason: "revisions", text });
  } else if (earlier.some(isCovered)) {
    report(revisions, { code: "invalid-value", reason: "overlapping-revisions", text });
  }
}
