/** What is wrong with a trace, as the protocol puts it. */

import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import type { Analysis, Diagnostic as Found } from "../analysis/analysis.ts";
import { mostImportant } from "../analysis/found-diagnostics.ts";
import { ruleOf } from "../rules/rules.ts";
import { counted } from "../syntax/counted.ts";
import type { Positions } from "./positions.ts";
import { LONGEST_TRACE } from "./protocol.ts";

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

/** What every diagnostic of a trace is made with. */
export interface DiagnosticContext {
  readonly uri: string;
  readonly positions: Positions;
  /** The address of the folder that holds a page a rule; absent where there is none. */
  readonly rulePages?: string;
}

/** A finding as a diagnostic. */
export function diagnosticOf(found: Found, { document }: Analysis, context: DiagnosticContext): Diagnostic {
  const { uri, positions, rulePages } = context;
  const { code, message, outcomes, related } = found;
  return {
    range: positions.rangeToClient(document, found.range),
    severity: severities[found.severity],
    code,
    codeDescription: rulePages === undefined ? undefined : { href: `${rulePages}${code}.md` },
    source: "vgic-trace",
    message,
    tags: ruleOf(code).unnecessary ? [DiagnosticTag.Unnecessary] : undefined,
    relatedInformation: related.map((place) => ({
      location: { uri, range: positions.rangeToClient(document, place.range) },
      message: place.message,
    })),
    data: outcomes && { outcomes },
  };
}

/** VS Code shows no more than this of one file, and cuts the rest without regard to what they say. */
const MOST_SHOWN = 1000;

/** As many of an analysis's diagnostics as editors show; what is not shown is said at the head of the file. */
export function shownDiagnostics(analysis: Analysis, context: DiagnosticContext): Diagnostic[] {
  // One place is for saying how many more there are.
  const { shown, more } = mostImportant(analysis, MOST_SHOWN - 1);
  const diagnostics = shown.map((found) => diagnosticOf(found, analysis, context));
  return more === 0 ? diagnostics : [moreThanShown(more), ...diagnostics];
}

/** What is said of the diagnostics that are not shown. */
function moreThanShown(count: number): Diagnostic {
  return {
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    severity: DiagnosticSeverity.Information,
    source: "vgic-trace",
    message: `${counted(count, "more diagnostic is", "more diagnostics are")} not shown here, none of them worse than those that are: \`vgic-trace lint\` prints all.`,
  };
}

/** What is said of a trace that is too long to be looked at. */
export const tooLong: Diagnostic = {
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  severity: DiagnosticSeverity.Information,
  source: "vgic-trace",
  message: `Editors look at traces of up to ${LONGEST_TRACE / 1e6} MB, and this one is longer: check it with \`vgic-trace lint\`, or split it.`,
};
