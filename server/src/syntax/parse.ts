/** One line of text to a statement. */
import { readStatement } from "./grammar/grammar.ts";
import type { Place } from "./places.ts";
import type { Attempt, ParsedLine, Span, Statement, SyntaxProblem } from "./statement.ts";
import { describeFault } from "./syntax-problem.ts";
import { isKeyword, type Token, tokenize } from "./tokens.ts";

/** Longer lines are not read, unless they are comments. UTF-16 units. */
export const longestLine = 10_000;
/** Bounds the depth of expressions, so that whoever walks one may recurse. */
const mostTokens = 1_000;
const deepestParentheses = 64;

const blank: ParsedLine = {};

/**
 * Parses a line without its line end. It never throws: what cannot be read is a problem, and then there is no
 * statement.
 */
export function parseLine(text: string): ParsedLine {
  const start = text.search(/[^ \t]/);
  if (start === -1) return blank;
  if (text.includes("\0")) return { problem: nulCharacter(text) };
  if (text[start] === "#") return { comment: { start, end: text.length } };
  if (text.length > longestLine) return { problem: overlong(text, start) };

  const { tokens, comment: commentStart, stray } = tokenize(text);
  const comment = commentStart === undefined ? undefined : { start: commentStart, end: text.length };
  const unreadable = stray === undefined ? scan(tokens) : strayCharacter(text, stray);
  if (unreadable !== undefined) return broken(tokens, unreadable, comment);
  const { part: statement, fault } = readStatement(tokens);
  if (fault === undefined) return { statement, comment };
  return broken(tokens, describeFault({ text, tokens, statement }, fault), comment);
}

/** What follows the beginning of a line: something that must stand there, or nothing needed after a whole statement. */
export type Continuation =
  | { readonly kind: "needed"; readonly place: Place }
  | { readonly kind: "whole"; readonly statement: Statement };

/** Reads the beginning of a line; undefined in comments and strings, and when something in front is wrong. */
export function parseBeginning(text: string): Continuation | undefined {
  if (text.includes("\0") || text.length > longestLine) return undefined;
  const { tokens, comment, stray } = tokenize(text);
  if (comment !== undefined || stray !== undefined || scan(tokens) !== undefined) return undefined;
  const { part: statement, fault } = readStatement(tokens);
  if (fault === undefined) return statement && { kind: "whole", statement };
  return "place" in fault && fault.at === tokens.length ? { kind: "needed", place: fault.place } : undefined;
}

function broken(tokens: readonly Token[], problem: SyntaxProblem, comment: Span | undefined): ParsedLine {
  return { problem, comment, attempt: attemptOf(tokens, problem) };
}

/** `revison 3` is an attempt at `revision`: that nothing is declared would only say the same again. */
function attemptOf(tokens: readonly Token[], problem: SyntaxProblem): Attempt {
  const [first] = tokens;
  if (first === undefined) return { keyword: "" };
  const { text } = first;
  const failsAtOnce = problem.start === first.start;
  const meant = failsAtOnce ? (problem.replacement ?? keywordGlued(text)) : undefined;
  const equals = tokens.findIndex(({ kind }) => kind === "=");
  if (meant === "let" || text === "let" || (failsAtOnce && equals === 1)) {
    const name = equals > 0 ? tokens[equals - 1] : tokens[1];
    return { keyword: "let", name: name === first ? text.replace(/^let/, "") : name?.text };
  }
  if (meant === "scenario" || text.startsWith('"')) return { keyword: text, losesScenario: true };
  return { keyword: meant ?? (failsAtOnce && !isKeyword(text) ? "" : text) };
}

/** The keyword of a declaration that a word begins with: `gicv3`, `cpus4`. */
function keywordGlued(word: string): string | undefined {
  return ["gic", "revision", "cpus", "irqs", "host", "its", "ram", "let"].find((keyword) =>
    word.startsWith(keyword),
  );
}

/** What the tokens alone show to be wrong. */
function scan(tokens: readonly Token[]): SyntaxProblem | undefined {
  let depth = 0;
  for (const [index, { kind, start, end, text }] of tokens.entries()) {
    if (index === mostTokens) {
      return { start, end, message: `the line has too many parts: at most ${mostTokens} are read` };
    }
    if (kind === "(" && ++depth > deepestParentheses) {
      return { start, end, message: `parentheses are nested more than ${deepestParentheses} deep` };
    }
    if (kind === ")") depth--;
    if (kind === "unterminated") {
      return { start, end, message: 'unterminated string: close it with `"`' };
    }
    if (kind === "string") {
      const escaped = /\\[^"\\]/.exec(text.replace(/\\[\\"]/g, "__"));
      if (escaped === null) continue;
      const at = start + escaped.index;
      return { start: at, end: at + 2, message: 'in a string `\\` stands only in `\\"` and `\\\\`' };
    }
  }
  return undefined;
}

function nulCharacter(text: string): SyntaxProblem {
  const start = text.indexOf("\0");
  return {
    start,
    end: start + 1,
    message: "a NUL character (U+0000) cannot stand in a trace: is this a text file?",
  };
}

function overlong(text: string, start: number): SyntaxProblem {
  const message = `the line is ${text.length} characters long: lines of up to ${longestLine} are read`;
  return { start, end: text.length, message };
}

/** A character that starts no token. */
function strayCharacter(text: string, start: number): SyntaxProblem {
  const code = text.codePointAt(start) ?? 0;
  const character = String.fromCodePoint(code);
  const span = { start, end: start + character.length };
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const shown = /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character) ? `“${character}” (${number})` : number;
  if (code < 0x80) return { ...span, message: `unexpected character ${shown}` };
  return { ...span, message: `non-ASCII character ${shown} outside a comment or string` };
}
