/** A scenario by itself, as a trace: as it is written, or as it runs under one of its variants. */

import type { TraceLine } from "../document/line.ts";
import { labelOf } from "../evaluate/variant.ts";
import { widthOf } from "../program/operation.ts";
import type { Setup } from "../program/setup.ts";
import { plainExpectation } from "../rules/expectation-text.ts";
import type { PlacedEvaluation } from "../rules/operations.ts";
import { itemAt } from "../syntax/item-at.ts";
import { parseLine } from "../syntax/parse.ts";
import { DEFAULT_BASES } from "../vgic/frame-table.ts";
import { DEFAULT_HARDWARE } from "../vgic/kernels/hardware.ts";
import { DEFAULT_HOST } from "../vgic/kernels/hosts.ts";
import type { Analysis } from "./analysis.ts";
import { scenarioAt } from "./place.ts";

/** The scenario of a line with everything above the scenarios that it needs; undefined where there is none. */
export function reproduction(analysis: Analysis, line: number): string | undefined {
  const placed = scenarioAt(analysis, line);
  if (placed === undefined) return undefined;
  const { lines } = placed.evaluation.scenario;
  const header = placed.firstLine === 0 ? [] : [...headLines(analysis), ""];
  return textOf([...header, ...lines.all.map(({ text }) => text)]);
}

/**
 * The scenario of a line as it runs under a variant: every operation with its answer, as a trace that holds under
 * that variant. Its lines stand where they stand in the file, if there is room for the declarations above them; else
 * all of them are as far below. Undefined where there is no such run.
 * @param label the variant's label: a revision or a host
 */
export function runText(analysis: Analysis, line: number, label: string): string | undefined {
  const placed = scenarioAt(analysis, line);
  const variant = placed?.evaluation.variants.findIndex((one) => labelOf(one.id) === label) ?? -1;
  if (placed === undefined || variant === -1) return undefined;
  const { scenario, variants } = placed.evaluation;
  const { host, revision } = itemAt(variants, variant);
  const constants =
    placed.firstLine === 0 ? [] : headLines(analysis).filter((text) => /^\s*let\b/.test(text));
  const head = [...declarations({ ...scenario.setup, host, revision }), ...constants, ""];
  const room = Array.from({ length: Math.max(placed.firstLine - head.length, 0) }, () => "");
  return textOf([...head, ...room, ...answeredLines(placed, variant)]);
}

/** What stands above the first scenario, without comments and blank lines. */
function headLines({ program }: Analysis): string[] {
  return program.header.lines.all.flatMap(({ parsed, text }) =>
    parsed.statement === undefined ? [] : [text],
  );
}

/** Every line of the scenario, each operation with its answer; in place of its declarations, which stand above, none. */
function answeredLines({ evaluation }: PlacedEvaluation, variant: number): string[] {
  const { lines, operations } = evaluation.scenario;
  const answers = new Map(
    Array.from(operations, (operation, index) => {
      const compared = { width: widthOf(operation) };
      return [operations.lineNumber(index), plainExpectation(evaluation.outcome(index, variant), compared)];
    }),
  );
  return lines.all.map((line, index) => {
    const answer = answers.get(index);
    if (answer !== undefined) return withAnswer(line, answer);
    const { statement } = line.parsed;
    const isKept = statement === undefined || statement.kind === "scenario" || statement.kind === "let";
    if (!isKept) return "";
    return line.parsed.problem === undefined
      ? line.text
      : `# not run: ${line.text.replaceAll("\0", "\ufffd")}`;
  });
}

/** A line with what its operation answered; as a comment, where that cannot be expected of it. */
function withAnswer(line: TraceLine, answer: string): string {
  const { text, parsed } = line;
  const { statement } = parsed;
  if (statement === undefined) return text;
  const outcome = "outcome" in statement ? statement.outcome : undefined;
  const operation = text.slice(0, outcome?.start ?? statement.end);
  const comment = text.slice(statement.end);
  if (answer === "") return `${operation.trimEnd()}${comment}`;
  const written = `${outcome === undefined ? `${operation}  ` : operation}${answer}`;
  if (parseLine(written).problem === undefined) return `${written}${comment}`;
  return `${operation.trimEnd()}  # answered: ${answer}`;
}

function declarations(setup: Setup): string[] {
  const { model, host, revision, cpus, irqs, hardware } = setup;
  const quantities = [
    hardware.lrs === DEFAULT_HARDWARE.lrs ? "" : ` lrs ${hardware.lrs}`,
    hardware.priorityBits === DEFAULT_HARDWARE.priorityBits ? "" : ` priority-bits ${hardware.priorityBits}`,
    hardware.idBits === DEFAULT_HARDWARE.idBits ? "" : ` id-bits ${hardware.idBits}`,
  ].join("");
  return [
    `gic ${model}`,
    ...(host.name === DEFAULT_HOST.name ? [] : [`host ${host.name}`]),
    ...(revision === undefined ? [] : [`revision ${revision}`]),
    `cpus ${cpus}`,
    `irqs ${irqs}`,
    ...(quantities === "" ? [] : [`hardware${quantities}`]),
    ...(setup.created ? ["created"] : []),
    ...(setup.its ? ["its"] : []),
    "compare none",
    ...placesOf(setup),
  ];
}

/** Where frames and guest memory are, other than by default. */
function placesOf({ model, bases, regions, its, ram }: Setup): string[] {
  const frames = [
    ...(["dist", model === "v2" ? "cpu" : "redist"] as const),
    ...(its ? (["its"] as const) : []),
  ];
  return [
    ...frames
      .filter((frame) => bases[frame] !== DEFAULT_BASES[frame] && !(frame === "redist" && regions))
      .map((frame) => `base ${frame} ${hex(bases[frame])}`),
    ...(regions ?? []).map(({ base, count }) => `base redist ${hex(base)} count ${count}`),
    ...(ram === undefined ? [] : [`ram ${hex(ram.start)} ${hex(ram.size)}`]),
  ];
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

function textOf(lines: readonly string[]): string {
  return `${lines.join("\n").trimEnd()}\n`;
}
