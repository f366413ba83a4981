/** `--format github`: workflow commands, which GitHub shows as annotations at the lines of a pull request. */
import type { Severity } from "../../api/index.ts";
import type { CheckedDiagnostic, CheckedFile } from "../lint/check.ts";
import { printableText } from "../terminal/printable.ts";
import type { Reporter } from "./report.ts";
import { ruleAddress } from "./rule-address.ts";

export const githubReporter: Reporter = {
  file: (file) => file.diagnostics.map((diagnostic) => command(diagnostic, file)).join(""),
};

const commands: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  information: "notice",
  hint: "notice",
};

type Property = readonly [name: string, value: string];

function command({ code, severity, message, range }: CheckedDiagnostic, { path }: CheckedFile): string {
  const { start, end } = range;
  const columns: Property[] =
    end.line === start.line && end.character > start.character ? [["endColumn", String(end.character)]] : [];
  const properties: Property[] = [
    ["file", path],
    ["line", String(start.line + 1)],
    ["endLine", String(end.line + 1)],
    ["col", String(start.character + 1)],
    ...columns,
    ["title", code],
  ];
  const written = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(",");
  // The page stands on a line of its own: GitHub makes a link of it.
  return `::${commands[severity]} ${written}::${escapeData(`${message}\n${ruleAddress(code)}`)}\n`;
}

/** As in actions/toolkit, packages/core/src/command.ts. */
function escapeData(text: string): string {
  return printableText(text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A"));
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
