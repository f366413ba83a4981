/** The values and outcomes of an operation, as numbers. */
import { type Halves, zero } from "../syntax/number.ts";
import type { Expression, OperationStatement, Outcome } from "../syntax/statement.ts";
import { fit, resolveExpectation } from "./expectation.ts";
import type { Expectation } from "./operation.ts";
import type { TargetContext } from "./target.ts";

/** The statements of some kind. */
export type Of<Kind> = Extract<OperationStatement, { kind: Kind }>;

/** What is written; 0 when nothing is. */
export function resolveWritten(
  value: Expression | undefined,
  bits: number,
  { scope, report }: TargetContext,
): Halves | undefined {
  if (value === undefined) return zero;
  const written = scope.evaluate(value, report);
  if (written === undefined) return undefined;
  const fitted = fit(value, written, bits, report);
  return { low: Number(fitted & 0xffff_ffffn), high: Number(fitted >> 32n) };
}

/** An outcome that cannot be resolved leaves the operation without one: it still changes the state. */
export function resolveOutcome(
  outcome: Outcome | undefined,
  bits: number,
  { scope, report }: TargetContext,
): Expectation | undefined {
  return outcome === undefined ? undefined : resolveExpectation(outcome, bits, scope, report);
}

/** A number of at most `bits` bits; undefined if it has no value, which was reported. What does not fit is reported and cut off. */
export function resolveNumber(
  expression: Expression,
  bits: number,
  { scope, report }: TargetContext,
): number | undefined {
  const value = scope.evaluate(expression, report);
  return value === undefined ? undefined : Number(fit(expression, value, bits, report));
}
