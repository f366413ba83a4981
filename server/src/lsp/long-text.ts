/** A text that is too long to be looked at, in pieces, so that an edit costs what it changes. */
import type { Range } from "vscode-languageserver";
import type { Positions } from "./positions.ts";

/** Some lines: all pieces but the last end with a line feed, so that none begins within a line end of CR and LF. */
interface Piece {
  readonly text: string;
  readonly lineEnds: number;
}

const PIECE_LENGTH = 1 << 16;

export class LongText {
  readonly #pieces: readonly Piece[];
  /** In UTF-16 units. */
  readonly length: number;

  private constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    this.length = pieces.reduce((sum, { text }) => sum + text.length, 0);
  }

  static of(text: string): LongText {
    return new LongText(piecesOf(text));
  }

  get whole(): string {
    return this.#pieces.map(({ text }) => text).join("");
  }

  /** The text after an edit. What is beyond the end of a line or of the text means that end. */
  replaced({ start, end }: Range, inserted: string, positions: Positions): LongText {
    const from = this.#placeOf(start, positions);
    const found = this.#placeOf(end, positions);
    const isInOrder = found.piece > from.piece || (found.piece === from.piece && found.offset >= from.offset);
    const to = isInOrder ? found : from;
    const above = this.#textOf(from.piece).slice(0, from.offset);
    let text = above + inserted + this.#textOf(to.piece).slice(to.offset);
    let next = to.piece + 1;
    while (!text.endsWith("\n") && next < this.#pieces.length) text += this.#textOf(next++);
    const pieces = this.#pieces.slice(0, from.piece).concat(piecesOf(text), this.#pieces.slice(next));
    return new LongText(pieces);
  }

  #textOf(piece: number): string {
    return this.#pieces[piece]?.text ?? "";
  }

  #placeOf({ line, character }: Range["start"], positions: Positions): { piece: number; offset: number } {
    const last = this.#pieces.length - 1;
    let piece = 0;
    let above = line;
    for (; piece < last; piece++) {
      const { lineEnds } = this.#pieces[piece] ?? { lineEnds: 0 };
      if (above < lineEnds) break;
      above -= lineEnds;
    }
    return { piece, offset: offsetOf(this.#textOf(piece), { line: above, character }, positions) };
  }
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (let start = 0; start < text.length; ) {
    const lineFeed = text.length - start <= PIECE_LENGTH ? -1 : text.indexOf("\n", start + PIECE_LENGTH);
    const end = lineFeed < 0 ? text.length : lineFeed + 1;
    const piece = text.slice(start, end);
    pieces.push({ text: piece, lineEnds: piece.match(LINE_END)?.length ?? 0 });
    start = end;
  }
  return pieces;
}

const LINE_END = /\r\n|\r|\n/g;

/** The offset of a client's position in a text. */
function offsetOf(text: string, { line, character }: Range["start"], positions: Positions): number {
  const lineEnds = new RegExp(LINE_END);
  let start = 0;
  for (let index = 0; index < line; index++) {
    if (lineEnds.exec(text) === null) return text.length;
    start = lineEnds.lastIndex;
  }
  const end = lineEnds.exec(text)?.index ?? text.length;
  return start + positions.unitsOf(text.slice(start, end), character);
}
