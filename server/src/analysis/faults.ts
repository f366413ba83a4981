/** What is wrong with a trace in numbers, and what of it says nothing therefore: every command counts in this way. */
import type { Program } from "../program/program.ts";
import { isUndeclared, unreadLines } from "../rules/shared-cause.ts";
import type { Analysis } from "./analysis.ts";

export interface Faults {
  /** The errors that `lint` tells. */
  readonly errors: number;
  /** The lines that could not be read, or whose operation could not be done. */
  readonly unread: number;
  /** The scenarios of which a declaration is missing or wrong, also where a comment or the configuration silences that. */
  readonly untested: number;
}

/** The faults of a trace. */
export function faultsOf({ diagnostics, program }: Analysis): Faults {
  return {
    errors: diagnostics.filter(({ severity }) => severity === "error").length,
    unread: unreadIn(program),
    untested: program.scenarios.filter(({ scenario }) => isUndeclared(scenario)).length,
  };
}

/** How many lines of a program could not be read, or done. */
export function unreadIn({ header, scenarios }: Program): number {
  const inHeader = header.problems.filter(({ code }) => code === "syntax").length;
  return scenarios.reduce((sum, { scenario }) => sum + unreadLines(scenario), inHeader + misplacedIn(header));
}

/** The operations above the first scenario: one message says it of all. */
function misplacedIn({ lines, problems }: Program["header"]): number {
  const isMisplaced = problems.some(
    (problem) => problem.code === "misplaced-declaration" && problem.what === "operation",
  );
  return isMisplaced ? lines.all.filter(({ isOperation }) => isOperation).length : 0;
}
