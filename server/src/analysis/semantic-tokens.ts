/** What the words of a trace are, for colouring them. It needs no statement: a broken line has words, too. */
import type { TraceDocument } from "../document/document.ts";
import type { TraceLine } from "../document/line.ts";
import type { LineRange } from "../document/lines.ts";
import type { Shape } from "../document/shapes/shape.ts";
import { isRegisterName, rowOf } from "../program/scope.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Expression, Span, Statement } from "../syntax/statement.ts";
import { isContextual, type Token, type TokenKind, tokenize } from "../syntax/tokens.ts";
import { valuesOf } from "./part.ts";

/** The kinds of words, by the protocol's standard names. */
export const TOKEN_TYPES = [
  "comment",
  "keyword",
  "function", // readl, mrs, get, …
  "namespace", // cpu0
  "class", // registers and frames
  "property", // fields
  "variable", // let names
  "number",
  "string",
  "operator",
  "enumMember", // errnos, revisions and hosts
] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

/** A word of a line. */
export interface SemanticToken extends Span {
  readonly line: number;
  readonly type: TokenType;
  /** Whether the word is being declared. */
  readonly declares: boolean;
}

/** The words of some lines, of the whole document by default, in order. */
export function semanticTokens({ lines }: TraceDocument, range?: LineRange): SemanticToken[] {
  const { start, end } = range ?? { start: 0, end: lines.length };
  const found: SemanticToken[] = [];
  for (let line = start; line < Math.min(end, lines.length); line++) {
    for (const word of wordsOf(lines.at(line))) found.push({ line, ...word });
  }
  return found;
}

type WordOfLine = Omit<SemanticToken, "line">;

/** Operations of one shape have the same words, but for what the digits in a name make of it. */
interface WordsOfShape {
  readonly words: readonly WordOfLine[];
  /** Words that may name a register, by their index. */
  readonly names: readonly number[];
}

const knownShapes = new WeakMap<Shape, WordsOfShape>();

function wordsOf(line: TraceLine): readonly WordOfLine[] {
  const { shape } = line;
  if (shape === undefined || line.hasComment || !line.isOperation) return wordsRead(line);
  const { text } = line;
  const known = knownShapes.get(shape);
  if (known === undefined) {
    const words = wordsRead(line);
    const isName = ({ type, start, end }: WordOfLine) =>
      (type === "class" || type === "variable") && /\d/.test(text.slice(start, end));
    knownShapes.set(shape, { words, names: words.flatMap((word, index) => (isName(word) ? [index] : [])) });
    return words;
  }
  if (known.names.length === 0) return known.words;
  const words = [...known.words];
  for (const index of known.names) {
    const { start, end, declares } = itemAt(words, index);
    words[index] = { start, end, type: typeOfName(text.slice(start, end)), declares };
  }
  return words;
}

/** The words of a line, read one by one. */
function wordsRead({ text, parsed: { statement, comment } }: TraceLine): WordOfLine[] {
  const words: WordOfLine[] = [];
  const names = statement === undefined ? undefined : namesIn(statement);
  // What stands alone or too long to be read needs no look at its words.
  if (comment?.start !== 0 && text.length <= 10_000) {
    let before: Token | undefined;
    for (const one of tokenize(text.slice(0, comment?.start)).tokens) {
      const { kind, start, end, text: word } = one;
      const isName = isContextual(kind) && (names?.has(start) ?? false);
      const type = isName ? typeOfName(word) : typeOf(one, before?.kind);
      const declares = before?.kind === "let";
      if (type !== undefined) words.push({ start, end, type, declares });
      before = one;
    }
  }
  if (comment !== undefined) words.push({ ...comment, type: "comment", declares: false });
  return words;
}

/** Where names stand in a statement: a word there is one, although it may be a keyword elsewhere. */
function namesIn(statement: Statement): ReadonlySet<number> {
  const starts = new Set<number>();
  const walk = (expression: Expression): void => {
    if (expression.kind === "name") starts.add(expression.start);
    if (expression.kind === "unary") walk(expression.operand);
    if (expression.kind !== "binary") return;
    walk(expression.left);
    walk(expression.right);
  };
  for (const { expression } of valuesOf(statement)) walk(expression);
  if ("target" in statement) walk(statement.target.base);
  if (statement.kind === "let") starts.add(statement.name.start);
  if ("host" in statement) starts.add(statement.host.start);
  return starts;
}

const actions = new Set<TokenKind>([
  ...(["read", "write", "mrs", "msr", "run", "get", "set", "has", "level", "fill"] as const),
  ...(["init", "save", "restore", "reset", "mapd", "mapc", "mapti"] as const),
  ...(["mapi", "movall", "int", "invall", "sync"] as const),
]);
const plain = new Set<TokenKind>([",", ":", ".", "(", ")"]);
/** Before words that are keywords only in their place. */
const introducing = new Set<TokenKind>(["gic", "base", "compare", "new", "by"]);

function typeOf({ kind, text }: Token, before: TokenKind | undefined): TokenType | undefined {
  switch (kind) {
    case "word":
      return typeOfWord(text, before);
    case "number":
      return "number";
    case "string":
    case "unterminated":
      return "string";
    case "cpu":
      return "namespace";
    case "revisions":
    case "kernel":
    case "setting":
      return "enumMember";
    case "manager":
      return text === "kernel" ? "keyword" : "enumMember";
  }
  if (actions.has(kind)) return "function";
  if (plain.has(kind)) return undefined;
  return /^[a-z]/.test(text) ? "keyword" : "operator";
}

function typeOfWord(word: string, before: TokenKind | undefined): TokenType {
  if (before === ".") return "property";
  if (before === "fails") return "enumMember";
  if (before !== undefined && introducing.has(before)) return "keyword";
  return typeOfName(word);
}

function typeOfName(word: string): TokenType {
  return isRegisterName(word) || isArray(word) ? "class" : "variable";
}

/** Whether a word names an array of registers, as it may before a field. */
function isArray(word: string): boolean {
  return word.startsWith("GIC") && (rowOf("v2", word) ?? rowOf("v3", word)) !== undefined;
}
