/** `vgic-trace run`: what every operation of a trace answers under each revision, in a table or as a picture. */

import type { Command } from "commander";
import { type AnalysisOptions, analyse, countUnread } from "../../analysis/analysis.ts";
import { signs } from "../../analysis/verdicts.ts";
import { type RunScenario, runScenarios } from "../../api/index.ts";
import { TraceDocument } from "../../document/document.ts";
import { shortName, variantLabelled } from "../../evaluate/variant.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { readConfigured } from "../files/configured.ts";
import { isFailure } from "../files/failure.ts";
import { pathToShow } from "../files/sources.ts";
import { formatOption } from "../help/arguments.ts";
import { examples } from "../help/examples.ts";
import { type RunFormat, runFormats } from "../reporters/formats.ts";
import { drawn } from "../reporters/run-picture.ts";
import { printable, printableJson } from "../terminal/printable.ts";
import { complain, outputStyle, print, type Style } from "../terminal/terminal.ts";
import { counted } from "../terminal/words.ts";

export interface RunOptions {
  readonly format: RunFormat;
}

/** The flags of `run`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("print what every operation answers, or draw it")
    .description(
      "Runs a trace and prints what every operation answers under each revision; or draws what becomes of its interrupts: a page (html), a picture (svg), or a value change dump for waveform viewers (vcd).",
    )
    .argument("<path>", "a trace, or - for standard input")
    .addOption(formatOption(command, runFormats))
    .addHelpText(
      "after",
      examples("run boot.vgic", "run --format json boot.vgic", "run --format html boot.vgic > boot.html"),
    )
    .action(async (path: string, options: RunOptions) => {
      finish(await run(path, options));
    });
}

/** Runs one trace. Lines that cannot be run are left out, which is said. */
export async function run(trace: string, { format }: RunOptions): Promise<ExitStatus> {
  const source = await readConfigured(trace);
  if (isFailure(source)) {
    complain(source.failure);
    return exitStatus.failed;
  }
  const path = pathToShow(trace);
  const { output, unread } = ran(source.text, path, format, source.options);
  print(output);
  if (unread === 0) return exitStatus.clean;
  complain(`${counted(unread, "error")} in ${path}, not all lines ran; \`vgic-trace lint ${path}\` says why`);
  return exitStatus.errors;
}

function ran(
  text: string,
  name: string,
  format: RunFormat,
  options: AnalysisOptions,
): { output: string; unread: number } {
  const analysis = analyse(TraceDocument.of(text), options);
  if (format !== "text" && format !== "json") return drawn(analysis, name, format);
  const scenarios = runScenarios(analysis);
  const unread = countUnread(analysis);
  const output = format === "json" ? scenariosJson(scenarios) : scenariosText(scenarios, outputStyle());
  return { output, unread };
}

function scenariosJson(all: readonly RunScenario[]): string {
  const scenarios = all.map(({ title, untested, operations }) => ({
    title,
    untested: untested === "undeclared" ? untested : undefined,
    operations: operations.map(({ line, text, outcomes }) => ({ line, text, outcomes })),
  }));
  return `${printableJson({ version: 1, scenarios })}\n`;
}

function scenariosText(scenarios: readonly RunScenario[], style: Style): string {
  return scenarios.map((scenario) => scenarioText(scenario, style)).join("\n");
}

const mostOperationColumns = 72;

/** A row an operation, a column a variant; answers unlike the declared one stand out. */
function scenarioText(
  { title, variants, operations, untested, verdicts }: RunScenario,
  { colors }: Style,
): string {
  const rows = operations.map(({ line, text, expectationStart, outcomes }) => ({
    line,
    shown: clip(text.slice(0, expectationStart).trimEnd()),
    answers: variants.map((label) => outcomes[label] ?? ""),
  }));
  const gutter = String((rows.at(-1)?.line ?? 0) + 1).length;
  const operationWidth = Math.max(0, ...rows.map(({ shown }) => shown.width));
  const names = verdicts.map(({ label, standing }) =>
    standing === undefined
      ? shortName(variantLabelled(label))
      : `${shortName(variantLabelled(label))} (${standing})`,
  );
  const marks = verdicts.map(({ errors, differences }) =>
    untested === undefined ? signs(errors, differences) : "not tested",
  );
  const widths = names.map((name, variant) =>
    Math.max(
      name.length,
      itemAt(marks, variant).length,
      ...rows.map(({ answers }) => itemAt(answers, variant).length),
    ),
  );
  const padded = (text: string, variant: number) => text.padEnd(itemAt(widths, variant));
  const head = names.map(padded).join("  ");
  const lines = rows.map(({ line, answers, shown }) => {
    const padding = " ".repeat(operationWidth - shown.width);
    const cells = answers.map((answer, variant) => {
      const cell = padded(answer, variant);
      return answer === answers[0] ? cell : colors.yellow(cell);
    });
    const differs = answers.some((answer) => answer !== answers[0]);
    const marker = differs ? colors.yellow("≠") : " ";
    const number = colors.dim(String(line + 1).padStart(gutter));
    return `${number} ${marker} ${shown.text}${padding}  ${cells.join("  ")}`.trimEnd();
  });
  const judged = marks.map((mark, variant) => {
    const cell = padded(mark, variant);
    if (mark === "✓") return colors.green(cell);
    return mark.startsWith("✗") ? colors.red(cell) : colors.yellow(cell);
  });
  const indent = " ".repeat(gutter + operationWidth + 5);
  const heading = title === "" ? [] : [colors.bold(`scenario "${printable(title).text}"`)];
  return [
    ...heading,
    `${indent}${colors.dim(head.trimEnd())}`,
    ...lines,
    `${indent}${judged.join("  ").trimEnd()}`,
    "",
  ].join("\n");
}

function clip(original: string): { readonly text: string; readonly width: number } {
  const { text, column } = printable(
    original.length > mostOperationColumns ? `${original.slice(0, mostOperationColumns - 1)}…` : original,
  );
  return { text, width: column(Number.POSITIVE_INFINITY) };
}
