/** A document to a program: names resolved, values computed, everything checked that can be before running. */
import type { TraceDocument } from "../document/document.ts";
import { type Edit, shiftOf } from "../document/edit.ts";
import type { LineRange } from "../document/lines.ts";
import { Lines } from "../document/lines.ts";
import type { LineCache } from "../document/shapes/line-cache.ts";
import { type NamedHosts, NO_NAMED_HOSTS } from "./named-hosts.ts";
import { movedProblem, type Problem } from "./problem.ts";
import type { Header, PlacedScenario, Program, Scenario } from "./program.ts";
import { SectionReader } from "./section.ts";
import { noDeclarations } from "./setup.ts";
import { splice } from "./splice.ts";
import { unusedNames } from "./unused-names.ts";

function emptyHeader(hosts: NamedHosts): Header {
  return {
    lines: Lines.of([]),
    declarations: noDeclarations,
    names: new Map(),
    namesUsed: new Set(),
    brokenNames: new Set(),
    hosts,
    problems: [],
  };
}

/**
 * Resolves a whole document. Of a `previous` program of a similar document, what an edit left alone is taken over.
 * @param hosts those that the configuration names; the same object as before as long as they are the same
 */
export function resolve(
  document: TraceDocument,
  previous?: Program,
  hosts: NamedHosts = NO_NAMED_HOSTS,
): Program {
  const { lines, sections, cache } = document;
  // Without `scenario` lines the file is one unnamed scenario under an empty header.
  const unnamed = sections.scenarios.length === 0;
  const ranges = unnamed ? [sections.header] : sections.scenarios;
  const headerLines = lines.part(unnamed ? { start: 0, end: 0 } : sections.header);
  const same =
    previous !== undefined &&
    previous.header.hosts === hosts &&
    sameLines(previous.header.lines, headerLines);
  const header = same ? previous.header : resolveHeader(headerLines, hosts, cache);
  header.lines.settle();
  const known = same ? previous.scenarios : [];

  const edit = previous && document.editSince(previous.document);
  const { above, below } = untouched(known, ranges, edit);
  const shift = known.length - ranges.length;
  const scenarios = ranges.map((range, index): PlacedScenario => {
    // Before an edit scenarios keep their number, after it their distance from the last.
    if (index < above) return kept(known[index], range.start);
    if (index >= ranges.length - below) return kept(known[index + shift], range.start);
    const firstLine = range.start;
    const own = lines.part(range);
    const similar = known[index] ?? known[index + shift];
    const spliced =
      similar && edit && splice(header, own, similar.scenario, cache, within(edit, range, similar));
    return spliced ? { firstLine, ...spliced } : { firstLine, scenario: resolveScenario(header, own, cache) };
  });
  return { document, header, scenarios };
}

/** An edit of the document as one of a scenario's lines; undefined if it reaches beyond the scenario. */
function within(
  edit: Edit,
  { start, end }: LineRange,
  { firstLine, scenario }: PlacedScenario,
): Edit | undefined {
  if (start !== firstLine || edit.start < start || edit.end > end) return undefined;
  if (scenario.lines.length + shiftOf(edit) !== end - start) return undefined;
  return { start: edit.start - start, end: edit.end - start, endBefore: edit.endBefore - start };
}

function sameLines(before: Lines, after: Lines): boolean {
  return before.length === after.length && before.all.every((line, index) => line === after.at(index));
}

/** How many scenarios an edit left alone above itself, and how many below. */
function untouched(
  known: readonly PlacedScenario[],
  ranges: readonly LineRange[],
  edit: Edit | undefined,
): { readonly above: number; readonly below: number } {
  let above = 0;
  let below = 0;
  if (edit === undefined) return { above, below };
  const shorter = Math.min(known.length, ranges.length);
  while (above < shorter && isKept(known[above], ranges[above], 0) && ranges[above].end <= edit.start)
    above++;
  const moved = shiftOf(edit);
  while (below < shorter - above) {
    const range = ranges[ranges.length - 1 - below];
    if (range.start < edit.end || !isKept(known[known.length - 1 - below], range, moved)) break;
    below++;
  }
  return { above, below };
}

/** Whether a scenario stands in a range, but for lines that came or went above it. */
function isKept({ firstLine, scenario }: PlacedScenario, { start, end }: LineRange, moved: number): boolean {
  return firstLine + moved === start && scenario.lines.length === end - start;
}

/** A scenario that an edit left alone, where it is now. */
function kept(known: PlacedScenario, firstLine: number): PlacedScenario {
  known.scenario.lines.settle();
  return known.firstLine === firstLine ? known : { ...known, firstLine };
}

/** Resolves the lines above the first scenario. */
export function resolveHeader(lines: Lines, hosts: NamedHosts, cache: LineCache): Header {
  const nothing = emptyHeader(hosts);
  if (lines.length === 0) return nothing;
  const section = new SectionReader(lines, nothing, { inHeader: true, cache }).read();
  const { declarations, problems, scope } = section;
  const { names, used: namesUsed, brokenNames } = scope;
  return { lines, declarations, names, namesUsed, brokenNames, hosts, problems };
}

/** Resolves a scenario from its `scenario` line to its end; it depends on nothing but the header. */
export function resolveScenario(header: Header, lines: Lines, cache: LineCache): Scenario {
  const section = new SectionReader(lines, header, { inHeader: false, cache }).read();
  const { declarations, setup, operations, revisionsNamed, problems, scope } = section;
  const statement = lines.length > 0 ? lines.at(0).parsed.statement : undefined;
  return {
    lines,
    title: statement?.kind === "scenario" ? statement.title : "",
    setup,
    places: declarations.places,
    operations,
    revisionsNamed,
    declaresWrongly: section.declaresWrongly,
    problems: problems.concat(
      unusedNames(scope.names, [{ lines, problems }], (name) => scope.used.has(name)),
    ),
    names: scope.names,
    namesUsed: scope.used,
    headerNamesUsed: scope.headerUsed,
  };
}

/** Every problem of a program, by line of the file. */
export function problemsOf({ header, scenarios }: Program): Problem[] {
  const used = new Set(header.namesUsed);
  if (header.names.size > 0) {
    for (const { scenario } of scenarios) for (const name of scenario.headerNamesUsed) used.add(name);
  }
  const sections = [header, ...scenarios.map(({ scenario }) => scenario)];
  const problems = header.problems.concat(unusedNames(header.names, sections, (name) => used.has(name)));
  for (const { firstLine, scenario } of scenarios) {
    for (const problem of scenario.problems) {
      // A problem of a scenario counts lines from the scenario's first.
      problems.push(movedProblem(problem, (line) => line + firstLine));
    }
  }
  return problems.sort((one, other) => one.line - other.line || one.start - other.start);
}
