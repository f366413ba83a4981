/**
 * Resolves a scenario in which only operations were edited from what it was before: the work follows the edit. Gives up
 * where the edit could reach further, by a declaration or a name.
 */

import { type Edit, editBetween, shiftOf, withReplaced } from "./edit.ts";
import { Environment } from "./environment.ts";
import type { TraceLine } from "./line.ts";
import type { Lines } from "./lines.ts";
import { compileOperation } from "./operation.ts";
import { type Problem, syntaxProblem } from "./problem.ts";
import type { Header, Name, Operation, Scenario, ScenarioEdit } from "./program.ts";
import { countRevisions } from "./revisions-named.ts";
import { Scope } from "./scope.ts";
import { firstIndex } from "./sorted.ts";
import { unusedNames } from "./unused-names.ts";

/**
 * The scenario of the edited lines, or undefined if it has to be resolved as a whole.
 * @param edit what is other in the lines than before, where that is known
 */
export function splice(
  header: Header,
  lines: Lines,
  before: Scenario,
  edit: Edit = editBetween(before.lines.all, lines.all),
): { readonly scenario: Scenario; readonly edit: ScenarioEdit } | undefined {
  const first = before.operationLines[0];
  // The first operation fixes the setup and carries what is missing of it.
  if (first === undefined || edit.start <= first) return undefined;
  const environment = Environment.of(before.setup);
  const named = header.names.size > 0 || before.names.size > 0;
  for (let line = edit.start; line < edit.endBefore; line++) {
    const old = before.lines.at(line);
    if (reachesFurther(old)) return undefined;
    // It may have been the one that used a name.
    if (named && old.isOperation && old.operationIn(environment) === undefined) return undefined;
  }

  const triesName = ({ code, line }: Problem) =>
    code === "syntax" && before.lines.at(line).parsed.attempt?.keyword === "let";
  const mayName = named || before.problems.some(triesName);
  const scope = new Scope(header.names, mayName ? lines.all : []);
  scope.model = before.setup.model;
  const operations: Operation[] = [];
  const operationLines: number[] = [];
  const problems: Problem[] = [];
  for (let line = edit.start; line < edit.end; line++) {
    const own = lines.at(line);
    if (reachesFurther(own)) return undefined;
    const { problem } = own.parsed;
    if (problem !== undefined) problems.push(syntaxProblem(problem, line));
    if (!own.isOperation) continue;
    const compiled = compileOperation(own, environment, scope);
    if (mayName && scope.consultations > 0) return undefined;
    for (const problem of compiled.problems) problems.push({ ...problem, line });
    if (compiled.operation === undefined) continue;
    operations.push(compiled.operation);
    operationLines.push(line);
  }

  const shift = shiftOf(edit);
  const operationsAbove = (limit: number) =>
    firstIndex(before.operationLines.length, (index) => before.operationLines[index] >= limit);
  const gone = { start: operationsAbove(edit.start), end: operationsAbove(edit.endBefore) };
  const names: Scenario["names"] =
    shift === 0
      ? before.names
      : new Map([...before.names].map(([name, place]) => [name, movedName(place, edit.endBefore, shift)]));
  const isKept = ({ code }: Problem) => code !== "unused-name";
  const above = before.problems.filter((problem) => problem.line < edit.start && isKept(problem));
  const left = above.concat(
    problems,
    before.problems
      .filter((problem) => problem.line >= edit.endBefore && isKept(problem))
      .map((problem) => moved(problem, edit.endBefore, shift)),
  );
  const scenario: Scenario = {
    ...before,
    lines,
    operations: withReplaced(before.operations, gone, operations),
    operationLines: movedLines(before.operationLines, gone, operationLines, shift),
    revisionsNamed: countRevisions(before.revisionsNamed, {
      come: operations,
      gone: before.operations.slice(gone.start, gone.end),
    }),
    problems: left.concat(
      unusedNames({ lines, names, problems: left }, (name) => before.namesUsed.has(name)),
    ),
    names,
  };
  const end = gone.start + operations.length;
  return {
    scenario,
    edit: { from: before, lines: edit, operations: { start: gone.start, end, endBefore: gone.end } },
  };
}

/** The lines of operations of which some were replaced, and those behind have moved. */
function movedLines(
  before: readonly number[],
  gone: { readonly start: number; readonly end: number },
  come: readonly number[],
  shift: number,
): readonly number[] {
  const isSame =
    come.length === gone.end - gone.start && come.every((line, i) => line === before[gone.start + i]);
  if (isSame && shift === 0) return before;
  const lines = [...withReplaced(before, gone, come)];
  if (shift !== 0) for (let i = gone.start + come.length; i < lines.length; i++) lines[i] += shift;
  return lines;
}

/** Whether a line matters to others: it declares something, or tries to declare a name. */
function reachesFurther({ parsed, isOperation }: TraceLine): boolean {
  if (parsed.problem !== undefined) return parsed.attempt?.keyword === "let";
  return parsed.statement !== undefined && !isOperation;
}

function moved(problem: Problem, from: number, shift: number): Problem {
  const at = (line: number) => (line >= from ? line + shift : line);
  return problem.code === "duplicate-declaration"
    ? { ...problem, line: at(problem.line), firstLine: at(problem.firstLine) }
    : { ...problem, line: at(problem.line) };
}

function movedName(name: Name, from: number, shift: number): Name {
  return name.line >= from ? { ...name, line: name.line + shift } : name;
}
