/** What can be folded: scenarios, the declarations above them, and comments of several lines. */
import type { TraceDocument } from "../../document/document.ts";
import type { TraceLine } from "../../document/line.ts";
import type { Lines } from "../../document/lines.ts";
import { lastStatement } from "./symbols.ts";

export interface Fold {
  /** First and last line; the first stays visible. */
  readonly start: number;
  readonly end: number;
  readonly kind: "scenario" | "header" | "comment";
}

export function folding({ lines, sections: { header, scenarios } }: TraceDocument): Fold[] {
  const folds: Fold[] = scenarios.map(({ start, end }) => ({
    start,
    end: lastStatement(lines, start, end),
    kind: "scenario",
  }));
  const first = lines.all.findIndex(({ parsed }) => parsed.statement !== undefined);
  if (scenarios.length > 0 && first >= 0 && first < header.end) {
    folds.push({ start: first, end: lastStatement(lines, first, header.end), kind: "header" });
  }
  return [...folds, ...comments(lines)].filter(({ start, end }) => end > start);
}

function* comments(lines: Lines): Iterable<Fold> {
  let start = 0;
  for (let line = 0; line <= lines.length; line++) {
    if (line < lines.length && isComment(lines.at(line))) continue;
    if (line > start) yield { start, end: line - 1, kind: "comment" };
    start = line + 1;
  }
}

function isComment(line: TraceLine): boolean {
  if (!line.hasComment || line.isOperation) return false;
  const { statement, problem } = line.parsed;
  return statement === undefined && problem === undefined;
}
