/** Number literals: `42`, `0x2a`, `0b10_1010`; at most 64 bits. */

const literal = /^(?:0x[\da-fA-F]+(?:_[\da-fA-F]+)*|0b[01]+(?:_[01]+)*|\d+(?:_\d+)*)$/;
const largest = 0xffff_ffff_ffff_ffffn;

/** The value of a number literal, or what is wrong with it in words. */
export function parseNumber(text: string): bigint | string {
  if (!literal.test(text)) return explain(text);
  // Short ones are the rule, and Number is the faster reader.
  const value =
    text.length <= 10 && !text.includes("_") ? BigInt(Number(text)) : BigInt(text.replaceAll("_", ""));
  return value > largest ? `numbers are at most 64 bits: ${text} does not fit` : value;
}

/** A 64-bit number in halves, unsigned. */
export interface Halves {
  readonly low: number;
  readonly high: number;
}

export const zero: Halves = { low: 0, high: 0 };

/** As many decimal digits a double holds exactly. */
export const mostDecimalDigits = 15;

const two32 = 2 ** 32;

/** The value of a correct number literal in a text; undefined if it is not short enough to be read fast. */
export function halvesAt(text: string, start: number, end: number): Halves | undefined {
  if (text.charCodeAt(start + 1) === 120) return hexadecimalAt(text, start + 2, end);
  if (end - start > mostDecimalDigits || text.charCodeAt(start + 1) === 98) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code !== 95) value = value * 10 + (code - 48);
  }
  return { low: value >>> 0, high: Math.floor(value / two32) };
}

function hexadecimalAt(text: string, start: number, end: number): Halves {
  let low = 0;
  let high = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 95) continue;
    high = (high << 4) | (low >>> 28);
    low = (low << 4) | digitOf(code);
  }
  return { low: low >>> 0, high: high >>> 0 };
}

/** The value of a digit, also of a hexadecimal one. */
export function digitOf(code: number): number {
  return code < 58 ? code - 48 : (code | 32) - 87;
}

function explain(text: string): string {
  if (/^0[XB]/.test(text)) {
    return `\`${text}\` is not a number: the prefix is lower case, \`${text.slice(0, 2).toLowerCase()}\``;
  }
  if (/__|_$|^0[xb]_/.test(text)) return `\`${text}\` is not a number: \`_\` may stand only between digits`;
  const rule = text.startsWith("0x")
    ? "hexadecimal digits are 0 to 9 and a to f"
    : text.startsWith("0b")
      ? "binary digits are 0 and 1"
      : "hexadecimal numbers start with `0x`, names with a letter";
  return `\`${text}\` is not a number: ${rule}`;
}
