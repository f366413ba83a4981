/** What operations answered, one entry an operation and variant, in typed arrays. */
import type { Halves } from "../syntax/number.ts";
import type { Answer, Ineffective, Vgic } from "../vgic/vgic.ts";

/** What one operation answered. A value stands only where the operation returns one. */
export type Outcome =
  | { readonly kind: "value"; readonly value: bigint }
  | { readonly kind: "ok" }
  | { readonly kind: "aborts" }
  | { readonly kind: "exits" }
  | { readonly kind: "fails"; readonly errno: string };

const OK = 0;
const VALUE = 1;
const ANSWERS: readonly (Answer | undefined)[] = [
  "ok",
  undefined, // VALUE: "ok" with a value
  "abort",
  "exit",
  "EINVAL",
  "ENXIO",
  "ENOENT",
  "EBUSY",
];
const INEFFECTIVE: readonly (Ineffective | undefined)[] = [
  undefined,
  "no-register",
  "width",
  "alignment",
  "beyond-irqs",
  "private-interrupts",
  "read-only",
  "ignored",
  "before-iidr",
  "fixed-groups",
  "revision-kept",
];

/** The index of an answer. Most are "ok": then the list need not be searched. */
function codeOf(answer: Answer): number {
  return answer === "ok" ? OK : ANSWERS.indexOf(answer);
}

/** What an operation answered, in numbers: an index into ANSWERS, and the halves of its value. */
interface Packed {
  readonly code: number;
  readonly low: number;
  readonly high: number;
}

/**
 * What is noted of an operation: the code, why it had no effect, whether bits [63:32] are not 0, and whether another
 * variant answered otherwise.
 */
const CODE = 0b0000_0111;
const INEFFECTIVE_SHIFT = 3;
const INEFFECTIVE_BITS = 0b0000_1111;
const HAS_HIGH = 0b1000_0000;
const DIFFERS = 0b1_0000_0000;

/**
 * The outcomes of a scenario under all its variants: those of the declared one in typed arrays, and of the others
 * only what differs.
 */
export class Outcomes {
  readonly #notes: Uint16Array;
  readonly #low: Uint32Array;
  /** Bits [63:32] of values in which they are not 0. */
  readonly #high = new Map<number, number>();
  /** By operation and variant. */
  readonly #differing = new Map<number, Map<number, Packed>>();

  constructor(operations: number) {
    this.#notes = new Uint16Array(operations);
    this.#low = new Uint32Array(operations);
  }

  /** Takes over the outcomes of operations [from, from+count) of another run of the same variants. */
  take(other: Outcomes, from: number, count: number, to: number): void {
    const end = from + count;
    this.#notes.set(other.#notes.subarray(from, end), to);
    this.#low.set(other.#low.subarray(from, end), to);
    for (const [operation, high] of other.#high) {
      if (operation >= from && operation < end) this.#high.set(operation - from + to, high);
    }
    for (const [operation, differing] of other.#differing) {
      if (operation >= from && operation < end) this.#differing.set(operation - from + to, differing);
    }
  }

  /**
   * Notes what an operation just answered. The declared variant, 0, goes first; another needs no note where it
   * answers the same. `returnsValue`: success comes with the vGIC's last value.
   */
  record(operation: number, variant: number, answer: Answer, returnsValue: boolean, vgic: Vgic): void {
    const hasValue = answer === "ok" && returnsValue;
    const code = hasValue ? VALUE : codeOf(answer);
    const low = hasValue ? vgic.low : 0;
    const high = hasValue ? vgic.high : 0;
    if (variant === 0) {
      // Most had an effect: then the list need not be searched.
      const why = vgic.ineffective === undefined ? 0 : INEFFECTIVE.indexOf(vgic.ineffective);
      const ineffective = why << INEFFECTIVE_SHIFT;
      this.#notes[operation] = code | ineffective | (high === 0 ? 0 : HAS_HIGH);
      this.#low[operation] = low;
      if (high !== 0) this.#high.set(operation, high);
      return;
    }
    const isSame =
      code === (this.#notes[operation] & CODE) &&
      low === this.#low[operation] &&
      high === this.#highOfDeclared(operation);
    if (isSame) return;
    this.#notes[operation] |= DIFFERS;
    const differing = this.#differing.get(operation) ?? new Map<number, Packed>();
    this.#differing.set(operation, differing.set(variant, { code, low, high }));
  }

  at(operation: number, variant: number): Outcome {
    const { code, low, high } = this.#packed(operation, variant);
    if (code === VALUE) return { kind: "value", value: (BigInt(high) << 32n) | BigInt(low) };
    const answer = ANSWERS[code];
    if (answer === undefined || answer === "ok") return { kind: "ok" };
    if (answer === "abort") return { kind: "aborts" };
    if (answer === "exit") return { kind: "exits" };
    return { kind: "fails", errno: answer };
  }

  /** Whether an operation succeeded, with a value or without. */
  succeeded(operation: number, variant: number): boolean {
    const { code } = this.#packed(operation, variant);
    return code === VALUE || ANSWERS[code] === "ok";
  }

  /** Whether an operation gave a value under the declared revision. */
  isValue(operation: number, { low, high }: Halves): boolean {
    const isValue = (this.#notes[operation] & CODE) === VALUE;
    return isValue && low === this.#low[operation] && high === this.#highOfDeclared(operation);
  }

  /** Whether an operation gave a value, of which only the bits in the mask count. */
  gave(operation: number, variant: number, value: bigint, mask: bigint | undefined): boolean {
    const { code, low, high } = this.#packed(operation, variant);
    if (code !== VALUE) return false;
    // Numbers up to 2^53 are exact, and no greater one rounds to so small a value.
    if (high === 0 && mask === undefined) return Number(value) === low;
    const given = (BigInt(high) << 32n) | BigInt(low);
    return (mask === undefined ? given : given & mask) === value;
  }

  /** Whether some variant answered an operation otherwise than the declared one. */
  differs(operation: number): boolean {
    return (this.#notes[operation] & DIFFERS) !== 0;
  }

  /** Whether a variant answered an operation as the declared one did. */
  isAsDeclared(operation: number, variant: number): boolean {
    return !this.differs(operation) || this.#differing.get(operation)?.has(variant) !== true;
  }

  /** Bits in which a variant's value differs from the declared one's; 0 where one has none. */
  difference(operation: number, variant: number): { low: number; high: number } {
    const declared = this.#packed(operation, 0);
    const other = this.#packed(operation, variant);
    if (declared.code !== VALUE || other.code !== VALUE) return { low: 0, high: 0 };
    return { low: (declared.low ^ other.low) >>> 0, high: (declared.high ^ other.high) >>> 0 };
  }

  /** Why the operation could have no effect under the declared revision. */
  ineffective(operation: number): Ineffective | undefined {
    return INEFFECTIVE[(this.#notes[operation] >> INEFFECTIVE_SHIFT) & INEFFECTIVE_BITS];
  }

  #packed(operation: number, variant: number): Packed {
    const differing = variant === 0 ? undefined : this.#differing.get(operation)?.get(variant);
    if (differing !== undefined) return differing;
    const code = this.#notes[operation] & CODE;
    return { code, low: this.#low[operation], high: this.#highOfDeclared(operation) };
  }

  #highOfDeclared(operation: number): number {
    return (this.#notes[operation] & HAS_HIGH) === 0 ? 0 : (this.#high.get(operation) ?? 0);
  }
}
