/** The expectation that says what an operation answers, as it is written after the operation. */

import type { TextChange } from "../document/document.ts";
import type { TraceLine } from "../document/line.ts";
import type { Lines } from "../document/lines.ts";
import { compareVariants } from "../evaluate/variant.ts";
import { parseLine } from "../syntax/parse.ts";
import type { Span, Statement } from "../syntax/statement.ts";
import type { Outcome } from "../vgic/answer.ts";
import { LATEST_REVISION } from "../vgic/kernels/revisions.ts";
import type { Subject, VariantOutcome } from "./finding.ts";
import { type Fix, replaced } from "./fix.ts";
import { hex } from "./words.ts";

/** What is expected of which part of a value. */
export interface Compared {
  /** Bytes of the access. */
  readonly width: number;
  readonly mask?: bigint;
}

/** One answer for all: "== 0x00000001", "fails EINVAL", "" for a success without a value. */
export function plainExpectation(outcome: Outcome, compared: Compared): string {
  const answer = answerText(outcome, compared);
  if (outcome.value !== undefined) return `== ${answer}`;
  return outcome.ending === "ok" ? "" : answer;
}

/** A case for each answer: "== rev1: 0x0, rev2+: 0x1". Compared hosts stand in front: the first case that fits counts. */
export function revisionsExpectation(outcomes: readonly VariantOutcome[], compared: Compared): string {
  const cases: { first: number; last: number; answer: string }[] = [];
  const hosts: string[] = [];
  for (const { variant, outcome } of [...outcomes].sort((a, b) => compareVariants(a.variant, b.variant))) {
    const answer = answerText(outcome, compared);
    if (variant.kind === "host") {
      hosts.push(`host ${variant.host}: ${answer}`);
      continue;
    }
    const { revision } = variant;
    const before = cases[cases.length - 1];
    if (before?.answer === answer && before.last === revision - 1) before.last = revision;
    else cases.push({ first: revision, last: revision, answer });
  }
  const revisions = cases.map(({ first, last, answer }) => `${setText(first, last)}: ${answer}`);
  return `== ${[...hosts, ...revisions].join(", ")}`;
}

/** Whether revisions or hosts answer differently, so that an expectation needs cases. */
export function needsCases(outcomes: readonly VariantOutcome[], compared: Compared): boolean {
  return new Set(outcomes.map(({ outcome }) => answerText(outcome, compared))).size > 1;
}

/** The fix that writes an expectation; none where the line cannot say it. */
export function expectationFix(
  { line, subject }: { readonly line: number; readonly subject: Subject },
  lines: Lines,
  text: string,
  whose: string,
): Fix[] {
  // A register that only the other model has may stand where the access is expected to fail, and nowhere else.
  if (subject.ofOtherModel && !/\b(?:aborts|exits|fails)\b/.test(text)) return [];
  const edits = expectationWritten(lines.at(line), line, text);
  if (edits.length === 0) return [];
  const title = text === "" ? "Expect success" : `Expect what ${whose}: \`${text}\``;
  return [{ title, edits, safe: false }];
}

/**
 * Writes an expectation after the operation of a line, in place of the one that stands there; masks are kept. No edit
 * where the line could not be read with it: not everything that an operation can answer can be expected of it.
 */
export function expectationWritten(
  { parsed, text: before }: TraceLine,
  line: number,
  text: string,
): TextChange[] {
  const { statement } = parsed;
  if (statement === undefined) return [];
  const { span, written } = placed(statement, text);
  const after = before.slice(0, span.start) + written + before.slice(span.end);
  if (parseLine(after).statement?.kind !== statement.kind) return [];
  return [replaced(line, span, written)];
}

function placed(statement: Statement, text: string): { readonly span: Span; readonly written: string } {
  const outcome = "outcome" in statement ? statement.outcome : undefined;
  if (outcome === undefined) {
    const { end } = statement;
    return { span: { start: end, end }, written: text === "" ? "" : ` ${text}` };
  }
  const keptMask = outcome.mask !== undefined && text.startsWith("==");
  const start = keptMask ? outcome.mask.end + 1 : outcome.start;
  if (text === "") return { span: { start: start - 1, end: outcome.end }, written: "" };
  return { span: { start, end: outcome.end }, written: text };
}

function setText(first: number, last: number): string {
  if (first === last) return `rev${first}`;
  return last === LATEST_REVISION ? `rev${first}+` : `rev${first}-${last}`;
}

/** One answer as it stands in an expectation: "0x00000001", "ok", "aborts", "fails EINVAL". */
export function answerText({ ending, value }: Outcome, { width, mask }: Compared): string {
  switch (ending) {
    case "ok":
      if (value === undefined) return "ok";
      // The upper half of a value is rarely there, and its zeros say nothing.
      return hex(mask === undefined ? value : value & mask, Math.min(width, 4));
    case "abort":
      return "aborts";
    case "exit":
      return "exits";
    case "host-failure":
      // No trace can expect this: a line with it does not parse, and so is not offered as a fix.
      return "never returns";
    default:
      return `fails ${ending}`;
  }
}
