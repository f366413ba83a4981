/** The lines of a document while edits are made in them, one after the other. */
import { combined, type Edit, replaceItems } from "./edit.ts";
import { LineReader, type TraceLine } from "./line.ts";
import { Lines } from "./lines.ts";
import type { LineCache } from "./shapes/line-cache.ts";

/** Zero-based; characters are UTF-16 units, as in the Language Server Protocol. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Replaces the text in a range. Positions beyond the end of a line or of the text mean that end. */
export interface TextChange {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly text: string;
}

export class LineEditor {
  readonly #lines: TraceLine[];
  readonly #cache: LineCache;
  #edit: Edit | undefined;

  /** Works on a copy of some lines. */
  constructor(lines: Lines, cache: LineCache) {
    this.#lines = lines.all.slice();
    this.#cache = cache;
  }

  /** The lines as they are now. */
  get lines(): Lines {
    return Lines.of(this.#lines);
  }

  /** What is other than at the beginning; undefined before the first change. */
  get edit(): Edit | undefined {
    return this.#edit;
  }

  replace({ range, text }: TextChange): void {
    const lines = this.#lines;
    const start = clamp(lines, range.start);
    const end = clamp(lines, range.end);
    const front = rawText(lines[start.line]).slice(0, start.character);
    const rest = rawText(lines[end.line]).slice(end.character);
    const replacement = new LineReader(front + text + rest, this.#cache).lines;
    const edit = { start: start.line, end: start.line + replacement.length, endBefore: end.line + 1 };
    replaceItems(lines, { start: edit.start, end: edit.endBefore }, replacement);
    this.#edit = this.#edit === undefined ? edit : combined(this.#edit, edit);
  }
}

/** A line without its LF. */
export function rawText({ text, carriageReturn }: TraceLine): string {
  return carriageReturn ? `${text}\r` : text;
}

function clamp(lines: readonly TraceLine[], { line, character }: Position): Position {
  if (line >= lines.length)
    return { line: lines.length - 1, character: rawText(lines[lines.length - 1]).length };
  return { line, character: Math.min(character, lines[line].text.length) };
}
