/** What a diagnostic is: its severity, its words and its page. One file a code holds one of these. */
import type { Lines } from "../document/lines.ts";
import type { Operation } from "../program/operation.ts";
import type { Span } from "../syntax/statement.ts";
import type { Code, DetailOf, Finding } from "./finding.ts";
import type { Fix } from "./fix.ts";
import type { Describe, PlacedEvaluation, Report } from "./operations.ts";

export const SEVERITIES = ["error", "warning", "information", "hint"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a list of all rules is divided into, and in which order. */
export const GROUPS = {
  reading: "A line cannot be understood",
  declarations: "A declaration does not hold",
  answers: "An answer is not what it should be",
  revisions: "Revisions or hosts differ",
  migration: "A VM is restored or migrated",
  its: "The ITS and LPIs",
  leftovers: "Something can be removed",
} as const;

/** A finding of one code at its place. */
export type FindingOf<C extends Code> = Span & DetailOf<C> & { readonly line: number };

/** Reports what is to be said of an operation of a scenario, by its index. */
export type Check = (placed: PlacedEvaluation, index: number, report: Report) => void;

export interface Rule<C extends Code> {
  readonly code: C;
  readonly group: keyof typeof GROUPS;
  readonly severity: Severity;
  /** One line: when it is reported. */
  readonly summary: string;
  /**
   * The page that `explain` prints, in Markdown without a title: what it means, an example trace that shows it (a
   * ```vgic block, which the tests run), and how to mend it.
   */
  readonly page: string;
  /** Whether editors may fade what it marks. */
  readonly unnecessary?: true;
  /** The kinds of operations that `check` looks at; absent: all. */
  readonly on?: readonly Operation["kind"][];
  /**
   * Looks at one operation of an evaluated scenario. What it finds may depend on the operation, how it went under each
   * variant, the state before it, and its neighbours: the next operation, and VMM writes beside it in one run.
   */
  readonly check?: Check;
  /**
   * What is said of an operation that made the state diverge between variants, where no later operation shows it. The
   * evaluation knows these operations at its end.
   */
  readonly describeUnseen?: Describe;
  message(detail: DetailOf<C>): string;
  /** Ways to mend it in a trace of these lines, the most likely one first. */
  fix?(finding: FindingOf<C>, lines: Lines): readonly Fix[];
}

/** A further place that a finding speaks of. */
export interface RelatedPlace {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export type { Code, Finding };
