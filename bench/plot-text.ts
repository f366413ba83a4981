/** A plot in characters: both axes logarithmic, so that a power law is a straight line. */
import { axis } from "./plot-axis.ts";
import type { Series } from "./row.ts";
import { exponent } from "./statistics.ts";

const columns = 48;
const rows = 10;

export function plotText(series: Series): string {
  const { title, points } = series;
  const x = axis(points.map((point) => point.x));
  const y = axis(points.map((point) => point.y));
  const grid = Array.from({ length: rows }, () => new Array<string>(columns).fill(" "));
  for (const point of points) {
    const row = rows - 1 - Math.round(y.at(point.y) * (rows - 1));
    grid[row][Math.round(x.at(point.x) * (columns - 1))] = "●";
  }
  const [top, bottom] = [label(y.most), label(y.least)];
  const width = Math.max(top.length, bottom.length);
  const lines = grid.map((cells, row) => {
    const mark = row === 0 ? top : row === rows - 1 ? bottom : "";
    return `${mark.padStart(width)} │${cells.join("").trimEnd()}`;
  });
  const [left, right] = [label(x.least), label(x.most)];
  return [
    `${title}: ${series.y} against ${series.x}, exponent ${exponent(points).toFixed(2)}`,
    ...lines,
    `${" ".repeat(width)} └${"─".repeat(columns)}`,
    `${" ".repeat(width + 2)}${left}${right.padStart(columns - left.length)}`,
  ].join("\n");
}

/** A number of an axis, short. */
export function label(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
