/**
 * What was seen while the variants ran through the operations, and how an edit is run again from the checkpoint before
 * it, only until everything is as it was before the edit.
 */

import { type Edit, indexAfter, shiftOf } from "../document/edit.ts";
import type { Operation } from "../program/operation.ts";
import type { Operations } from "../program/operations.ts";
import type { Decision } from "../vgic/machine.ts";
import type { Notice } from "../vgic/notice.ts";
import type { Vgic } from "../vgic/vgic.ts";
import { ByOperation } from "./by-operation.ts";
import type { Divergence } from "./divergence.ts";
import { causesOf, footprintOf } from "./footprint.ts";
import { type Checkpoint, checkpointOf, type Machines, restoreTo } from "./machines.ts";
import { Outcomes } from "./outcomes.ts";
import { perform } from "./perform.ts";
import type { Variant } from "./variant.ts";

/** A difference between the declared variant's answer and another's. */
export interface Difference {
  /** Index of the variant that answered differently. */
  readonly variant: number;
  /** The operations that are the root causes; empty where the operation's own rule differs. */
  readonly causes: readonly number[];
}

/** An operation that two variants decided differently. */
export interface Decisions {
  /** By variant. */
  readonly decisions: readonly (Decision | undefined)[];
}

export interface Recording {
  readonly operations: Operations;
  readonly outcomes: Outcomes;
  readonly differences: ByOperation<readonly Difference[]>;
  readonly decisions: ByOperation<Decisions>;
  /** What the declared vGIC did in an operation that nobody is told. */
  readonly notices: ByOperation<readonly Notice[]>;
  /** Operations that are root causes of diverged state. */
  readonly rooted: ByOperation<true>;
  /** The operations that migrate the VM, in order. */
  readonly migrations: readonly number[];
  /** In order; the first is before the first operation. */
  readonly checkpoints: readonly Checkpoint[];
  /** What it has in common with the recording that it continues; undefined where it continues none. */
  readonly kept: Kept | undefined;
}

/** Operations that went as in the recording before: [0, above) as they stand there, and from `below` on, moved. */
export interface Kept {
  readonly above: number;
  readonly below: number;
  /** How far operations after the edit have moved. */
  readonly shift: number;
}

const NOTHING = new ByOperation<never>();

/** Where an edit has moved operations to. */
interface Moved {
  readonly shift: number;
  moved(operation: number): number;
}

const UNMOVED: Moved = { shift: 0, moved: (operation) => operation };

/** How many operations lie between two checkpoints, and how much memory all of them may take. */
const CHECKPOINT_INTERVAL = 256;
const CHECKPOINT_BYTES = 8 * 1024 * 1024;

/** A recording that is continued from where an edit starts. */
interface Continued {
  readonly recording: Recording;
  readonly edit: Edit;
}

/** Runs operations on all variants, as many at a time as one likes, and notes what is seen. */
export class Recorder implements Recording {
  readonly #operations: Operations;
  readonly machines: Machines;
  readonly #variants: readonly Variant[];
  readonly #vgics: readonly Vgic[];
  readonly #declared: Vgic;
  readonly #divergences: readonly Divergence[];
  readonly #interval: number;
  /** Where the next checkpoint is due. */
  #due = 0;
  readonly #outcomes: Outcomes;
  // Most short scenarios have nothing to note in any of these.
  #differences: ByOperation<readonly Difference[]> | undefined;
  #decisions: ByOperation<Decisions> | undefined;
  #notices: ByOperation<readonly Notice[]> | undefined;
  #rooted: ByOperation<true> | undefined;
  readonly #migrations: number[] = [];
  readonly #checkpoints: Checkpoint[] = [];
  readonly #continued: Continued | undefined;
  /** The next checkpoint of the continued recording at which everything may be as it was. */
  #meeting = -1;
  #below: number;
  #done = 0;

  /** @param continued what an edit left alone is taken over from there */
  constructor(operations: Operations, machines: Machines, continued?: Continued) {
    const { variants, vgics, divergences, start } = machines;
    this.#operations = operations;
    this.machines = machines;
    this.#variants = variants;
    this.#vgics = vgics;
    const [declared] = vgics;
    this.#declared = declared;
    this.#divergences = divergences;
    this.#outcomes = new Outcomes(operations.length);
    const copyBytes = vgics.length * declared.layout.length * 4;
    this.#interval = Math.max(
      CHECKPOINT_INTERVAL,
      Math.ceil((operations.length * copyBytes) / CHECKPOINT_BYTES),
    );
    this.#below = operations.length;
    const resumed = continued?.recording.checkpoints.findLast(
      ({ position }) => position <= continued.edit.start,
    );
    if (continued === undefined || resumed === undefined) {
      this.#keep(start);
      return;
    }
    this.#continued = continued;
    const { recording, edit } = continued;
    this.#takeUntil(recording, resumed);
    this.#meeting = recording.checkpoints.findIndex(({ position }) => position >= edit.endBefore);
    this.#done = resumed.position;
  }

  get operations(): Operations {
    return this.#operations;
  }

  get outcomes(): Outcomes {
    return this.#outcomes;
  }

  get differences(): ByOperation<readonly Difference[]> {
    return this.#differences ?? NOTHING;
  }

  get decisions(): ByOperation<Decisions> {
    return this.#decisions ?? NOTHING;
  }

  get notices(): ByOperation<readonly Notice[]> {
    return this.#notices ?? NOTHING;
  }

  get rooted(): ByOperation<true> {
    return this.#rooted ?? NOTHING;
  }

  get migrations(): readonly number[] {
    return this.#migrations;
  }

  get checkpoints(): readonly Checkpoint[] {
    return this.#checkpoints;
  }

  /** What was seen of the operations that are done, without the vGICs that did them. */
  finished(): Recording {
    const { operations, outcomes, differences, decisions, notices, rooted, migrations, checkpoints } = this;
    const seen = { operations, outcomes, differences, decisions, notices, rooted, migrations, checkpoints };
    return { ...seen, kept: this.kept };
  }

  get kept(): Kept | undefined {
    if (this.#continued === undefined) return undefined;
    const { edit } = this.#continued;
    return { above: edit.start, below: this.#below, shift: shiftOf(edit) };
  }

  /** How many operations are done. */
  get done(): number {
    return this.#done;
  }

  /** Does up to so many operations, or all that are left where everything is as in the continued recording. */
  advance(count: number): void {
    const end = Math.min(this.#done + count, this.#operations.length);
    while (this.#done < end) {
      if (this.#meeting !== -1 && this.#hasMet(this.#done)) this.#done = this.#operations.length;
      else this.#step(this.#done++);
    }
  }

  /** Whether everything is as in the continued recording from an operation on; then the rest is taken over. */
  #hasMet(position: number): boolean {
    if (this.#continued === undefined) return false;
    const { recording, edit } = this.#continued;
    const shift = shiftOf(edit);
    const checkpoint = recording.checkpoints[this.#meeting];
    if (checkpoint.position + shift !== position) return false;
    // Where as many operations take the places of others, a cause may stay what it was.
    const causeAfter = (cause: number) => (shift === 0 ? cause : indexAfter(edit, cause));
    if (this.#isAt(checkpoint, causeAfter)) {
      // From here on no cause is one that was edited away: all are before the edit, or after it.
      this.#takeFrom(recording, this.#meeting, edit);
      this.#below = position;
      return true;
    }
    // Where there was a checkpoint there is one again, so that the next edit finds it.
    this.#mark(position);
    this.#meeting = this.#meeting + 1 < recording.checkpoints.length ? this.#meeting + 1 : -1;
    return false;
  }

  /** Keeps the state before an operation, unless it is kept already. */
  #mark(position: number): void {
    if (this.#checkpoints.at(-1)?.position === position) return;
    this.#keep(checkpointOf(this.machines, position));
  }

  #keep(checkpoint: Checkpoint): void {
    this.#checkpoints.push(checkpoint);
    this.#due = checkpoint.position + this.#interval;
  }

  /** Does one operation on every variant. */
  #step(i: number): void {
    if (i >= this.#due) this.#mark(i);
    const operation = this.#operations.at(i);
    const kind = this.#operations.kind(i);
    if (kind === "migrate") this.#migrations.push(i);
    const variants = this.#variants;
    const declared = this.#declared;
    const value = this.#operations.returns(i);
    const hadEnded = declared.hasFailed;
    this.#outcomes.record(i, 0, perform(declared, operation, variants[0]), value, declared);
    if (declared.notices.length > 0) this.#notices = noted(this.#notices, i, [...declared.notices]);
    // In the same state and without a decision, a compared vGIC would do the same: it need not.
    const free = declared.decision === undefined && kind !== "new-vm" && kind !== "migrate";
    let decidedOtherwise = false;
    for (let v = 1; v < variants.length; v++) {
      const vgic = this.#vgics[v];
      if (free && variants[v].host === variants[0].host && this.#divergences[v - 1].isRevisionAlone) {
        vgic.follow(declared);
        continue;
      }
      const hasEnded = vgic.hasFailed;
      this.#outcomes.record(i, v, perform(vgic, operation, variants[v]), value, vgic);
      // Where a host has failed there is nothing to compare any more.
      if (hasEnded) continue;
      if (hadEnded) {
        this.#differences = appended(this.#differences, i, { variant: v, causes: [] });
        continue;
      }
      if (vgic.decision !== declared.decision) decidedOtherwise = true;
      this.#compare(i, operation, v);
    }
    if (decidedOtherwise) this.#decisions = noted(this.#decisions, i, this.#decided());
  }

  /** What the variants decided just now: the same object as last time where they decided the same. */
  #decided(): Decisions {
    const last = this.#decisions?.last;
    if (last !== undefined && this.#vgics.every(({ decision }, v) => decision === last.decisions[v]))
      return last;
    return { decisions: this.#vgics.map(({ decision }) => decision) };
  }

  /** Notes in what a variant did an operation differently from the declared one. */
  #compare(i: number, operation: Operation, variant: number): void {
    const declared = this.#declared;
    const divergence = this.#divergences[variant - 1];
    const decidedOtherwise = this.#vgics[variant].decision !== declared.decision;
    if (!this.#outcomes.isAsDeclared(i, variant)) {
      const causes = causesOf(operation, i, variant, decidedOtherwise, divergence, this.#outcomes, declared);
      this.#differences = appended(this.#differences, i, { variant, causes });
    }
    if (operation.kind === "new-vm") divergence.restart();
    else if (
      divergence.hasMoved &&
      divergence.note(i, decidedOtherwise, () => footprintOf(operation, declared))
    )
      this.#rooted = noted(this.#rooted, i, true);
  }

  /** Takes over what another recording saw before a checkpoint, and goes on from there. */
  #takeUntil(previous: Recording, checkpoint: Checkpoint): void {
    const { position } = checkpoint;
    this.#outcomes.take(previous.outcomes, 0, position, 0);
    this.#takeEntries(previous, 0, position);
    for (const known of previous.checkpoints) if (known.position <= position) this.#keep(known);
    restoreTo(this.machines, checkpoint);
  }

  /**
   * Whether everything is as it was at a checkpoint of another recording.
   * @param causeAfter what has become of an operation of that recording; undefined where it was edited away
   */
  #isAt(checkpoint: Checkpoint, causeAfter: (operation: number) => number | undefined): boolean {
    return (
      this.#vgics.every((vgic, v) => vgic.isAt(checkpoint.vgics[v])) &&
      this.#divergences.every((divergence, v) => divergence.isAsIn(checkpoint.divergences[v], causeAfter))
    );
  }

  /** Takes over what another recording saw from one of its checkpoints after an edit on. */
  #takeFrom(previous: Recording, from: number, edit: Edit): void {
    const { position } = previous.checkpoints[from];
    const { length } = previous.operations;
    const shift = shiftOf(edit);
    this.#outcomes.take(previous.outcomes, position, length - position, position + shift);
    const moved = (cause: number): number => (cause < edit.start ? cause : cause + shift);
    this.#takeEntries(previous, position, length, { shift, moved });
    for (const known of previous.checkpoints.slice(from)) {
      this.#checkpoints.push(shift === 0 ? known : movedCheckpoint(known, moved));
    }
  }

  /** Takes over what another recording noted of its operations [from, to), which may have moved with their causes. */
  #takeEntries(previous: Recording, from: number, to: number, { shift, moved } = UNMOVED): void {
    const movedCauses = (list: readonly Difference[]): readonly Difference[] =>
      list.map(({ variant, causes }) => ({ variant, causes: causes.map(moved) }));
    const { differences, decisions, notices, rooted } = previous;
    this.#differences = taken(this.#differences, differences, (own) => {
      own.take(differences, from, to, shift, shift === 0 ? undefined : movedCauses);
    });
    this.#decisions = taken(this.#decisions, decisions, (own) => own.take(decisions, from, to, shift));
    this.#notices = taken(this.#notices, notices, (own) => own.take(notices, from, to, shift));
    this.#rooted = taken(this.#rooted, rooted, (own) => own.take(rooted, from, to, shift));
    for (const migration of previous.migrations)
      if (migration >= from && migration < to) this.#migrations.push(migration + shift);
  }
}

function movedCheckpoint(
  { position, vgics, divergences }: Checkpoint,
  moved: (operation: number) => number,
): Checkpoint {
  return {
    position: moved(position),
    vgics,
    divergences: divergences.map(
      (diverged) =>
        new Map(
          [...diverged].map(([index, list]) => [
            index,
            list.map(({ mask, causes }) => ({ mask, causes: causes.map(moved) })),
          ]),
        ),
    ),
  };
}

/** Notes something of an operation, in a map that is made with its first entry. */
function noted<T>(entries: ByOperation<T> | undefined, operation: number, entry: T): ByOperation<T> {
  const all = entries ?? new ByOperation<T>();
  all.set(operation, entry);
  return all;
}

function appended<T>(
  lists: ByOperation<readonly T[]> | undefined,
  operation: number,
  item: T,
): ByOperation<readonly T[]> {
  return noted(lists, operation, [...(lists?.get(operation) ?? []), item]);
}

/** A map after it took something over from another, which may have nothing. */
function taken<T>(
  entries: ByOperation<T> | undefined,
  from: ByOperation<T>,
  take: (entries: ByOperation<T>) => void,
): ByOperation<T> | undefined {
  if (from.size === 0) return entries;
  const all = entries ?? new ByOperation<T>();
  take(all);
  return all;
}
