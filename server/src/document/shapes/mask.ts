/**
 * A line with its digits masked: each digit of a number or word reads 0, all else is as it is written. What a line says
 * is the grammar's business; here it only matters where numbers and words begin and end.
 */

/** Longer lines are not masked. Characters. */
const longest = 256;

// What the last character belongs to.
const separator = 0;
const word = 1;
/** A number of which a single 0 was read. */
const zero = 2;
const decimal = 3;
const hexadecimal = 4;
const binary = 5;
const states = 6;
/** The mask ends before the character: the line, or what can be masked of it, ends there. */
const end = states;

const characters = 128;
/** By state and character: the masked character in bits [7:0], and where the next state's characters start above. */
const transitions = new Uint32Array(states * characters);
const byteBits = 8;

for (let state = 0; state < states; state++) {
  for (let code = 0; code < characters; code++) {
    const character = String.fromCharCode(code);
    const digit = state === hexadecimal ? /[\da-fA-F]/ : /\d/;
    const masked = digit.test(character) ? 48 : code;
    const next = stateAfter(state, character) * characters;
    transitions[state * characters + code] = (next << byteBits) | masked;
  }
}

function stateAfter(state: number, character: string): number {
  if (!/\w/.test(character)) return /[ \t!$-/:-@[-^`{-~]/.test(character) ? separator : end;
  const isDigit = /\d/.test(character);
  switch (state) {
    case separator:
      if (!isDigit) return word;
      return character === "0" ? zero : decimal;
    case word:
      return word;
    case hexadecimal:
      return /[\da-fA-F_]/.test(character) ? hexadecimal : end;
    case binary:
      return /[01_]/.test(character) ? binary : end;
    case zero:
      if (character === "x") return hexadecimal;
      if (character === "b") return binary;
  }
  // Letters in a decimal number are for the parser to complain of.
  return isDigit || character === "_" ? decimal : end;
}

export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** The mask of the line that was read last, without blanks at its end. Its bytes are used again for the next one. */
export class Mask {
  readonly #bytes = new Uint8Array(longest);
  readonly #words = new Uint32Array(this.#bytes.buffer);
  #length = 0;

  /** Reads a line from where it starts to the first character that cannot be masked, and says where that is. */
  read(source: string, start: number): number {
    const bytes = this.#bytes;
    const most = Math.min(source.length, start + longest);
    let state = separator * characters;
    let at = start;
    for (; at < most; at++) {
      const code = source.charCodeAt(at);
      if (code >= characters) break;
      const transition = transitions[state + code];
      state = transition >>> byteBits;
      if (state === end * characters) break;
      // Bits above the lowest byte do not fit, and are dropped.
      bytes[at - start] = transition;
    }
    let length = at - start;
    // Comments stand in columns: what differs before them makes no other line.
    while (length > 0 && isBlank(bytes[length - 1])) length--;
    this.#length = length;
    for (let beyond = this.#length; (beyond & 3) !== 0; beyond++) bytes[beyond] = 0;
    return at;
  }

  /** A number that masks of the same line share; 30 bits. */
  get hash(): number {
    const words = this.#words;
    const count = this.#wordCount;
    let hash = this.#length;
    for (let i = 0; i < count; i++) {
      hash = Math.imul(hash ^ words[i], 0x9e37_79b1);
      hash ^= hash >>> 15;
    }
    return hash & 0x3fff_ffff;
  }

  get length(): number {
    return this.#length;
  }

  /** A copy of its characters. */
  get characters(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** A copy, four characters a word, zeros after the last. */
  get words(): Uint32Array {
    return this.#words.slice(0, this.#wordCount);
  }

  get #wordCount(): number {
    return (this.#length + 3) >>> 2;
  }

  /** Whether it is the mask of so many characters in some words. */
  equals(length: number, words: Uint32Array): boolean {
    if (length !== this.#length) return false;
    const own = this.#words;
    for (let i = 0; i < words.length; i++) if (words[i] !== own[i]) return false;
    return true;
  }
}
