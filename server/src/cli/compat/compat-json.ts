/** `compat` for programs. Lines count from 0. */
import { COMPARED, NOT_MODELLED } from "../../analysis/compat/coverage.ts";
import { itemAt } from "../../syntax/item-at.ts";
import {
  type Cell,
  causesOf,
  hostsOf,
  noticedIn,
  notTestedIn,
  type ScenarioReport,
} from "./compat-report.ts";

/** What every report says of itself. */
const coverage = { compared: COMPARED, notModelled: NOT_MODELLED };

/** One way from host to host, with every scenario. */
export function compatJson(cell: Cell): string {
  const { from, to, by, back } = cell.request;
  return text({ version: 1, from: from.name, to: to.name, by, back, ...filesOf(cell), ...coverage });
}

/** One way from host to host, VMM beside VMM. */
export function managersJson(cells: readonly Cell[]): string {
  const { from, to, back } = itemAt(cells, 0).request;
  const managers = cells.map((cell) => ({ by: cell.request.by, ...filesOf(cell) }));
  return text({ version: 1, from: from.name, to: to.name, back, managers, ...coverage });
}

function filesOf(cell: Cell): object {
  const files = new Map<string, object[]>();
  for (const scenario of cell.scenarios) {
    const list = files.get(scenario.path) ?? [];
    list.push(scenarioObject(scenario));
    files.set(scenario.path, list);
  }
  const counts = { noticed: noticedIn(cell), notTested: notTestedIn(cell) };
  return {
    files: [...files].map(([path, scenarios]) => ({ path, scenarios })),
    summary: { scenarios: cell.scenarios.length, ...counts },
  };
}

/** Every host against every host. */
export function matrixJson(cells: readonly Cell[]): string {
  const first = cells[0]?.request;
  return text({
    version: 1,
    by: first?.by,
    back: first?.back,
    hosts: hostsOf(cells),
    cells: cells.map((cell) => ({
      from: cell.request.from.name,
      to: cell.request.to.name,
      scenarios: cell.scenarios.length,
      noticed: noticedIn(cell),
      notTested: notTestedIn(cell),
      causes: causesOf(cell).map(({ cause, scenarios, example }) => ({
        cause,
        scenarios,
        example: {
          path: example.scenario.path,
          title: example.scenario.title,
          after: example.noticed.after ?? null,
          changes: example.noticed.changes,
        },
      })),
    })),
    ...coverage,
  });
}

function scenarioObject({
  title,
  line,
  model,
  declared,
  revision,
  untested,
  migrations,
  isCutShort,
  noticed,
}: ScenarioReport): object {
  return {
    title,
    line,
    model,
    declared: declared ?? null,
    revision: untested === undefined ? revision : null,
    tested: untested === undefined,
    complete: untested === undefined && !isCutShort,
    migrations,
    noticed: noticed.map(({ after, ...words }) => ({ ...words, after: after ?? null })),
  };
}

function text(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
