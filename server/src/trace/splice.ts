/**
 * Resolves a scenario in which only operations were edited from what it was before: the work follows the edit. Gives up
 * where the edit could reach further, by a declaration, a name or a line that cannot be read.
 */

import { Environment } from "./environment.ts";
import type { TraceLine } from "./line.ts";
import { compileOperation } from "./operation.ts";
import type { Problem } from "./problem.ts";
import type { Header, Name, Operation, Scenario } from "./program.ts";
import { Scope } from "./scope.ts";
import type { OperationStatement } from "./statement.ts";

/** The scenario of the edited lines, or undefined if it has to be resolved as a whole. */
export function spliceScenario(
  header: Header,
  lines: readonly TraceLine[],
  before: Scenario,
): Scenario | undefined {
  const edit = editOf(before.lines, lines);
  const environment = Environment.of(before.setup);
  const named = header.names.size > 0 || before.names.size > 0;
  const isOpen = (line: TraceLine) => {
    const { parsed } = line;
    if (parsed.problem !== undefined) return false;
    return parsed.statement === undefined || !named || environment.compiled(parsed) !== undefined;
  };
  const first = before.operationLines[0];
  // The first operation fixes the setup and carries what is missing of it.
  if (first === undefined || edit.start <= first) return undefined;
  if (!before.lines.slice(edit.start, edit.endBefore).every((line) => isOpen(line) && holdsOperation(line))) {
    return undefined;
  }

  const scope = new Scope(header.names, lines);
  scope.model = before.setup.model;
  const operations: Operation[] = [];
  const operationLines: number[] = [];
  const problems: Problem[] = [];
  for (let line = edit.start; line < edit.end; line++) {
    const { parsed } = lines[line];
    if (!holdsOperation(lines[line])) return undefined;
    const statement = operationOf(lines[line]);
    if (statement === undefined) continue;
    const compiled = compileOperation(parsed, statement, environment, scope);
    if (scope.consultations > 0) return undefined;
    for (const problem of compiled.problems) problems.push({ ...problem, line });
    if (compiled.operation === undefined) continue;
    operations.push(compiled.operation);
    operationLines.push(line);
  }

  const shift = edit.end - edit.endBefore;
  const firstOperation = countBelow(before.operationLines, edit.start);
  const nextOperation = countBelow(before.operationLines, edit.endBefore);
  const below = before.operationLines.slice(nextOperation);
  return {
    ...before,
    lines,
    operations: before.operations
      .slice(0, firstOperation)
      .concat(operations, before.operations.slice(nextOperation)),
    operationLines: before.operationLines
      .slice(0, firstOperation)
      .concat(operationLines, shift === 0 ? below : below.map((line) => line + shift)),
    problems: before.problems
      .filter(({ line }) => line < edit.start || line >= edit.endBefore)
      .map((problem) => moved(problem, edit.endBefore, shift))
      .concat(problems),
    names: new Map([...before.names].map(([name, place]) => [name, movedName(place, edit.endBefore, shift)])),
  };
}

/** Lines [start, end) stand where [start, endBefore) stood. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly endBefore: number;
}

function editOf(before: readonly TraceLine[], after: readonly TraceLine[]): Edit {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = after.length;
  let endBefore = before.length;
  while (end > start && endBefore > start && after[end - 1] === before[endBefore - 1]) {
    end--;
    endBefore--;
  }
  return { start, end, endBefore };
}

function operationOf({ parsed: { statement } }: TraceLine): OperationStatement | undefined {
  switch (statement?.kind) {
    case "mmio":
    case "sysreg":
    case "user":
    case "line":
    case "run":
    case "settle":
    case "new-vm":
    case "migrate":
      return statement;
    default:
      return undefined;
  }
}

/** Whether a line holds an operation or nothing at all. */
function holdsOperation(line: TraceLine): boolean {
  const { statement, problem } = line.parsed;
  return problem === undefined && (statement === undefined || operationOf(line) !== undefined);
}

/** How many of some ascending numbers are below a limit. */
function countBelow(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
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
