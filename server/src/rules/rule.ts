/** What a diagnostic is: its severity, its words and its page. One file a code holds one of these. */
import type { Code, DetailOf, Finding } from "./finding.ts";

export const SEVERITIES = ["error", "warning", "information", "hint"] as const;
export type Severity = (typeof SEVERITIES)[number];

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
}

/** A further place that a finding speaks of. */
export interface RelatedPlace {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export type { Code, Finding };
