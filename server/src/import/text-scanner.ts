/** Reads what stands in a text from a place on, piece by piece, without making strings of it. */
export class TextScanner {
  #text = "";
  #end = 0;
  #at = 0;
  /** The halves of the number that `hexadecimal` read last. */
  high = 0;
  low = 0;

  /** Begins at a place in a text, and reads to another. */
  begin(text: string, at: number, end: number): void {
    this.#text = text;
    this.#at = at;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** Reads what is expected; returns whether it is there. */
  skip(expected: string): boolean {
    const end = this.#at + expected.length;
    // A short piece is copied and compared sooner than `startsWith` compares its characters one by one.
    if (this.#text.slice(this.#at, end) !== expected) return false;
    this.#at = end;
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

  /** Reads the digits of a hexadecimal number of at most 64 bits; returns whether they are there. */
  hexadecimal(): boolean {
    let at = this.#at;
    let high = 0;
    let low = 0;
    for (; at < this.#end; at++) {
      const digit = digitOf(this.#text.charCodeAt(at));
      if (digit < 0) break;
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
    const length = at - this.#at;
    this.#at = at;
    this.high = high >>> 0;
    this.low = low >>> 0;
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
