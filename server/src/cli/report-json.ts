/** `--format json`: one object, with lines and UTF-16 characters counted from 0 as in the Language Server Protocol. */
import type { Diagnostic } from "../analysis/analysis.ts";
import type { CheckedFile, Reporter } from "./report.ts";

export function jsonReporter(): Reporter {
  let before = '{"version":1,"files":[';
  return {
    file(file) {
      const text = `${before}\n${JSON.stringify(fileObject(file))}`;
      before = ",";
      return text;
    },
    end({ files, scenarios, operations, counts }) {
      const summary = { files, scenarios, operations, errors: counts.error, warnings: counts.warning };
      return `${files === 0 ? before : ""}\n],"summary":${JSON.stringify(summary)}}\n`;
    },
  };
}

function fileObject({ path, analysis }: CheckedFile): object {
  return { path, diagnostics: analysis.diagnostics.map((diagnostic) => diagnosticObject(diagnostic, path)) };
}

function diagnosticObject(diagnostic: Diagnostic, path: string): object {
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
