/**
 * Resolves a scenario in which only operations were edited from what it was before: the work follows the edit. Gives up
 * where the edit could reach further, by a declaration or a name.
 */

import { type Edit, editBetween, shiftOf } from "../document/edit.ts";
import type { TraceLine } from "../document/line.ts";
import { Lines } from "../document/lines.ts";
import type { LineCache } from "../document/shapes/line-cache.ts";
import { compileOperation } from "./compile.ts";
import { sharedEnvironment } from "./environment.ts";
import { type LineProblem, movedProblem, type Problem, syntaxProblem } from "./problem.ts";
import type { Header, Name, Scenario, ScenarioEdit } from "./program.ts";
import { countRevisions } from "./revisions-named.ts";
import { Scope } from "./scope.ts";
import type { Template } from "./template.ts";
import { unusedNames } from "./unused-names.ts";

/**
 * The scenario of the edited lines, or undefined if it has to be resolved as a whole.
 * @param edit what is other in the lines than before, where that is known
 */
export function splice(
  header: Header,
  lines: Lines,
  before: Scenario,
  cache: LineCache,
  edit: Edit = editBetween(before.lines.all, lines.all),
): { readonly scenario: Scenario; readonly edit: ScenarioEdit } | undefined {
  // The first operation fixes the setup and carries what is missing of it.
  if (before.operations.above(edit.start) === 0) return undefined;
  // Why, may be found out by reading all only.
  if (before.declaresWrongly) return undefined;
  const environment = sharedEnvironment(before.setup, cache);
  const named = header.names.size > 0 || before.names.size > 0;
  let edited = 0;
  for (let line = edit.start; line < edit.endBefore; line++) {
    const old = before.lines.at(line);
    if (reachesFurther(old)) return undefined;
    if (old.isOperation) edited++;
  }
  const start = before.operations.above(edit.start);
  const endBefore = before.operations.above(edit.endBefore);
  const templatesGone = before.operations.templates(start, endBefore);
  // One may have been the only one that used a name, also one that came to nothing.
  if (named && (edited > templatesGone.length || templatesGone.some(({ usesNames }) => usesNames))) {
    return undefined;
  }

  // Problems of operations may follow from a line that could not be read; which do is found out by reading all.
  const explains = ({ code, line }: Problem): boolean =>
    code === "syntax" &&
    (before.operations.above(line) === 0 || before.lines.at(line).parsed.attempt?.losesScenario === true);
  if (header.problems.some(({ code }) => code === "syntax") || before.problems.some(explains))
    return undefined;
  const mayBeExplained = ({ code }: LineProblem): boolean =>
    code === "missing-declaration" || (code.startsWith("unknown-") && before.places.gic === undefined);
  const triesName = ({ code, line }: Problem) =>
    code === "syntax" && before.lines.at(line).parsed.attempt?.keyword === "let";
  const mayName = named || before.problems.some(triesName);
  const scope = new Scope(header, mayName ? lines : Lines.of([]));
  scope.model = before.setup.model;
  const templates: Template[] = [];
  const lineNumbers: number[] = [];
  const problems: Problem[] = [];
  for (let line = edit.start; line < edit.end; line++) {
    const own = lines.at(line);
    if (reachesFurther(own)) return undefined;
    const { problem } = own.parsed;
    if (problem !== undefined) problems.push(syntaxProblem(problem, line));
    if (!own.isOperation) continue;
    const compiled = compileOperation(own, environment, scope);
    if (mayName && scope.consultations > 0) return undefined;
    // Whether a declaration is missing, or stands elsewhere, all lines tell.
    if (compiled.problems.some(mayBeExplained)) return undefined;
    for (const problem of compiled.problems) problems.push({ ...problem, line });
    if (compiled.template === undefined) continue;
    templates.push(compiled.template);
    lineNumbers.push(line);
  }

  const shift = shiftOf(edit);
  const operations = { start, end: start + templates.length, endBefore };
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
      .map((problem) => movedProblem(problem, (line) => (line >= edit.endBefore ? line + shift : line))),
  );
  const scenario: Scenario = {
    ...before,
    lines,
    operations: before.operations.edited(lines, operations, { templates, lineNumbers }, shift),
    revisionsNamed: countRevisions(before.revisionsNamed, { come: templates, gone: templatesGone }),
    problems: left.concat(
      unusedNames(names, [{ lines, problems: left }], (name) => before.namesUsed.has(name)),
    ),
    names,
  };
  return { scenario, edit: { from: before, lines: edit, operations } };
}

/** Whether a line matters to others: it declares something, or tries to declare a name or to begin a scenario. */
function reachesFurther({ parsed, isOperation }: TraceLine): boolean {
  if (parsed.problem !== undefined)
    return parsed.attempt?.keyword === "let" || parsed.attempt?.losesScenario === true;
  return parsed.statement !== undefined && !isOperation;
}

function movedName(name: Name, from: number, shift: number): Name {
  return name.line >= from ? { ...name, line: name.line + shift } : name;
}
