/** `--format json`: one object, with lines and UTF-16 characters counted from 0 as in the Language Server Protocol. */
import type { CheckedDiagnostic, CheckedFile } from "../lint/check.ts";
import { printableJson } from "../terminal/printable.ts";
import type { Reporter } from "./report.ts";

export const jsonReporter: Reporter = {
  start: '{"version":1,"files":[',
  separator: ",",
  file: (file) => `\n${printableJson(fileObject(file))}`,
  end({ files, scenarios, operations, counts }) {
    const summary = { files, scenarios, operations, errors: counts.error, warnings: counts.warning };
    return `\n],"summary":${printableJson(summary)}}\n`;
  },
};

function fileObject({ path, diagnostics }: CheckedFile): object {
  return { path, diagnostics: diagnostics.map((diagnostic) => diagnosticObject(diagnostic, path)) };
}

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
