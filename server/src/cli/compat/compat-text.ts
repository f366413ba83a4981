/** `compat` for a terminal. */

import { stripVTControlCharacters } from "node:util";
import { noticedLines, untestedWords } from "../../analysis/compat/words.ts";
import { counted } from "../../syntax/counted.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { tableText } from "../commands/hosts.ts";
import { printableText } from "../terminal/printable.ts";
import type { Style } from "../terminal/terminal.ts";
import {
  type Cell,
  causesOf,
  coverageOf,
  hostsOf,
  noticedIn,
  notTestedIn,
  routeOf,
  type ScenarioReport,
  shareText,
  wayOf,
} from "./compat-report.ts";

/** Every scenario with what its guest can notice first, by cause; quietly, only those in which it can or that were not tested. */
export function compatText(cell: Cell, style: Style, quiet: boolean): string {
  const { from } = cell.request;
  const shown = cell.scenarios.filter((scenario) => !quiet || !isQuiet(scenario));
  const lines = shown.flatMap((scenario) => scenarioLines(scenario, from.name, style));
  const verdict = `${routeOf(cell.request)}, after every operation: ${verdictOf(cell)}`;
  const advice = cell.scenarios.some(({ untested }) => untested === "not-shown")
    ? [
        `--allow-default-revision tests scenarios under the default of ${from.name} where it cannot show theirs`,
      ]
    : [];
  return `${[...lines, verdict, ...advice, ...coverageOf([cell])].join("\n")}\n`;
}

/** Whether all was tried and nothing can be noticed. */
function isQuiet({ noticed, untested, isCutShort }: ScenarioReport): boolean {
  return noticed.length === 0 && untested === undefined && !isCutShort;
}

function verdictOf(cell: Cell): string {
  const total = cell.scenarios.length;
  const [noticed, untested] = [noticedIn(cell), notTestedIn(cell)];
  const tested = total - untested;
  const migrations = cell.scenarios.reduce((sum, scenario) => sum + scenario.migrations, 0);
  const tried = `${counted(migrations, "migration")} of ${counted(tested, "scenario")}`;
  const rest = untested > 0 ? `; ${counted(untested, "scenario")} not tested` : "";
  if (total === 0) return "nothing was checked, as there is no scenario";
  if (tested === 0) return `nothing was checked${rest}`;
  if (noticed === 0) return `the guest can notice none of ${tried}${rest}`;
  return `the guest can notice in ${noticed} of ${counted(total, "scenario")} (${tried})${rest}`;
}

function scenarioLines(scenario: ScenarioReport, from: string, { colors }: Style): string[] {
  const title = scenario.title === "" ? "" : ` "${printableText(scenario.title)}"`;
  const place = `${printableText(scenario.path)}:${scenario.line + 1}`;
  const noticed = scenario.noticed.flatMap((one) => noticedLines(one, scenario.migrations));
  const mark = isQuiet(scenario) ? colors.green("✓") : colors.yellow(noticed.length === 0 ? "?" : "≠");
  const cut = scenario.isCutShort ? ["not all later operations were tried: the scenario is too long"] : [];
  return [
    `${mark} ${place}${colors.bold(title)} (${setupText(scenario, from)})`,
    ...[...noticed, ...cut].map((line) => `    ${printableText(line)}`),
  ];
}

function setupText({ model, declared, revision, untested }: ScenarioReport, from: string): string {
  const shown = `GIC${model}, revision ${revision}`;
  if (untested !== undefined) {
    return `not tested: ${untestedWords(untested, from, revision)}`;
  }
  return declared === undefined || declared === revision
    ? shown
    : `${shown}, the default of ${from}, which cannot show revision ${declared}`;
}

/** VMM beside VMM: in how many scenarios the guest can notice; and why. */
export function managersText(cells: readonly Cell[], style: Style): string {
  const first = itemAt(cells, 0);
  const heading = `Scenarios in which the guest can notice a migration ${wayOf(first.request)}, of ${first.scenarios.length}`;
  const rows = cells.map((cell) => [cell.request.by, shareText(cell)]);
  const table = tableText([["by", "noticed"], ...rows], style);
  const why = reasons(cells, ({ request }) => request.by);
  return report([style.colors.bold(heading), table], why, cells, style);
}

/** Hosts against hosts: in how many scenarios the guest can notice; and why. */
export function matrixText(cells: readonly Cell[], style: Style): string {
  const hosts = hostsOf(cells);
  const rows = hosts.map((from) => [
    from,
    ...cells.filter(({ request }) => request.from.name === from).map((cell) => shareText(cell)),
  ]);
  const matrix = tableText([["from \\ to", ...hosts], ...rows], style);
  const ways = cells.map((cell) => [cell.request.from.name, cell.request.to.name, shareText(cell)]);
  // Where there is no room for a column a host, each way has a row.
  const fits = stripVTControlCharacters(matrix)
    .split("\n")
    .every(({ length }) => length <= style.width);
  const table = fits ? matrix : tableText([["from", "to", "noticed"], ...ways], style);
  const by = cells[0]?.request.by ?? "";
  const head = `Scenarios in which the guest can notice a migration by ${by}, of ${cells[0]?.scenarios.length ?? 0}`;
  const why = reasons(cells, ({ request: { from, to } }) => `${from.name} → ${to.name}`);
  return report([style.colors.bold(head), table], why, cells, style);
}

/** Each cause with the cells that it shows in. */
function reasons(cells: readonly Cell[], nameOf: (cell: Cell) => string): string[] {
  const where = new Map<string, string[]>();
  for (const cell of cells) {
    for (const { cause, scenarios } of causesOf(cell)) {
      where.set(cause, [...(where.get(cause) ?? []), `${nameOf(cell)}: ${scenarios}`]);
    }
  }
  return [...where].map(([cause, places]) => `${cause}\n    ${places.join("\n    ")}`);
}

function report(head: string[], why: string[], cells: readonly Cell[], { colors }: Style): string {
  const reasonLines = why.length === 0 ? [] : ["", colors.bold("Why, and in how many scenarios"), ...why];
  return `${[...head, ...reasonLines, "", ...coverageOf(cells)].join("\n")}\n`;
}
