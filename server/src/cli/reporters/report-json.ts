/** `--format json`: one object, with lines and UTF-16 characters counted from 0 as in the Language Server Protocol. */
import type { CheckedDiagnostic } from "../lint/check.ts";
import { printableJson } from "../terminal/printable.ts";
import type { Reporter } from "./report.ts";

export const jsonReporter: Reporter = {
  start: '{"version":1,"files":[',
  separator: ",",
  file({ path, diagnostics }) {
    const written = diagnostics.map((diagnostic) => printableJson(diagnosticObject(diagnostic, path)));
    return `\n{"path":${printableJson(path)},"diagnostics":[${written.join()}]}`;
  },
  end({ files, scenarios, operations, untested, counts }) {
    const summary = {
      files,
      scenarios,
      operations,
      untested: untested === 0 ? undefined : untested,
      errors: counts.error,
      warnings: counts.warning,
    };
    return `\n],"summary":${printableJson(summary)}}\n`;
  },
};

function diagnosticObject(diagnostic: CheckedDiagnostic, path: string): object {
  const { code, severity, message, range, outcomes, related } = diagnostic;
  return {
    code,
    severity,
    message,
    range,
    outcomes,
    related: related.map((place) => ({ path, range: place.range, message: place.message })),
  };
}
