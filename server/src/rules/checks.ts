/**
 * What the rules find in evaluated scenarios. A scenario that was edited is checked where the edit may matter; what was
 * found elsewhere is taken over.
 */

import { type Edit, editBetween, shiftOf } from "../document/edit.ts";
import type { Kept } from "../evaluate/recording.ts";
import type { Operation } from "../program/operation.ts";
import type { Operations } from "../program/operations.ts";
import type { Scenario } from "../program/program.ts";
import { failuresUnder } from "./expectation.ts";
import type { Cause, Finding } from "./finding.ts";
import { failureUnder } from "./host-failure.ts";
import { check as checkLatent } from "./latent-revision-difference.ts";
import { type PlacedEvaluation, type Report, vmmWritesBeside } from "./operations.ts";
import type { Check } from "./rule.ts";
import { RULES } from "./rules.ts";

/** The checks of operations of any kind, and those of operations of some kinds alone, in the order of the rules. */
const CHECKS_OF_ALL: Check[] = [];
const NO_FINDINGS: ReadonlyMap<number, Finding> = new Map();

const CHECKS_BY_KIND = new Map<Operation["kind"], Check[]>();
for (const { check, on } of Object.values(RULES)) {
  if (check === undefined) continue;
  if (on === undefined) CHECKS_OF_ALL.push(check);
  for (const kind of on ?? []) CHECKS_BY_KIND.set(kind, [...(CHECKS_BY_KIND.get(kind) ?? []), check]);
}

function checkOperation(placed: PlacedEvaluation, index: number, report: Report): void {
  for (const check of CHECKS_OF_ALL) check(placed, index, report);
  const others = CHECKS_BY_KIND.get(placed.evaluation.scenario.operations.kind(index));
  if (others !== undefined) for (const check of others) check(placed, index, report);
}

/** What was found in an operation. */
interface Found {
  readonly operation: number;
  readonly finding: Finding;
}

/** What would be an error in an operation if a variant that answers it differently were the declared one. */
interface FoundUnder extends Found {
  readonly variant: number;
}

/** An evaluated scenario with what the rules found in its operations. */
export interface CheckedEvaluation extends PlacedEvaluation {
  readonly found: readonly Found[];
  /** The expectations, and hosts, that would fail if another variant were the declared one, in no order. */
  readonly foundUnder: readonly FoundUnder[];
  /** Whether a divergence stays unseen depends on all that follows: this is looked at apart. */
  readonly latent: ReadonlyMap<number, Finding>;
}

/** The check of a scenario's operations, which goes along with its evaluation. */
export class OperationChecks {
  readonly #placed: PlacedEvaluation;
  readonly #previous: CheckedEvaluation | undefined;
  readonly #edit: Edit | undefined;
  #found: Found[] = [];
  #foundUnder: FoundUnder[] = [];
  #done = 0;

  /**
   * @param previous the scenario before an edit, which the evaluation continues or is
   * @param edit what is other in its lines, where that is known
   */
  constructor(placed: PlacedEvaluation, previous?: CheckedEvaluation, edit?: Edit) {
    this.#placed = placed;
    this.#previous = previous;
    this.#edit = edit;
  }

  /** Looks at the operations that were done meanwhile. Which ones an edit leaves to be looked at shows at the end. */
  advance(): void {
    if (this.#previous === undefined) this.#look(this.#done, this.#placed.evaluation.done);
  }

  /** Everything that is found once the evaluation is done. */
  finish(): CheckedEvaluation {
    const { evaluation, firstLine } = this.#placed;
    const previous = this.#previous;
    if (previous?.evaluation === evaluation && previous.firstLine === firstLine) return previous;
    const kept = previous && keptFindings(previous, this.#placed, this.#edit);
    if (kept === undefined) {
      this.#look(this.#done, evaluation.done);
    } else {
      this.#found = [...kept.found];
      this.#foundUnder = [...kept.foundUnder];
      this.#look(kept.above, kept.below);
      for (const operation of kept.stale) this.#look(operation, operation + 1);
    }
    const latent = this.#latent(kept?.latent);
    return { evaluation, firstLine, found: this.#found, foundUnder: this.#foundUnder, latent };
  }

  #look(from: number, to: number): void {
    let operation = from;
    const report: Report = (finding) => this.#found.push({ operation, finding });
    for (; operation < to; operation++) {
      checkOperation(this.#placed, operation, report);
      this.#lookUnderOthers(operation);
    }
    this.#done = to;
  }

  #lookUnderOthers(operation: number): void {
    const differing = this.#placed.evaluation.differences.get(operation);
    if (differing === undefined) return;
    for (const { variant } of differing) {
      for (const finding of failuresUnder(this.#placed, operation, variant)) {
        this.#foundUnder.push({ operation, finding, variant });
      }
      const failure = failureUnder(this.#placed, operation, variant);
      if (failure !== undefined) this.#foundUnder.push({ operation, finding: failure, variant });
    }
  }

  #latent(known?: ReadonlyMap<number, Finding>): ReadonlyMap<number, Finding> {
    const operations = this.#placed.evaluation.latent;
    if (operations.size === 0) return NO_FINDINGS;
    const latent = new Map<number, Finding>();
    for (const operation of operations.keys()) {
      const finding = known?.get(operation);
      if (finding !== undefined) latent.set(operation, finding);
      else checkLatent(this.#placed, operation, (found) => latent.set(operation, found));
    }
    return latent;
  }
}

/** Every finding in the operations of a scenario. */
export function findingsOf({ found, latent }: CheckedEvaluation): Finding[] {
  return [...found.map(({ finding }) => finding), ...latent.values()];
}

/** What an edit left of the findings of a scenario. */
interface KeptFindings {
  /** Operations [above, below) have to be looked at. */
  readonly above: number;
  readonly below: number;
  /** Others that have to be: something that was found there speaks of an edited line. */
  readonly stale: ReadonlySet<number>;
  readonly found: readonly Found[];
  readonly foundUnder: readonly FoundUnder[];
  readonly latent: ReadonlyMap<number, Finding>;
}

function keptFindings(
  previous: CheckedEvaluation,
  placed: PlacedEvaluation,
  known: Edit | undefined,
): KeptFindings | undefined {
  const { scenario, recording } = placed.evaluation;
  const before = previous.evaluation.scenario;
  const isSame = previous.evaluation === placed.evaluation;
  const went = isSame ? asBefore(scenario.operations) : recording.kept;
  if (went === undefined) return undefined;
  const edit = isSame ? noEdit(scenario.lines) : (known ?? editBetween(before.lines.all, scenario.lines.all));
  const { above, below } = touched(scenario, went, edit);
  const moveLine = (line: number): number | undefined => {
    const own = line - previous.firstLine;
    if (own >= edit.start && own < edit.endBefore) return undefined;
    return placed.firstLine + (own < edit.start ? own : own + shiftOf(edit));
  };
  const moveOperation = (operation: number): number | undefined => {
    const moved = operation < above ? operation : operation + went.shift;
    return operation < above || moved >= below ? moved : undefined;
  };

  const stale = new Set<number>();
  const movedAll = <F extends Found>(all: readonly F[]): F[] => {
    const left: F[] = [];
    for (const before of all) {
      const operation = moveOperation(before.operation);
      if (operation === undefined) continue;
      const finding =
        operation >= above && speaksOfLinesAbove(before.finding)
          ? undefined
          : movedFinding(before.finding, moveLine);
      if (finding === undefined) stale.add(operation);
      else if (finding === before.finding && operation === before.operation) left.push(before);
      else left.push({ ...before, operation, finding });
    }
    return left;
  };
  const moved = { found: movedAll(previous.found), foundUnder: movedAll(previous.foundUnder) };
  const latent = new Map<number, Finding>();
  for (const [before, finding] of previous.latent) {
    const operation = moveOperation(before);
    const moved = movedFinding(finding, moveLine);
    if (operation !== undefined && moved !== undefined) latent.set(operation, moved);
  }
  const isKept = ({ operation }: Found): boolean => !stale.has(operation);
  const found = moved.found.filter(isKept);
  return { above, below, stale, found, foundUnder: moved.foundUnder.filter(isKept), latent };
}

function asBefore({ length }: Operations): Kept {
  return { above: length, below: length, shift: 0 };
}

function noEdit({ length }: Scenario["lines"]): Edit {
  return { start: length, end: length, endBefore: length };
}

/** The operations [above, below) in which something else may be found after an edit of some lines. */
function touched(
  { operations }: Scenario,
  went: Kept,
  edit: Edit,
): { readonly above: number; readonly below: number } {
  let above = operations.above(edit.start);
  let below = operations.above(edit.end);
  const allWentAsBefore = went.shift === 0 && went.above >= went.below;
  if (!allWentAsBefore) {
    above = Math.min(above, went.above);
    below = Math.max(below, went.below);
  }
  // What stands beside VMM writes matters to them.
  for (const write of vmmWritesBeside(operations, above, -1)) above = write;
  for (const write of vmmWritesBeside(operations, below - 1, 1)) below = write + 1;
  return { above, below };
}

/** Whether a finding names the last line above it that did something: an edit before it may make it another one. */
function speaksOfLinesAbove({ code }: Finding): boolean {
  return code === "stale-lpi-configuration";
}

/** A finding whose lines have moved; the same object if none has, undefined if one is gone. */
function movedFinding(finding: Finding, move: (line: number) => number | undefined): Finding | undefined {
  const line = move(finding.line);
  if (line === undefined) return undefined;
  if (finding.code === "revision-difference") {
    const causes: Cause[] = [];
    for (const cause of finding.causes) {
      const moved = move(cause.line);
      if (moved === undefined) return undefined;
      causes.push(moved === cause.line ? cause : { ...cause, line: moved });
    }
    const stays = line === finding.line && causes.every((cause, index) => cause === finding.causes[index]);
    return stays ? finding : { ...finding, line, causes };
  }
  if (finding.code === "groups-before-revision") {
    const revisionLine = move(finding.revisionLine);
    if (revisionLine === undefined) return undefined;
    const stays = line === finding.line && revisionLine === finding.revisionLine;
    return stays ? finding : { ...finding, line, revisionLine };
  }
  return line === finding.line ? finding : { ...finding, line };
}
