/** The grammar of values, and of what accesses are aimed at. */
import { combine, isBinaryOperator } from "../combine.ts";
import { parseNumber } from "../number.ts";
import type { Place } from "../places.ts";
import type { BinaryOperator, Expression, IntegerLiteral, Target } from "../statement.ts";
import type { TokenReader } from "./token-reader.ts";

/** Whether the next token is one that a value begins with. */
export function startsValue({ kind, isName }: TokenReader): boolean {
  return isName || kind === "number" || kind === "(" || kind === "~";
}

/** @param place what is missing where there is no value */
export function readValue(tokens: TokenReader, place: Place = "value"): Expression {
  const operands = [readOperand(tokens, place)];
  const operators: BinaryOperator[] = [];
  for (;;) {
    const { kind } = tokens;
    if (kind === undefined || !isBinaryOperator(kind)) break;
    tokens.accept(kind);
    operators.push(kind);
    operands.push(readOperand(tokens, "value"));
  }
  return combine(operands, operators);
}

function readOperand(tokens: TokenReader, place: Place): Expression {
  const starts: number[] = [];
  for (let { start } = tokens; tokens.accept("~") !== undefined; { start } = tokens) starts.push(start);
  const operand = readAtom(tokens, starts.length === 0 ? place : "value");
  return starts.reduceRight<Expression>(
    (inner, start) => ({ kind: "unary", start, end: operand.end, operator: "~", operand: inner }),
    operand,
  );
}

function readAtom(tokens: TokenReader, place: Place): Expression {
  if (tokens.kind === "number") return { kind: "number", ...readInteger(tokens) };
  if (tokens.kind === "(") return readParenthesized(tokens);
  return readNameOrField(tokens, place);
}

function readNameOrField(tokens: TokenReader, place: Place): Expression {
  const name = tokens.takeWord(place);
  const { start, end, text } = name;
  if (tokens.accept(".") === undefined) return { kind: "name", start, end, name: text };
  const field = tokens.takeWord("field");
  return { kind: "field", start, end: field.end, register: name, field };
}

function readParenthesized(tokens: TokenReader): Expression {
  const { start } = tokens;
  tokens.accept("(");
  const value = readValue(tokens);
  const { end } = tokens.take(")", "closing");
  return { ...value, start, end };
}

export function readInteger(tokens: TokenReader): IntegerLiteral {
  const number = tokens.take("number", "integer");
  const value = parseNumber(number.text);
  if (typeof value === "string") return tokens.refuse(number, value);
  return { start: number.start, end: number.end, value };
}

/** A register of a vCPU, a frame with an offset, or an address. */
export function readTarget(tokens: TokenReader): Target {
  if (!tokens.isName) return readFrom(readAtom(tokens, "target"), tokens);
  const base = readNameOrField(tokens, "target");
  const cpu = tokens.accept("@") && tokens.takeCpu();
  const offsets = readOffsets(tokens);
  return { start: base.start, end: tokens.end, base, cpu, offsets };
}

/** A guest physical address: atoms with `+` between them. */
export function readAddress(tokens: TokenReader): Target {
  return readFrom(readAtom(tokens, "address"), tokens);
}

function readFrom(base: Expression, tokens: TokenReader): Target {
  const offsets = readOffsets(tokens);
  return { start: base.start, end: tokens.end, base, offsets };
}

const noOffsets: readonly Expression[] = [];

function readOffsets(tokens: TokenReader): readonly Expression[] {
  let offsets = noOffsets;
  while (tokens.accept("+") !== undefined) offsets = [...offsets, readAtom(tokens, "offset")];
  return offsets;
}
