/** What operations answered, one entry an operation and variant, in typed arrays. */
import type { Answer, Ineffective, Vgic } from "../vgic/vgic.ts";

/** What one operation answered. A value stands only where the operation returns one. */
export type Outcome =
  | { readonly kind: "value"; readonly value: bigint }
  | { readonly kind: "ok" }
  | { readonly kind: "aborts" }
  | { readonly kind: "exits" }
  | { readonly kind: "fails"; readonly errno: string };

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

/** The outcomes of a scenario under all its variants. */
export class Outcomes {
  readonly #variants: number;
  readonly #codes: Uint8Array;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  readonly #ineffective: Uint8Array;

  constructor(operations: number, variants: number) {
    this.#variants = variants;
    this.#codes = new Uint8Array(operations * variants);
    this.#low = new Uint32Array(operations * variants);
    this.#high = new Uint32Array(operations * variants);
    this.#ineffective = new Uint8Array(operations);
  }

  /** Takes over the outcomes of operations [from, from+count) of another run of the same variants. */
  take(other: Outcomes, from: number, count: number, to: number): void {
    const [start, end, at] = [from, from + count, to].map((operation) => operation * this.#variants);
    this.#codes.set(other.#codes.subarray(start, end), at);
    this.#low.set(other.#low.subarray(start, end), at);
    this.#high.set(other.#high.subarray(start, end), at);
    this.#ineffective.set(other.#ineffective.subarray(from, from + count), to);
  }

  /** Notes what an operation just answered. `returnsValue`: success comes with the vGIC's last value. */
  record(operation: number, variant: number, answer: Answer, returnsValue: boolean, vgic: Vgic): void {
    const at = operation * this.#variants + variant;
    if (answer === "ok" && returnsValue) {
      this.#codes[at] = VALUE;
      this.#low[at] = vgic.low;
      this.#high[at] = vgic.high;
    } else {
      this.#codes[at] = ANSWERS.indexOf(answer);
    }
    if (variant === 0) this.#ineffective[operation] = INEFFECTIVE.indexOf(vgic.ineffective);
  }

  /** Notes that a variant answered an operation as the declared one did. */
  repeat(operation: number, variant: number): void {
    const from = operation * this.#variants;
    this.#codes[from + variant] = this.#codes[from];
    this.#low[from + variant] = this.#low[from];
    this.#high[from + variant] = this.#high[from];
  }

  at(operation: number, variant: number): Outcome {
    const at = operation * this.#variants + variant;
    const code = this.#codes[at];
    if (code === VALUE) {
      return { kind: "value", value: (BigInt(this.#high[at]) << 32n) | BigInt(this.#low[at]) };
    }
    const answer = ANSWERS[code];
    if (answer === undefined || answer === "ok") return { kind: "ok" };
    if (answer === "abort") return { kind: "aborts" };
    if (answer === "exit") return { kind: "exits" };
    return { kind: "fails", errno: answer };
  }

  /** Whether two variants answered an operation alike. */
  same(operation: number, a: number, b: number): boolean {
    const i = operation * this.#variants + a;
    const j = operation * this.#variants + b;
    return (
      this.#codes[i] === this.#codes[j] && this.#low[i] === this.#low[j] && this.#high[i] === this.#high[j]
    );
  }

  /** Bits in which the values of two variants differ; 0 where one has none. */
  difference(operation: number, a: number, b: number): { low: number; high: number } {
    const i = operation * this.#variants + a;
    const j = operation * this.#variants + b;
    if (this.#codes[i] !== VALUE || this.#codes[j] !== VALUE) return { low: 0, high: 0 };
    return { low: (this.#low[i] ^ this.#low[j]) >>> 0, high: (this.#high[i] ^ this.#high[j]) >>> 0 };
  }

  /** Why the operation could have no effect under the declared revision. */
  ineffective(operation: number): Ineffective | undefined {
    return INEFFECTIVE[this.#ineffective[operation]];
  }
}
