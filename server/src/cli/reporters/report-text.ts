/** `--format text`: findings as code frames for a person at a terminal. */

import type { LintDiagnostic, Severity } from "../../api/index.ts";
import { shortName, variantLabelled } from "../../evaluate/variant.ts";
import { counted } from "../../syntax/counted.ts";
import { type CheckedFile, scenarioAt } from "../lint/check.ts";
import { frame, gutterWidth, type Mark, type Paint } from "../terminal/frame.ts";
import { printableText } from "../terminal/printable.ts";
import type { Style } from "../terminal/terminal.ts";
import { fitted } from "../terminal/wrap.ts";
import type { Reporter, Summary } from "./report.ts";

/** More would scroll the first ones, the likely cause of the others, out of sight. */
export const MOST_PER_FILE = 50;

export function textReporter(style: Style): Reporter {
  return {
    file(file) {
      const { diagnostics, untold } = file;
      const shown = diagnostics.slice(0, MOST_PER_FILE).map((one) => findingText(one, file, style));
      const all = untold.reduce((sum, { count }) => sum + count, diagnostics.length);
      const hidden = all - shown.length;
      if (hidden > 0) {
        const more = `${printableText(file.path)}: ${hidden} more; --format json prints them all`;
        shown.push(`${style.colors.bold(more)}\n`);
      }
      return shown.map((text) => `${text}\n`).join("");
    },
    end: (summary) => `${summaryText(summary, style)}\n`,
  };
}

function findingText(diagnostic: LintDiagnostic, file: CheckedFile, style: Style): string {
  const { colors } = style;
  const { path, lines } = file;
  const { code, severity, message, range } = diagnostic;
  const paint = paintOf(severity, style);
  const marks = [mark(range, true, ""), ...diagnostic.related.map((place) => relatedMark(place))];
  const rows = frame((line) => lines.get(line) ?? "", marks, style, paint);
  const indent = " ".repeat(gutterWidth(marks));
  const place = `${printableText(path)}:${range.start.line + 1}:${range.start.character + 1}`;
  const outcomes = outcomesText(diagnostic, file, style);
  return [
    fitted(
      `${colors.bold(paint(`${severity}[${code}]`))}${colors.bold(`: ${printableText(message)}`)}`,
      style.width,
    ),
    `${indent} ${colors.dim("┌─")} ${place}`,
    ...rows,
    ...(outcomes === "" ? [] : [fitted(`${indent} ${colors.dim("=")} ${outcomes}`, style.width)]),
    "",
  ].join("\n");
}

function mark({ start, end }: LintDiagnostic["range"], primary: boolean, label: string): Mark {
  const endsBelow = end.line > start.line;
  return {
    line: start.line,
    start: start.character,
    end: endsBelow ? Number.MAX_SAFE_INTEGER : end.character,
    primary,
    label,
  };
}

function relatedMark({ range, message }: LintDiagnostic["related"][number]): Mark {
  return mark(range, false, printableText(message));
}

/** `rev 1  0xffffffff (declared) │ rev 2  0x55aa55aa`. */
function outcomesText(
  { outcomes, range }: LintDiagnostic,
  { scenarios }: CheckedFile,
  { colors }: Style,
): string {
  if (outcomes === undefined) return "";
  const verdicts = scenarioAt(scenarios, range.start.line)?.verdicts ?? [];
  return Object.entries(outcomes)
    .map(([label, answer]) => {
      const said = `${colors.dim(shortName(variantLabelled(label)))}  ${answer}`;
      const standing = verdicts.find((verdict) => verdict.label === label)?.standing;
      return standing === undefined ? said : `${said} ${colors.dim(`(${standing})`)}`;
    })
    .join(colors.dim(" │ "));
}

function summaryText({ files, scenarios, operations, untested, counts }: Summary, style: Style): string {
  if (files === 0) return "nothing was checked";
  const checked = [
    counted(files, "file"),
    counted(scenarios, "scenario"),
    counted(operations, "operation"),
  ].join(", ");
  const found = [
    { severity: "error", count: counts.error, name: "error" },
    { severity: "warning", count: counts.warning, name: "warning" },
    { severity: "information", count: counts.information, name: "info" },
    { severity: "hint", count: counts.hint, name: "hint" },
  ] as const;
  const words = found
    .filter(({ count }) => count > 0)
    .map(({ severity, count, name }) => paintOf(severity, style)(counted(count, name)));
  const all =
    operations === 0 ? style.colors.yellow("nothing was tested") : style.colors.green("no findings");
  if (untested > 0) words.push(style.colors.yellow(`${counted(untested, "scenario")} not tested`));
  return `${checked}: ${words.length > 0 ? words.join(", ") : all}`;
}

function paintOf(severity: Severity, { colors }: Style): Paint {
  switch (severity) {
    case "error":
      return colors.red;
    case "warning":
      return colors.yellow;
    default:
      return colors.cyan;
  }
}
