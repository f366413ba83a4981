/** A document to a program: names resolved, values computed, everything checked that can be before running. */
import type { TraceDocument } from "./document.ts";
import type { TraceLine } from "./line.ts";
import type { Problem } from "./problem.ts";
import type { Header, Name, PlacedScenario, Program, Scenario } from "./program.ts";
import { SectionReader } from "./section.ts";
import { noDeclarations } from "./setup.ts";
import { spliceScenario } from "./splice.ts";

const emptyHeader: Header = {
  lines: [],
  declarations: noDeclarations,
  names: new Map(),
  namesUsed: new Set(),
  problems: [],
};

/**
 * Resolves a whole document. Of a `previous` program of a similar document, scenarios whose lines and header are
 * the same are taken over as they are.
 */
export function resolve(document: TraceDocument, previous?: Program): Program {
  const { lines, sections } = document;
  // Without `scenario` lines the file is one unnamed scenario under an empty header.
  const unnamed = sections.scenarios.length === 0;
  const ranges = unnamed ? [sections.header] : sections.scenarios;
  const headerLines = unnamed ? [] : lines.slice(sections.header.start, sections.header.end);
  const same = previous !== undefined && sameLines(previous.header.lines, headerLines);
  const header = same ? previous.header : resolveHeader(headerLines);
  const known = same ? previous.scenarios : [];
  const shift = known.length - ranges.length;
  const scenarios = ranges.map(({ start, end }, index): PlacedScenario => {
    const own = lines.slice(start, end);
    // In front of an edit scenarios keep their number, behind it their distance from the last.
    const before = [known[index], known[index + shift]].find(
      (candidate) => candidate !== undefined && sameLines(candidate.scenario.lines, own),
    );
    if (before !== undefined) return { firstLine: start, scenario: before.scenario };
    const similar = known[index] ?? known[index + shift];
    const edited = similar && spliceScenario(header, own, similar.scenario);
    return { firstLine: start, scenario: edited ?? resolveScenario(header, own) };
  });
  return { header, scenarios };
}

function sameLines(before: readonly TraceLine[], after: readonly TraceLine[]): boolean {
  return before.length === after.length && before.every((line, index) => line === after[index]);
}

/** Resolves the lines above the first scenario. */
export function resolveHeader(lines: readonly TraceLine[]): Header {
  if (lines.length === 0) return emptyHeader;
  const section = new SectionReader(lines, emptyHeader, { inHeader: true }).read();
  const { declarations, problems, scope } = section;
  return { lines, declarations, names: scope.names, namesUsed: scope.used, problems };
}

/** Resolves a scenario from its `scenario` line to its end; it depends on nothing but the header. */
export function resolveScenario(header: Header, lines: readonly TraceLine[]): Scenario {
  const section = new SectionReader(lines, header, { inHeader: false }).read();
  const { declarations, setup, operations, operationLines, problems, scope } = section;
  const statement = lines.length > 0 ? lines[0].parsed.statement : undefined;
  return {
    lines,
    title: statement?.kind === "scenario" ? statement.title : "",
    setup,
    places: declarations.places,
    operations,
    operationLines,
    problems: problems.concat(unusedNames(lines, scope.names, (name) => scope.used.has(name))),
    names: scope.names,
    headerNamesUsed: scope.headerUsed,
  };
}

/** Every problem of a program, by line of the file. */
export function problemsOf({ header, scenarios }: Program): Problem[] {
  const isUsed = (name: string): boolean =>
    header.namesUsed.has(name) || scenarios.some(({ scenario }) => scenario.headerNamesUsed.has(name));
  const problems = header.problems.concat(unusedNames(header.lines, header.names, isUsed));
  for (const { firstLine, scenario } of scenarios) {
    for (const problem of scenario.problems) problems.push(moved(problem, firstLine));
  }
  return problems.sort((one, other) => one.line - other.line || one.start - other.start);
}

/** A problem of a scenario counts lines from the scenario's first. */
function moved(problem: Problem, by: number): Problem {
  const line = problem.line + by;
  return problem.code === "duplicate-declaration"
    ? { ...problem, line, firstLine: problem.firstLine + by }
    : { ...problem, line };
}

function unusedNames(
  lines: readonly TraceLine[],
  names: ReadonlyMap<string, Name>,
  isUsed: (name: string) => boolean,
): Problem[] {
  const problems: Problem[] = [];
  for (const [name, { start, end, line }] of names) {
    // A line that cannot be read may be the one that uses it.
    const maybe = () => lines.some(({ parsed, text }) => parsed.problem !== undefined && text.includes(name));
    if (!isUsed(name) && !maybe()) problems.push({ code: "unused-name", name, start, end, line });
  }
  return problems;
}
