/** The operations of a scenario, each made from its line when it is asked for. */
import { type Edit, narrowed, replaceItems } from "../document/edit.ts";
import type { TraceLine } from "../document/line.ts";
import type { Lines } from "../document/lines.ts";
import { firstIndex } from "../document/sorted.ts";
import type { Halves } from "../syntax/number.ts";
import type { Expectation, Operation } from "./operation.ts";
import type { Template } from "./template.ts";

export class Operations {
  readonly #lines: Lines;
  readonly #templates: readonly Template[];
  readonly #lineNumbers: Int32Array;
  readonly length: number;
  /** The operation that was made last: mostly it is asked for several times in a row. */
  #last: Operation | undefined;
  #lastIndex = -1;

  /**
   * @param templates what each is made from, together with its line
   * @param lineNumbers the line of each, counted from the first of these
   * @param length how many of them there are; both lists may be longer
   */
  constructor(lines: Lines, templates: readonly Template[], lineNumbers: Int32Array, length: number) {
    this.#lines = lines;
    this.#templates = templates;
    this.#lineNumbers = lineNumbers;
    this.length = length;
  }

  /** An operation; `index` is from 0 to below the length. */
  at(index: number): Operation {
    const template = this.#templates[index];
    if (template.isSample) return template.sample;
    if (this.#last !== undefined && this.#lastIndex === index) return this.#last;
    this.#last = template.operation(this.#glance(index));
    this.#lastIndex = index;
    return this.#last;
  }

  /** The kind of an operation, for which it need not be made. */
  kind(index: number): Operation["kind"] {
    return this.#templates[index].kind;
  }

  /** Whether the success of an operation comes with a value. */
  returns(index: number): boolean {
    return this.#templates[index].returns;
  }

  /** What an operation must answer. */
  expectation(index: number): Expectation | undefined {
    const template = this.#templates[index];
    return template.hasExpectation ? template.expectation(this.#glance(index)) : undefined;
  }

  /** The value that an operation must give under the declared revision, where nothing else is expected of it. */
  plainAnswer(index: number): Halves | undefined {
    const template = this.#templates[index];
    return template.hasPlainAnswer ? template.plainAnswer(this.#glance(index)) : undefined;
  }

  /** The line that an operation stands on. */
  line(index: number): TraceLine {
    return this.#lines.at(this.#lineNumbers[index]);
  }

  #glance(index: number): TraceLine {
    return this.#lines.glance(this.#lineNumbers[index]);
  }

  /** The number of that line, counted from the scenario's first. */
  lineNumber(index: number): number {
    return this.#lineNumbers[index];
  }

  /** How many of them stand above a line of the scenario. */
  above(line: number): number {
    return firstIndex(this.length, (index) => this.#lineNumbers[index] >= line);
  }

  *[Symbol.iterator](): Generator<Operation, void> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  /** What some of them are made from. */
  templates(start: number, end: number): readonly Template[] {
    return this.#templates.slice(start, end);
  }

  /**
   * The operations after an edit of them.
   * @param lines those of the scenario after the edit
   * @param come what stands instead of the operations from `edit.start` to `edit.endBefore`, on these lines
   * @param shift how far lines after the edit have moved
   */
  edited(
    lines: Lines,
    edit: Edit,
    come: { readonly templates: readonly Template[]; readonly lineNumbers: readonly number[] },
    shift: number,
  ): Operations {
    const gone = { start: edit.start, end: edit.endBefore };
    const templates = this.#templates.slice(0, this.length);
    replaceItems(templates, gone, come.templates);
    const lineNumbers = this.#movedLines(edit, come.lineNumbers, shift);
    return new Operations(lines, templates, lineNumbers, templates.length);
  }

  #movedLines({ start, end, endBefore }: Edit, come: readonly number[], shift: number): Int32Array {
    const before = this.#lineNumbers.subarray(0, this.length);
    const isSame = shift === 0 && end === endBefore && come.every((line, i) => line === before[start + i]);
    if (isSame) return before;
    const lines = new Int32Array(before.length + end - endBefore);
    lines.set(before.subarray(0, start));
    lines.set(come, start);
    lines.set(before.subarray(endBefore), end);
    if (shift !== 0) for (let i = end; i < lines.length; i++) lines[i] += shift;
    return lines;
  }

  /** The smallest edit that makes these of others: the same operation is made from the same, on the same line. */
  editSince(before: Operations): Edit {
    const isSame = (own: number, other: number) =>
      this.#templates[own] === before.#templates[other] && this.line(own) === before.line(other);
    return narrowed({ start: 0, end: this.length, endBefore: before.length }, isSame);
  }
}
