/** A trace as lines and scenarios, cheap to edit: only lines whose text is new are parsed. */

import { maySilence } from "../syntax/suppression.ts";
import { combined, type Edit, editBetween, narrowed, shiftOf } from "./edit.ts";
import { LineReader } from "./line.ts";
import { LineEditor, type Position, type TextChange, wholeText } from "./line-editor.ts";
import { type LineRange, Lines } from "./lines.ts";
import { LineCache } from "./shapes/line-cache.ts";
import { firstIndex } from "./sorted.ts";

export type { Position, TextChange };

/** The lines before the first scenario, and the scenarios: each from its `scenario` line to the next. */
export interface Sections {
  readonly header: LineRange;
  /** Empty when the file has no `scenario` line: then the header is the one unnamed scenario. */
  readonly scenarios: readonly LineRange[];
}

const byteOrderMark = "\uFEFF";

/** Line numbers that readers of other lines ask for, in ascending order, so that nobody scans the document for them. */
interface Landmarks {
  /** Where scenarios start. */
  readonly scenarios: readonly number[];
  /** With a comment that may silence something. */
  readonly silencing: readonly number[];
  /** That may take long to read, and may not be read yet. */
  readonly slow: readonly number[];
}

/** An edit of a document's lines. */
interface Step {
  /** The serial number of the document that was edited. */
  readonly from: number;
  readonly edit: Edit;
}

/** How many of its last edits a document remembers. */
const remembered = 32;

let serialNumbers = 0;

/** A whole trace. It is never changed: an edit gives a new document that shares the untouched lines. */
export class TraceDocument {
  readonly lines: Lines;
  /** What the lines were read with. */
  readonly cache: LineCache;
  readonly #serialNumber = ++serialNumbers;
  readonly #landmarks: Landmarks;
  /** How it came about, the last edit last. */
  readonly #steps: readonly Step[];
  #sections: Sections | undefined;
  /** Whether the lines that take long to read are all read. */
  #isRead = false;

  private constructor(lines: Lines, cache: LineCache, landmarks: Landmarks, steps: readonly Step[] = []) {
    this.lines = lines;
    this.cache = cache;
    this.#landmarks = landmarks;
    this.#steps = steps;
  }

  /**
   * Reads a text with LF, CRLF or CR line ends; a byte order mark in front is skipped.
   * @param cache shared by documents that one owner reads
   */
  static of(text: string, cache: LineCache = new LineCache()): TraceDocument {
    const reader = new LineReader(withoutMark(text), cache);
    const lines = Lines.read(reader);
    // Where nothing is silenced, not all lines have to be looked at: those that open scenarios have no shape.
    const landmarks = maySilence(text)
      ? landmarksOf(lines, { start: 0, end: lines.length })
      : { scenarios: reader.shapeless.filter((line) => lines.at(line).opensScenario), silencing: [] };
    return new TraceDocument(lines, cache, { ...landmarks, slow: reader.shapeless });
  }

  /** The text as it was read, without a byte order mark. */
  get text(): string {
    return this.lines.all.map(wholeText).join("");
  }

  /**
   * Reads the lines that take long to read, a few at a time, so that other things can be done in between.
   * Everything else is asked of the document as if they were read.
   */
  *reading(): Generator<void> {
    if (this.#isRead) return;
    for (const index of this.#landmarks.slow) if (this.lines.at(index).parsed !== undefined) yield;
    this.#isRead = true;
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
    return this.edited((editor) => {
      for (const change of changes) editor.replace(change);
    });
  }

  /** The document of another text, which shares the lines that are the same at the beginning and at the end. */
  withText(text: string): TraceDocument {
    const before = this.lines.all;
    const { lines } = new LineReader(withoutMark(text), this.cache);
    const shorter = Math.min(before.length, lines.length);
    const shift = lines.length - before.length;
    let start = 0;
    for (; start < shorter && lines[start].equals(before[start]); start++) lines[start] = before[start];
    let end = lines.length;
    for (; end > start && end - shift > start && lines[end - 1].equals(before[end - 1 - shift]); end--) {
      lines[end - 1] = before[end - 1 - shift];
    }
    return this.#after(Lines.of(lines), { start, end, endBefore: end - shift });
  }

  /** The document after what is done to its lines. */
  edited(edit: (editor: LineEditor) => void): TraceDocument {
    const editor = new LineEditor(this.lines, this.cache);
    edit(editor);
    return editor.edit === undefined ? this : this.#after(editor.lines, editor.edit);
  }

  /** Which lines are others than in a document before. */
  editSince(before: TraceDocument): Edit {
    const from = this.#steps.findIndex((step) => step.from === before.#serialNumber);
    if (from === -1) return editBetween(before.lines.all, this.lines.all);
    const [first, ...others] = this.#steps.slice(from).map(({ edit }) => edit);
    const edit = others.reduce(combined, first);
    return narrowed(edit, (own, other) => this.lines.at(own) === before.lines.at(other));
  }

  #after(lines: Lines, edit: Edit): TraceDocument {
    const found = landmarksOf(lines, edit);
    // What was read stays read: after an edit only its own lines are left.
    const slow = this.#isRead ? [] : this.#landmarks.slow;
    const landmarks = {
      scenarios: moved(this.#landmarks.scenarios, found.scenarios, edit),
      silencing: moved(this.#landmarks.silencing, found.silencing, edit),
      slow: moved(slow, found.slow, edit),
    };
    const step = { from: this.#serialNumber, edit };
    return new TraceDocument(lines, this.cache, landmarks, [...this.#steps.slice(1 - remembered), step]);
  }
}

function withoutMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}

function divide(starts: readonly number[], count: number): Sections {
  const scenarios = starts.map((start, index) => ({ start, end: starts[index + 1] ?? count }));
  return { header: { start: 0, end: starts[0] ?? count }, scenarios };
}

/** The landmarks among the lines of a range. */
function landmarksOf(lines: Lines, { start, end }: LineRange): Landmarks {
  const scenarios: number[] = [];
  const silencing: number[] = [];
  const slow: number[] = [];
  for (let index = start; index < end; index++) {
    const line = lines.glance(index);
    if (line.isUnread) slow.push(index);
    if (line.opensScenario) scenarios.push(index);
    // The text is cut out each time: most lines need not be.
    if (line.hasComment && maySilence(line.text)) silencing.push(index);
  }
  return { scenarios, silencing, slow };
}

/** Line numbers after an edit of the lines, with those that it brought. */
function moved(known: readonly number[], fresh: readonly number[], edit: Edit): readonly number[] {
  const above = firstIndex(known.length, (index) => known[index] >= edit.start);
  const below = firstIndex(known.length, (index) => known[index] >= edit.endBefore);
  const shift = shiftOf(edit);
  if (fresh.length === 0 && above === below && shift === 0) return known;
  return known.slice(0, above).concat(
    fresh,
    known.slice(below).map((line) => line + shift),
  );
}
