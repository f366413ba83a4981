/**
 * Which change of the table of kernels a difference between two hosts comes from: the second host is given the first
 * one's answer to a question, and the scenario is looked at again.
 */
import { minimise } from "../reduce/minimise.ts";
import { isUpstream, withAnswer } from "../vgic/kernels/hosts.ts";
import { type Entry, entriesBetween, type Question, questionsBetween } from "../vgic/kernels/kernels.ts";
import { Attribution } from "./attribution.ts";
import type { Action } from "./catalogue.ts";
import { Pair, type Searched } from "./pair.ts";
import type { Side } from "./side.ts";

/** The questions that tell two hosts apart. */
function questionsOf(sides: readonly [Side, Side]): Question[] {
  const [one, other] = sides;
  // What a downstream kernel, or a revision that the VMM selects, does to GICD_IIDR and groups no version says.
  const isByVersion = sides.every(({ host, revision }) => isUpstream(host) && revision === undefined);
  return questionsBetween(one.host.traits, other.host.traits).filter(
    (question) => question !== "profile" || isByVersion,
  );
}

export class Causes {
  readonly #searched: Searched;
  readonly #questions: readonly Question[];
  readonly #attribution: Attribution;
  /** By their questions: pairs whose second side answers those as the first. */
  readonly #alike = new Map<string, Pair>();
  readonly #known = new Set<Question>();

  constructor(searched: Searched) {
    this.#searched = searched;
    this.#questions = questionsOf(searched.sides);
    this.#attribution = new Attribution(searched);
  }

  /** Forgets what is known. */
  restart(): void {
    this.#known.clear();
  }

  /** The entries of the table that a scenario can show whose difference comes from some questions. */
  entriesOf(questions: readonly Question[], scenario: readonly Action[]): readonly Entry[] {
    return this.#attribution.entriesOf(questions, scenario);
  }

  /** Whether a scenario that shows some questions shows all that they are about: one entry of the table. */
  areSingle(questions: readonly Question[]): boolean {
    const [one, other] = this.#searched.sides;
    const [question, ...more] = questions;
    // Accesses of several kinds depend on the profile; each is worth a scenario.
    if (question === undefined || question === "profile" || more.length > 0) return false;
    return entriesBetween(question, one.host.traits, other.host.traits).length === 1;
  }

  /** From now on these questions explain what they explain. */
  know(questions: readonly Question[]): void {
    for (const question of questions) this.#known.add(question);
  }

  /** Whether a scenario's last operation is answered differently for a reason that is not known yet. */
  isUnexplained(scenario: readonly Action[]): boolean {
    return this.#alikeIn([]).differsAtEnd(scenario);
  }

  /** The questions whose answers make an unexplained difference, mostly one; none where the revision is to blame. */
  of(scenario: readonly Action[]): readonly Question[] {
    const left = this.#questions.filter((question) => !this.#known.has(question));
    const isDueTo = (questions: readonly Question[]) => !this.#alikeIn(questions).differsAtEnd(scenario);
    const alone = left.filter((question) => isDueTo([question]));
    if (alone.length > 0) return alone;
    // Each of several changes may suffice: then they are to blame together, and no others.
    return isDueTo(left) ? minimise(left, isDueTo) : [];
  }

  /** The two sides, of which the second answers some questions, and all that are known, as the first. */
  #alikeIn(questions: readonly Question[]): Pair {
    const alike = [...new Set([...this.#known, ...questions])].sort();
    const key = alike.join(" ");
    const [one, other] = this.#searched.sides;
    const pair =
      this.#alike.get(key) ??
      new Pair({
        ...this.#searched,
        sides: [
          one,
          {
            ...other,
            host: alike.reduce(
              (host, question) => withAnswer(host, question, one.host.traits[question]),
              other.host,
            ),
          },
        ],
      });
    this.#alike.set(key, pair);
    return pair;
  }
}
