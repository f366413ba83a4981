/** Runs a scenario on all its variants at once and finds where, and because of which operations, they part. */
import type { Edit } from "../trace/edit.ts";
import type { Scenario } from "../trace/program.ts";
import type { Decision } from "../vgic/machine.ts";
import { Vgic } from "../vgic/vgic.ts";
import type { Outcome, Outcomes } from "./outcomes.ts";
import { perform } from "./perform.ts";
import { continueFrom, type Recording, record } from "./recording.ts";
import { sameVariants, type Variant, variantsOf } from "./variant.ts";

/** A difference between the declared variant's answer and another's. */
export interface Difference {
  /** Index of the variant that answered otherwise. */
  readonly variant: number;
  /** The operations that are the root causes; empty where the operation's own rule differs. */
  readonly causes: readonly number[];
}

/** An operation that two variants decided differently. */
export interface Decisions {
  /** By variant. */
  readonly decisions: readonly (Decision | undefined)[];
}

/** How a scenario went. */
export interface Evaluation {
  readonly scenario: Scenario;
  readonly variants: readonly Variant[];
  /** The revision that each variant's GICD_IIDR showed once its VM was set up. */
  readonly shown: readonly number[];
  /** Differing answers, by operation. */
  readonly differences: ReadonlyMap<number, readonly Difference[]>;
  /** Operations that variants decided differently. */
  readonly decisions: ReadonlyMap<number, Decisions>;
  /** Operations that made the state part and that no later answer showed: with the variants that parted. */
  readonly latent: ReadonlyMap<number, readonly number[]>;
  outcome(operation: number, variant: number): Outcome;
  readonly outcomes: Outcomes;
  /**
   * The vGICs as they were before an operation (after the last one for the number of operations), by variant.
   * They are the caller's own.
   */
  stateBefore(operation: number): Vgic[];
  /** What a later evaluation of an edited scenario can take over. */
  readonly recording: Recording;
}

/**
 * Evaluates one scenario.
 * @param previous an evaluation of a similar scenario: what an edit did not change is taken over from it
 * @param edit how its operations came about from those of the similar one, where that is known
 */
export function evaluate(scenario: Scenario, previous?: Evaluation, edit?: Edit): Evaluation {
  const variants = variantsOf(scenario);
  const vgics = machines(scenario, variants);
  const shown = vgics.map((vgic) => vgic.revision);
  const similar = previous !== undefined && isSimilar(scenario, variants, previous);
  const recording = similar
    ? continueFrom(previous.recording, scenario.operations, { variants, vgics, edit })
    : record(scenario.operations, { variants, vgics });
  const { outcomes, differences, decisions, checkpoints } = recording;
  return {
    scenario,
    variants,
    shown,
    differences,
    decisions,
    latent: latentOf(recording),
    outcomes,
    outcome: (operation, variant) => outcomes.at(operation, variant),
    stateBefore: (operation) => {
      const copies = machines(scenario, variants);
      const nearest = checkpoints.findLast(({ position }) => position <= operation);
      if (nearest === undefined) return copies;
      copies.forEach((vgic, v) => {
        vgic.restore(nearest.vgics[v]);
        for (let i = nearest.position; i < operation; i++)
          perform(vgic, scenario.operations.at(i), variants[v]);
      });
      return copies;
    },
    recording,
  };
}

function machines({ setup }: Scenario, variants: readonly Variant[]): Vgic[] {
  return variants.map(({ host, revision }) => new Vgic({ ...setup, host, revision }));
}

/** Whether two scenarios run on the same machines, so that one's states mean something to the other. */
function isSimilar({ setup }: Scenario, variants: readonly Variant[], previous: Evaluation): boolean {
  const before = previous.scenario.setup;
  return (
    setup.model === before.model &&
    setup.cpus === before.cpus &&
    setup.irqs === before.irqs &&
    setup.bases.dist === before.bases.dist &&
    setup.bases.redist === before.bases.redist &&
    setup.bases.cpu === before.bases.cpu &&
    sameVariants(variants, previous.variants)
  );
}

/** The operations that parted the state, less those that a differing answer came from. */
function latentOf({ rooted, differences }: Recording): Map<number, readonly number[]> {
  const latent = new Map(rooted);
  if (latent.size === 0) return latent;
  for (const [operation, list] of differences) {
    latent.delete(operation);
    for (const { causes } of list) for (const cause of causes) latent.delete(cause);
  }
  return latent;
}
