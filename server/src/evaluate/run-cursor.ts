/** Goes through an evaluation operation by operation, forwards and backwards, with every vGIC in its state there. */
import type { Vgic } from "../vgic/vgic.ts";
import type { Evaluation } from "./lockstep.ts";
import { freshVgics } from "./machines.ts";
import { perform } from "./perform.ts";

export class RunCursor {
  readonly evaluation: Evaluation;
  /** One a variant, the declared one first. They are the cursor's own; whoever changes them puts them back. */
  readonly vgics: readonly Vgic[];
  #position = 0;

  /** Starts before the first operation. The evaluation must be done as far as the cursor goes. */
  constructor(evaluation: Evaluation) {
    this.evaluation = evaluation;
    const { scenario, variants } = evaluation;
    this.vgics = freshVgics(scenario.setup, variants);
  }

  /** How many operations are done. */
  get position(): number {
    return this.#position;
  }

  /** Does the next operation on every variant: each one's `state.changes` lists what it changed. */
  step(): void {
    const { scenario, variants } = this.evaluation;
    const operation = scenario.operations.at(this.#position++);
    for (let v = 0; v < variants.length; v++) perform(this.vgics[v], operation, variants[v]);
  }

  /** Goes to where so many operations are done: from here, or from the nearest checkpoint. */
  moveTo(position: number): void {
    const nearest = this.evaluation.recording.checkpoints.findLast((one) => one.position <= position);
    const isShorter = position < this.#position || (nearest?.position ?? 0) > this.#position;
    if (isShorter && nearest !== undefined) {
      for (let v = 0; v < this.vgics.length; v++) this.vgics[v].restore(nearest.vgics[v]);
      this.#position = nearest.position;
    }
    while (this.#position < position) this.step();
  }
}
