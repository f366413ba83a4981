/**
 * Which change of the table of kernels a difference between two hosts comes from: the second host is given the first
 * one's answer to a question, and the scenario is looked at again.
 */
import { minimise } from "../reduce/minimise.ts";
import { entriesBetween, type Question, questionsBetween } from "../vgic/kernels/kernels.ts";
import type { Action } from "./catalogue.ts";
import { Pair, type Searched } from "./pair.ts";
import type { Side } from "./side.ts";

/** The questions that tell two hosts apart, other than the profile: what that does depends on the revision. */
function questionsOf([one, other]: readonly [Side, Side]): Question[] {
  return questionsBetween(one.host.traits, other.host.traits).filter((question) => question !== "profile");
}

export class Causes {
  readonly #searched: Searched;
  readonly #questions: readonly Question[];
  /** By question: the second side answers it as the first. */
  readonly #alike: ReadonlyMap<Question, Pair>;
  readonly #known = new Set<Question>();
  /** The second side answers what is known as the first. */
  #unknown: Pair;

  constructor(searched: Searched) {
    this.#searched = searched;
    this.#questions = questionsOf(searched.sides);
    this.#alike = new Map(this.#questions.map((question) => [question, this.#without([question])]));
    this.#unknown = this.#without([]);
  }

  /** Forgets what is known. */
  restart(): void {
    if (this.#known.size === 0) return;
    this.#known.clear();
    this.#unknown = this.#without([]);
  }

  /** Whether a scenario that shows some questions shows all that they are about: one entry of the table. */
  areSingle(questions: readonly Question[]): boolean {
    const [one, other] = this.#searched.sides;
    const [question, ...more] = questions;
    if (question === undefined || more.length > 0) return false;
    return entriesBetween(question, one.host.traits, other.host.traits).length === 1;
  }

  /** From now on these questions explain what they explain. */
  know(questions: readonly Question[]): void {
    for (const question of questions) this.#known.add(question);
    this.#unknown = this.#without([...this.#known]);
  }

  /** Whether a scenario's last operation is answered differently for a reason that is not known yet. */
  isUnexplained(scenario: readonly Action[]): boolean {
    return this.#unknown.differsAtEnd(scenario);
  }

  /** The questions whose answers make the difference, mostly one; none where the revision is to blame. */
  of(scenario: readonly Action[]): readonly Question[] {
    const left = this.#questions.filter((question) => !this.#known.has(question));
    const alone = left.filter((question) => !this.#alike.get(question)?.differsAtEnd(scenario));
    if (alone.length > 0) return alone;
    // Each of several changes may suffice: then they are to blame together, and no others.
    const isDueTo = (questions: readonly Question[]) => !this.#without(questions).differsAtEnd(scenario);
    return isDueTo(left) ? minimise(left, isDueTo) : [];
  }

  #without(questions: readonly Question[]): Pair {
    const [one, other] = this.#searched.sides;
    const answers = Object.fromEntries(questions.map((question) => [question, one.host.traits[question]]));
    const traits = { ...other.host.traits, ...answers };
    return new Pair({ ...this.#searched, sides: [one, { ...other, host: { ...other.host, traits } }] });
  }
}
