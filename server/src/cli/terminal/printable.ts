/** Text made safe to show, with the terminal columns that its characters take. */

const tabStop = 4;
const controls = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;
const plain = /^[\u0020-\u007e]*$/;

/** A piece of a line as it is shown. */
export interface Printable {
  readonly text: string;
  /** The terminal column of a UTF-16 offset in the original; beyond the end: the width. */
  column(offset: number): number;
}

/**
 * Shows control characters as pictures and characters that reorder text as a replacement character, and expands
 * tabs to stops of four columns.
 */
export function printable(original: string): Printable {
  if (plain.test(original)) {
    return { text: original, column: (offset) => Math.min(offset, original.length) };
  }
  const columns: number[] = [];
  let text = "";
  let column = 0;
  for (const character of original) {
    for (let unit = 0; unit < character.length; unit++) columns.push(column);
    const shown = character === "\t" ? " ".repeat(tabStop - (column % tabStop)) : visible(character);
    text += shown;
    column += character === "\t" ? shown.length : widthOf(shown);
  }
  return { text, column: (offset) => columns[offset] ?? column };
}

/** The same for text whose columns do not matter, such as a path in a message. */
export function printableText(text: string): string {
  return plain.test(text) ? text : Array.from(text, visible).join("");
}

function visible(character: string): string {
  if (!controls.test(character)) return character;
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}

function widthOf(character: string): number {
  if (zeroWidth.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
