/** Puts what went wrong on a line into words a person can act on. */

import { nearest } from "./nearest.ts";
import { operationRow } from "./operations.ts";
import { type Place, places, wordsAt } from "./places.ts";
import { isOperation, type Span, type Statement, type SyntaxProblem } from "./statement.ts";
import { isKeyword, type Token } from "./tokens.ts";

/** Something wrong: in words already, or as the place in the grammar where something else was expected. */
export type Fault = Misfit | (Span & { readonly message: string });

/** What a line has where the grammar has something else. */
export interface Misfit {
  /** Index of the token; the number of tokens where the line stops too early. */
  readonly at: number;
  readonly place: Place;
}

/** What is known of the line that went wrong. */
export interface FaultyLine {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The statement before the fault, where the fault is what follows it. */
  readonly statement?: Statement;
}

/** The problem to report for a fault. */
export function describeFault(line: FaultyLine, fault: Fault): SyntaxProblem {
  if ("message" in fault) return fault;
  const { at, place } = fault;
  const { tokens } = line;
  const token = tokens[Math.min(at, tokens.length - 1)];
  const words =
    at < tokens.length ? unexpected(line, place, at, token.text) : { message: missing(line, place) };
  return { start: token.start, end: token.end, ...words };
}

type Words = Pick<SyntaxProblem, "message" | "replacement">;

function missing(line: FaultyLine, place: Place): string {
  if (place === "writtenValue") return `a write needs a value after \`${context(line, line.tokens.length)}\``;
  return expected(line, place, line.tokens.length);
}

function unexpected(line: FaultyLine, place: Place, index: number, found: string): Words {
  const words = place === "end" ? followers(line.statement) : wordsAt(place);
  const shown = abbreviate(found);
  const special = specialCase(line, place, index, shown);
  if (special !== undefined) return special;
  const lower = found.toLowerCase();
  if (found !== lower && (words.includes(lower) || (words.length > 0 && isKeyword(lower)))) {
    const message = `\`${shown}\`: keywords are lower case: write \`${lower}\``;
    return { message, replacement: lower };
  }
  const near = /^\w/.test(found) ? nearest(found, words) : undefined;
  if (near !== undefined) {
    return { message: `\`${shown}\`: did you mean \`${near}\`?`, replacement: near };
  }
  if (place === "end") return surplus(line, index, shown);
  if (index === 0) {
    return { message: `\`${shown}\` does not start a statement: expected ${places[place].phrase}` };
  }
  return { message: `${expected(line, place, index)}, found \`${shown}\`` };
}

function specialCase(line: FaultyLine, place: Place, index: number, found: string): Words | undefined {
  switch (place) {
    case "statement":
      if (/^(?:read|write)[bwlq]$|^(?:mrs|msr|run)$/.test(found)) {
        const replacement = `cpu0 ${found}`;
        return {
          message: `\`${found}\` needs the vCPU that does it in front: \`${replacement}\``,
          replacement,
        };
      }
      if (/^(?:get|set|has)$/.test(found)) {
        const replacement = `user ${found}`;
        return { message: `\`${found}\` is what the VMM does: \`${replacement}\``, replacement };
      }
      return undefined;
    case "writtenValue":
      return {
        message: `a write needs a value after \`${context(line, index)}\`, before \`${found}\``,
      };
    case "expected":
      if (found === "ok") {
        return {
          message:
            "`ok` belongs in a case such as `rev1: ok`; an operation without an outcome must succeed anyway",
        };
      }
      return /^(?:fails|aborts|exits)$/.test(found)
        ? { message: `write \`${found}\` without \`==\` in front` }
        : undefined;
    case "name":
      return isKeyword(found) ? { message: `\`${found}\` is a keyword and cannot name a value` } : undefined;
    default:
      return undefined;
  }
}

/** Something stands after a statement that is complete. */
function surplus(line: FaultyLine, index: number, found: string): Words {
  const { statement } = line;
  const readsSomething = isOperation(statement) && operationRow(statement).returns;
  const answered = statement !== undefined && "outcome" in statement && statement.outcome !== undefined;
  if (readsSomething && !answered) {
    if (found === "=")
      return {
        message: "`=` compares nothing: write `==` before the expected value",
        replacement: "==",
      };
    if (/^[\w(~]/.test(found)) {
      const message = `a read takes no value: to expect one, write \`== ${found}\``;
      return { message, replacement: `== ${line.tokens[index].text}` };
    }
    if (/^(?:[-+^|]|<<|>>)$/.test(found)) {
      return { message: "an address that is calculated stands in parentheses" };
    }
    const message = `expected \`== value\`, \`& mask == value\`, \`aborts\`, \`exits\`, \`fails ERRNO\` or the end of the line, found \`${found}\``;
    return { message };
  }
  return { message: `expected the end of the line after \`${context(line, index)}\`, found \`${found}\`` };
}

/** The keywords that may follow a whole statement. */
function followers(statement: Statement | undefined): readonly string[] {
  if (!isOperation(statement)) return statement?.kind === "base" ? ["count"] : [];
  if ("outcome" in statement && statement.outcome !== undefined) return [];
  const failures = operationRow(statement).failures;
  switch (statement.kind) {
    case "mmio":
    case "sysreg":
    case "user":
      // Whoever is wrong about who fails how has still meant a failure.
      return ["aborts", "exits", "fails"];
    case "line":
      return statement.byKernel ? failures : ["by", ...failures];
    case "new-vm":
      return statement.revision === undefined ? ["keeping", "revision"] : [];
    case "migrate":
      return ["to", "revision", "by", ...failures];
    default:
      return failures;
  }
}

/** "expected … after …", or "`cpu0` must be followed by …" after the first word of a line. */
function expected(line: FaultyLine, place: Place, index: number): string {
  const phrase = places[place].phrase;
  if (index === 1) return `\`${context(line, index)}\` must be followed by ${phrase}`;
  return `expected ${phrase} after \`${context(line, index)}\``;
}

/** The text of the two tokens before token `index`. */
function context(line: FaultyLine, index: number): string {
  const last = line.tokens[index - 1];
  const first = line.tokens[index - 2] ?? last;
  return abbreviate(line.text.slice(first.start, last.end));
}

function abbreviate(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
