/** What is wrong with a trace, as the protocol puts it. */
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import type { Analysis, Diagnostic as Found } from "../analysis/analysis.ts";
import { ruleOf } from "../rules/rules.ts";
import { mostUnits } from "./content.ts";
import type { Positions } from "./positions.ts";

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

/** What is said of a trace that is too long to be looked at. */
export const tooLong: Diagnostic = {
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  severity: DiagnosticSeverity.Information,
  source: "vgic-trace",
  message: `Editors look at traces of up to ${mostUnits / 1e6} MB, and this one is longer: check it with \`vgic-trace lint\`, or split it.`,
};
