/** Orders a flat list of operands and operators by C's precedence. */
import type { BinaryOperator, Expression } from "./statement.ts";

/** How tightly an operator binds; all of them group from the left. */
export const precedence: Readonly<Record<BinaryOperator, number>> = {
  "|": 1,
  "^": 2,
  "&": 3,
  "<<": 4,
  ">>": 4,
  "+": 5,
  "-": 5,
};

/** Whether a token's text is a binary operator. */
export function isBinaryOperator(text: string): text is BinaryOperator {
  return Object.hasOwn(precedence, text);
}

/** The tree of `operands[0] operators[0] operands[1] …`; there is one operand more than operators. */
export function combine(operands: readonly Expression[], operators: readonly BinaryOperator[]): Expression {
  const pending: Expression[] = [operands[0]];
  const waiting: BinaryOperator[] = [];
  for (const [index, operator] of operators.entries()) {
    while (waiting.length > 0 && precedence[waiting[waiting.length - 1]] >= precedence[operator]) {
      join(pending, waiting);
    }
    waiting.push(operator);
    pending.push(operands[index + 1]);
  }
  while (waiting.length > 0) join(pending, waiting);
  return pending[0];
}

function join(pending: Expression[], waiting: BinaryOperator[]): void {
  const right = pending.pop();
  const left = pending.pop();
  const operator = waiting.pop();
  if (right === undefined || left === undefined || operator === undefined) return;
  pending.push({ kind: "binary", start: left.start, end: right.end, operator, left, right });
}
