/**
 * A scenario that is gone through. It is evaluated as a whole before, so that any operation can be gone to. What is
 * tried ("what if") is a line that is put into a copy of the text; the file stays as it is.
 */

import { type Analysis, type AnalysisOptions, analyse, answerShown } from "../analysis/analysis.ts";
import { diagnosticsBetween, operationOn } from "../analysis/place.ts";
import { TraceDocument } from "../document/document.ts";
import { RunCursor } from "../evaluate/run-cursor.ts";
import type { VariantId } from "../evaluate/variant.ts";
import { lineOf, type PlacedEvaluation } from "../rules/operations.ts";
import { itemAt } from "../syntax/item-at.ts";
import { parseLine } from "../syntax/parse.ts";
import { isOperation } from "../syntax/statement.ts";
import type { Vgic } from "../vgic/vgic.ts";

/** A line of the copy: the file's line that it is, or, for one that is tried, that it stands before. */
interface Origin {
  readonly line: number;
  readonly isTried: boolean;
}

export class DebuggedScenario {
  readonly #options: AnalysisOptions;
  readonly #index: number;
  #analysis: Analysis;
  #placed: PlacedEvaluation;
  #cursor: RunCursor;
  #origins: readonly Origin[];

  private constructor(analysis: Analysis, index: number, options: AnalysisOptions) {
    this.#options = options;
    this.#index = index;
    this.#analysis = analysis;
    this.#placed = itemAt(analysis.scenarios, index);
    this.#cursor = new RunCursor(this.#placed.evaluation);
    this.#origins = Array.from({ length: analysis.document.lines.length }, (_, line) => ({
      line,
      isTried: false,
    }));
  }

  /**
   * Evaluates a trace.
   * @param wanted the title of the scenario that is meant; the first with operations without one
   * @returns why it cannot be gone through, if it cannot
   */
  static open(text: string, wanted: string | undefined, options: AnalysisOptions): DebuggedScenario | string {
    const analysis = analyse(TraceDocument.of(text), options);
    const { scenarios } = analysis;
    const hasOperations = ({ evaluation }: PlacedEvaluation) => evaluation.scenario.operations.length > 0;
    const index = scenarios.findIndex((placed) =>
      wanted === undefined ? hasOperations(placed) : placed.evaluation.scenario.title === wanted,
    );
    if (index === -1 && wanted !== undefined) {
      const titles = scenarios.map(({ evaluation }) => `"${evaluation.scenario.title}"`);
      return `the trace has no scenario "${wanted}"; it has ${titles.join(", ") || "none"}`;
    }
    const placed = scenarios[index];
    if (placed === undefined) return "the trace has no operations: there is nothing to go through";
    if (!hasOperations(placed)) return `the scenario "${wanted}" has no operations`;
    return new DebuggedScenario(analysis, index, options);
  }

  get analysis(): Analysis {
    return this.#analysis;
  }

  get placed(): PlacedEvaluation {
    return this.#placed;
  }

  get title(): string {
    return this.#placed.evaluation.scenario.title;
  }

  /** The ids of the variants, the declared one first. */
  get ids(): readonly VariantId[] {
    return this.#placed.evaluation.variants.map(({ id }) => id);
  }

  /** How many operations there are. */
  get length(): number {
    return this.#placed.evaluation.scenario.operations.length;
  }

  /** How many of them are done. */
  get position(): number {
    return this.#cursor.position;
  }

  /** One a variant, as they are once these are done. */
  get vgics(): readonly Vgic[] {
    return this.#cursor.vgics;
  }

  moveTo(position: number): void {
    this.#cursor.moveTo(position);
  }

  /** The line of the copy on which an operation stands; after the last one, the last one's. */
  lineInCopy(operation: number): number {
    return lineOf(this.#placed, Math.min(operation, this.length - 1));
  }

  /** The file's line that an operation stands on, or before. */
  lineInFile(operation: number): number {
    return itemAt(this.#origins, this.lineInCopy(operation)).line;
  }

  /** Whether an operation is tried and does not stand in the file. */
  isTried(operation: number): boolean {
    return itemAt(this.#origins, this.lineInCopy(operation)).isTried;
  }

  /** The first operation on a line of the file or below; undefined outside of the scenario. */
  operationFrom(line: number): number | undefined {
    const { firstLine, evaluation } = this.#placed;
    const first = itemAt(this.#origins, firstLine);
    const last = itemAt(this.#origins, firstLine + evaluation.scenario.lines.length - 1);
    if (line < first.line || line > last.line) return undefined;
    for (let index = 0; index < this.length; index++) {
      if (!this.isTried(index) && this.lineInFile(index) >= line) return index;
    }
    return undefined;
  }

  /** The operation on a line of the file. */
  operationOn(line: number): number | undefined {
    const operation = this.operationFrom(line);
    return operation !== undefined && this.lineInFile(operation) === line ? operation : undefined;
  }

  /** Lines of the file that have an operation, from one line to another. */
  linesWithOperations(first: number, last: number): number[] {
    const lines: number[] = [];
    for (let index = 0; index < this.length; index++) {
      const line = this.lineInFile(index);
      if (line >= first && line <= last && !this.isTried(index)) lines.push(line);
    }
    return lines;
  }

  /** An operation as it stands in the text, without its comment. */
  textOf(operation: number): string {
    const { text, parsed } = this.#analysis.document.lines.at(this.lineInCopy(operation));
    return parsed.statement === undefined ? text : text.slice(parsed.statement.start, parsed.statement.end);
  }

  /** What an operation answers, a variant each. */
  answers(operation: number): string[] {
    const { evaluation } = this.#placed;
    return evaluation.variants.map((_, variant) => answerShown(evaluation, operation, variant));
  }

  /** Why the answer of an operation is not as expected, or that the host fails there; undefined if all is well. */
  failure(operation: number): string | undefined {
    const line = this.lineInCopy(operation);
    return diagnosticsBetween(this.#analysis, line, line).find(
      ({ code }) => code === "expectation" || code === "host-failure",
    )?.message;
  }

  /** Whether the host of a variant has failed in what is done: the scenario has ended there. */
  hasEnded(variant: number): boolean {
    const { position } = this;
    return position > 0 && this.#placed.evaluation.outcomes.failsHost(position - 1, variant);
  }

  /** Whether variants diverge in an operation: in what they answer, or in the state that it leaves. */
  parts(operation: number): boolean {
    const { differences, rooted } = this.#placed.evaluation.recording;
    return differences.has(operation) || rooted.has(operation);
  }

  /**
   * Does an operation here that the trace does not have.
   * @returns what is wrong with it
   */
  tryOut(text: string): string | undefined {
    const { position } = this;
    const isBehindAll = position === this.length;
    const line = this.lineInCopy(position) + (isBehindAll ? 1 : 0);
    const origin = { line: this.lineInFile(position), isTried: true };
    const problem = this.#change(text, line, line, [
      ...this.#origins.slice(0, line),
      origin,
      ...this.#origins.slice(line),
    ]);
    if (problem === undefined) this.moveTo(position + 1);
    return problem;
  }

  /**
   * Lets the next operation be another one.
   * @returns what is wrong with it
   */
  replaceNext(text: string): string | undefined {
    if (this.position === this.length) return "there is no operation left";
    const line = this.lineInCopy(this.position);
    return this.#change(text, line, line + 1, this.#origins);
  }

  /** Puts a line with an operation instead of the lines of the copy from `start` to below `end`. */
  #change(text: string, start: number, end: number, origins: readonly Origin[]): string | undefined {
    const { statement, problem } = parseLine(text);
    if (!isOperation(statement))
      return problem === undefined ? `\`${text}\` is no operation` : `\`${text}\` does not parse`;
    const { position } = this;
    const lines = this.#analysis.document.text.split("\n");
    lines.splice(start, end - start, text);
    const analysis = analyse(TraceDocument.of(lines.join("\n")), this.#options, this.#analysis);
    const placed = itemAt(analysis.scenarios, this.#index);
    if (operationOn(placed, start) === undefined) {
      const [found] = diagnosticsBetween(analysis, start, start);
      return found === undefined ? `\`${text}\` does nothing here` : found.message;
    }
    this.#analysis = analysis;
    this.#placed = placed;
    this.#origins = origins;
    this.#cursor = new RunCursor(placed.evaluation);
    this.moveTo(position);
    return undefined;
  }
}
