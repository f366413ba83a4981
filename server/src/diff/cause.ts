/** Finds the edited line because of which an operation answers differently, by running the scenario half edited. */

import { answerText, overridden } from "../analysis/analysis.ts";
import { TraceDocument } from "../document/document.ts";
import { type Evaluation, evaluate } from "../evaluate/lockstep.ts";
import { labelOf } from "../evaluate/variant.ts";
import { resolve } from "../program/resolve.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Item } from "./align.ts";
import type { EditedLines } from "./change.ts";
import type { Side } from "./statements.ts";

/** A scenario may be run so often half edited, and so many operations of it; then a cause is several lines. */
const MOST_RUNS = 64;
const MOST_OPERATIONS = 2_000_000;

/** A scenario with the first edits made, and the others not. */
interface HalfEdited {
  readonly evaluation: Evaluation;
  /** The operation of each statement that both sides have, by its line after the change. */
  readonly operations: ReadonlyMap<number, number>;
}

/** The causes of what a change of one scenario changes. */
export class Causes {
  readonly #before: Side;
  readonly #after: Side;
  readonly #items: readonly Item[];
  readonly #edits: readonly Item[];
  readonly #halfEdited = new Map<number, HalfEdited>();
  #operationsLeft = MOST_OPERATIONS;

  /** @param items all statements of both sides */
  constructor(before: Side, after: Side, items: readonly Item[]) {
    this.#before = before;
    this.#after = after;
    this.#items = items;
    this.#edits = items.filter(({ isSame }) => !isSame);
  }

  /**
   * The edited lines because of which an operation that both sides have gives an answer under a label: edits are made
   * one after the other until it does. Several lines where to find the one would take too long.
   * @param line of the operation, after the change
   */
  of(line: number, label: string, answer: string): EditedLines | undefined {
    // What an operation answers depends on nothing below it.
    let made = this.#editsAbove(line);
    let missing = 0;
    while (made - missing > 1) {
      const middle = (made + missing) >> 1;
      const half = this.#withEdits(middle);
      if (half === undefined) break;
      if (answerIn(half, line, label) === answer) made = middle;
      else missing = middle;
    }
    return this.#linesOf(this.#edits.slice(missing, made));
  }

  #editsAbove(line: number): number {
    let count = 0;
    for (const { isSame, part, after } of this.#items) {
      if (isSame && part === "own" && after !== undefined && after.line >= line) break;
      if (!isSame) count++;
    }
    return count;
  }

  /** The scenario with some of the first edits made; undefined when that has been done too often. */
  #withEdits(count: number): HalfEdited | undefined {
    const known = this.#halfEdited.get(count);
    if (known !== undefined) return known;
    this.#operationsLeft -= this.#after.own.length;
    if (this.#halfEdited.size >= MOST_RUNS || this.#operationsLeft < 0) return undefined;
    const half = this.#evaluated(count);
    this.#halfEdited.set(count, half);
    return half;
  }

  #evaluated(count: number): HalfEdited {
    const parts: Record<Item["part"], string[]> = { head: [], own: ['scenario ""'] };
    const lines = new Map<number, number>();
    let edits = 0;
    for (const { isSame, part, before, after } of this.#items) {
      const isMade = isSame || edits++ < count;
      const taken = isMade ? after : before;
      if (taken === undefined) continue;
      const { document } = (isMade ? this.#after : this.#before).analysis;
      if (isSame && part === "own") lines.set(parts.own.length, taken.line);
      parts[part].push(document.lines.at(taken.line).text);
    }
    const text = [...parts.head, ...parts.own, ""].join("\n");
    const { options } = this.#after.analysis;
    const { scenarios } = resolve(TraceDocument.of(text), undefined, options.hosts);
    const { scenario } = itemAt(scenarios, 0);
    const evaluation = evaluate(overridden(scenario, options));
    const found = new Map<number, number>();
    const { operations } = evaluation.scenario;
    for (let index = 0; index < operations.length; index++) {
      const line = lines.get(operations.lineNumber(index));
      if (line !== undefined) found.set(line, index);
    }
    return { evaluation, operations: found };
  }

  /** What stands there after the change; where that is nothing, what is gone. */
  #linesOf(edits: readonly Item[]): EditedLines | undefined {
    const came = edits.flatMap(({ after }) => after ?? []);
    const side = came.length > 0 ? "after" : "before";
    const statements = side === "after" ? came : edits.flatMap(({ before }) => before ?? []);
    const [begin, end] = [statements[0], statements.at(-1)];
    if (begin === undefined || end === undefined) return undefined;
    const [first, last] = [begin.line, end.line];
    return { side, first, last, text: first === last ? begin.key : undefined };
  }
}

function answerIn({ evaluation, operations }: HalfEdited, line: number, label: string): string | undefined {
  const operation = operations.get(line);
  const variant = evaluation.variants.findIndex((one) => labelOf(one.id) === label);
  return operation === undefined || variant < 0 ? undefined : answerText(evaluation, operation, variant);
}
