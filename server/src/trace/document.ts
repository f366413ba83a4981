/** A trace as lines and scenarios, cheap to edit: only lines whose text is new are parsed. */
import { readLines, type TraceLine } from "./line.ts";
import { maySilence } from "./suppression.ts";

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

/** The lines that others are looked at by, in ascending order, so that nobody has to look for them in all. */
interface Landmarks {
  /** Where scenarios start. */
  readonly scenarios: readonly number[];
  /** With a comment that may silence something. */
  readonly silencing: readonly number[];
}

/** A whole trace. It is never changed: an edit gives a new document that shares the untouched lines. */
export class TraceDocument {
  readonly lines: readonly TraceLine[];
  readonly #landmarks: Landmarks;
  #sections: Sections | undefined;

  private constructor(lines: readonly TraceLine[], landmarks: Landmarks) {
    this.lines = lines;
    this.#landmarks = landmarks;
  }

  /** Reads a text with LF or CRLF line ends; a byte order mark in front is skipped. */
  static of(text: string): TraceDocument {
    const lines = readLines(text.startsWith(byteOrderMark) ? text.slice(1) : text);
    return new TraceDocument(lines, landmarksOf(lines, 0));
  }

  /** The text as it was read, without a byte order mark. */
  get text(): string {
    return this.lines.map(rawText).join("\n");
  }

  get sections(): Sections {
    this.#sections ??= divide(this.#landmarks.scenarios, this.lines.length);
    return this.#sections;
  }

  /** The lines whose comment may silence something, in order. */
  get silencingLines(): readonly number[] {
    return this.#landmarks.silencing;
  }

  /** The document after some edits, each of which refers to the text that the one before it left. */
  withChanges(changes: readonly TextChange[]): TraceDocument {
    return changes.reduce<TraceDocument>((document, change) => document.#withChange(change), this);
  }

  #withChange({ range, text }: TextChange): TraceDocument {
    const { lines } = this;
    const start = clamp(lines, range.start);
    const end = clamp(lines, range.end);
    const before = rawText(lines[start.line]).slice(0, start.character);
    const after = rawText(lines[end.line]).slice(end.character);
    const replacement = readLines(before + text + after);
    const below = end.line + 1;
    const found = landmarksOf(replacement, start.line);
    const shift = start.line + replacement.length - below;
    const moved = (known: readonly number[], fresh: readonly number[]) =>
      spliced(known, fresh, { start: start.line, below, shift });
    return new TraceDocument(lines.slice(0, start.line).concat(replacement, lines.slice(below)), {
      scenarios: moved(this.#landmarks.scenarios, found.scenarios),
      silencing: moved(this.#landmarks.silencing, found.silencing),
    });
  }
}

function rawText({ text, carriageReturn }: TraceLine): string {
  return carriageReturn ? `${text}\r` : text;
}

function clamp(lines: readonly TraceLine[], { line, character }: Position): Position {
  if (line >= lines.length)
    return { line: lines.length - 1, character: rawText(lines[lines.length - 1]).length };
  return { line, character: Math.min(character, lines[line].text.length) };
}

function divide(starts: readonly number[], count: number): Sections {
  const scenarios = starts.map((start, index) => ({ start, end: starts[index + 1] ?? count }));
  return { header: { start: 0, end: starts[0] ?? count }, scenarios };
}

/** The landmarks among lines of which the first is the line `first` of the document. */
function landmarksOf(lines: readonly TraceLine[], first: number): Landmarks {
  const scenarios: number[] = [];
  const silencing: number[] = [];
  for (let index = 0; index < lines.length; index++) {
    const { opensScenario, hasComment, text } = lines[index];
    if (opensScenario) scenarios.push(first + index);
    if (hasComment && maySilence(text)) silencing.push(first + index);
  }
  return { scenarios, silencing };
}

/** Line numbers once lines [start, below) were replaced, and those from `below` on moved. */
function spliced(
  known: readonly number[],
  fresh: readonly number[],
  { start, below, shift }: { start: number; below: number; shift: number },
): readonly number[] {
  const kept = known.filter((line) => line < start || line >= below);
  if (fresh.length === 0 && shift === 0 && kept.length === known.length) return known;
  const front = kept.filter((line) => line < start);
  const behind = kept.slice(front.length).map((line) => line + shift);
  return front.concat(fresh, behind);
}
