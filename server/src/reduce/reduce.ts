/** A trace to the smallest that still shows one of its findings. */
import { type Analysis, analyse, type Diagnostic } from "../analysis/analysis.ts";
import { TraceDocument } from "../document/document.ts";
import { finishedPieces } from "../document/pieces.ts";
import { lastBegun } from "../document/sorted.ts";
import { type NamedHosts, NO_NAMED_HOSTS } from "../program/named-hosts.ts";
import { parseSuppression } from "../syntax/suppression.ts";
import { minimising } from "./minimise.ts";

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

/** Why a part of a trace does not do, or the lines whose expectations do not hold in it and did before. */
type Attempt = "finding-gone" | "lines-wrong" | ReadonlySet<number>;

/** How often expectations are taken away that others need. */
const MOST_ROUNDS = 4;

/** A statement with the comments above it: they go and stay together. */
interface Unit {
  readonly lines: readonly number[];
  /** The line of the statement. */
  readonly line: number;
  /** The scenario that it is in, counted from 1; 0 above the first. */
  readonly scenario: number;
  readonly title: boolean;
}

/**
 * Takes away what a finding does not need: other scenarios, lines, declarations. The finding stays at its line, about
 * the same expectation, with the same outcomes, under the same GIC, revision and host; and no line becomes wrong that
 * was not.
 * @param hosts those that a configuration names
 * @returns why there is nothing to keep, if so
 */
export function reduce(text: string, kept: Kept, hosts?: NamedHosts): Reduction | string {
  return finishedPieces(reducing(text, kept, hosts));
}

/** The same in pieces: each is an attempt, with as many statements as it says. */
export function* reducing(
  text: string,
  kept: Kept,
  hosts: NamedHosts = NO_NAMED_HOSTS,
): Generator<number, Reduction | string> {
  const options = { hosts };
  const analysis = analyse(TraceDocument.of(text), options);
  /** Of the last part that does: what the next has in common with it is not found out again. */
  let known = analysis;
  const target = analysis.diagnostics.find(
    ({ code, range }) => code === kept.code && (kept.line === undefined || range.start.line === kept.line),
  );
  if (target === undefined) return nothingToKeep(analysis, kept);
  const original = analysis.document.lines.all.map((line) => line.text);
  const { line: targetLine } = target.range.start;
  const wrong = new Set(analysis.diagnostics.filter(isError).map((one) => placeOf(one)));
  const asked = identityOf(analysis, target);
  const units = unitsOf(analysis, targetLine);
  let tries = 0;
  const attempt = (some: readonly Unit[]): Attempt => {
    tries++;
    const { lines, numbers } = readable(some, original);
    const again = analyse(known.document.withText(textOf(lines)), options, known);
    const isAsked = (found: Diagnostic): boolean =>
      numbers[found.range.start.line] === targetLine && identityOf(again, found) === asked;
    if (!again.diagnostics.some(isAsked)) return "finding-gone";
    const broken = again.diagnostics.filter((found) => isError(found) && !wrong.has(placeOf(found, numbers)));
    if (broken.some(({ code }) => code !== "expectation")) return "lines-wrong";
    if (broken.length === 0) known = again;
    return new Set(broken.flatMap(({ range }) => numbers[range.start.line] ?? []));
  };
  /** What is left once expectations are gone, too, that no longer hold without what was taken away. */
  function* shows(some: readonly Unit[]): Generator<number, readonly Unit[] | undefined> {
    let left = some;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      yield left.length;
      const broken = attempt(left);
      if (typeof broken === "string") return undefined;
      if (broken.size === 0) return left;
      if (broken.has(targetLine)) return undefined;
      left = left.filter(({ line }) => !broken.has(line));
    }
    return undefined;
  }

  let left = yield* shows(units);
  if (left === undefined || left.length < units.length)
    return { text, before: units.length, after: units.length, tries };
  const own = units.find(({ lines }) => lines.includes(targetLine));
  const alone = left.filter(({ scenario }) => scenario === 0 || scenario === own?.scenario);
  if (own !== undefined && alone.length < left.length) left = (yield* shows(alone)) ?? left;
  const upTo = left.filter(({ line }) => line <= targetLine);
  if (upTo.length < left.length) left = (yield* shows(upTo)) ?? left;
  // A line that cannot be read may pass for a declaration that it could have been.
  const read = left.filter(
    (unit) => unit === own || analysis.document.lines.at(unit.line).parsed.problem === undefined,
  );
  if (read.length < left.length) left = (yield* shows(read)) ?? left;
  // The title of the scenario that shows the finding is for the reader.
  const titles = left.filter(({ title }) => title);
  const fixed = new Set(titles.filter(({ scenario }) => titles.length === 1 || scenario === own?.scenario));
  if (own !== undefined) fixed.add(own);
  const free = left.filter((unit) => !fixed.has(unit));
  const smaller = minimising(free);
  let next = smaller.next();
  while (!next.done) {
    const shown = yield* shows(inOrder([...next.value, ...fixed]));
    next = smaller.next(shown?.filter((unit) => !fixed.has(unit)));
  }
  left = inOrder([...next.value, ...fixed]);
  const { lines } = readable(left, original);
  return { text: textOf(lines), before: units.length, after: left.length, tries };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

/** What is wrong where: a finding by its code and place, the line as it is numbered in the original. */
function placeOf({ code, range, finding }: Diagnostic, numbers?: readonly number[]): string {
  const { line, character } = range.start;
  const missing = finding.code === "missing-declaration" ? finding.declaration : "";
  return `${code} ${missing} ${numbers === undefined ? line : numbers[line]}:${character}`;
}

/** What is found in the text, whatever machine it declares. */
const READ_ALONE: ReadonlySet<string> = new Set(["syntax", "unused-name", "duplicate-declaration"]);

/** What makes a finding the one that was asked for, but for its line: what it says, and the machine that it is found on. */
function identityOf({ scenarios }: Analysis, { finding }: Diagnostic): string {
  const placed = lastBegun(scenarios, finding.line);
  const { setup } = placed?.evaluation.scenario ?? {};
  const machine = setup &&
    !READ_ALONE.has(finding.code) && { gic: setup.model, revision: setup.revision, host: setup.host.name };
  const said = JSON.stringify({ machine, finding }, (key, value) => {
    // How many others it speaks for, and where, may change.
    if (key === "causes" || key === "others" || /line$/i.test(key)) return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  });
  return said;
}

function inOrder(units: readonly Unit[]): Unit[] {
  return [...units].sort((a, b) => a.line - b.line);
}

function nothingToKeep({ diagnostics, document, options }: Analysis, { code, line }: Kept): string {
  const same = diagnostics.filter((found) => found.code === code);
  const where = same.map(({ range }) => range.start.line + 1).slice(0, 10);
  if (line !== undefined && where.length > 0) {
    return `there is no ${code} in line ${line + 1}; there is in ${where.join(", ")}`;
  }
  const text = document.text.replaceAll("vgic-ignore", "vgic-heeded");
  const { diagnostics: unsilenced } = analyse(TraceDocument.of(text), options);
  const isAsked = (found: Diagnostic) =>
    found.code === code && (line === undefined || found.range.start.line === line);
  if (unsilenced.some(isAsked))
    return `a vgic-ignore comment silences ${code}${line === undefined ? "" : ` in line ${line + 1}`}: take it away first`;
  const codes = [...new Set(diagnostics.map((found) => found.code))];
  return `the trace shows no ${code}${codes.length === 0 ? ", nor any other finding" : `; it shows ${codes.join(", ")}`}`;
}

function unitsOf({ document }: Analysis, target: number): Unit[] {
  const units: Unit[] = [];
  let above: number[] = [];
  let scenario = 0;
  document.lines.all.forEach(({ text, parsed }, line) => {
    const isStatement = parsed.statement !== undefined || parsed.problem !== undefined;
    const suppression = parsed.comment && parseSuppression(text, parsed.comment);
    if (text.trim() === "") {
      // A comment with a blank line below is the file's, unless it silences something: that is for the next statement.
      above = above.filter((line) => document.silencingLines.includes(line));
    } else if (!isStatement && line !== target && suppression?.scope !== "file") {
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

/** The lines that are left, with the blank lines and the file's own comments at their beginning, and their numbers. */
function readable(
  units: readonly Unit[],
  original: readonly string[],
): { readonly lines: readonly string[]; readonly numbers: readonly number[] } {
  const kept = new Set(units.flatMap(({ lines }) => lines));
  const lines: string[] = [];
  const numbers: number[] = [];
  const add = (line: string, number: number): void => {
    lines.push(line);
    numbers.push(number);
  };
  let blank = false;
  const introduction = introductionOf(original);
  original.forEach((line, number) => {
    if (line.trim() === "") blank = lines.length > 0;
    else if (kept.has(number) || number < introduction) {
      if (blank) add("", number);
      blank = false;
      add(line, number);
    }
  });
  return { lines, numbers };
}

function textOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** How many lines of comments the file begins with; none if a statement follows at once. */
function introductionOf(original: readonly string[]): number {
  const end = original.findIndex((line) => !line.trim().startsWith("#"));
  return end >= 0 && original[end]?.trim() === "" ? end : 0;
}
