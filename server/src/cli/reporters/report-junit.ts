/** `--format junit`: a test suite a file, a test case a scenario and revision, which fails when an error shows there. */
import type { LintDiagnostic, LintScenario } from "../../api/index.ts";
import { type CheckedFile, scenarioAt } from "../lint/check.ts";
import { printableText } from "../terminal/printable.ts";
import { variantName } from "../terminal/words.ts";
import type { Reporter } from "./report.ts";

export const junitReporter: Reporter = {
  start: '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="vgic-trace">\n',
  file: suite,
  end: () => "</testsuites>\n",
};

/** A test case and what was found in it. */
interface Case {
  readonly name: string;
  readonly found: readonly LintDiagnostic[];
}

function suite(file: CheckedFile): string {
  const cases = casesOf(file);
  const failing = cases.filter(({ found }) => found.some(isError));
  const counts = `tests="${cases.length}" failures="${failing.length}" errors="0" skipped="0"`;
  const name = attribute(file.path);
  const written = cases.map((one) => caseElement(one, file.path)).join("");
  return `  <testsuite name="${name}" ${counts}>\n${written}  </testsuite>\n`;
}

function casesOf({ diagnostics, scenarios }: CheckedFile): Case[] {
  const byScenario = new Map<LintScenario | undefined, LintDiagnostic[]>();
  for (const diagnostic of diagnostics) {
    const scenario = scenarioAt(scenarios, diagnostic.range.start.line);
    const there = byScenario.get(scenario);
    if (there) there.push(diagnostic);
    else byScenario.set(scenario, [diagnostic]);
  }
  const head = byScenario.get(undefined);
  const cases: Case[] = head === undefined ? [] : [{ name: "declarations", found: head }];
  for (const scenario of scenarios) {
    const title = scenario.title === "" ? "" : `${scenario.title} `;
    for (const label of scenario.variants) {
      const found = byScenario.get(scenario) ?? [];
      cases.push({
        name: `${title}(${variantName(label)})`,
        // What no result shows concerns the declared one.
        found: found.filter(({ under = [scenario.variants[0]] }) => under.includes(label)),
      });
    }
  }
  return cases;
}

function caseElement({ name, found }: Case, path: string): string {
  const head = `    <testcase name="${attribute(name)}" classname="${attribute(path)}" file="${attribute(path)}"`;
  if (found.length === 0) return `${head}/>\n`;
  const errors = found.filter(isError);
  const failure =
    errors.length === 0
      ? ""
      : `      <failure message="${attribute(errors[0].message)}" type="${errors[0].code}">${content(textOf(errors, path))}</failure>\n`;
  const others = found.filter((diagnostic) => !isError(diagnostic));
  const output =
    others.length === 0 ? "" : `      <system-out>${content(textOf(others, path))}</system-out>\n`;
  return `${head}>\n${failure}${output}    </testcase>\n`;
}

function isError({ severity }: LintDiagnostic): boolean {
  return severity === "error";
}

function textOf(diagnostics: readonly LintDiagnostic[], path: string): string {
  return diagnostics
    .map(({ code, severity, message, range: { start } }) => {
      return `${path}:${start.line + 1}:${start.character + 1}: ${severity}[${code}]: ${message}`;
    })
    .join("\n");
}

function content(text: string): string {
  const lines = text.split("\n").map(printableText).join("\n");
  return lines.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function attribute(text: string): string {
  return content(printableText(text)).replaceAll('"', "&quot;");
}
