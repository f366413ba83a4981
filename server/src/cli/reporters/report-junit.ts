/** `--format junit`: a test suite a file, a test case a scenario and revision: its verdict. */

import { UNTESTED_WORDS } from "../../analysis/verdicts.ts";
import type { LintDiagnostic, LintFailure, LintScenario } from "../../api/index.ts";
import { shortName, variantLabelled } from "../../evaluate/variant.ts";
import { type CheckedFile, scenarioAt } from "../lint/check.ts";
import { printablePath, printableText } from "../terminal/printable.ts";
import type { Reporter } from "./report.ts";

export const junitReporter: Reporter = {
  start: '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="vgic-trace">\n',
  file: suite,
  end: ({ files }) => `${files === 0 ? suiteOf("nothing", [NOTHING]) : ""}</testsuites>\n`,
};

/** A test case and what was found in it. */
interface Case {
  readonly name: string;
  readonly errors: readonly Found[];
  /** What is worth reading and is no failure. */
  readonly others: readonly Found[];
  /** Why nothing was tested. */
  readonly skipped?: string;
}

type Found = LintFailure & { readonly severity: LintDiagnostic["severity"] };

/** Where no file was checked: an empty report would read as if all were well. */
const NOTHING: Case = {
  name: "no trace was checked",
  errors: [],
  others: [],
  skipped: "there was nothing to check",
};

function suite(file: CheckedFile): string {
  return suiteOf(file.path, casesOf(file));
}

function suiteOf(path: string, cases: readonly Case[]): string {
  const failing = cases.filter(({ errors }) => errors.length > 0).length;
  const skipped = cases.filter(({ skipped: why }) => why !== undefined).length;
  const counts = `tests="${cases.length}" failures="${failing}" errors="0" skipped="${skipped}"`;
  const name = attribute(path);
  const written = cases.map((one) => caseElement(one, path)).join("");
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
  const cases: Case[] =
    head === undefined
      ? []
      : [
          {
            name: "declarations",
            errors: head.filter(isError),
            others: head.filter((one) => !isError(one)),
          },
        ];
  return cases.concat(
    ...scenarios.map((scenario) => scenarioCases(scenario, byScenario.get(scenario) ?? [])),
  );
}

/** A case for each revision and host; what is found beside errors and differences stands with the declared one. */
function scenarioCases(scenario: LintScenario, found: readonly LintDiagnostic[]): Case[] {
  const { title, variants, untested, verdicts } = scenario;
  const others = found.filter((one) => !isError(one) && one.code !== "revision-difference");
  if (untested !== undefined) {
    const skipped = `not tested: ${UNTESTED_WORDS[untested]}`;
    const errors = found.filter(isError);
    // Where the reason stands in the scenario, it fails; else the case of the declarations does.
    return [
      {
        name: title === "" ? "scenario" : title,
        errors,
        others,
        skipped: errors.length > 0 ? undefined : skipped,
      },
    ];
  }
  return verdicts.map(({ label, errors, differences, incomplete }) => ({
    name: `${title === "" ? "" : `${title} `}(${shortName(variantLabelled(label))})`,
    errors: errors.map((error) => ({ ...error, severity: "error" as const })),
    others: [
      ...differences.map((difference) => ({ ...difference, severity: "warning" as const })),
      ...(label === variants[0] ? others : []),
    ],
    skipped: incomplete && `not tested: ${UNTESTED_WORDS[incomplete]}`,
  }));
}

function caseElement({ name, errors, others, skipped }: Case, path: string): string {
  const head = `    <testcase name="${attribute(name)}" classname="${attribute(path)}" file="${attribute(path)}"`;
  if (errors.length === 0 && others.length === 0 && skipped === undefined) return `${head}/>\n`;
  const skip = skipped === undefined ? "" : `      <skipped message="${attribute(skipped)}"/>\n`;
  const [first] = errors;
  const failure =
    first === undefined
      ? ""
      : `      <failure message="${attribute(first.message)}" type="${first.code}">${content(textOf(errors, path))}</failure>\n`;
  const output =
    others.length === 0 ? "" : `      <system-out>${content(textOf(others, path))}</system-out>\n`;
  return `${head}>\n${skip}${failure}${output}    </testcase>\n`;
}

function isError({ severity }: LintDiagnostic): boolean {
  return severity === "error";
}

function textOf(diagnostics: readonly Found[], path: string): string {
  return diagnostics
    .map(({ code, severity, message, range: { start } }) => {
      return `${printablePath(path)}:${start.line + 1}:${start.character + 1}: ${severity}[${code}]: ${message}`;
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
