/** Reads what stands in a text from a place on, piece by piece, without making strings of it. */
export class TextScanner {
  readonly #text: string;
  readonly #end: number;
  #at: number;
  /** The halves of the number that `hexadecimal` read last. */
  high = 0;
  low = 0;

  constructor(text: string, at: number, end: number) {
    this.#text = text;
    this.#at = at;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** Reads what is expected; returns whether it is there. */
  skip(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  /** Reads a decimal number of at most nine digits; -1 where there is none. */
  decimal(): number {
    const from = this.#at;
    let value = 0;
    for (let code = this.#code(); code >= 48 && code <= 57; code = this.#code()) {
      value = value * 10 + code - 48;
      this.#at++;
    }
    const length = this.#at - from;
    return length > 0 && length <= 9 ? value : -1;
  }

  /** Reads a hexadecimal number of at most 64 bits, with 0x; returns whether it is there. */
  hexadecimal(): boolean {
    if (!this.skip("0x")) return false;
    const from = this.#at;
    this.high = 0;
    this.low = 0;
    for (let digit = digitOf(this.#code()); digit >= 0; digit = digitOf(this.#code())) {
      this.high = ((this.high << 4) | (this.low >>> 28)) >>> 0;
      this.low = ((this.low << 4) | digit) >>> 0;
      this.#at++;
    }
    const length = this.#at - from;
    return length > 0 && length <= 16;
  }

  /** What was read last as a number, rounded above 53 bits. */
  get rounded(): number {
    return this.high * 2 ** 32 + this.low;
  }

  /** What was read last. */
  get value(): bigint {
    return this.high === 0 ? BigInt(this.low) : (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  #code(): number {
    return this.#at < this.#end ? this.#text.charCodeAt(this.#at) : 0;
  }
}

/** The value of a hexadecimal digit; -1 of what is none. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const small = code | 32;
  return small >= 97 && small <= 102 ? small - 87 : -1;
}
