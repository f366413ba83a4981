/** Makes the timeline of an evaluated scenario, bit by bit, so that other things can be done in between. */
import { type Analysis, answerShown } from "../analysis/analysis.ts";
import { diagnosticsBetween } from "../analysis/place.ts";
import { RunCursor } from "../evaluate/run-cursor.ts";
import { lineOf, type PlacedEvaluation } from "../rules/operations.ts";
import { variantWords } from "../rules/words.ts";
import { itemAt } from "../syntax/item-at.ts";
import { Histories, Looks } from "./histories.ts";
import { rowsOf } from "./rows.ts";
import type { Timeline, TimelineOperation } from "./timeline.ts";

/** With so many vCPUs each has a row; of more only those that are ever signalled. */
const MOST_SHOWN = 8;

export class TimelineRun {
  readonly #analysis: Analysis;
  readonly #placed: PlacedEvaluation;
  readonly #cursor: RunCursor;
  readonly #looks = new Looks();
  readonly #histories: readonly Histories[];
  readonly #operations: TimelineOperation[] = [];
  readonly #failing: ReadonlySet<number>;

  /** @param placed a scenario of the analysis, which is done */
  constructor(analysis: Analysis, placed: PlacedEvaluation) {
    this.#analysis = analysis;
    this.#placed = placed;
    this.#cursor = new RunCursor(placed.evaluation);
    this.#histories = this.#cursor.vgics.map((vgic) => new Histories(vgic, this.#looks));
    const last = placed.firstLine + placed.evaluation.scenario.lines.length - 1;
    this.#failing = new Set(
      diagnosticsBetween(analysis, placed.firstLine, last)
        .filter(({ code }) => code === "expectation")
        .map(({ range }) => range.start.line),
    );
  }

  /** Goes on by up to so many operations. @returns the timeline once all are done */
  advance(count: number): Timeline | undefined {
    const { length } = this.#placed.evaluation.scenario.operations;
    const end = Math.min(this.#cursor.position + count, length);
    while (this.#cursor.position < end) {
      this.#operations.push(this.#operation(this.#cursor.position));
      this.#cursor.step();
      this.#note(this.#cursor.position);
    }
    return end === length ? this.#concluded() : undefined;
  }

  /** Takes note of what the operation before a column just did under each variant. */
  #note(column: number): void {
    const { outcomes } = this.#placed.evaluation;
    this.#histories.forEach((histories, variant) => {
      if (outcomes.failsHost(column - 1, variant)) histories.end(column);
      else histories.note(column);
    });
  }

  #operation(index: number): TimelineOperation {
    const { evaluation } = this.#placed;
    const line = lineOf(this.#placed, index);
    const { text, parsed } = this.#analysis.document.lines.at(line);
    const { start, end } = parsed.statement ?? { start: 0, end: text.length };
    const outcome = parsed.statement && "outcome" in parsed.statement ? parsed.statement.outcome : undefined;
    const hasEnded = (variant: number) => evaluation.outcomes.hasEnded(index, variant);
    const answers = evaluation.variants.map((_, variant) => answerShown(evaluation, index, variant));
    const others = evaluation.variants.flatMap(({ id }, variant) =>
      answers[variant] === answers[0] ? [] : [`${variantWords([id])}: ${answers[variant]}`],
    );
    return {
      line,
      text: text.slice(start, outcome?.start ?? end).trimEnd(),
      answer: [answers[0], ...others].join(" · "),
      differs: answers.some((answer, variant) => answer !== answers[0] && !hasEnded(variant) && !hasEnded(0)),
      parts: evaluation.recording.rooted.has(index),
      fails: this.#failing.has(line),
    };
  }

  #concluded(): Timeline {
    const { firstLine, evaluation } = this.#placed;
    const { rows, configuredOnly } = rowsOf(this.#histories, {
      columns: this.#operations.length + 1,
      looks: this.#looks.all,
      layout: itemAt(this.#cursor.vgics, 0).layout,
      mostCpus: MOST_SHOWN,
    });
    return {
      title: evaluation.scenario.title,
      line: firstLine,
      variants: evaluation.variants.map(({ id }) => variantWords([id])),
      operations: this.#operations,
      looks: this.#looks.all,
      rows,
      configuredOnly,
    };
  }
}

/** The timeline of a scenario, at once. */
export function timelineOf(analysis: Analysis, placed: PlacedEvaluation): Timeline {
  const run = new TimelineRun(analysis, placed);
  for (;;) {
    const timeline = run.advance(Number.POSITIVE_INFINITY);
    if (timeline !== undefined) return timeline;
  }
}
