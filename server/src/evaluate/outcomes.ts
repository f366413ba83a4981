/** What operations answered, one entry per operation and variant, in typed arrays. */
import type { Halves } from "../syntax/number.ts";
import { ENDING_CODES, type Ending, endingOfCode, type Outcome } from "../vgic/answer.ts";
import type { Ineffective } from "../vgic/current-access.ts";
import type { Vgic } from "../vgic/vgic.ts";

/** What came of a vGIC's last access. */
type LastAccess = Pick<Vgic, "low" | "high" | "ineffective">;

const OK = ENDING_CODES.ok;
const HOST_FAILURE = ENDING_CODES["host-failure"];
/** "ok" with a value. No ending has this code. */
const VALUE = 0xfd;

/** Why an access had no effect, as numbers that fit into INEFFECTIVE_BITS; 0 stands for an effect. */
const INEFFECTIVE_CODES: Readonly<Record<Ineffective, number>> = {
  "no-register": 1,
  width: 2,
  alignment: 3,
  "beyond-irqs": 4,
  "private-interrupts": 5,
  "read-only": 6,
  ignored: 7,
  "before-iidr": 8,
  "fixed-groups": 9,
  "revision-kept": 10,
  "without-its": 11,
  "lpis-enabled": 12,
  "lpis-disabled": 13,
  "its-enabled": 14,
  "its-incomplete": 15,
  "beyond-queue": 16,
};
const INEFFECTIVE_BY_CODE = invert(INEFFECTIVE_CODES);

function invert<K extends string>(codes: Readonly<Record<K, number>>): ReadonlyMap<number, K> {
  const isKey = (name: string): name is K => Object.hasOwn(codes, name);
  return new Map(
    Object.keys(codes)
      .filter(isKey)
      .map((key) => [codes[key], key]),
  );
}

/** The code of an ending. Most are "ok": then the table need not be searched. */
function codeOf(ending: Ending): number {
  return ending === "ok" ? OK : ENDING_CODES[ending];
}

/** What an operation answered, in numbers: an ending's code or VALUE, and the halves of the value. */
interface Packed {
  readonly code: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The note of an operation, 16 bits: the code, why it had no effect, whether bits [63:32] are not 0, and whether another
 * variant answered differently.
 */
const CODE = 0x00ff;
const INEFFECTIVE_SHIFT = 8;
const INEFFECTIVE_BITS = 0b0011_1111;
const HAS_HIGH = 0x4000;
const DIFFERS = 0x8000;

/**
 * The outcomes of a scenario under all its variants: those of the declared one in typed arrays, and of the others
 * only what differs.
 */
export class Outcomes {
  readonly #notes: Uint16Array;
  readonly #low: Uint32Array;
  /** Bits [63:32] of values in which they are not 0. */
  #high: Map<number, number> | undefined;
  /** By operation and variant. */
  #differing: Map<number, Map<number, Packed>> | undefined;

  constructor(operations: number) {
    this.#notes = new Uint16Array(operations);
    this.#low = new Uint32Array(operations);
  }

  /** Takes over the outcomes of operations [from, from+count) of another run of the same variants. */
  take(other: Outcomes, from: number, count: number, to: number): void {
    const end = from + count;
    this.#notes.set(other.#notes.subarray(from, end), to);
    this.#low.set(other.#low.subarray(from, end), to);
    for (const [operation, high] of other.#high ?? []) {
      if (operation >= from && operation < end) this.#setHigh(operation - from + to, high);
    }
    for (const [operation, differing] of other.#differing ?? []) {
      if (operation >= from && operation < end) this.#setDiffering(operation - from + to, differing);
    }
  }

  /**
   * Notes what an operation just answered. The declared variant, 0, goes first; another needs no note where it
   * answers the same. `returnsValue`: success comes with the vGIC's last value.
   */
  record(
    operation: number,
    variant: number,
    ending: Ending,
    returnsValue: boolean,
    access: LastAccess,
  ): void {
    const hasValue = ending === "ok" && returnsValue;
    const code = hasValue ? VALUE : codeOf(ending);
    const low = hasValue ? access.low : 0;
    const high = hasValue ? access.high : 0;
    if (variant === 0) {
      const why = access.ineffective === undefined ? 0 : INEFFECTIVE_CODES[access.ineffective];
      const ineffective = why << INEFFECTIVE_SHIFT;
      this.#notes[operation] = code | ineffective | (high === 0 ? 0 : HAS_HIGH);
      this.#low[operation] = low;
      if (high !== 0) this.#setHigh(operation, high);
      return;
    }
    const isSame =
      code === (this.#notes[operation] & CODE) &&
      low === this.#low[operation] &&
      high === this.#highOfDeclared(operation);
    if (isSame) return;
    this.#notes[operation] |= DIFFERS;
    const differing = this.#differing?.get(operation) ?? new Map<number, Packed>();
    this.#setDiffering(operation, differing.set(variant, { code, low, high }));
  }

  #setHigh(operation: number, high: number): void {
    this.#high ??= new Map();
    this.#high.set(operation, high);
  }

  #setDiffering(operation: number, differing: Map<number, Packed>): void {
    this.#differing ??= new Map();
    this.#differing.set(operation, differing);
  }

  at(operation: number, variant: number): Outcome {
    const { code, low, high } = this.#packed(operation, variant);
    if (code === VALUE) return { ending: "ok", value: (BigInt(high) << 32n) | BigInt(low) };
    return { ending: endingOfCode(code) };
  }

  /** Whether an operation succeeded, with a value or without. */
  succeeded(operation: number, variant: number): boolean {
    const { code } = this.#packed(operation, variant);
    return code === VALUE || code === OK;
  }

  /** Whether a variant's host had failed before an operation: the scenario has ended there. */
  hasEnded(operation: number, variant: number): boolean {
    return operation > 0 && this.#packed(operation - 1, variant).code === HOST_FAILURE;
  }

  /** Whether a variant's host fails in an operation, or has failed before. */
  failsHost(operation: number, variant: number): boolean {
    return this.#packed(operation, variant).code === HOST_FAILURE;
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

  /** Whether some variant answered an operation differently from the declared one. */
  differs(operation: number): boolean {
    return (this.#notes[operation] & DIFFERS) !== 0;
  }

  /** Whether a variant answered an operation as the declared one did. */
  isAsDeclared(operation: number, variant: number): boolean {
    return !this.differs(operation) || this.#differing?.get(operation)?.has(variant) !== true;
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
    return INEFFECTIVE_BY_CODE.get((this.#notes[operation] >> INEFFECTIVE_SHIFT) & INEFFECTIVE_BITS);
  }

  #packed(operation: number, variant: number): Packed {
    const differing = variant === 0 ? undefined : this.#differing?.get(operation)?.get(variant);
    if (differing !== undefined) return differing;
    const code = this.#notes[operation] & CODE;
    return { code, low: this.#low[operation], high: this.#highOfDeclared(operation) };
  }

  #highOfDeclared(operation: number): number {
    return (this.#notes[operation] & HAS_HIGH) === 0 ? 0 : (this.#high?.get(operation) ?? 0);
  }
}
