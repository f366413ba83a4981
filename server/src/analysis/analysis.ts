/**
 * The facade: a document in, everything that can be said of it out. The command and the language server both call
 * this one function, so they say the same.
 */

import type { TraceDocument } from "../document/document.ts";
import { firstIndex } from "../document/sorted.ts";
import { ByOperation } from "../evaluate/by-operation.ts";
import { Evaluation } from "../evaluate/lockstep.ts";
import { MachinePool } from "../evaluate/machines.ts";
import type { NamedHosts } from "../program/named-hosts.ts";
import { widthOf } from "../program/operation.ts";
import type { Program, Scenario } from "../program/program.ts";
import { resolve } from "../program/resolve.ts";
import type { Comparison } from "../program/setup.ts";
import { type CheckedEvaluation, OperationChecks } from "../rules/checks.ts";
import { outcomeText } from "../rules/words.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Diagnostic, Severities } from "./diagnostic.ts";
import { allDiagnostics, type Checked, type Diagnosed } from "./found-diagnostics.ts";

export type { Diagnostic, Range, Severities } from "./diagnostic.ts";

export interface AnalysisOptions {
  /** Evaluate every scenario as if it declared this revision. */
  readonly revision?: number;
  /** Compare every scenario with these, whatever it says. */
  readonly compare?: Comparison;
  /** What holds in scenarios that do not say it themselves. */
  readonly defaults?: { readonly revision?: number; readonly compare?: Comparison };
  readonly severities?: Severities;
  /** Hosts that traces may name; the same object as long as they are the same. */
  readonly hosts?: NamedHosts;
}

/** A document and all that is known of it. */
export interface Analysis extends Diagnosed {
  readonly options: AnalysisOptions;
}

/**
 * Analyses a document.
 * @param previous an analysis of a similar document with the same options: what is the same in both is not done again
 */
export function analyse(
  document: TraceDocument,
  options: AnalysisOptions = {},
  previous?: Analysis,
): Analysis {
  return new AnalysisRun(document, options, previous).finish();
}

/** How many operations are done at a stretch: what they leave in the processor's caches is still there for the rules. */
const stretch = 256;
/** How many operations are a bit. */
const bit = 2048;
/** A line that is not read yet takes as long as so many operations. */
const perUnreadLine = 128;
/** A scenario takes as long as so many operations, even one without any. */
const perScenario = 16;

const NOTHING = new ByOperation<never>();

/** A scenario on the way. */
interface ScenarioRun {
  readonly evaluation: Evaluation;
  readonly checks: OperationChecks;
}

/** An analysis that goes on bit by bit, so that other things can be done in between. */
export class AnalysisRun {
  readonly #options: AnalysisOptions;
  readonly #previous: Analysis | undefined;
  readonly #document: TraceDocument;
  /** What takes long to read is read first. */
  readonly #reading: Generator<void>;
  #resolved: Program | undefined;
  #known: ReadonlyMap<Scenario, CheckedEvaluation> = new Map();
  readonly #runs = new Map<number, ScenarioRun>();
  readonly #scenarios: CheckedEvaluation[] = [];
  readonly #machines = new MachinePool();

  /** Takes the same as `analyse`. */
  constructor(document: TraceDocument, options: AnalysisOptions, previous: Analysis | undefined) {
    this.#options = options;
    this.#previous = previous;
    this.#document = document;
    this.#reading = document.reading();
  }

  get #program(): Program {
    if (this.#resolved === undefined) {
      const previous = this.#previous;
      this.#resolved = resolve(this.#document, previous?.program, this.#options.hosts);
      this.#known = new Map(
        previous?.program.scenarios.flatMap(({ scenario }, i) => {
          const known = previous.scenarios[i];
          return known === undefined ? [] : [[scenario, known] as const];
        }),
      );
    }
    return this.#resolved;
  }

  /** How much of the work is done, from 0 to 1: scenarios count, and operations of the one at hand. */
  get share(): number {
    const scenarios = this.#resolved?.scenarios ?? [];
    const total = scenarios.reduce((sum, { scenario }) => sum + scenario.operations.length + perScenario, 0);
    if (total === 0) return 0;
    const done = scenarios.slice(0, this.#scenarios.length);
    const current = this.#runs.get(this.#scenarios.length)?.evaluation.done ?? 0;
    const before = done.reduce((sum, { scenario }) => sum + scenario.operations.length + perScenario, 0);
    return (before + current) / total;
  }

  /** Goes on by a bit, about two milliseconds. @returns the analysis once all is done */
  advance(): Analysis | undefined {
    let left = bit;
    while (left > 0 && !this.#reading.next().done) left -= perUnreadLine;
    if (left <= 0) return undefined;
    const { scenarios } = this.#program;
    while (this.#scenarios.length < scenarios.length) {
      if (left <= 0) return undefined;
      const index = this.#scenarios.length;
      const { evaluation, checks } = this.#run(index);
      const before = evaluation.done;
      evaluation.advance(stretch);
      checks.advance();
      left -= Math.max(evaluation.done - before, perScenario);
      if (evaluation.done < evaluation.scenario.operations.length) continue;
      this.#scenarios.push(checks.finish());
      this.#runs.delete(index);
    }
    return this.#concluded();
  }

  /** Goes on to the end. */
  finish(): Analysis {
    for (;;) {
      const analysis = this.advance();
      if (analysis !== undefined) return analysis;
    }
  }

  /** What is known of a line, found out at once: its scenario alone, down to this line, and no diagnostics. */
  near(line: number): Analysis {
    const program = this.#program;
    const { document } = program;
    const startOf = (i: number) => itemAt(program.scenarios, i).firstLine;
    const index = firstIndex(program.scenarios.length, (i) => startOf(i) > line) - 1;
    if (index < 0) return { document, program, scenarios: [], diagnostics: [], options: this.#options };
    const firstLine = startOf(index);
    const evaluation = this.#scenarios[index]?.evaluation ?? this.#run(index).evaluation;
    evaluation.advance(evaluation.scenario.operations.above(line + 1 - firstLine) - evaluation.done);
    const scenarios = [{ evaluation, firstLine, seen: NOTHING, seenUnder: NOTHING }];
    return { document, program, scenarios, diagnostics: [], options: this.#options };
  }

  /** The run of a scenario, begun if it is not yet. */
  #run(index: number): ScenarioRun {
    const begun = this.#runs.get(index) ?? this.#begin(index);
    this.#runs.set(index, begun);
    return begun;
  }

  #begin(index: number): ScenarioRun {
    const { scenarios } = this.#program;
    const { firstLine, scenario, edit } = itemAt(scenarios, index);
    const same = this.#known.get(scenario);
    if (same !== undefined) {
      const { evaluation } = same;
      return { evaluation, checks: new OperationChecks({ evaluation, firstLine }, same) };
    }
    // The edited scenario is most likely at the same place, counted from the start or from the end.
    const known = this.#previous?.scenarios ?? [];
    const at = known[index] === undefined ? index + known.length - scenarios.length : index;
    const similar = known[at];
    const ownEdit = edit?.from === this.#previous?.program.scenarios[at]?.scenario ? edit : undefined;
    const evaluation = new Evaluation(
      overridden(scenario, this.#options),
      this.#machines,
      similar?.evaluation,
      ownEdit?.operations,
    );
    return { evaluation, checks: new OperationChecks({ evaluation, firstLine }, similar, ownEdit?.lines) };
  }

  #concluded(): Analysis {
    return analysisOf({
      document: this.#program.document,
      program: this.#program,
      scenarios: this.#scenarios,
      options: this.#options,
    });
  }
}

/** What was checked, with its diagnostics, which are put together when they are asked for. */
function analysisOf(checked: Checked & { readonly options: AnalysisOptions }): Analysis {
  let diagnostics: readonly Diagnostic[] | undefined;
  return {
    ...checked,
    get diagnostics() {
      diagnostics ??= allDiagnostics(checked);
      return diagnostics;
    },
  };
}

/** A scenario under what the options say instead of it. */
export function overridden(scenario: Scenario, { revision, compare, defaults }: AnalysisOptions): Scenario {
  const { places, setup } = scenario;
  const declared = places.revision ?? places.host;
  const otherRevision = revision ?? (declared === undefined ? defaults?.revision : undefined);
  const otherComparison = compare ?? (setup.compare === undefined ? defaults?.compare : undefined);
  if (otherRevision === undefined && otherComparison === undefined) return scenario;
  return {
    ...scenario,
    setup: {
      ...setup,
      revision: otherRevision ?? setup.revision,
      compare: otherComparison ?? setup.compare,
    },
  };
}

/** What an operation answered under a variant, as the command prints it. */
export function answerText(evaluation: Evaluation, operation: number, variant: number): string {
  return outcomeText(
    evaluation.outcome(operation, variant),
    widthOf(evaluation.scenario.operations.at(operation)),
  );
}

/** The same for somebody who looks at the run: where the host failed before, nothing answers any more. */
export function answerShown(evaluation: Evaluation, operation: number, variant: number): string {
  const hasEnded = evaluation.outcomes.hasEnded(operation, variant);
  return hasEnded ? "not run" : answerText(evaluation, operation, variant);
}
