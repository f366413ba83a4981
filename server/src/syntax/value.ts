/** Constant expressions: 64-bit unsigned, wrapping. */
import type { BinaryOperator, Expression } from "./statement.ts";

/** A part of an expression that only its surroundings can give a value: a `let` name or a register's field. */
export type Reference = Extract<Expression, { kind: "name" | "field" }>;

/** The value of a reference, or undefined if there is none; saying so is the business of whoever looks it up. */
export type Lookup = (reference: Reference) => bigint | undefined;

/**
 * The value of an expression. Every reference is looked up, also when another one has no value already;
 * undefined if one has none.
 */
export function evaluate(expression: Expression, lookup: Lookup): bigint | undefined {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "name":
    case "field":
      return lookup(expression);
    case "unary": {
      const operand = evaluate(expression.operand, lookup);
      return operand === undefined ? undefined : BigInt.asUintN(64, ~operand);
    }
    case "binary": {
      const left = evaluate(expression.left, lookup);
      const right = evaluate(expression.right, lookup);
      if (left === undefined || right === undefined) return undefined;
      return BigInt.asUintN(64, apply(expression.operator, left, right));
    }
  }
}

/** Shifting by 64 or more leaves nothing. */
function apply(operator: BinaryOperator, left: bigint, right: bigint): bigint {
  switch (operator) {
    case "<<":
      return right >= 64n ? 0n : left << right;
    case ">>":
      return right >= 64n ? 0n : left >> right;
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "&":
      return left & right;
    case "^":
      return left ^ right;
    case "|":
      return left | right;
  }
}
