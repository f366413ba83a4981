/** What can be said of a line right behind an edit, without waiting for what the edit changes further down. */
import { evaluate } from "../evaluate/lockstep.ts";
import type { TraceDocument } from "../trace/document.ts";
import { resolve } from "../trace/resolve.ts";
import { firstIndex } from "../trace/sorted.ts";
import { type Analysis, type AnalysisOptions, overridden } from "./analysis.ts";

/** Further down than so many operations behind the edit it pays to find out everything. */
const nearby = 4096;

/**
 * An analysis of the scenario of a line alone, down to this line and without diagnostics. Undefined where it would not
 * be quicker than all.
 * @param previous an analysis of the document before the edit, with the same options
 */
export function analyseNear(
  document: TraceDocument,
  options: AnalysisOptions,
  previous: Analysis,
  line: number,
): Analysis | undefined {
  const program = resolve(document, previous.program);
  const index = firstIndex(program.scenarios.length, (i) => program.scenarios[i].firstLine > line) - 1;
  const placed = program.scenarios[index];
  if (placed?.edit === undefined) return undefined;
  const { scenario, firstLine, edit } = placed;
  const before = previous.program.scenarios.findIndex((one) => one.scenario === edit.from);
  const similar = previous.scenarios[before]?.evaluation;
  const count = scenario.operations.above(line + 1 - firstLine);
  if (similar === undefined || count - edit.operations.start > nearby) return undefined;

  const operations = scenario.operations.upTo(count);
  // What stands behind the line counts as gone.
  const start = Math.min(edit.operations.start, count);
  const endBefore = similar.scenario.operations.length;
  const above = overridden({ ...scenario, operations }, options);
  const evaluation = evaluate(above, similar, { start, end: count, endBefore });
  const scenarios = [{ evaluation, firstLine, found: [], latent: new Map() }];
  return { document, program, scenarios, diagnostics: [] };
}
