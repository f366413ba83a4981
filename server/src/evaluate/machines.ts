/** The vGICs that a scenario runs on, and the state that they are in at a point of it. */
import { type MachineSetup, machineKey } from "../program/setup.ts";
import { type Snapshot, Vgic } from "../vgic/vgic.ts";
import { Divergence, type DivergenceSnapshot } from "./divergence.ts";
import { labelOf, type Variant } from "./variant.ts";

/** The state of everything before an operation. */
export interface Checkpoint {
  readonly position: number;
  /** By variant. */
  readonly vgics: readonly Snapshot[];
  /** By variant, without the declared one. */
  readonly divergences: readonly DivergenceSnapshot[];
}

/** A vGIC per variant, the declared one first, and how each of the others has diverged from it. */
export interface Machines {
  /** Equal for machines of which one can do the other's work. */
  readonly key: string;
  readonly variants: readonly Variant[];
  readonly vgics: readonly Vgic[];
  readonly divergences: readonly Divergence[];
  /** Their state before the first operation. */
  readonly start: Checkpoint;
}

/** Fresh vGICs, one per variant. */
export function freshVgics(setup: MachineSetup, variants: readonly Variant[]): Vgic[] {
  return variants.map(({ host, revision }) => new Vgic({ ...setup, host, revision }));
}

export function checkpointOf(
  { vgics, divergences }: Pick<Machines, "vgics" | "divergences">,
  position: number,
): Checkpoint {
  return {
    position,
    vgics: vgics.map((vgic) => vgic.snapshot()),
    divergences: divergences.map((divergence) => divergence.snapshot()),
  };
}

export function restoreTo({ vgics, divergences }: Machines, checkpoint: Checkpoint): void {
  vgics.forEach((vgic, v) => {
    vgic.restore(checkpoint.vgics[v]);
  });
  divergences.forEach((divergence, v) => {
    divergence.restore(checkpoint.divergences[v]);
  });
}

/** How many sets of machines wait for the next scenario like theirs. */
const IDLE_SETS = 8;

/**
 * Machines for one scenario after the other. To make them costs more than a short scenario: the next one like it has
 * those of a scenario that is done, back at their start, and shares the checkpoint there.
 */
export class MachinePool {
  /** The set that was given back last stands last. */
  readonly #idle = new Map<string, Machines>();

  /** Machines before their first operation; they are the caller's until it gives them back, if it does. */
  take(setup: MachineSetup, variants: readonly Variant[]): Machines {
    const key = keyOf(setup, variants);
    const idle = this.#idle.get(key);
    if (idle !== undefined) {
      this.#idle.delete(key);
      restoreTo(idle, idle.start);
      return idle;
    }
    const vgics = freshVgics(setup, variants);
    const [declared, ...compared] = vgics;
    const made = {
      key,
      variants,
      vgics,
      divergences: compared.map((vgic) => new Divergence(declared, vgic)),
    };
    return { ...made, start: checkpointOf(made, 0) };
  }

  /** Takes machines in whatever state they are in. */
  giveBack(machines: Machines): void {
    this.#idle.delete(machines.key);
    this.#idle.set(machines.key, machines);
    for (const oldest of this.#idle.keys()) {
      if (this.#idle.size <= IDLE_SETS) break;
      this.#idle.delete(oldest);
    }
  }
}

function keyOf(setup: MachineSetup, variants: readonly Variant[]): string {
  const runs = variants.map(({ id, host, revision }) => `${labelOf(id)} ${host.name} ${revision}`);
  return `${machineKey(setup)} ${runs.join(", ")}`;
}
