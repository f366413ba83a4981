/** `--format rdjson`: the Reviewdog Diagnostic Format, one object. Columns count UTF-8 bytes from 1. */
import type { LintDiagnostic, Range, Severity } from "../../api/index.ts";
import type { CheckedFile } from "../lint/check.ts";
import { printableJson } from "../terminal/printable.ts";
import type { Reporter } from "./report.ts";
import { ruleAddress } from "./rule-address.ts";

export const rdjsonReporter: Reporter = {
  start: '{"source":{"name":"vgic-trace"},"diagnostics":[',
  separator: ",",
  file: (file) => file.diagnostics.map((one) => `\n${printableJson(diagnosticObject(one, file))}`).join(),
  end: () => "\n]}\n",
};

const severities: Readonly<Record<Severity, string>> = {
  error: "ERROR",
  warning: "WARNING",
  information: "INFO",
  hint: "INFO",
};

function diagnosticObject(
  { code, severity, message, range, related, fixes }: LintDiagnostic,
  file: CheckedFile,
) {
  const { path } = file;
  // A suggestion stands for itself, so a fix in several places cannot be one.
  const fix = fixes.find(({ edits }) => edits.length === 1);
  return {
    message,
    location: { path, range: rangeObject(range, file) },
    severity: severities[severity],
    code: { value: code, url: ruleAddress(code) },
    related_locations: related.map((place) => ({
      message: place.message,
      location: { path, range: rangeObject(place.range, file) },
    })),
    suggestions: fix?.edits.map((edit) => ({ range: rangeObject(edit.range, file), text: edit.text })),
  };
}

function rangeObject({ start, end }: Range, file: CheckedFile) {
  return { start: position(start, file), end: position(end, file) };
}

function position({ line, character }: Range["start"], { lines }: CheckedFile) {
  const before = (lines.get(line) ?? "").slice(0, character);
  return { line: line + 1, column: Buffer.byteLength(before) + 1 };
}
