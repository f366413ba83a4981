/** Lines in order: those of a document, or of a part of it. */
import type { LineReader, TraceLine } from "./line.ts";

/** Lines [start, end). */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** Where lines come from. */
interface Source {
  readonly length: number;
  /** A line, the same object each time. */
  at(index: number): TraceLine;
  /** A line for a look at it: perhaps another object the next time, which costs less than to keep it. */
  glance(index: number): TraceLine;
  /** Lines [start, end). */
  slice(start: number, end: number): readonly TraceLine[];
}

export class Lines {
  #source: Source;
  #start: number;
  readonly length: number;

  private constructor(source: Source, { start, end }: LineRange) {
    this.#source = source;
    this.#start = start;
    this.length = end - start;
  }

  /** Lines that there are already. The list is not copied. */
  static of(lines: readonly TraceLine[]): Lines {
    return new Lines(new Made(lines), { start: 0, end: lines.length });
  }

  /** Lines that were read. */
  static read(reader: LineReader): Lines {
    return new Lines(new Read(reader), { start: 0, end: reader.shapes.length });
  }

  /** A part of these: they are copied only once the document has gone on. */
  part({ start, end }: LineRange): Lines {
    return new Lines(this.#source, { start: this.#start + start, end: this.#start + end });
  }

  /** A line, counted from the first of these; the same object each time. */
  at(index: number): TraceLine {
    return this.#source.at(this.#start + index);
  }

  /** A line for a look at it: perhaps another object the next time. It costs less where most lines are looked at once. */
  glance(index: number): TraceLine {
    return this.#source.glance(this.#start + index);
  }

  /** All of them, as `at` gives them. */
  get all(): readonly TraceLine[] {
    return this.#source.slice(this.#start, this.#start + this.length);
  }

  /** Copies the lines, so that those of the document can be forgotten. */
  settle(): void {
    if (this.length === this.#source.length) return;
    this.#source = new Made(this.all);
    this.#start = 0;
  }
}

/** Lines that there are. */
class Made implements Source {
  readonly #lines: readonly TraceLine[];

  constructor(lines: readonly TraceLine[]) {
    this.#lines = lines;
  }

  get length(): number {
    return this.#lines.length;
  }

  at(index: number): TraceLine {
    return this.#lines[index];
  }

  glance(index: number): TraceLine {
    return this.#lines[index];
  }

  slice(start: number, end: number): readonly TraceLine[] {
    return end - start === this.length ? this.#lines : this.#lines.slice(start, end);
  }
}

/** So many are made one by one; who asks for more asks for all. */
const mostSingle = 1000;

/** Lines of a text, each made only when asked for. */
class Read implements Source {
  readonly #reader: LineReader;
  readonly #single = new Map<number, TraceLine>();
  #all: readonly TraceLine[] | undefined;

  constructor(reader: LineReader) {
    this.#reader = reader;
  }

  get length(): number {
    return this.#reader.shapes.length;
  }

  at(index: number): TraceLine {
    if (this.#all !== undefined) return this.#all[index];
    const known = this.#single.get(index);
    if (known !== undefined) return known;
    if (this.#single.size >= mostSingle) return this.slice(0, this.length)[index];
    const line = this.#reader.line(index);
    this.#single.set(index, line);
    return line;
  }

  glance(index: number): TraceLine {
    if (this.#all !== undefined) return this.#all[index];
    // What has no shape is read as it is made, and that takes long.
    return this.#reader.shapes[index] === undefined ? this.at(index) : this.#reader.line(index);
  }

  slice(start: number, end: number): readonly TraceLine[] {
    if (this.#all === undefined && end - start <= mostSingle) {
      return Array.from({ length: end - start }, (_, index) => this.at(start + index));
    }
    this.#all ??= this.#reader.shapes.map((_, index) => this.#single.get(index) ?? this.#reader.line(index));
    return end - start === this.length ? this.#all : this.#all.slice(start, end);
  }
}

/** The first line of a range that says something, or makes no sense. */
export function firstStatement(lines: Lines, { start, end }: LineRange): number | undefined {
  for (let line = start; line < end; line++) {
    const { statement, problem } = lines.glance(line).parsed;
    if (statement !== undefined || problem !== undefined) return line;
  }
  return undefined;
}
