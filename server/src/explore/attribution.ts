/** Which entries of the table of kernels a scenario can show, where its difference comes from some of their questions. */

import { itemAt } from "../syntax/item-at.ts";
import { withAnswer } from "../vgic/kernels/hosts.ts";
import { type Change, type Entry, entriesBetween, type Question, TRAITS } from "../vgic/kernels/kernels.ts";
import type { Action } from "./catalogue.ts";
import { type Circumstance, circumstancesOf } from "./circumstances.ts";
import { Pair, type Searched } from "./pair.ts";

/**
 * What a scenario must have to show an entry: any of these. Only where several entries came with one answer; one that
 * needs nothing is what is left when nothing else is shown.
 */
export const NEEDS: Readonly<Record<string, readonly Circumstance[]>> = {
  "revision-2": [],
  "iidr-checked": ["VMM sets GICD_IIDR"],
  "revision-3": [],
  "iidr-revision-ignored": ["VMM sets GICD_IIDR"],
  "sgi-pending-by-vmm": ["VMM pends SGI"],
  "timer-pending-by-vmm": ["VMM pends timer"],
  "pending-first": ["overflow with active", "overflow of pending"],
  "enabled-group-first": ["overflow with a disabled group"],
  "sgi-hides-nothing": ["SGI wanted twice"],
  "dir-without-list-register": ["overflow"],
  "dir-by-another-vcpu": ["end on another vCPU"],
  "gicc-dir-attribute": ["VMM asks for GICC_DIR"],
  "gicc-dir-sender": ["end of an SGI"],
  "gicc-dir-by-another-vcpu": ["end on another vCPU", "overflow"],
};

export class Attribution {
  readonly #searched: Searched;
  readonly #pair: Pair;

  constructor(searched: Searched) {
    this.#searched = searched;
    this.#pair = new Pair(searched);
  }

  /** @param scenario its last operation is answered differently, because of the questions */
  entriesOf(questions: readonly Question[], scenario: readonly Action[]): Entry[] {
    const circumstances = circumstancesOf(scenario, this.#pair);
    const isSeenByGuest = itemAt(scenario, scenario.length - 1).observer === "guest";
    return questions.flatMap((question) => {
      const [one, other] = this.#searched.sides;
      // A host that fails is no difference that a search reports.
      let entries = entriesBetween(question, one.host.traits, other.host.traits).filter(
        ({ shown }) => shown.hostFails === undefined,
      );
      if (isSeenByGuest) entries = narrowed(entries, ({ shown }) => shown.seenBy.includes("guest"));
      if (new Set(entries.map(({ change }) => change)).size > 1) {
        entries = narrowed(entries, (entry) => this.#isStepShown(question, entry, scenario));
      }
      const needed = entries.filter(({ shown }) => NEEDS[shown.id]?.some((one) => circumstances.has(one)));
      return needed.length > 0 ? needed : narrowed(entries, ({ shown }) => !NEEDS[shown.id]?.length);
    });
  }

  /** Whether the answers of a question before and after an entry's change make a difference. */
  #isStepShown(question: Question, { change }: Entry, scenario: readonly Action[]): boolean {
    const { oldest, steps } = TRAITS[question];
    const answers: readonly unknown[] = [oldest, ...steps.map(({ becomes }) => becomes)];
    const changes: readonly Change[] = steps;
    const index = changes.indexOf(change);
    const [, other] = this.#searched.sides;
    const side = (answer: unknown) => ({ ...other, host: withAnswer(other.host, question, answer) });
    const sides = [side(answers[index]), side(answers[index + 1])] as const;
    return new Pair({ ...this.#searched, sides }).differsAtEnd(scenario);
  }
}

/** Those that hold, or all where none does: a cause is not left out for what was not thought of. */
function narrowed(entries: readonly Entry[], holds: (entry: Entry) => boolean): Entry[] {
  const some = entries.filter(holds);
  return some.length > 0 ? some : [...entries];
}
