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
