/** Results as tables and plots for a terminal. */
import pc from "picocolors";
import { plotText } from "./plot-text.ts";
import type { Results, Row } from "./row.ts";

export function printResults({ rows, series = [], notes = [] }: Results): void {
  const cells = rows.map((row) => [row.name, number(row.measured), row.unit, goal(row)]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((cell) => cell[column].length), 0));
  rows.forEach(({ met }, index) => {
    const [name, measured, unit, goal] = cells[index];
    const mark = met === undefined ? " " : met ? pc.green("✓") : pc.red("✗");
    console.log(
      `${mark} ${name.padEnd(widths[0])}  ${measured.padStart(widths[1])} ${unit.padEnd(widths[2])}  ${goal}`.trimEnd(),
    );
  });
  for (const one of series) console.log(`\n${plotText(one)}`);
  for (const text of notes) console.log(`\n${text}`);
}

function goal({ goal }: Row): string {
  return goal === undefined ? "" : `goal: ${goal.kind} ${goal.value}`;
}

/** Three digits that count. */
function number(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
