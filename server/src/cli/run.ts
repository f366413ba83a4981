/** `vgic-trace run`: what every operation of a trace answers under each revision. */
import { type Analysis, analyse, answerText } from "../analysis/analysis.ts";
import { TraceDocument } from "../trace/document.ts";
import { type ExitStatus, exitStatus } from "./exit-status.ts";
import type { RunFormat } from "./formats.ts";
import { printable } from "./printable.ts";
import { isFailure, pathToShow, readTrace } from "./sources.ts";
import { complain, outputStyle, print, type Style } from "./terminal.ts";
import { counted, variantName } from "./words.ts";

export interface RunOptions {
  readonly format: RunFormat;
}

/** An operation and its answers, one a variant. */
interface Row {
  /** Counted from 0. */
  readonly line: number;
  readonly text: string;
  /** Where in the text an expectation begins, or its end. */
  readonly outcomeStart: number;
  readonly answers: readonly string[];
}

interface Table {
  readonly title: string;
  /** The declared one first. */
  readonly variants: readonly string[];
  readonly rows: readonly Row[];
}

/** Runs one trace. Lines that cannot be run are left out, which is said. */
export async function run(trace: string, { format }: RunOptions): Promise<ExitStatus> {
  const source = await readTrace(trace);
  if (isFailure(source)) {
    complain(source.failure);
    return exitStatus.failed;
  }
  const analysis = analyse(TraceDocument.of(source.text));
  const tables = tablesOf(analysis);
  print(format === "json" ? tablesJson(tables) : tablesText(tables, outputStyle()));
  const unread = analysis.diagnostics.filter(
    ({ severity, code }) => severity === "error" && code !== "expectation",
  ).length;
  if (unread === 0) return exitStatus.clean;
  const path = pathToShow(trace);
  complain(`${counted(unread, "error")} in ${path}, not all lines ran; \`vgic-trace lint ${path}\` says why`);
  return exitStatus.errors;
}

function tablesOf({ document, scenarios }: Analysis): Table[] {
  return scenarios.map(({ firstLine, evaluation }) => {
    const { scenario, variants } = evaluation;
    const rows = scenario.operationLines.map((ownLine, operation): Row => {
      const { text, parsed } = document.lines[firstLine + ownLine];
      const { start, end } = parsed.statement ?? { start: 0, end: text.length };
      const outcome =
        parsed.statement && "outcome" in parsed.statement ? parsed.statement.outcome : undefined;
      return {
        line: firstLine + ownLine,
        text: text.slice(start, end),
        outcomeStart: (outcome?.start ?? end) - start,
        answers: variants.map((_, variant) => answerText(evaluation, operation, variant)),
      };
    });
    return { title: scenario.title, variants: variants.map(({ label }) => label), rows };
  });
}

function tablesJson(tables: readonly Table[]): string {
  const scenarios = tables.map(({ title, variants, rows }) => ({
    title,
    operations: rows.map(({ line, text, answers }) => ({
      line,
      text,
      outcomes: Object.fromEntries(variants.map((label, variant) => [label, answers[variant]])),
    })),
  }));
  return `${JSON.stringify({ version: 1, scenarios })}\n`;
}

function tablesText(tables: readonly Table[], style: Style): string {
  return tables.map((table) => tableText(table, style)).join("\n");
}

const mostOperationColumns = 72;

/** A row an operation, a column a variant; answers unlike the declared one stand out. */
function tableText({ title, variants, rows }: Table, { colors }: Style): string {
  const shown = rows.map(({ text, outcomeStart }) => clip(text.slice(0, outcomeStart).trimEnd()));
  const gutter = String((rows.at(-1)?.line ?? 0) + 1).length;
  const operationWidth = Math.max(0, ...shown.map(({ width }) => width));
  const names = variants.map(
    (label, variant) => `${variantName(label)}${variant === 0 ? " (declared)" : ""}`,
  );
  const widths = names.map((name, variant) =>
    Math.max(name.length, ...rows.map(({ answers }) => answers[variant].length)),
  );
  const head = names.map((name, variant) => name.padEnd(widths[variant])).join("  ");
  const lines = rows.map(({ line, answers }, index) => {
    const padding = " ".repeat(operationWidth - shown[index].width);
    const cells = answers.map((answer, variant) => {
      const cell = answer.padEnd(widths[variant]);
      return answer === answers[0] ? cell : colors.yellow(cell);
    });
    const differs = answers.some((answer) => answer !== answers[0]);
    const marker = differs ? colors.yellow("≠") : " ";
    const number = colors.dim(String(line + 1).padStart(gutter));
    return `${number} ${marker} ${shown[index].text}${padding}  ${cells.join("  ")}`.trimEnd();
  });
  const heading = title === "" ? [] : [colors.bold(`scenario "${printable(title).text}"`)];
  return [
    ...heading,
    `${" ".repeat(gutter + operationWidth + 5)}${colors.dim(head.trimEnd())}`,
    ...lines,
    "",
  ].join("\n");
}

function clip(original: string): { readonly text: string; readonly width: number } {
  const { text, column } = printable(
    original.length > mostOperationColumns ? `${original.slice(0, mostOperationColumns - 1)}…` : original,
  );
  return { text, width: column(Number.POSITIVE_INFINITY) };
}
