/** Findings in words: what diagnostics say. */

import type { Position } from "../document/document.ts";
import { labelOf } from "../evaluate/variant.ts";
import type { Code, Finding } from "../rules/finding.ts";
import type { Found } from "../rules/found.ts";
import { relatedPlaces } from "../rules/revision-difference.ts";
import type { RelatedPlace, Severity } from "../rules/rule.ts";
import { messageOf, ruleOf } from "../rules/rules.ts";
import { writerPlace } from "../rules/stale-lpi-configuration.ts";
import { outcomeText } from "../rules/words.ts";

/** Severities other than the rules' own; what is off is not reported. */
export type Severities = Readonly<Partial<Record<Code, Severity | "off">>>;

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A finding in words. Lines and characters count from 0, characters in UTF-16 units. */
export interface Diagnostic extends Found {
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  /** What each variant answered, by label; only where the diagnostic is about a result. */
  readonly outcomes?: Readonly<Record<string, string>>;
  readonly related: readonly { readonly range: Range; readonly message: string }[];
}

/** How severe what has a code is. */
export function severityOf(code: Code, severities: Severities = {}): Severity | "off" {
  return severities[code] ?? ruleOf(code).severity;
}

/** What was found, in words; undefined if its code is off. */
export function describe(found: Found, severities: Severities = {}): Diagnostic | undefined {
  const severity = severityOf(found.code, severities);
  return severity === "off" ? undefined : new Described(found, severity);
}

/** Words are made when they are asked for: of many findings only the first are shown. */
class Described implements Diagnostic {
  readonly code: Code;
  readonly line: number;
  readonly severity: Severity;
  readonly #found: Found;

  constructor(found: Found, severity: Severity) {
    this.code = found.code;
    this.line = found.line;
    this.severity = severity;
    this.#found = found;
  }

  get finding(): Finding {
    return this.#found.finding;
  }

  get range(): Range {
    return rangeOf(this.finding);
  }

  get message(): string {
    return messageOf(this.finding);
  }

  get outcomes(): Record<string, string> | undefined {
    return outcomeTexts(this.finding);
  }

  get related(): Diagnostic["related"] {
    return relatedTo(this.finding).map((place) => ({ range: rangeOf(place), message: place.message }));
  }
}

function relatedTo(finding: Finding): RelatedPlace[] {
  if (finding.code === "revision-difference") return relatedPlaces(finding.causes);
  return finding.code === "stale-lpi-configuration" ? writerPlace(finding) : [];
}

function rangeOf({ line, start, end }: { line: number; start: number; end: number }): Range {
  return { start: { line, character: start }, end: { line, character: end } };
}

function outcomeTexts(finding: Finding): Record<string, string> | undefined {
  if (finding.code !== "expectation" && finding.code !== "revision-difference") return undefined;
  const { width } = finding.subject;
  return Object.fromEntries(
    finding.outcomes.map(({ variant, outcome }) => [labelOf(variant), outcomeText(outcome, width)]),
  );
}
