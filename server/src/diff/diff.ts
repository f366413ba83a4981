/** Compares traces before and after a change, in what they mean. */
import { type Analysis, type AnalysisOptions, analyse, type Diagnostic } from "../analysis/analysis.ts";
import { scenarioAt } from "../analysis/place.ts";
import { verdicts } from "../analysis/verdicts.ts";
import { TraceDocument } from "../document/document.ts";
import type { PlacedEvaluation } from "../rules/operations.ts";
import { itemAt } from "../syntax/item-at.ts";
import { isSame, type ScenarioChange, type TraceDiff } from "./change.ts";
import { pairScenarios } from "./pair.ts";
import { added, changeOf, findingChange, gone, type Judged, keyed } from "./scenario-change.ts";
import { headStatements, type Side, sidesOf } from "./statements.ts";

/** A trace on one side of a change. */
export interface TraceText {
  readonly path: string;
  readonly text: string;
  readonly options: AnalysisOptions;
}

/** A file before and after the change; one of them is absent where it is new or gone. */
export interface ChangedTrace {
  readonly before?: TraceText;
  readonly after?: TraceText;
}

/** What a change of traces changes. */
export function diffTraces(changed: readonly ChangedTrace[]): TraceDiff {
  const files = changed.map(({ before, after }) => ({ before: read(before), after: read(after) }));
  const called = new Map(
    files.flatMap(({ before, after }) => (before && after ? [[before.path, after.path] as const] : [])),
  );
  const judged = new Map(
    files
      .flatMap(({ before, after }) => [before, after].flatMap((one) => one?.judged ?? []))
      .map((one) => [one.side, one]),
  );
  const pairs = pairScenarios(
    files.map(({ before, after }) => ({ before: sides(before), after: sides(after) })),
  );
  const all = pairs.flatMap((pair) => {
    const [before, after] = [pair.before && judged.get(pair.before), pair.after && judged.get(pair.after)];
    if (before === undefined) return after === undefined ? [] : [added(after)];
    if (after === undefined) return [gone(before)];
    return [changeOf(before, after, called.get(before.side.path) !== after.side.path)];
  });
  const scenarios = all.filter((change) => !isSame(change)).sort(inOrder);
  return {
    scenarios,
    heads: files.flatMap(headChange),
    renamed: [...called].flatMap(([before, after]) => (before === after ? [] : [{ before, after }])),
    unchanged: all.length - scenarios.length,
  };
}

interface ReadTrace {
  readonly path: string;
  readonly analysis: Analysis;
  readonly judged: readonly Judged[];
  /** What is found above the first scenario. */
  readonly headFindings: readonly Diagnostic[];
}

function read(trace: TraceText | undefined): ReadTrace | undefined {
  if (trace === undefined) return undefined;
  const analysis = analyse(TraceDocument.of(trace.text), trace.options);
  const findings = new Map<PlacedEvaluation | undefined, Diagnostic[]>();
  for (const diagnostic of analysis.diagnostics) {
    const placed = scenarioAt(analysis, diagnostic.line);
    const list = findings.get(placed);
    if (list) list.push(diagnostic);
    else findings.set(placed, [diagnostic]);
  }
  const all = verdicts(analysis);
  const judged = sidesOf(trace.path, analysis)
    .map((side, index) => ({
      side,
      verdicts: itemAt(all, index),
      findings: findings.get(side.placed) ?? [],
    }))
    .filter((one) => !isEmpty(one));
  return { path: trace.path, analysis, judged, headFindings: findings.get(undefined) ?? [] };
}

/** A file that holds declarations only, or nothing, has no scenario that anybody wrote. */
function isEmpty({ verdicts: { title, operations }, findings }: Judged): boolean {
  return title === "" && operations === 0 && findings.length === 0;
}

function sides(trace: ReadTrace | undefined): Side[] {
  return trace?.judged.map(({ side }) => side) ?? [];
}

function headChange({
  before,
  after,
}: {
  readonly before?: ReadTrace;
  readonly after?: ReadTrace;
}): TraceDiff["heads"][number][] {
  if (after === undefined) return [];
  const findingsOf = (trace: ReadTrace) => keyed(trace.headFindings, headStatements(trace.analysis));
  const findings = findingChange(before === undefined ? [] : findingsOf(before), findingsOf(after));
  return findings.appeared.length + findings.gone === 0 ? [] : [{ path: after.path, findings }];
}

/** By place after the change; what is gone comes last, by its place before. */
function inOrder(a: ScenarioChange, b: ScenarioChange): number {
  if ((a.after === undefined) !== (b.after === undefined)) return a.after === undefined ? 1 : -1;
  const [one, other] = [a.after ?? a.before, b.after ?? b.before];
  if (one === undefined || other === undefined) return 0;
  if (one.path !== other.path) return one.path < other.path ? -1 : 1;
  return one.line - other.line;
}
