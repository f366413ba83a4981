/** Text made safe to show, with the terminal columns that its characters take. */
import { eastAsianWidth } from "get-east-asian-width";

const tabStop = 4;
/** Controls, characters that reorder text, halves of characters, and what no text may hold (XML 1.0, 2.2). */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/u;
const everyUnsafe = new RegExp(unsafe, "gu");
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
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

/** A path as a line may begin with it: where builds run, `::` at the start of a line begins a command. */
export function printablePath(path: string): string {
  return printableText(/^\s*::/.test(path) ? `./${path}` : path);
}

/** A value as JSON whose strings hold nothing that a terminal could take for a command, and yet say the same. */
export function printableJson(value: unknown): string {
  const json = JSON.stringify(value);
  // Nearly all text is: and that is found out at once.
  if (plain.test(json)) return json;
  return json.replace(
    everyUnsafe,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function visible(character: string): string {
  if (!unsafe.test(character)) return character;
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}

function widthOf(character: string): number {
  if (zeroWidth.test(character)) return 0;
  return eastAsianWidth(character.codePointAt(0) ?? 0);
}
