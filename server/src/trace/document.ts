/** A trace as lines and scenarios, cheap to edit: only lines whose text is new are parsed. */
import { readLine, type TraceLine } from "./line.ts";

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

/** Lines [start, end). */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** The lines in front of the first scenario, and the scenarios: each from its `scenario` line to the next. */
export interface Sections {
  readonly header: LineRange;
  /** Empty when the file has no `scenario` line: then the header is the one unnamed scenario. */
  readonly scenarios: readonly LineRange[];
}

const byteOrderMark = "\uFEFF";

/** A whole trace. It is never changed: an edit gives a new document that shares the untouched lines. */
export class TraceDocument {
  readonly lines: readonly TraceLine[];
  #sections: Sections | undefined;

  private constructor(lines: readonly TraceLine[]) {
    this.lines = lines;
  }

  /** Reads a text with LF or CRLF line ends; a byte order mark in front is skipped. */
  static of(text: string): TraceDocument {
    return new TraceDocument(readLines(text.startsWith(byteOrderMark) ? text.slice(1) : text));
  }

  /** The text as it was read, without a byte order mark. */
  get text(): string {
    return this.lines.map(rawText).join("\n");
  }

  get sections(): Sections {
    this.#sections ??= divide(this.lines);
    return this.#sections;
  }

  /** The document after some edits, each of which refers to the text that the one before it left. */
  withChanges(changes: readonly TextChange[]): TraceDocument {
    return new TraceDocument(changes.reduce(replaceRange, this.lines));
  }
}

function rawText({ text, carriageReturn }: TraceLine): string {
  return carriageReturn ? `${text}\r` : text;
}

function replaceRange(lines: readonly TraceLine[], { range, text }: TextChange): readonly TraceLine[] {
  const start = clamp(lines, range.start);
  const end = clamp(lines, range.end);
  const before = rawText(lines[start.line]).slice(0, start.character);
  const after = rawText(lines[end.line]).slice(end.character);
  const replacement = readLines(before + text + after);
  return lines.slice(0, start.line).concat(replacement, lines.slice(end.line + 1));
}

function clamp(lines: readonly TraceLine[], { line, character }: Position): Position {
  if (line >= lines.length)
    return { line: lines.length - 1, character: rawText(lines[lines.length - 1]).length };
  return { line, character: Math.min(character, lines[line].text.length) };
}

function divide(lines: readonly TraceLine[]): Sections {
  const starts: number[] = [];
  for (let line = 0; line < lines.length; line++) {
    if (lines[line].opensScenario) starts.push(line);
  }
  const scenarios = starts.map((start, index) => ({ start, end: starts[index + 1] ?? lines.length }));
  return { header: { start: 0, end: starts[0] ?? lines.length }, scenarios };
}

function readLines(text: string): TraceLine[] {
  return text.split("\n").map(readLine);
}
