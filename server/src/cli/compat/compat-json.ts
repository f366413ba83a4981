/** `compat` for programs. Lines count from 0. */
import { printableJson } from "../terminal/printable.ts";
import { type Cell, causesOf, hostsOf, noticedIn, type ScenarioReport } from "./compat-report.ts";

/** One way from host to host, with every scenario. */
export function compatJson(cell: Cell): string {
  const { from, to, by, back } = cell.request;
  const files = new Map<string, object[]>();
  for (const scenario of cell.scenarios) {
    const list = files.get(scenario.path) ?? [];
    list.push(scenarioObject(scenario));
    files.set(scenario.path, list);
  }
  return text({
    version: 1,
    from: from.name,
    to: to.name,
    by,
    back,
    files: [...files].map(([path, scenarios]) => ({ path, scenarios })),
    summary: { scenarios: cell.scenarios.length, noticed: noticedIn(cell) },
  });
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
  });
}

function scenarioObject({
  title,
  line,
  model,
  declared,
  revision,
  migrations,
  noticed,
}: ScenarioReport): object {
  return {
    title,
    line,
    model,
    declared: declared ?? null,
    revision,
    migrations,
    noticed: noticed.map(({ after, ...words }) => ({ ...words, after: after ?? null })),
  };
}

function text(value: object): string {
  return `${printableJson(value)}\n`;
}
