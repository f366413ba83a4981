/** One line of text to a statement. */
import { TraceParser } from "./grammar/grammar.ts";
import { readPhrase } from "./phrases.ts";
import { isPlace, type Place } from "./places.ts";
import type { Attempt, ParsedLine, Span, Statement, SyntaxProblem } from "./statement.ts";
import { describeFault, type Fault } from "./syntax-problem.ts";
import { isKeyword, lexer, StringLiteral, UnterminatedString } from "./tokens.ts";

/** Longer lines are not read, unless they are comments. UTF-16 units. */
export const longestLine = 10_000;
/** Bounds the depth of expressions, so that whoever walks one may recurse. */
const mostTokens = 1_000;
const deepestParentheses = 64;

let made: TraceParser | undefined;

/** The parser. It is made when it is needed first: that takes a while. */
function parser(): TraceParser {
  made ??= new TraceParser({ validate: false });
  return made;
}

const blank: ParsedLine = {};

type Tokens = ReturnType<typeof lexer.tokenize>["tokens"];

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

  // Once it is there, the parser is as fast.
  if (made === undefined) {
    const code = withoutComment(text);
    const usual = readPhrase(code);
    if (usual !== undefined) {
      const comment = code.length < text.length ? { start: code.length, end: text.length } : undefined;
      return { statement: usual, comment };
    }
  }
  return parseByGrammar(text);
}

/** The text before the first number sign, which may stand in a string. */
function withoutComment(text: string): string {
  const at = text.indexOf("#");
  return at === -1 ? text : text.slice(0, at);
}

/** Parses a line that is neither blank nor too long. */
export function parseByGrammar(text: string): ParsedLine {
  const { tokens, groups, errors } = lexer.tokenize(text);
  const comment: Span | undefined =
    groups.comments.length > 0 ? { start: groups.comments[0].startOffset, end: text.length } : undefined;
  const stray = errors.length > 0 ? strayCharacter(text, errors[0].offset) : undefined;
  const unreadable = stray ?? scan(tokens);
  if (unreadable !== undefined) return broken(tokens, unreadable, comment);

  const statement = statementOf(tokens);
  const fault = firstFault();
  if (fault === undefined) return { statement, comment };
  return broken(tokens, describeFault({ text, tokens, statement, isKeyword }, fault), comment);
}

/** What follows the beginning of a line: something that must stand there, or nothing needed after a whole statement. */
export type Continuation =
  | { readonly kind: "needed"; readonly place: Place }
  | { readonly kind: "whole"; readonly statement: Statement };

/** Reads the beginning of a line; undefined in comments and strings, and when something in front is wrong. */
export function parseBeginning(text: string): Continuation | undefined {
  if (text.includes("\0") || text.length > longestLine) return undefined;
  const { tokens, groups, errors } = lexer.tokenize(text);
  if (groups.comments.length > 0 || errors.length > 0 || scan(tokens) !== undefined) return undefined;
  const statement = statementOf(tokens);
  const fault = firstFault();
  if (fault === undefined) return { kind: "whole", statement };
  if (!Number.isNaN(fault.start) || !("place" in fault) || !isPlace(fault.place)) return undefined;
  return { kind: "needed", place: fault.place };
}

function broken(tokens: Tokens, problem: SyntaxProblem, comment: Span | undefined): ParsedLine {
  return { problem, comment, attempt: attemptOf(tokens, problem) };
}

/** `revison 3` is an attempt at `revision`: that nothing is declared would only say the same again. */
function attemptOf(tokens: Tokens, problem: SyntaxProblem): Attempt {
  const [first] = tokens;
  if (first === undefined) return { keyword: "" };
  const { image } = first;
  const failsAtOnce = problem.start === first.startOffset;
  const meant = failsAtOnce ? (problem.replacement ?? keywordGlued(image)) : undefined;
  const equals = tokens.findIndex((token) => token.image === "=");
  if (meant === "let" || image === "let" || (failsAtOnce && equals === 1)) {
    const name = equals > 0 ? tokens[equals - 1] : tokens[1];
    return { keyword: "let", name: name === first ? image.replace(/^let/, "") : name?.image };
  }
  if (meant === "scenario" || image.startsWith('"')) return { keyword: image, losesScenario: true };
  return { keyword: meant ?? (failsAtOnce && !isKeyword(image) ? "" : image) };
}

/** The keyword of a declaration that a word begins with: `gicv3`, `cpus4`. */
function keywordGlued(word: string): string | undefined {
  return ["gic", "revision", "cpus", "irqs", "host", "its", "ram", "let"].find((keyword) =>
    word.startsWith(keyword),
  );
}

function statementOf(tokens: Tokens): Statement {
  const reading = parser();
  reading.input = tokens;
  return reading.statement();
}

function firstFault(): Fault | undefined {
  const { fault, errors } = parser();
  if (fault !== undefined) return fault;
  if (errors.length === 0) return undefined;
  const { token, message } = errors[0];
  return { start: token.startOffset, end: token.startOffset + token.image.length, place: message };
}

/** What the tokens alone show to be wrong. */
function scan(tokens: Tokens): SyntaxProblem | undefined {
  let depth = 0;
  for (const [index, { image, startOffset: start, tokenType }] of tokens.entries()) {
    const end = start + image.length;
    if (index === mostTokens) {
      return { start, end, message: `the line has too many parts: at most ${mostTokens} are read` };
    }
    if (image === "(" && ++depth > deepestParentheses) {
      return { start, end, message: `parentheses are nested more than ${deepestParentheses} deep` };
    }
    if (image === ")") depth--;
    if (tokenType === UnterminatedString) {
      return { start, end, message: 'unterminated string: close it with `"`' };
    }
    if (tokenType === StringLiteral) {
      const escaped = /\\[^"\\]/.exec(image.replace(/\\[\\"]/g, "__"));
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
