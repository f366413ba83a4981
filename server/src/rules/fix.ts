/** A way to mend what a finding is about, and the edits that rules make theirs of. */
import type { TextChange } from "../document/document.ts";
import type { TraceLine } from "../document/line.ts";
import { endLike } from "../document/line-ends.ts";
import type { Lines } from "../document/lines.ts";
import { firstIndex } from "../document/sorted.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Span } from "../syntax/statement.ts";
import { parseSuppression } from "../syntax/suppression.ts";

export interface Fix {
  /** What it does, in the imperative: "Write `readl`". */
  readonly title: string;
  /** All of them refer to the text as it is; they do not overlap. */
  readonly edits: readonly TextChange[];
  /** Whether the trace means the same afterwards, so that it may be applied without asking. */
  readonly safe: boolean;
}

/** Replaces some columns of a line. */
export function replaced(line: number, { start, end }: Span, text: string): TextChange {
  return { range: { start: { line, character: start }, end: { line, character: end } }, text };
}

/** Puts a line of its own before a line; after the last one for the number of lines. */
export function lineInserted(lines: Lines, line: number, text: string): TextChange {
  const end = endLike(lines.at(0));
  if (line >= lines.length) {
    const last = lines.length - 1;
    const at = lines.at(last).text.length;
    return replaced(last, { start: at, end: at }, `${end}${text}`);
  }
  const indent = /^[ \t]*/.exec(lines.at(line).text)?.[0] ?? "";
  return replaced(line, { start: 0, end: 0 }, `${indent}${text}${end}`);
}

/** Removes a whole line; the last one with the line end before it. */
export function lineRemoved(lines: Lines, line: number): TextChange {
  if (line + 1 < lines.length) {
    return { range: { start: { line, character: 0 }, end: { line: line + 1, character: 0 } }, text: "" };
  }
  const before = line - 1;
  const start =
    before < 0 ? { line, character: 0 } : { line: before, character: lines.at(before).text.length };
  return { range: { start, end: { line, character: lines.at(line).text.length } }, text: "" };
}

/** Removes the statement of a line: the whole line, or all before a comment that is worth keeping. */
export function statementRemoved(lines: Lines, line: number): TextChange {
  const { text, parsed } = lines.at(line);
  const { comment } = parsed;
  if (comment === undefined || parseSuppression(text, comment) !== undefined) return lineRemoved(lines, line);
  return replaced(line, { start: text.search(/\S/), end: comment.start }, "");
}

/** Removes the comment of a line, and the line when nothing else stands on it. */
export function commentRemoved(lines: Lines, line: number): TextChange {
  const { text, parsed } = lines.at(line);
  const start = text.slice(0, parsed.comment?.start ?? text.length).trimEnd().length;
  return start === 0 ? lineRemoved(lines, line) : replaced(line, { start, end: text.length }, "");
}

/** The line that starts the scenario of a line; -1 when none does. */
export function scenarioLine(lines: Lines, line: number): number {
  const { scenarios } = landmarksOf(lines);
  return scenarios[firstIndex(scenarios.length, (index) => itemAt(scenarios, index) > line) - 1] ?? -1;
}

/** What the fixes of many findings look for in the same lines. */
interface Landmarks {
  /** The lines that open scenarios, in order. */
  readonly scenarios: readonly number[];
  /** Every kind of statement that there is. */
  readonly kinds: ReadonlySet<string>;
}

const landmarks = new WeakMap<Lines, Landmarks>();

function landmarksOf(lines: Lines): Landmarks {
  const known = landmarks.get(lines);
  if (known !== undefined) return known;
  const scenarios: number[] = [];
  const kinds = new Set<string>();
  for (let line = 0; line < lines.length; line++) {
    const there = lines.glance(line);
    if (there.opensScenario) scenarios.push(line);
    const { statement } = there.parsed;
    if (statement !== undefined) kinds.add(statement.kind);
  }
  const found = { scenarios, kinds };
  landmarks.set(lines, found);
  return found;
}

/** Declares something where it holds on a line: at the head of the file, or of the scenario when others differ. */
export function declared(
  lines: Lines,
  line: number,
  keyword: "gic" | "revision" | "cpus" | "its" | "ram",
  text: string,
): TextChange {
  const others = landmarksOf(lines).kinds.has(keyword);
  const start = others ? scenarioLine(lines, line) + 1 : 0;
  const isStatement = ({ parsed }: TraceLine) =>
    parsed.statement !== undefined || parsed.problem !== undefined;
  let at = start;
  while (at < line && !isStatement(lines.at(at))) at++;
  // What the GIC is comes first, what it shows after.
  while (keyword !== "gic" && at < line && isSetup(lines.at(at))) at++;
  return lineInserted(lines, at, text);
}

function isSetup({ parsed: { statement } }: TraceLine): boolean {
  return statement?.kind === "gic" || statement?.kind === "revision" || statement?.kind === "host";
}
