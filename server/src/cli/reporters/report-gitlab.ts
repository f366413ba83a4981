/** `--format gitlab`: GitLab's code quality report, shown in the widget and the diff of a merge request. */
import type { Severity } from "../../api/index.ts";
import type { CheckedDiagnostic, CheckedFile } from "../lint/check.ts";
import { printableJson } from "../terminal/printable.ts";
import type { Reporter } from "./report.ts";
import { ruleAddress } from "./rule-address.ts";

export const gitlabReporter: Reporter = {
  start: "[",
  separator: ",",
  file: (file) => file.diagnostics.map((diagnostic) => `\n${printableJson(issue(diagnostic, file))}`).join(),
  end: () => "\n]\n",
};

const severities: Readonly<Record<Severity, string>> = {
  error: "major",
  warning: "minor",
  information: "info",
  hint: "info",
};

function issue(diagnostic: CheckedDiagnostic, { path }: CheckedFile): object {
  const { code, severity, message, range, fingerprint } = diagnostic;
  return {
    description: message,
    check_name: code,
    content: { body: `[${code}](${ruleAddress(code)})` },
    fingerprint,
    severity: severities[severity],
    location: { path, lines: { begin: range.start.line + 1, end: range.end.line + 1 } },
  };
}
