/** `vgic-trace run`: what every operation of a trace answers under each revision, in a table or as a picture. */

import type { Command } from "commander";
import type { Analysis } from "../../analysis/analysis.ts";
import { faultsOf } from "../../analysis/faults.ts";
import { signs } from "../../analysis/verdicts.ts";
import { type RunScenario, runScenarios } from "../../api/index.ts";
import { shortName, variantLabelled } from "../../evaluate/variant.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { analysed } from "../files/analysed.ts";
import { readConfigured } from "../files/configured.ts";
import { isFailure } from "../files/failure.ts";
import { faultWords, isWrong } from "../files/faults.ts";
import { pathToShow } from "../files/sources.ts";
import { formatOption } from "../help/arguments.ts";
import { examples } from "../help/examples.ts";
import { type RunFormat, runFormats } from "../reporters/formats.ts";
import { drawn } from "../reporters/run-picture.ts";
import { printable, printableJson } from "../terminal/printable.ts";
import { complain, outputStyle, print, type Style } from "../terminal/terminal.ts";
import { fitted } from "../terminal/wrap.ts";

export interface RunOptions {
  readonly format: RunFormat;
}

/** The flags of `run`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("print what every operation answers, or draw it")
    .description(
      "Runs a trace and prints what every operation answers under each revision; or draws what becomes of its interrupts: a page (html), a picture (svg), or a value change dump for waveform viewers (vcd). Exits with 1 if the trace has errors, as lint does.",
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

/** Runs one trace. What is wrong with it is counted, and said by `lint`. */
export async function run(trace: string, { format }: RunOptions): Promise<ExitStatus> {
  const source = await readConfigured(trace);
  if (isFailure(source)) {
    complain(source.failure);
    return exitStatus.failed;
  }
  const path = pathToShow(trace);
  const analysis = analysed(source.text, source.options, `running ${path}`);
  print(outputOf(analysis, path, format));
  const faults = faultsOf(analysis);
  const words = faultWords(path, faults);
  if (words !== undefined) complain(words);
  else if (analysis.scenarios.every(({ evaluation }) => evaluation.scenario.operations.length === 0))
    complain(`${path} has no operation: there was nothing to run`);
  return isWrong(faults) ? exitStatus.errors : exitStatus.clean;
}

function outputOf(analysis: Analysis, name: string, format: RunFormat): string {
  if (format !== "text" && format !== "json") return drawn(analysis, name, format);
  const scenarios = runScenarios(analysis);
  return format === "json" ? scenariosJson(scenarios) : scenariosText(scenarios, outputStyle());
}

function scenariosJson(all: readonly RunScenario[]): string {
  const scenarios = all.map(({ title, untested, operations }) => ({
    title,
    untested: untested === "empty" ? undefined : untested,
    operations: operations.map(({ line, text, outcomes }) => ({ line, text, outcomes })),
  }));
  return `${printableJson({ version: 1, scenarios })}\n`;
}

function scenariosText(scenarios: readonly RunScenario[], style: Style): string {
  return scenarios.map((scenario) => scenarioText(scenario, style)).join("\n");
}

/** How many columns an operation takes at most, and at least where there is little room. */
const MOST_OPERATION = 72;
const LEAST_OPERATION = 26;

/** A row an operation, a column a variant, in several tables where not all columns fit beside each other. */
function scenarioText(scenario: RunScenario, style: Style): string {
  const { title, variants, operations, untested, verdicts } = scenario;
  const answers = variants.map((label) => operations.map(({ outcomes }) => outcomes[label] ?? ""));
  const columns = variants.map((label, variant): Column => {
    const { standing, errors, differences, incomplete } = itemAt(verdicts, variant);
    const name = shortName(variantLabelled(label));
    const head = standing === undefined ? name : `${name} (${standing})`;
    const mark = signs(errors, differences, untested ?? incomplete);
    const cells = itemAt(answers, variant);
    return {
      head,
      mark,
      cells,
      width: Math.max(head.length, mark.length, ...cells.map(({ length }) => length)),
    };
  });
  const gutter = String((operations.at(-1)?.line ?? 0) + 1).length;
  const room = style.width - gutter - GAPS;
  const tables = groupsThatFit(columns, room - LEAST_OPERATION);
  const widest = Math.max(...tables.map(widthOf));
  const most = Math.min(MOST_OPERATION, Math.max(LEAST_OPERATION, room - widest));
  const rows = operations.map(({ line, text, expectationStart }) => ({
    number: String(line + 1).padStart(gutter),
    shown: clip(text.slice(0, expectationStart).trimEnd(), most),
  }));
  const heading = fitted(style.colors.bold(`scenario "${printable(title).text}"`), style.width);
  return [
    ...(title === "" ? [] : [heading]),
    ...tables.flatMap((table) => tableLines(table, rows, itemAt(answers, 0), style)),
    "",
  ].join("\n");
}

/** How the scenario goes under a variant. */
interface Column {
  readonly head: string;
  readonly mark: string;
  /** One an operation. */
  readonly cells: readonly string[];
  readonly width: number;
}

/** The mark of a difference and the blanks beside the operation. */
const GAPS = 5;

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width + 2, -2);
}

/** Columns in order, as many beside each other as fit. */
function groupsThatFit(columns: readonly Column[], room: number): Column[][] {
  const groups: Column[][] = [];
  for (const column of columns) {
    const last = groups.at(-1);
    if (last !== undefined && widthOf([...last, column]) <= room) last.push(column);
    else groups.push([column]);
  }
  return groups;
}

interface Row {
  readonly number: string;
  readonly shown: ReturnType<typeof clip>;
}

/** Answers unlike the declared ones stand out. */
function tableLines(
  columns: readonly Column[],
  rows: readonly Row[],
  declared: readonly string[],
  { colors }: Style,
): string[] {
  const operationWidth = Math.max(0, ...rows.map(({ shown }) => shown.width));
  const indent = " ".repeat((rows[0]?.number.length ?? 1) + operationWidth + GAPS);
  const head = columns.map((column) => column.head.padEnd(column.width)).join("  ");
  const lines = rows.map(({ number, shown }, row) => {
    const cells = columns.map(({ cells: all, width }) => {
      const answer = itemAt(all, row);
      return answer === declared[row] ? answer.padEnd(width) : colors.yellow(answer.padEnd(width));
    });
    const differs = columns.some(({ cells: all }) => all[row] !== declared[row]);
    const marker = differs ? colors.yellow("≠") : " ";
    const padding = " ".repeat(operationWidth - shown.width);
    return `${colors.dim(number)} ${marker} ${shown.text}${padding}  ${cells.join("  ")}`.trimEnd();
  });
  const judged = columns.map(({ mark, width }) => {
    const cell = mark.padEnd(width);
    if (mark === "✓") return colors.green(cell);
    return mark.startsWith("✗") ? colors.red(cell) : colors.yellow(cell);
  });
  return [`${indent}${colors.dim(head.trimEnd())}`, ...lines, `${indent}${judged.join("  ").trimEnd()}`];
}

function clip(original: string, most: number): { readonly text: string; readonly width: number } {
  const { text, column } = printable(original.length > most ? `${original.slice(0, most - 1)}…` : original);
  return { text, width: column(Number.POSITIVE_INFINITY) };
}
