/** `compat` for a terminal. */
import { noticedLines } from "../../analysis/compat-words.ts";
import { tableText } from "../commands/hosts.ts";
import { printableText } from "../terminal/printable.ts";
import type { Style } from "../terminal/terminal.ts";
import { counted } from "../terminal/words.ts";
import { type Cell, causesOf, hostsOf, noticedIn, routeOf, type ScenarioReport } from "./compat-report.ts";

/** Every scenario with what its guest can notice first, by cause. */
export function compatText(cell: Cell, style: Style): string {
  const lines = cell.scenarios.flatMap((scenario) => scenarioLines(scenario, style));
  const total = cell.scenarios.length;
  const noticed = noticedIn(cell);
  const verdict =
    noticed === 0
      ? `the guest of no scenario can notice`
      : `the guest can notice in ${noticed} of ${counted(total, "scenario")}`;
  return `${[...lines, `${routeOf(cell.request)}, after every operation: ${verdict}`].join("\n")}\n`;
}

function scenarioLines(scenario: ScenarioReport, { colors }: Style): string[] {
  const title = scenario.title === "" ? "" : ` "${printableText(scenario.title)}"`;
  const place = `${printableText(scenario.path)}:${scenario.line + 1}`;
  const mark = scenario.noticed.length === 0 ? colors.green("✓") : colors.yellow("≠");
  return [
    `${mark} ${place}${colors.bold(title)} (${setupText(scenario)})`,
    ...scenario.noticed.flatMap((noticed) =>
      noticedLines(noticed, scenario.migrations).map((l) => `    ${printableText(l)}`),
    ),
  ];
}

function setupText({ model, declared, revision }: ScenarioReport): string {
  const shown = `GIC${model}, revision ${revision}`;
  return declared === undefined || declared === revision
    ? shown
    : `${shown}: the host cannot show revision ${declared}`;
}

/** Hosts against hosts: in how many scenarios the guest can notice; and why. */
export function matrixText(cells: readonly Cell[], style: Style): string {
  const hosts = hostsOf(cells);
  const rows = hosts.map((from) => [
    from,
    ...cells.filter(({ request }) => request.from.name === from).map((cell) => shareText(cell)),
  ]);
  const table = tableText([["from \\ to", ...hosts], ...rows], style);
  const reasons = new Map<string, string[]>();
  for (const cell of cells) {
    for (const { cause, scenarios } of causesOf(cell)) {
      const { from, to } = cell.request;
      reasons.set(cause, [...(reasons.get(cause) ?? []), `${from.name} → ${to.name}: ${scenarios}`]);
    }
  }
  const why = [...reasons].map(([cause, where]) => `${cause}\n    ${where.join("\n    ")}`);
  const by = cells[0]?.request.by ?? "";
  const head = `Scenarios in which the guest can notice a migration by ${by}, of ${cells[0]?.scenarios.length ?? 0}`;
  return `${[style.colors.bold(head), table, "", style.colors.bold("Why, and in how many scenarios"), ...why].join("\n")}\n`;
}

function shareText(cell: Cell): string {
  const noticed = noticedIn(cell);
  return noticed === 0 ? "none" : String(noticed);
}
