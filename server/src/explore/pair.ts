/** Two VMs that do the same, each on its side. */
import { perform } from "../evaluate/perform.ts";
import { revisionId, type Variant } from "../evaluate/variant.ts";
import { type Snapshot, Vgic } from "../vgic/vgic.ts";
import { type Action, SEARCHED_VM } from "./catalogue.ts";
import type { SearchRequest } from "./request.ts";
import { type Side, shownRevision } from "./side.ts";

export type PairSnapshot = readonly [Snapshot, Snapshot];

/** The VM that is searched, on two sides. */
export type Searched = Pick<SearchRequest, "model" | "its" | "sides">;

export class Pair {
  readonly vgics: readonly [Vgic, Vgic];
  readonly #variants: readonly [Variant, Variant];
  readonly #fresh: PairSnapshot;

  constructor({ model, its, sides }: Searched) {
    const vm = (side: Side): Vgic => new Vgic({ ...SEARCHED_VM, model, its, ...side });
    this.vgics = [vm(sides[0]), vm(sides[1])];
    this.#variants = [variantOf(sides[0]), variantOf(sides[1])];
    this.#fresh = this.snapshot();
  }

  /** Both VMs are made anew. */
  restart(): void {
    this.restore(this.#fresh);
  }

  snapshot(): PairSnapshot {
    return [this.vgics[0].snapshot(), this.vgics[1].snapshot()];
  }

  restore(snapshot: PairSnapshot): void {
    this.vgics[0].restore(snapshot[0]);
    this.vgics[1].restore(snapshot[1]);
  }

  /** Whether a host has crashed or a vCPU does not come back: no expectation could say so. */
  get hasFailed(): boolean {
    return this.vgics[0].hasFailed || this.vgics[1].hasFailed;
  }

  /** Whether the last of some operations, done on fresh VMs, is answered differently. */
  differsAtEnd(actions: readonly Action[]): boolean {
    this.restart();
    let differs = false;
    for (const action of actions) differs = this.perform(action);
    return differs && !this.hasFailed;
  }

  /** Both do an operation. @returns whether they answer differently */
  perform({ operation, hasValue }: Action): boolean {
    const [one, other] = this.vgics;
    const answer = perform(one, operation, this.#variants[0]);
    if (answer !== perform(other, operation, this.#variants[1])) return true;
    return hasValue && (one.low !== other.low || one.high !== other.high);
  }
}

export function variantOf(side: Side): Variant {
  return { id: revisionId(shownRevision(side)), host: side.host, revision: side.revision };
}
