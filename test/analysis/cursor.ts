/** Traces with a cursor: `$0` is where it stands. */
import { type Analysis, analyse } from "../../server/src/analysis/analysis.ts";
import { type Position, TraceDocument } from "../../server/src/document/document.ts";

export interface AtCursor {
  readonly analysis: Analysis;
  readonly position: Position;
}

/** Analyses a trace without its cursor. A line break in front of the first line is not part of the trace. */
export function atCursor(marked: string): AtCursor {
  const trace = marked.replace(/^\n/, "");
  const before = trace.slice(0, trace.indexOf("$0")).split("\n");
  if (!trace.includes("$0")) throw new Error("the trace has no $0");
  const analysis = analyse(TraceDocument.of(trace.replace("$0", "")));
  return { analysis, position: { line: before.length - 1, character: before[before.length - 1].length } };
}

/** Analyses a trace whose first line break is not part of it. */
export function analysed(trace: string): Analysis {
  return analyse(TraceDocument.of(trace.replace(/^\n/, "")));
}

/** The text of a document in a range within a line. */
export function textIn(
  { document }: Analysis,
  { start, end }: { readonly start: Position; readonly end: Position },
): string {
  return document.lines.at(start.line).text.slice(start.character, end.character);
}
