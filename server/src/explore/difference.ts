/** A scenario whose last operation the two sides answer differently, reduced, and where the difference comes from. */
import { minimise } from "../reduce/minimise.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Question } from "../vgic/kernels/kernels.ts";
import type { Action, Catalogue } from "./catalogue.ts";
import { Causes } from "./cause.ts";
import { circumstancesOf } from "./circumstances.ts";
import { evaluated } from "./evaluated.ts";
import { Pair } from "./pair.ts";
import type { SearchRequest } from "./request.ts";

export interface Difference {
  /** Differences with the same key have the same cause. */
  readonly key: string;
  /** The entries of the table of kernels that it shows, one or all of these, by their ids; none where the revision is the cause. */
  readonly entries: readonly string[];
  /** What the two sides treat differently because of their revisions, in words: "guest writes GICD_IGROUPR". */
  readonly causes: readonly string[];
  /** The access that shows it: "guest reads ISR_EL1". */
  readonly seen: string;
  /** The scenario's operations, as lines. */
  readonly lines: readonly string[];
}

/**
 * Differences that show at the same kind of access, after the same kinds of accesses were decided differently, are
 * looked at so many times; in the same circumstances they are reduced so many times: most have the same cause.
 */
const LOOKS = 100;
const ATTEMPTS = 4;
/** What comes from the revision is explained by an evaluation, which takes longer. */
const EVALUATION = 2;

/** Explains differences, one cause after the other: what a known change of a kernel explains is passed over. */
export class Explainer {
  readonly #catalogue: Catalogue;
  readonly #request: SearchRequest;
  readonly #causes: Causes;
  readonly #pair: Pair;
  readonly #looks = new Map<string, number>();
  readonly #attempts = new Map<string, number>();

  constructor(catalogue: Catalogue, request: SearchRequest) {
    this.#catalogue = catalogue;
    this.#request = request;
    this.#causes = new Causes(request);
    this.#pair = new Pair(request);
  }

  /** Forgets what is known. */
  restart(): void {
    this.#looks.clear();
    this.#attempts.clear();
    this.#causes.restart();
  }

  /**
   * @param scenario its last operation is answered differently
   * @param decided the kinds of accesses in it that the two sides decided differently
   * @returns undefined where the cause is known
   */
  explain(scenario: readonly Action[], decided: ReadonlySet<string>): Difference | undefined {
    const { subject } = itemAt(scenario, scenario.length - 1);
    const access = `${subject} ${[...decided].join(" ")}`;
    const looks = this.#looks.get(access) ?? 0;
    if (looks >= LOOKS || !this.#causes.isUnexplained(scenario)) return undefined;
    this.#looks.set(access, looks + 1);
    const kind = `${access} ${[...circumstancesOf(scenario, this.#pair)].join(", ")}`;
    const attempts = this.#attempts.get(kind) ?? 0;
    if (attempts >= ATTEMPTS) return undefined;
    const reduced = this.#reduced(scenario);
    const questions = this.#causes.of(reduced);
    if (this.#causes.areSingle(questions)) this.#causes.know(questions);
    else this.#attempts.set(kind, attempts + (questions.length > 0 ? 1 : EVALUATION));
    return this.#described(reduced, questions);
  }

  /** The fewest operations with the plainest values that still end in a difference that nothing known explains. */
  #reduced(scenario: readonly Action[]): readonly Action[] {
    const few = this.#fewest(scenario);
    const plain = [...few];
    for (const [i, action] of few.entries()) {
      const plainer = this.#catalogue.plainerThan(action);
      const better = plainer.find((other) => this.#causes.isUnexplained(plain.with(i, other)));
      if (better !== undefined) plain[i] = better;
    }
    // Plainer values may need even fewer operations.
    return this.#fewest(plain);
  }

  #fewest(scenario: readonly Action[]): readonly Action[] {
    const last = itemAt(scenario, scenario.length - 1);
    const before = minimise(scenario.slice(0, -1), (kept) => this.#causes.isUnexplained([...kept, last]));
    return [...before, last];
  }

  #described(actions: readonly Action[], questions: readonly Question[]): Difference {
    const seen = itemAt(actions, actions.length - 1).subject;
    const entries = this.#causes.entriesOf(questions, actions).map(({ shown }) => shown.id);
    const isByRevision = questions.every((question) => question === "profile");
    const causes = isByRevision ? this.#decidedIn(actions) : [];
    const key = [...entries, ...causes].join(" + ");
    return { key, entries, causes, seen, lines: actions.map(({ text }) => text) };
  }

  /** The kinds of accesses that the last one's difference comes from, as the diagnostics have it. */
  #decidedIn(actions: readonly Action[]): string[] {
    const lines = actions.map(({ text }) => text);
    const found = evaluated(this.#request, lines).differences.get(actions.length - 1) ?? [];
    const operations = [...new Set(found.flatMap((difference) => difference.causes))];
    const decided = operations.length === 0 ? [actions.length - 1] : operations;
    return [...new Set(decided.map((i) => itemAt(actions, i).subject))];
  }
}
