/**
 * Looks for something that one side answers and the other does not. The search is cut into parts; a part depends on
 * nothing but the seed and its number, so parts can run on any thread in any order and find the same.
 */
import { type Action, type Catalogue, catalogueOf } from "./catalogue.ts";
import { Coverage, type Covered } from "./coverage.ts";
import { type Difference, Explainer } from "./difference.ts";
import { Novelty } from "./novelty.ts";
import { Pair } from "./pair.ts";
import { Random } from "./random.ts";
import type { SearchRequest } from "./request.ts";
import { acknowledged, Scenarios } from "./scenarios.ts";

/** All pairs whose first action is number `from`, `from` + `stride` and so on: each part sees all registers. */
export interface PairsPart {
  readonly kind: "pairs";
  /** Whether the VM is ready to take interrupts, or fresh. */
  readonly isReady: boolean;
  readonly from: number;
  readonly stride: number;
}

/** What a part does: each action alone, all pairs that begin with some of the actions, or random scenarios. */
export type Part =
  | { readonly kind: "singles" }
  | PairsPart
  | { readonly kind: "random"; readonly index: number; readonly scenarios: number };

export interface PartResult {
  readonly differences: readonly Difference[];
  readonly covered: Covered;
  readonly scenarios: number;
  readonly operations: number;
}

/** Scenarios of more actions are not begun with: they would grow without end. */
const MOST_REMEMBERED = 24;

/** Runs parts of one search. Keep it: the catalogue takes longer to make than most parts take to run. */
export class Search {
  readonly catalogue: Catalogue;
  readonly #request: SearchRequest;
  readonly #guests: Scenarios;
  readonly #pair: Pair;
  readonly #explainer: Explainer;
  readonly #novelty: Novelty;
  #differences: Difference[] = [];
  #coverage = new Coverage();
  #scenarios = 0;
  #operations = 0;
  /** The kinds of accesses that the two sides decided differently in the scenario at hand. */
  #decided = new Set<string>();

  constructor(request: SearchRequest) {
    this.#request = request;
    this.catalogue = catalogueOf(request.model, request.its);
    this.#guests = new Scenarios(this.catalogue);
    this.#pair = new Pair(request);
    this.#novelty = new Novelty(this.#pair);
    this.#explainer = new Explainer(this.catalogue, request);
  }

  run(part: Part): PartResult {
    this.#explainer.restart();
    this.#novelty.restart();
    this.#differences = [];
    this.#coverage = new Coverage();
    this.#scenarios = 0;
    this.#operations = 0;
    if (part.kind === "singles") this.#singles();
    else if (part.kind === "pairs") this.#pairs(part);
    else this.#random(Random.ofPart(this.#request.seed, part.index), part.scenarios);
    return {
      differences: this.#differences,
      covered: this.#coverage.covered(),
      scenarios: this.#scenarios,
      operations: this.#operations,
    };
  }

  /**
   * Every action alone, on a fresh VM and on one that is ready to take interrupts; and every action after those that did
   * something new.
   */
  #singles(): void {
    for (const isReady of [false, true]) {
      const ready = this.#begin(isReady);
      const begin = this.#pair.snapshot();
      const firsts: Action[] = [];
      this.#novelty.restart();
      this.#each(ready, (action) => {
        if (this.#novelty.isNew(action)) firsts.push(action);
      });
      for (const first of firsts) {
        this.#pair.restore(begin);
        this.#scenarios++;
        this.#each(this.#performAll([first], ready));
      }
    }
  }

  /** Every action after each of some. */
  #pairs({ isReady, from, stride }: PairsPart): void {
    const ready = this.#begin(isReady);
    const begin = this.#pair.snapshot();
    const { actions } = this.catalogue;
    for (const [index, first] of actions.entries()) {
      if (index < from || (index - from) % stride !== 0) continue;
      this.#pair.restore(begin);
      this.#scenarios++;
      this.#each(this.#performAll([first], ready));
    }
  }

  /** Every action, each in the state that `before` has led to. @param look looks at what it has led to */
  #each(before: readonly Action[], look: (action: Action) => void = () => {}): void {
    const state = this.#pair.snapshot();
    const rooted = new Set(this.#decided);
    for (const action of this.catalogue.actions) {
      this.#pair.restore(state);
      this.#decided = new Set(rooted);
      this.#scenarios++;
      this.#perform(action, before);
      look(action);
    }
  }

  /** Both VMs anew. @returns what was done in them to make them ready, if so */
  #begin(isReady: boolean): Action[] {
    this.#restart();
    return isReady ? this.#performAll(this.#guests.ready) : [];
  }

  #restart(): void {
    this.#pair.restart();
    this.#decided.clear();
  }

  /** @returns everything that was done so far */
  #performAll(actions: readonly Action[], before: readonly Action[] = []): Action[] {
    const done = [...before];
    for (const action of actions) {
      this.#perform(action, done);
      done.push(action);
    }
    return done;
  }

  #random(random: Random, scenarios: number): void {
    for (let i = 0; i < scenarios; i++) {
      this.#scenarios++;
      this.#restart();
      const done: Action[] = [];
      const perform = (action: Action): number | undefined => {
        this.#perform(action, done);
        if (done.length < MOST_REMEMBERED) this.#novelty.note(action, done);
        done.push(action);
        return acknowledged(action, this.#pair.vgics[0]);
      };
      this.#guests.perform(random, perform, random.oneIn(2) ? this.#novelty.pick(random) : undefined);
    }
  }

  #perform(action: Action, before: readonly Action[]): void {
    this.#operations++;
    const differs = this.#pair.perform(action);
    const [one, other] = this.#pair.vgics;
    this.#coverage.note(action, this.#pair.vgics);
    if (one.decision !== other.decision) this.#decided.add(action.subject);
    if (!differs || this.#pair.hasFailed || !this.#isObserved(action)) return;
    const difference = this.#explainer.explain([...before, action], this.#decided);
    if (difference !== undefined) this.#differences.push(difference);
  }

  #isObserved({ observer }: Action): boolean {
    return observer === "guest" || (observer === "vmm" && this.#request.observer === "vmm");
  }
}
