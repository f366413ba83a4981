/** What a scenario says, statement by statement, told apart from how it is written. */
import type { Analysis } from "../analysis/analysis.ts";
import type { TraceLine } from "../document/line.ts";
import type { PlacedEvaluation } from "../rules/operations.ts";
import { isOperation } from "../syntax/statement.ts";

/** A statement, or a line that is none and says something. */
export interface Statement {
  /** Its line in the file. */
  readonly line: number;
  /** Without blanks, comments and what is expected: statements with the same key are the same. */
  readonly key: string;
  /** What is expected, as it is written with single blanks; empty where nothing is. */
  readonly expected: string;
  /** The operation's index in the scenario, where it ran. */
  readonly operation?: number;
}

/** A scenario of one side of a change. */
export interface Side {
  readonly path: string;
  readonly analysis: Analysis;
  readonly placed: PlacedEvaluation;
  /** Those above the first scenario of the file. */
  readonly head: readonly Statement[];
  /** Its own, without the `scenario` line. */
  readonly own: readonly Statement[];
}

/** The scenarios of a trace. */
export function sidesOf(path: string, analysis: Analysis): Side[] {
  const head = headStatements(analysis);
  return analysis.scenarios.map((placed) => ({
    path,
    analysis,
    placed,
    head,
    own: ownStatements(analysis, placed),
  }));
}

/** What stands above the first scenario holds for all. */
export function headStatements(analysis: Analysis): Statement[] {
  const { scenarios, document } = analysis;
  const end = scenarios[0]?.firstLine ?? document.lines.length;
  return statementsBetween(analysis, 0, end, undefined);
}

function ownStatements(analysis: Analysis, placed: PlacedEvaluation): Statement[] {
  const { firstLine } = placed;
  return statementsBetween(analysis, firstLine, firstLine + placed.evaluation.scenario.lines.length, placed);
}

function statementsBetween(
  { document: { lines } }: Analysis,
  start: number,
  end: number,
  placed: PlacedEvaluation | undefined,
): Statement[] {
  const statements: Statement[] = [];
  const operations = placed?.evaluation.scenario.operations;
  let next = 0;
  for (let line = start; line < end; line++) {
    const read = lines.glance(line);
    const runs =
      operations !== undefined &&
      placed !== undefined &&
      next < operations.length &&
      operations.lineNumber(next) === line - placed.firstLine;
    const words = wordsOf(read);
    if (words !== undefined) statements.push({ line, ...words, operation: runs ? next : undefined });
    if (runs) next++;
  }
  return statements;
}

/** What a line says; undefined where it says nothing, or names a scenario. */
function wordsOf(line: TraceLine): { readonly key: string; readonly expected: string } | undefined {
  const { statement, problem } = line.parsed;
  if (statement === undefined)
    return problem === undefined ? undefined : { key: plain(line.text), expected: "" };
  if (statement.kind === "scenario") return undefined;
  const { start, end } = statement;
  const outcome = isOperation(statement) && "outcome" in statement ? statement.outcome : undefined;
  return {
    key: plain(line.text.slice(start, outcome?.start ?? end)),
    expected: outcome === undefined ? "" : plain(line.text.slice(outcome.start, end)),
  };
}

function plain(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}
