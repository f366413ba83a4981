/** Runs a scenario on all its variants at once and finds where, and because of which operations, they diverge. */
import type { Edit } from "../document/edit.ts";
import type { Scenario } from "../program/program.ts";
import { machineKey } from "../program/setup.ts";
import type { Outcome } from "../vgic/answer.ts";
import type { Notice } from "../vgic/notice.ts";
import type { Vgic } from "../vgic/vgic.ts";
import { ByOperation } from "./by-operation.ts";
import type { Shown } from "./cases.ts";
import { freshVgics, MachinePool } from "./machines.ts";
import type { Outcomes } from "./outcomes.ts";
import { perform } from "./perform.ts";
import { type Decisions, type Difference, Recorder, type Recording } from "./recording.ts";
import { sameVariants, type Variant, variantsOf } from "./variant.ts";

/** How a scenario goes. It is run on demand: what is said of an operation holds once it is done. */
export class Evaluation {
  readonly scenario: Scenario;
  readonly variants: readonly Variant[];
  /** The revision that each variant's GICD_IIDR showed once its VM was set up. */
  readonly shown: readonly number[];
  /** Forgotten with its machines, and where these go then, once all is done. */
  #recorder: Recorder | undefined;
  #pool: MachinePool | undefined;
  #recording: Recording;
  #latent: ByOperation<true> | undefined;

  /**
   * @param previous a finished evaluation of a similar scenario: what an edit did not change is taken over from it
   * @param edit how the operations came about from those of the similar one, where that is known
   */
  constructor(scenario: Scenario, pool: MachinePool, previous?: Evaluation, edit?: Edit) {
    this.scenario = scenario;
    this.variants = variantsOf(scenario);
    const machines = pool.take(scenario.setup, this.variants);
    this.#pool = pool;
    this.shown = machines.vgics.map((vgic) => vgic.revision);
    const { operations } = scenario;
    const similar = previous?.isSimilar(scenario, this.variants) ? previous : undefined;
    const continued = similar && {
      recording: similar.recording,
      edit: edit ?? operations.editSince(similar.scenario.operations),
    };
    this.#recorder = new Recorder(operations, machines, continued);
    this.#recording = this.#recorder;
  }

  /** How many operations are done. */
  get done(): number {
    return this.#recorder?.done ?? this.scenario.operations.length;
  }

  /** Does up to so many more operations. */
  advance(count: number): void {
    this.#recorder?.advance(count);
    if (this.#recorder === undefined || this.done < this.scenario.operations.length) return;
    const { machines } = this.#recorder;
    this.#recording = this.#recorder.finished();
    this.#recorder = undefined;
    this.#pool?.giveBack(machines);
    this.#pool = undefined;
  }

  /** What the cases of expectations know a variant by. */
  shownBy(variant: number): Shown {
    const { id, host } = this.variants[variant];
    return { revision: id.kind === "revision" ? id.revision : this.shown[variant], host };
  }

  /** What a later evaluation of an edited scenario can take over. */
  get recording(): Recording {
    return this.#recording;
  }

  /** Differing answers, by operation. */
  get differences(): ByOperation<readonly Difference[]> {
    return this.#recording.differences;
  }

  /** Operations that variants decided differently. */
  get decisions(): ByOperation<Decisions> {
    return this.#recording.decisions;
  }

  /** What the declared vGIC did that nobody is told, by operation. */
  get notices(): ByOperation<readonly Notice[]> {
    return this.#recording.notices;
  }

  get outcomes(): Outcomes {
    return this.#recording.outcomes;
  }

  outcome(operation: number, variant: number): Outcome {
    return this.outcomes.at(operation, variant);
  }

  /** Operations that made the state diverge and that no later answer showed. */
  get latent(): ByOperation<true> {
    this.#latent ??= latentOf(this.#recording);
    return this.#latent;
  }

  /**
   * The vGICs as they were before an operation (after the last one for the number of operations), by variant.
   * They are the caller's own.
   */
  stateBefore(operation: number): Vgic[] {
    const { scenario, variants } = this;
    const copies = freshVgics(scenario.setup, variants);
    const nearest = this.#recording.checkpoints.findLast(({ position }) => position <= operation);
    if (nearest === undefined) return copies;
    copies.forEach((vgic, v) => {
      vgic.restore(nearest.vgics[v]);
      for (let i = nearest.position; i < operation; i++) {
        perform(vgic, scenario.operations.at(i), variants[v]);
      }
    });
    return copies;
  }

  /** Whether another scenario runs on the same machines, so that one's states mean something to the other. */
  isSimilar({ setup }: Scenario, variants: readonly Variant[]): boolean {
    return machineKey(setup) === machineKey(this.scenario.setup) && sameVariants(variants, this.variants);
  }
}

/** Evaluates one scenario from beginning to end. */
export function evaluate(scenario: Scenario): Evaluation {
  const evaluation = new Evaluation(scenario, new MachinePool());
  evaluation.advance(Number.POSITIVE_INFINITY);
  return evaluation;
}

/** The operations that made the state diverge, less those that a differing answer came from. */
function latentOf({ rooted, differences }: Recording): ByOperation<true> {
  if (rooted.size === 0 || differences.size === 0) return rooted;
  const shown = new Set(differences.keys());
  for (const list of differences.values()) {
    for (const { causes } of list) for (const cause of causes) shown.add(cause);
  }
  const latent = new ByOperation<true>();
  for (const operation of rooted.keys()) if (!shown.has(operation)) latent.set(operation, true);
  return latent;
}
