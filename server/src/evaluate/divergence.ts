/**
 * Where the state of a compared vGIC has diverged from the declared one, by register bits, and which operations did
 * it. A divergence has root causes: the operations that a revision or host decided differently (a group write that one
 * stored and the other ignored). What diverges later as a consequence carries the root causes on.
 */
import { type Layout, VM } from "../vgic/state.ts";
import type { Vgic } from "../vgic/vgic.ts";

/** The cause of what differs from the start: the revision or the host itself. */
export const FROM_THE_START = -1;

const NO_CAUSES: readonly number[] = [];

/** Bits of one state word that diverged together. */
interface DivergedBits {
  mask: number;
  readonly causes: readonly number[];
}

/** Where two vGICs have diverged, to go back to. */
export type DivergenceSnapshot = ReadonlyMap<number, readonly Readonly<DivergedBits>[]>;

/** What an operation touches, to find what diverged that it could notice. */
export interface Footprint {
  /** The vCPU whose interface, queue or private interrupts the operation uses. */
  readonly cpu?: number;
  /** Slots that the operation names: those of its register, or of the INTIDs that it returned. */
  readonly slots?: readonly number[];
}

export class Divergence {
  readonly #declared: Vgic;
  readonly #compared: Vgic;
  readonly #layout: Layout;
  /** The bits of each word that differ now, of the dense part of the state and of the sparse one. */
  readonly #differing: Uint32Array;
  readonly #sparseDiffering = new Map<number, number>();
  readonly #diverged = new Map<number, DivergedBits[]>();
  /** The words in which the operation that is looked at changed what differs, with the causes of that. */
  readonly #moved = new Map<number, readonly number[]>();

  constructor(declared: Vgic, compared: Vgic) {
    this.#declared = declared;
    this.#compared = compared;
    this.#layout = declared.layout;
    this.#differing = new Uint32Array(this.#layout.length);
    for (let index = 0; index < this.#differing.length; index++)
      if (this.#isOther(index)) this.#apply(index, [FROM_THE_START]);
  }

  /** Whether what both vGICs just did has changed where they have diverged. */
  get hasMoved(): boolean {
    const { state: declared } = this.#declared;
    const { state: compared } = this.#compared;
    return (
      this.#isAnyOther(declared.changes) ||
      this.#isAnyOther(compared.changes) ||
      ((declared.changedWidely || compared.changedWidely) &&
        this.#isAnyOther([...this.#sparseDiffering.keys()]))
    );
  }

  /**
   * Takes note of what the operation that both vGICs just did has changed.
   * @param isRoot whether the two decided differently in it, so that the operation itself is the cause
   * @returns whether state diverged and the operation is the root cause
   */
  note(operation: number, isRoot: boolean, footprint: () => Footprint): boolean {
    const moved = this.#moved;
    moved.clear();
    this.#noteMoved(this.#declared);
    this.#noteMoved(this.#compared);
    // All causes are found before what diverged changes: one that ends now may be the cause of one that begins.
    let rooted = false;
    for (const index of moved.keys()) {
      if (this.#fresh(index) === 0) continue;
      const inherited = isRoot ? NO_CAUSES : this.#inherited(index, footprint());
      if (inherited.length === 0) rooted = true;
      moved.set(index, inherited.length === 0 ? [operation] : inherited);
    }
    for (const [index, causes] of moved) this.#apply(index, causes);
    return rooted;
  }

  #noteMoved({ state }: Vgic): void {
    const { changes } = state;
    for (let i = 0; i < changes.length; i++)
      if (this.#isOther(changes[i])) this.#moved.set(changes[i], NO_CAUSES);
    if (!state.changedWidely) return;
    for (const index of this.#sparseDiffering.keys())
      if (this.#isOther(index)) this.#moved.set(index, NO_CAUSES);
  }

  /** Takes note of a fresh VM: what differs in it differs from the start. */
  restart(): void {
    for (const vgic of [this.#declared, this.#compared]) {
      for (const index of vgic.state.changes) this.#apply(index, [FROM_THE_START]);
    }
    for (const index of [...this.#sparseDiffering.keys()]) this.#apply(index, [FROM_THE_START]);
  }

  snapshot(): DivergenceSnapshot {
    return new Map([...this.#diverged].map(([index, list]) => [index, list.map((bits) => ({ ...bits }))]));
  }

  /** Goes back to a snapshot; the two vGICs must have been put back as well. */
  restore(snapshot: DivergenceSnapshot): void {
    for (const index of this.#diverged.keys()) this.#setDiffering(index, 0);
    this.#diverged.clear();
    for (const [index, list] of snapshot) {
      this.#diverged.set(
        index,
        list.map((bits) => ({ ...bits })),
      );
      this.#setDiffering(
        index,
        list.reduce((mask, bits) => mask | bits.mask, 0),
      );
    }
  }

  /**
   * Whether the two have diverged as in a snapshot of another run.
   * @param causeAfter what has become of an operation of that run; undefined where it is no longer there
   */
  isAsIn(snapshot: DivergenceSnapshot, causeAfter: (cause: number) => number | undefined): boolean {
    if (snapshot.size !== this.#diverged.size) return false;
    for (const [index, list] of this.#diverged) {
      const other = snapshot.get(index);
      if (other === undefined || other.length !== list.length) return false;
      for (let i = 0; i < list.length; i++) {
        if (list[i].mask !== other[i].mask || list[i].causes.length !== other[i].causes.length) return false;
        if (list[i].causes.some((cause, c) => cause !== causeAfter(other[i].causes[c]))) return false;
      }
    }
    return true;
  }

  /** Whether the two are in the same state but for the revision that they show. */
  get isRevisionAlone(): boolean {
    return this.#diverged.size === (this.#differing[VM.revision] === 0 ? 0 : 1);
  }

  /** The root causes of what an operation with this footprint could have noticed, first ones first. */
  causesOf(footprint: Footprint): number[] {
    const named = this.#causes((index) => this.#holdsSlot(index, footprint.slots ?? []));
    if (named.length > 0) return named;
    const reachable = this.#causes((index) => this.#reaches(index, footprint.cpu));
    if (reachable.length > 0) return reachable;
    return this.#causes(() => true);
  }

  /** The root causes of a difference in the revision itself. */
  revisionCauses(): number[] {
    return this.#causes((index) => index === VM.revision);
  }

  #difference(index: number): number {
    const { state: declared } = this.#declared;
    const { state: compared } = this.#compared;
    if (index >= this.#differing.length) return (declared.word(index) ^ compared.word(index)) >>> 0;
    return (declared.words[index] ^ compared.words[index]) >>> 0;
  }

  #differingAt(index: number): number {
    return index < this.#differing.length ? this.#differing[index] : (this.#sparseDiffering.get(index) ?? 0);
  }

  #setDiffering(index: number, bits: number): void {
    if (index < this.#differing.length) this.#differing[index] = bits;
    else if (bits === 0) this.#sparseDiffering.delete(index);
    else this.#sparseDiffering.set(index, bits >>> 0);
  }

  /** Called for every operation: without an iterator, which would be garbage each time. */
  #isAnyOther(changes: readonly number[]): boolean {
    for (let i = 0; i < changes.length; i++) if (this.#isOther(changes[i])) return true;
    return false;
  }

  #isOther(index: number): boolean {
    return this.#difference(index) !== this.#differingAt(index);
  }

  /** The bits that differ now and did not before. */
  #fresh(index: number): number {
    return (this.#difference(index) & ~this.#differingAt(index)) >>> 0;
  }

  #apply(index: number, causes: readonly number[]): void {
    const now = this.#difference(index);
    const fresh = this.#fresh(index);
    if (now === this.#differingAt(index)) return;
    this.#setDiffering(index, now);
    const list = this.#diverged.get(index) ?? [];
    let kept = 0;
    for (const bits of list) {
      bits.mask &= now;
      if (bits.mask !== 0) list[kept++] = bits;
    }
    list.length = kept;
    if (fresh !== 0) list.push({ mask: fresh, causes });
    if (list.length === 0) this.#diverged.delete(index);
    else this.#diverged.set(index, list);
  }

  /** The causes that newly diverged bits of a word inherit: those of the same interrupts, or of the vCPU's. */
  #inherited(index: number, footprint: Footprint): number[] {
    const slots = this.#slotsOf(index);
    const same = this.#causes((other) => other !== index && this.#holdsSlot(other, slots));
    if (same.length > 0) return same;
    const reachable = this.#causes((other) => this.#reaches(other, footprint.cpu));
    return reachable.length > 0 ? reachable : this.#causes(() => true);
  }

  #causes(wanted: (index: number) => boolean): number[] {
    const causes = new Set<number>();
    for (const [index, list] of this.#diverged) {
      if (wanted(index)) for (const bits of list) for (const cause of bits.causes) causes.add(cause);
    }
    causes.delete(FROM_THE_START);
    return [...causes].sort((a, b) => a - b);
  }

  /** The slots that a word holds and that differ in it. */
  #slotsOf(index: number): number[] {
    const meaning = this.#declared.state.meaning(index);
    if (meaning.kind === "lpi") return [this.#layout.slot(0, meaning.intid)];
    if (!("firstSlot" in meaning)) return [];
    const now = this.#difference(index);
    const bitsPerSlot = { bits: 1, bytes: 8, halves: 16, next: 32, affinity: 32 }[meaning.kind];
    const slots: number[] = [];
    for (let i = 0; i < 32 / bitsPerSlot; i++) {
      const mask = bitsPerSlot === 32 ? 0xffffffff : ((1 << bitsPerSlot) - 1) << (i * bitsPerSlot);
      if ((now & mask) !== 0) slots.push(meaning.firstSlot + i);
    }
    return slots;
  }

  #holdsSlot(index: number, slots: readonly number[]): boolean {
    return slots.length > 0 && this.#slotsOf(index).some((slot) => slots.includes(slot));
  }

  /** Whether a word belongs to a vCPU: its interface, its private interrupts, or what is on its queue. */
  #reaches(index: number, cpu: number | undefined): boolean {
    if (cpu === undefined) return false;
    const meaning = this.#declared.state.meaning(index);
    if (meaning.kind === "vm") return false;
    if (meaning.kind === "cpu") return meaning.cpu === cpu;
    return this.#slotsOf(index).some(
      (slot) =>
        this.#layout.owner(slot) === cpu ||
        this.#declared.queuedOn(slot) === cpu ||
        this.#compared.queuedOn(slot) === cpu,
    );
  }
}
