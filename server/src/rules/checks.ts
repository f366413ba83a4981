/**
 * What the rules find in evaluated scenarios. A scenario that was edited is checked where the edit may matter; what was
 * found elsewhere is taken over.
 */

import { type Edit, editBetween } from "../document/edit.ts";
import { ByOperation } from "../evaluate/by-operation.ts";
import type { Kept } from "../evaluate/recording.ts";
import type { Operation } from "../program/operation.ts";
import type { Scenario } from "../program/program.ts";
import { itemAt } from "../syntax/item-at.ts";
import { checkUnder } from "./expectation.ts";
import type { Code } from "./finding.ts";
import { type Found, FoundInOperation, type Sighting } from "./found.ts";
import { checkHostUnder } from "./host-failure.ts";
import { type PlacedEvaluation, type Report, vmmWritesBeside } from "./operations.ts";
import type { Check } from "./rule.ts";
import { RULES } from "./rules.ts";
import { certainOperations } from "./shared-cause.ts";

interface CheckOfRule {
  readonly code: Code;
  readonly check: Check;
}

/** The checks of operations of any kind, and those of operations of some kinds alone, in the order of the rules. */
const CHECKS_OF_ALL: CheckOfRule[] = [];
const CHECKS_BY_KIND = new Map<Operation["kind"], CheckOfRule[]>();
for (const { code, check, on } of Object.values(RULES)) {
  if (check === undefined) continue;
  const rule = { code, check };
  if (on === undefined) CHECKS_OF_ALL.push(rule);
  for (const kind of on ?? []) CHECKS_BY_KIND.set(kind, [...(CHECKS_BY_KIND.get(kind) ?? []), rule]);
}

/** What would be an error in an operation if a variant that answers it differently were the declared one. */
export interface SightingUnder extends Sighting {
  readonly variant: number;
}

/** An evaluated scenario with what the rules saw in its operations. */
export interface CheckedEvaluation extends PlacedEvaluation {
  /** But for divergences that stay unseen: the evaluation knows them. */
  readonly seen: ByOperation<readonly Sighting[]>;
  /** The expectations, and hosts, that would fail if another variant were the declared one. */
  readonly seenUnder: ByOperation<readonly SightingUnder[]>;
}

/** The check of a scenario's operations, which goes along with its evaluation. */
export class OperationChecks {
  readonly #placed: PlacedEvaluation;
  readonly #previous: CheckedEvaluation | undefined;
  readonly #edit: Edit | undefined;
  readonly #seen = new ByOperation<readonly Sighting[]>();
  readonly #seenUnder = new ByOperation<readonly SightingUnder[]>();
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
    if (previous?.evaluation === evaluation) return { ...previous, firstLine };
    const went = previous && evaluation.recording.kept;
    if (previous === undefined || went === undefined) this.#look(this.#done, evaluation.done);
    else this.#lookWhereEdited(previous, went);
    return { evaluation, firstLine, seen: this.#seen, seenUnder: this.#seenUnder };
  }

  /** Looks where the edit may matter, and takes over what was seen elsewhere. */
  #lookWhereEdited(previous: CheckedEvaluation, went: Kept): void {
    const { scenario } = this.#placed.evaluation;
    const before = previous.evaluation.scenario;
    const edit = this.#edit ?? editBetween(before.lines.all, scenario.lines.all);
    const { above, below } = touched(scenario, went, edit);
    this.#take(previous, 0, above, 0);
    this.#look(above, below);
    this.#take(previous, below - went.shift, before.operations.length, went.shift);
  }

  #take({ seen, seenUnder }: CheckedEvaluation, from: number, to: number, shift: number): void {
    this.#seen.take(seen, from, to, shift);
    this.#seenUnder.take(seenUnder, from, to, shift);
  }

  #look(from: number, to: number): void {
    const placed = this.#placed;
    const { operations } = placed.evaluation.scenario;
    let code: Code = "syntax";
    let seen: Sighting[] = [];
    const report: Report = (describe) => seen.push({ code, describe });
    for (let operation = from; operation < to; operation++) {
      for (const rule of CHECKS_OF_ALL) {
        code = rule.code;
        rule.check(placed, operation, report);
      }
      const others = CHECKS_BY_KIND.get(operations.kind(operation));
      if (others !== undefined) {
        for (const rule of others) {
          code = rule.code;
          rule.check(placed, operation, report);
        }
      }
      if (seen.length > 0) {
        this.#seen.set(operation, seen);
        seen = [];
      }
      this.#lookUnderOthers(operation);
    }
    this.#done = to;
  }

  #lookUnderOthers(operation: number): void {
    const placed = this.#placed;
    const differing = placed.evaluation.differences.get(operation);
    if (differing === undefined) return;
    const seen: SightingUnder[] = [];
    for (const { variant } of differing) {
      checkUnder(placed, operation, variant, (describe) => {
        seen.push({ code: "expectation", describe, variant });
      });
      checkHostUnder(placed, operation, variant, (describe) => {
        seen.push({ code: "host-failure", describe, variant });
      });
    }
    if (seen.length > 0) this.#seenUnder.set(operation, seen);
  }
}

/** What the rules say of divergences that stay unseen. */
const UNSEEN: readonly Sighting[] = Object.values(RULES).flatMap(({ code, describeUnseen }) =>
  describeUnseen === undefined ? [] : [{ code, describe: describeUnseen }],
);

/**
 * What is found in the operations of a scenario, each rule's in the order of the text; `most` of each at least. What a
 * missing or wrong declaration makes doubtful is not among it.
 */
export function foundIn(
  checked: CheckedEvaluation,
  isWanted: (code: Code) => boolean = () => true,
  most = Number.POSITIVE_INFINITY,
): Found[] {
  const all: Found[] = [];
  const certain = certainOperations(checked.evaluation.scenario);
  const operations = checked.seen.keys();
  const sightings = checked.seen.values();
  for (const [at, operation] of operations.entries()) {
    if (all.length >= most || operation >= certain) break;
    for (const sighting of itemAt(sightings, at)) {
      if (isWanted(sighting.code)) all.push(new FoundInOperation(checked, operation, sighting));
    }
  }
  if (certain < Number.POSITIVE_INFINITY) return all;
  for (const sighting of UNSEEN) {
    if (!isWanted(sighting.code)) continue;
    for (const operation of checked.evaluation.latent.keys().slice(0, most))
      all.push(new FoundInOperation(checked, operation, sighting));
  }
  return all;
}

/** How often each code is found in the operations of a scenario. */
export function countsOf(checked: CheckedEvaluation): ReadonlyMap<Code, number> {
  const { evaluation, seen } = checked;
  const certain = certainOperations(checked.evaluation.scenario);
  const latent = certain < Number.POSITIVE_INFINITY ? 0 : evaluation.latent.size;
  const counts = new Map<Code, number>(UNSEEN.map(({ code }) => [code, latent]));
  for (const [operation, sightings] of seen) {
    if (operation >= certain) break;
    for (const { code } of sightings) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
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
