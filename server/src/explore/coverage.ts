/** What a search has exercised: kinds of access, how they were answered, and what was decided by revision or host. */
import type { Vgic } from "../vgic/vgic.ts";
import type { Action } from "./catalogue.ts";

/** Plain data, to be sent between threads and merged. */
export interface Covered {
  /** How often each subject was exercised, by its words. */
  readonly subjects: ReadonlyMap<string, number>;
  /** What was decided because of a revision or host. */
  readonly decisions: ReadonlySet<string>;
}

export class Coverage {
  readonly #counts = new Map<string, number>();
  readonly #decisions = new Set<string>();

  note({ subject }: Action, vgics: readonly Vgic[]): void {
    this.#counts.set(subject, (this.#counts.get(subject) ?? 0) + 1);
    for (const { decision } of vgics) if (decision !== undefined) this.#decisions.add(decision);
  }

  covered(): Covered {
    return { subjects: this.#counts, decisions: this.#decisions };
  }
}

/** What several parts have exercised together. */
export function merged(all: readonly Covered[]): Covered {
  const subjects = new Map<string, number>();
  const decisions = new Set<string>();
  for (const covered of all) {
    for (const [subject, count] of covered.subjects)
      subjects.set(subject, (subjects.get(subject) ?? 0) + count);
    for (const decision of covered.decisions) decisions.add(decision);
  }
  return { subjects, decisions };
}

/** The subjects of a catalogue that were never exercised. */
export function unreached(actions: readonly Action[], { subjects }: Covered): string[] {
  return [...new Set(actions.map(({ subject }) => subject))].filter((subject) => !subjects.has(subject));
}
