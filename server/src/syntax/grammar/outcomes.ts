/** The grammar of what may be expected of an operation. */
import { revisionsAt, wordAt } from "../leaves.ts";
import type { Expected, HostCondition, HostRef, Outcome, OutcomeCase } from "../statement.ts";
import type { TokenKind } from "../tokens.ts";
import type { TokenReader } from "./token-reader.ts";
import { readValue, startsValue } from "./values.ts";

const beginnings: ReadonlySet<TokenKind | undefined> = new Set([
  ...(["quantifier", "&", "==", "aborts", "exits", "fails"] as const),
]);

/** What is expected; undefined where the line says nothing of it. */
export function acceptOutcome(tokens: TokenReader): Outcome | undefined {
  return beginnings.has(tokens.kind) ? readOutcome(tokens) : undefined;
}

const valueOfNothing =
  "a value can only be expected of what returns one: reads, `mrs`, `user get` and `msi`; " +
  "read it back on a line of its own";

/** The outcome of an operation that returns nothing: no value may be expected. */
export function acceptValueless(tokens: TokenReader): Outcome | undefined {
  const outcome = acceptOutcome(tokens);
  if (outcome === undefined) return undefined;
  const { expected, mask } = outcome;
  const answers = expected.kind === "always" ? [expected.is] : expected.cases.map((one) => one.expected);
  const culprit = mask ?? answers.find(({ kind }) => kind === "value");
  return culprit === undefined ? outcome : tokens.refuse(culprit, valueOfNothing);
}

function readOutcome(tokens: TokenReader): Outcome {
  const { start } = tokens;
  const quantifier = tokens.accept("quantifier");
  const outcome = readUnquantified(tokens);
  if (quantifier === undefined) return outcome;
  return { ...outcome, start, quantifier: quantifier.text === "sometimes" ? "sometimes" : "always" };
}

function readUnquantified(tokens: TokenReader): Outcome {
  const { start, kind } = tokens;
  if (kind !== "&" && kind !== "==") {
    const is = acceptFailure(tokens) ?? tokens.fail("outcome");
    return { start, end: is.end, expected: { kind: "always", is } };
  }
  const mask = tokens.accept("&") && readValue(tokens);
  tokens.take("==", "equals");
  const expected = readExpected(tokens);
  return { start, end: tokens.end, mask, expected };
}

function readExpected(tokens: TokenReader): Outcome["expected"] {
  const { kind } = tokens;
  if (kind !== "revisions" && kind !== "since" && kind !== "host")
    return { kind: "always", is: acceptValue(tokens) ?? tokens.fail("expected") };
  const cases: OutcomeCase[] = [];
  do cases.push(readCase(tokens));
  while (tokens.accept(",") !== undefined);
  return { kind: "cases", cases };
}

function readCase(tokens: TokenReader): OutcomeCase {
  const { start } = tokens;
  const covered = readCovered(tokens);
  tokens.take(":", "colon");
  const expected = acceptAnswer(tokens) ?? tokens.fail("caseAnswer");
  return { start, end: expected.end, ...covered, expected };
}

function readCovered(tokens: TokenReader): Pick<OutcomeCase, "revisions" | "when"> {
  const token = tokens.accept("revisions");
  const when = acceptHostCondition(tokens);
  if (token === undefined) return { when: when ?? tokens.fail("outcomeCase") };
  return { revisions: revisionsAt(token.text, token.start), when };
}

function acceptHostCondition(tokens: TokenReader): HostCondition | undefined {
  const relation = tokens.accept("since") ?? tokens.accept("host");
  if (relation === undefined) return undefined;
  const host = readHost(tokens);
  const { start, text } = relation;
  return { start, end: host.end, relation: text === "before" || text === "from" ? text : "host", host };
}

/** A kernel, or the name that the configuration gives a host, of which `new` is a keyword elsewhere. */
export function readHost(tokens: TokenReader): HostRef {
  const token = tokens.accept("kernel") ?? tokens.accept("new");
  return token === undefined ? tokens.takeWord("host") : wordAt(token.text, token.start);
}

function acceptAnswer(tokens: TokenReader): Expected | undefined {
  const ok = tokens.accept("ok");
  if (ok !== undefined) return { kind: "ok", start: ok.start, end: ok.end };
  return acceptValue(tokens) ?? acceptFailure(tokens);
}

function acceptValue(tokens: TokenReader): Expected | undefined {
  if (!startsValue(tokens)) return undefined;
  const value = readValue(tokens);
  return { kind: "value", start: value.start, end: value.end, value };
}

function acceptFailure(tokens: TokenReader): Expected | undefined {
  const { start } = tokens;
  if (tokens.accept("aborts") !== undefined) return { kind: "aborts", start, end: tokens.end };
  if (tokens.accept("exits") !== undefined) return { kind: "exits", start, end: tokens.end };
  if (tokens.accept("fails") === undefined) return undefined;
  const errno = tokens.takeWord("errno");
  return { kind: "fails", start, end: errno.end, errno };
}
