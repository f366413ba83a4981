/** What to select around a position, ever wider: a word, the expression it is part of, the statement, the scenario. */
import type { Position, TraceDocument } from "../../document/document.ts";
import type { Span } from "../../syntax/statement.ts";
import { tokenize } from "../../syntax/tokens.ts";
import type { Range } from "../analysis.ts";
import { rangeOn } from "../place.ts";
import { lastStatement } from "./symbols.ts";

/** The ranges around a position, the narrowest first; each holds the one before it. */
export function selection({ lines, sections }: TraceDocument, { line, character }: Position): Range[] {
  const { text, parsed } = lines.at(line);
  const words: readonly Span[] = tokenize(text.slice(0, parsed.comment?.start)).tokens;
  const spans = [...words, ...spansIn(parsed.statement), ...(parsed.comment ? [parsed.comment] : [])];
  const around = spans.filter(({ start, end }) => start <= character && character <= end);
  around.sort((one, other) => one.end - one.start - (other.end - other.start));

  const ranges = around.map((span) => rangeOn(line, span));
  ranges.push(rangeOn(line, { start: 0, end: text.length }));
  const section = sections.scenarios.find(({ start, end }) => start <= line && line < end);
  if (section !== undefined) {
    const last = Math.max(line, lastStatement(lines, section.start, section.end));
    ranges.push({ start: { line: section.start, character: 0 }, end: endOf(lines.at(last).text, last) });
  }
  const end = endOf(lines.at(lines.length - 1).text, lines.length - 1);
  ranges.push({ start: { line: 0, character: 0 }, end });
  return ranges.filter((range, index) => {
    const before = ranges[index - 1];
    return before === undefined || widens(range, before);
  });
}

function endOf(text: string, line: number): Position {
  return { line, character: text.length };
}

/** Whether a range holds another one and more. */
function widens(range: Range, inner: Range): boolean {
  return (
    !isBefore(inner.start, range.start) &&
    !isBefore(range.end, inner.end) &&
    (isBefore(range.start, inner.start) || isBefore(inner.end, range.end))
  );
}

function isBefore(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}

/** The spans of a statement and of all its parts. */
function spansIn(part: unknown): Span[] {
  if (typeof part !== "object" || part === null) return [];
  const inner = Object.values(part).flatMap(spansIn);
  const own = new Map<string, unknown>(Object.entries(part));
  const start = own.get("start");
  const end = own.get("end");
  return typeof start === "number" && typeof end === "number" ? [{ start, end }, ...inner] : inner;
}
