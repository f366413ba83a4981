/** A trace to the smallest that still shows one of its findings. */
import { type Analysis, analyse, type Diagnostic } from "../analysis/analysis.ts";
import { TraceDocument } from "../document/document.ts";
import { minimise } from "./minimise.ts";

/** The finding to keep. */
export interface Kept {
  readonly code: string;
  /** Counted from 0; absent: the first finding of the code. */
  readonly line?: number;
}

/** What a reduction came to. */
export interface Reduction {
  readonly text: string;
  /** Lines with statements, before and after. */
  readonly before: number;
  readonly after: number;
  /** Traces that were analysed. */
  readonly tries: number;
}

/** A statement with the comments above it: they go and stay together. */
interface Unit {
  readonly lines: readonly number[];
  /** The line of the statement. */
  readonly line: number;
  /** The scenario that it is in, counted from 1; 0 above the first. */
  readonly scenario: number;
  readonly title: boolean;
}

/** Findings about the language: taking a line away must not make such. */
const languageCodes = /^(?:syntax|unknown-|invalid-|missing-|misplaced-|duplicate-)/;

/**
 * Takes away what a finding does not need: other scenarios, lines, declarations. The finding stays at its line with
 * the same outcomes, and no line becomes wrong that was not.
 * @param progress is told how many statements are left, after each try
 * @returns why there is nothing to keep, if so
 */
export function reduce(text: string, kept: Kept, progress?: (left: number) => void): Reduction | string {
  const analysis = analyse(TraceDocument.of(text));
  const target = analysis.diagnostics.find(
    ({ code, range }) => code === kept.code && (kept.line === undefined || range.start.line === kept.line),
  );
  if (target === undefined) return nothingToKeep(analysis, kept);
  const original = analysis.document.lines.all.map((line) => line.text);
  const wrong = countWrong(analysis);
  const units = unitsOf(analysis);
  let tries = 0;
  const shows = (some: readonly Unit[]): boolean => {
    tries++;
    progress?.(some.length);
    const numbers = some.flatMap(({ lines }) => lines);
    const again = analyse(TraceDocument.of(numbers.map((line) => `${original[line]}\n`).join("")));
    return (
      countWrong(again) <= wrong &&
      again.diagnostics.some(
        (found) => isSame(found, target) && numbers[found.range.start.line] === target.range.start.line,
      )
    );
  };

  let left: readonly Unit[] = units;
  const own = units.find(({ lines }) => lines.includes(target.range.start.line));
  const alone = left.filter(({ scenario }) => scenario === 0 || scenario === own?.scenario);
  if (own !== undefined && alone.length < left.length && shows(alone)) left = alone;
  const upTo = left.filter(({ line }) => line <= target.range.start.line);
  if (upTo.length < left.length && shows(upTo)) left = upTo;
  // The title of what stays is for the reader.
  const titles = left.filter(({ title }) => title);
  const fixed = new Set(titles.length === 1 ? titles : []);
  const free = left.filter((unit) => !fixed.has(unit));
  const few = minimise(free, (some) => shows(inOrder([...some, ...fixed])));
  left = inOrder([...few, ...fixed]);
  return { text: readable(left, original), before: units.length, after: left.length, tries };
}

function inOrder(units: readonly Unit[]): Unit[] {
  return [...units].sort((a, b) => a.line - b.line);
}

function nothingToKeep({ diagnostics }: Analysis, { code, line }: Kept): string {
  const same = diagnostics.filter((found) => found.code === code);
  const where = same.map(({ range }) => range.start.line + 1).slice(0, 10);
  if (line !== undefined && where.length > 0) {
    return `there is no ${code} in line ${line + 1}; there is in ${where.join(", ")}`;
  }
  const codes = [...new Set(diagnostics.map((found) => found.code))];
  return `the trace shows no ${code}${codes.length === 0 ? ", and nothing else" : `; it shows ${codes.join(", ")}`}`;
}

function countWrong({ diagnostics }: Analysis): number {
  return diagnostics.filter(({ code }) => languageCodes.test(code)).length;
}

function isSame(found: Diagnostic, target: Diagnostic): boolean {
  return found.code === target.code && JSON.stringify(found.outcomes) === JSON.stringify(target.outcomes);
}

function unitsOf({ document }: Analysis): Unit[] {
  const units: Unit[] = [];
  let above: number[] = [];
  let scenario = 0;
  document.lines.all.forEach(({ text, parsed }, line) => {
    const isStatement = parsed.statement !== undefined || parsed.problem !== undefined;
    if (text.trim() === "") {
      // A comment with a blank line below is the file's: it stays.
      if (above.length > 0) above = [];
    } else if (!isStatement) {
      above.push(line);
    } else {
      const title = parsed.statement?.kind === "scenario";
      if (title) scenario++;
      units.push({ lines: [...above, line], line, scenario, title });
      above = [];
    }
  });
  return units;
}

/** The lines that are left, with the blank lines and the file's own comments at their beginning. */
function readable(units: readonly Unit[], original: readonly string[]): string {
  const kept = new Set(units.flatMap(({ lines }) => lines));
  const text: string[] = [];
  let blank = false;
  const introduction = introductionOf(original);
  original.forEach((line, number) => {
    if (line.trim() === "") blank = text.length > 0;
    else if (kept.has(number) || number < introduction) {
      if (blank) text.push("");
      blank = false;
      text.push(line);
    }
  });
  return `${text.join("\n")}\n`;
}

/** How many lines of comments the file begins with; none if a statement follows at once. */
function introductionOf(original: readonly string[]): number {
  const end = original.findIndex((line) => !line.trim().startsWith("#"));
  return end >= 0 && original[end].trim() === "" ? end : 0;
}
