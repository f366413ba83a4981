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
    const front = lines[start.line].text.slice(0, start.character);
    const rest = wholeText(lines[end.line]).slice(end.character);
    // A CR and an LF that come together are one line end.
    const above = start.line > 0 && lines[start.line - 1].lineEnd === "\r" ? 1 : 0;
    const below = rest.endsWith("\r") ? 1 : 0;
    const first = start.line - above;
    const last = end.line + below;
    const outer = (from: number, to: number): string => lines.slice(from, to).map(wholeText).join("");
    const source = outer(first, start.line) + front + text + rest + outer(end.line + 1, last + 1);
    const read = new LineReader(source, this.#cache).lines;
    // What stands after the last line end is the next line, which stays.
    const replacement = last + 1 < lines.length ? read.slice(0, -1) : read;
    const edit = { start: first, end: first + replacement.length, endBefore: last + 1 };
    replaceItems(lines, { start: edit.start, end: edit.endBefore }, replacement);
    this.#edit = this.#edit === undefined ? edit : combined(this.#edit, edit);
  }
}

/** A line with its line end. */
export function wholeText({ text, lineEnd }: TraceLine): string {
  return text + lineEnd;
}

function clamp(lines: readonly TraceLine[], { line, character }: Position): Position {
  if (line >= lines.length) return { line: lines.length - 1, character: lines[lines.length - 1].text.length };
  return { line, character: Math.min(character, lines[line].text.length) };
}
