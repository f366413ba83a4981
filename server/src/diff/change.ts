/** What a change of traces changes in meaning, as data. Lines count from 0. */
import type { Diagnostic } from "../analysis/diagnostic.ts";
import type { Untested } from "../analysis/verdicts.ts";
import type { Incomplete } from "../rules/verdict.ts";

/** Where a scenario stands on one side of the change. */
export interface ScenarioPlace {
  readonly path: string;
  readonly line: number;
  /** Empty for the scenario of a file without `scenario` lines. */
  readonly title: string;
}

/** One or several lines that were edited, which together are the cause of something. */
export interface EditedLines {
  /** The side that they stand on: what is gone stands before the change only. */
  readonly side: "before" | "after";
  readonly first: number;
  readonly last: number;
  /** The statement, where it is one line, without what it expects. */
  readonly text?: string;
}

/** An operation that stands on both sides and answers differently. */
export interface AnswerChange {
  /** Its line after the change. */
  readonly line: number;
  readonly text: string;
  readonly answers: readonly {
    /** The revision or host under which it is so. */
    readonly label: string;
    readonly before: string;
    readonly after: string;
    /** The last edit that it takes: with those above it alone it would answer something else. */
    readonly because?: EditedLines;
  }[];
}

/** An operation that stands on both sides, of which something else is expected. */
export interface ExpectationChange {
  readonly line: number;
  readonly text: string;
  /** As they are written; empty where none is. */
  readonly before: string;
  readonly after: string;
}

/** How a scenario goes under a revision or host, as numbers of errors and of lines that differ. */
export interface Standing {
  readonly errors: number;
  readonly differences: number;
  /** Why it is no verdict although there is no error: lines did not run. */
  readonly incomplete?: Incomplete;
}

export interface VerdictChange {
  readonly label: string;
  /** Absent where the scenario did not, or does not any more, run under it. */
  readonly before?: Standing;
  readonly after?: Standing;
}

/** A scenario of which the change changes something. */
export interface ScenarioChange {
  /** Absent for one that is new. */
  readonly before?: ScenarioPlace;
  /** Absent for one that is gone. */
  readonly after?: ScenarioPlace;
  /** Whether it was in another file, which is still called what it was called. */
  readonly moved: boolean;
  /** What it was declared for, where that changed: labels of a revision or host. */
  readonly declared?: { readonly before: string; readonly after: string };
  /** How many operations stand on one side only; those that stand for another count as edited. */
  readonly operations: { readonly added: number; readonly gone: number; readonly edited: number };
  readonly answers: readonly AnswerChange[];
  readonly expectations: readonly ExpectationChange[];
  /** All of them for a scenario that is new. */
  readonly verdicts: readonly VerdictChange[];
  /** On which side it is not tested, although it has operations; absent where it is tested on both. */
  readonly untested?: { readonly before?: Untested; readonly after?: Untested };
  readonly findings: FindingChange;
}

/** Diagnostics that are new, at their places after the change, and how many are gone. */
export interface FindingChange {
  readonly appeared: readonly Diagnostic[];
  readonly gone: number;
}

export interface TraceDiff {
  /** In the order of the files and lines after the change; what is gone comes last. */
  readonly scenarios: readonly ScenarioChange[];
  /** What is found above the first scenario of a file, by file. */
  readonly heads: readonly { readonly path: string; readonly findings: FindingChange }[];
  /** Files that are called otherwise: their scenarios have not moved. */
  readonly renamed: readonly { readonly before: string; readonly after: string }[];
  /** How many scenarios of changed files are what they were. */
  readonly unchanged: number;
}

/** Whether a scenario only changed in its wording, order or comments. */
export function isSame(change: ScenarioChange): boolean {
  const { before, after, moved, declared, operations, answers, expectations, verdicts, findings, untested } =
    change;
  return (
    untested?.before === untested?.after &&
    before !== undefined &&
    after !== undefined &&
    before.title === after.title &&
    !moved &&
    declared === undefined &&
    operations.added + operations.gone + operations.edited === 0 &&
    answers.length + expectations.length + verdicts.length === 0 &&
    findings.appeared.length + findings.gone === 0
  );
}
