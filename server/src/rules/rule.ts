/** What a diagnostic is: its severity, its words and its page. One file a code holds one of these. */
import type { Lines } from "../document/lines.ts";
import type { Span } from "../syntax/statement.ts";
import type { Code, DetailOf, Finding } from "./finding.ts";
import type { Fix } from "./fix.ts";

export const SEVERITIES = ["error", "warning", "information", "hint"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A finding of one code at its place. */
export type FindingOf<C extends Code> = Span & DetailOf<C> & { readonly line: number };

export interface Rule<C extends Code> {
  readonly code: C;
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
