/**
 * Traces that carry their expected problems. Under a line, a comment marks a span and says what is wrong there:
 *
 *       cpu0 readx GICD_CTLR
 *     #      ^^^^^ syntax: did you mean `readl`?
 *
 * The text behind the code must be part of the problem's own text. Several markers may follow one line. A span
 * that starts in the first column cannot be marked: indent the line.
 */
import { expect } from "vitest";

/** A problem as a test sees it. */
export interface Found {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly code: string;
  readonly text: string;
}

const marker = /^#(?<blank> *)(?<carets>\^+) (?<code>[a-z-]+)(?:: (?<text>.*))?$/;

/** Compares the problems of a trace with those marked in it; shows what was missed and what was invented. */
export function expectMarked(trace: string, problemsOf: (trace: string) => readonly Found[]): void {
  const marked = marks(trace);
  const found = [...problemsOf(trace)];
  const missed: string[] = [];
  for (const mark of marked) {
    const index = found.findIndex((problem) => matches(problem, mark));
    if (index === -1) missed.push(show(mark));
    else found.splice(index, 1);
  }
  expect({ missed, invented: found.map(show) }, trace).toEqual({ missed: [], invented: [] });
}

function marks(trace: string): Found[] {
  const marked: Found[] = [];
  let target = 0;
  for (const [line, text] of trace.split(/\r?\n/).entries()) {
    const groups = marker.exec(text)?.groups;
    if (groups === undefined) {
      target = line;
      continue;
    }
    const start = 1 + groups.blank.length;
    const end = start + groups.carets.length;
    marked.push({ line: target, start, end, code: groups.code, text: groups.text ?? "" });
  }
  return marked;
}

function matches(problem: Found, mark: Found): boolean {
  return (
    problem.line === mark.line &&
    problem.start === mark.start &&
    problem.end === mark.end &&
    problem.code === mark.code &&
    problem.text.includes(mark.text)
  );
}

function show({ line, start, end, code, text }: Found): string {
  return `${line + 1}:${start}-${end} ${code}: ${text}`;
}
