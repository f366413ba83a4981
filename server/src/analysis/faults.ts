/** What is wrong with a trace in numbers, and what of it says nothing therefore: every command counts in this way. */
import type { Problem } from "../program/problem.ts";
import type { Program } from "../program/program.ts";
import type { Code } from "../rules/finding.ts";
import { isUndeclared, unreadLines } from "../rules/shared-cause.ts";
import { Silence } from "../rules/suppressions.ts";
import type { Analysis } from "./analysis.ts";
import { severityOf } from "./diagnostic.ts";

export interface Faults {
  /** The errors that `lint` tells. */
  readonly errors: number;
  /** The lines that could not be read, or whose operation could not be done. */
  readonly unread: number;
  /** Those of them of which no error tells why, in order. */
  readonly hidden: readonly HiddenLine[];
  /** The scenarios of which a declaration is missing or wrong, also where a comment or the configuration silences that. */
  readonly untested: number;
}

/** A line that did not run, and of which no error tells why. Lines count from 0. */
export interface HiddenLine {
  readonly line: number;
  /** The line of the comment that silences it; absent where the configuration does. */
  readonly comment?: number;
}

/** The faults of a trace. */
export function faultsOf(analysis: Analysis): Faults {
  const { diagnostics, program } = analysis;
  const unread = unreadIn(program);
  return {
    errors: diagnostics.filter(({ severity }) => severity === "error").length,
    unread: unread.length,
    hidden: unread.length === 0 ? [] : hiddenAmong(unread, analysis),
    untested: program.scenarios.filter(({ scenario }) => isUndeclared(scenario)).length,
  };
}

/** A line that could not be read, or done, and the codes of what is said of it. */
interface UnreadLine {
  readonly line: number;
  readonly codes: readonly Code[];
}

/** The lines of a program that could not be read, or done. */
export function unreadIn({ header, scenarios }: Program): UnreadLine[] {
  return scenarios.reduce((all, { firstLine, scenario }) => {
    return all.concat(withCodes(unreadLines(scenario), scenario.problems, firstLine));
  }, unreadInHeader(header));
}

/** Of the operations above the first scenario one message says that they are misplaced. */
function unreadInHeader({ lines, problems }: Program["header"]): UnreadLine[] {
  const unread = problems.flatMap(({ code, line }) => (code === "syntax" ? [line] : []));
  const all = withCodes(new Set(unread), problems, 0);
  const isMisplaced = problems.some(
    (problem) => problem.code === "misplaced-declaration" && problem.what === "operation",
  );
  if (!isMisplaced) return all;
  const misplaced = lines.all.flatMap(({ isOperation }, line) =>
    isOperation ? [{ line, codes: ["misplaced-declaration" as const] }] : [],
  );
  return [...all, ...misplaced].sort((a, b) => a.line - b.line);
}

function withCodes(
  lines: ReadonlySet<number>,
  problems: readonly Problem[],
  firstLine: number,
): UnreadLine[] {
  const codes = new Map([...lines].sort((a, b) => a - b).map((line): [number, Code[]] => [line, []]));
  for (const { code, line } of problems) codes.get(line)?.push(code);
  return [...codes].map(([line, said]) => ({ line: firstLine + line, codes: said }));
}

function hiddenAmong(unread: readonly UnreadLine[], { document, options }: Analysis): HiddenLine[] {
  const silence = new Silence(document);
  return unread.flatMap(({ line, codes }) => {
    const told = codes.filter((code) => severityOf(code, options.severities) === "error");
    const comments = told.map((code) => silence.commentOn(code, line));
    return comments.includes(undefined) ? [] : [{ line, comment: comments[0] }];
  });
}
