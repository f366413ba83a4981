/** Positions between the client's encoding and UTF-16 units, in which everything else counts. */
import type { Range } from "../analysis/analysis.ts";
import type { Position } from "../document/document.ts";
import type { Lines } from "../document/lines.ts";
import type { Encoding } from "./client.ts";

/** A document, or what becomes one. */
interface Text {
  readonly lines: Lines;
}

export class Positions {
  readonly #encoding: Encoding;

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
  }

  /** A position of the client's; one beyond the end of a line or of the text becomes that end. */
  fromClient({ lines }: Text, { line, character }: Position): Position {
    const last = lines.length - 1;
    if (line > last) return { line: last, character: lines.at(last).text.length };
    return { line, character: this.unitsOf(lines.at(line).text, character) };
  }

  rangeFromClient(document: Text, { start, end }: Range): Range {
    return { start: this.fromClient(document, start), end: this.fromClient(document, end) };
  }

  toClient({ lines }: Text, { line, character }: Position): Position {
    if (this.#encoding === "utf-16" || line >= lines.length) return { line, character };
    return { line, character: lengthIn(this.#encoding, lines.at(line).text.slice(0, character)) };
  }

  rangeToClient(document: Text, { start, end }: Range): Range {
    return { start: this.toClient(document, start), end: this.toClient(document, end) };
  }

  /** A column of the client's as UTF-16 units; inside a character it means the character's start. */
  unitsOf(text: string, column: number): number {
    if (this.#encoding === "utf-16") return Math.min(column, text.length);
    let units = 0;
    let passed = 0;
    for (const character of text) {
      passed += lengthIn(this.#encoding, character);
      if (passed > column) break;
      units += character.length;
    }
    return units;
  }
}

/** The length of a text in an encoding's units. A lone surrogate counts as the character that replaces it. */
function lengthIn(encoding: Encoding, text: string): number {
  if (encoding === "utf-16") return text.length;
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (encoding === "utf-32" || code < 0x80) length++;
    else length += code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return length;
}
