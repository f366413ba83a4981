/** The shapes of the lines that were read so far. shape.ts says what they are for. */
import { parseLine } from "../../syntax/parse.ts";
import { Mask } from "./mask.ts";
import { Shape } from "./shape.ts";

/** Then all shapes are dropped and collected again. */
const mostShapes = 20_000;

/** Whatever its digits are, a number fits in 64 bits if it has no more characters. */
const longNumber = /(?<!\w)\d\w{18}/;

/**
 * Belongs to whoever reads documents (a session, a lint, a worker): documents that share it share the work for lines
 * that are alike.
 */
export class LineCache {
  readonly #mask = new Mask();
  /** By the hash of their masks; of several with one hash, the last. */
  readonly #shapes = new Map<number, Shape>();

  /** Masks a line of a text from where it starts to the first character that cannot be masked, and says where that is. */
  mask(source: string, start: number): number {
    return this.#mask.read(source, start);
  }

  /** The shape of the line that was masked last; undefined if it cannot be read, or says nothing about lines like it. */
  shapeOfMasked(source: string, start: number): Shape | undefined {
    const mask = this.#mask;
    const { hash } = mask;
    const known = this.#shapes.get(hash);
    if (known?.isOf(mask)) return known;
    // A copy: else all of the text that the line is from would be kept with its words.
    const text = ` ${source.slice(start, start + mask.length)}`.slice(1);
    const { statement, problem } = parseLine(text);
    if (problem !== undefined || longNumber.test(text)) return undefined;
    if (this.#shapes.size >= mostShapes) this.#shapes.clear();
    const shape = new Shape(mask, statement);
    this.#shapes.set(hash, shape);
    return shape;
  }
}
