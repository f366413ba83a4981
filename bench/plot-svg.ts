/** A plot as a picture: both axes logarithmic, so that a power law is a straight line. */
import { axis } from "./plot-axis.ts";
import { label } from "./plot-text.ts";
import type { Series } from "./row.ts";
import { exponent } from "./statistics.ts";

const width = 480;
const height = 300;
const margin = { left: 80, right: 20, top: 40, bottom: 50 };

export function plotSvg(series: Series): string {
  const { title, points } = series;
  const x = axis(points.map((point) => point.x));
  const y = axis(points.map((point) => point.y));
  const across = (value: number): number => margin.left + x.at(value) * (width - margin.left - margin.right);
  const down = (value: number): number =>
    height - margin.bottom - y.at(value) * (height - margin.top - margin.bottom);
  const dots = points.map((point) => `<circle cx="${across(point.x)}" cy="${down(point.y)}" r="4"/>`);
  const path = points.map((point) => `${across(point.x)},${down(point.y)}`).join(" ");
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${left}" y="22" font-size="14">${title}: exponent ${exponent(points).toFixed(2)}</text>
<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="#888"/>
<polyline points="${path}" fill="none" stroke="#36c"/>
<g fill="#36c">${dots.join("")}</g>
<text x="${left}" y="${bottom + 18}">${label(x.least)}</text>
<text x="${right}" y="${bottom + 18}" text-anchor="end">${label(x.most)}</text>
<text x="${(left + right) / 2}" y="${bottom + 36}" text-anchor="middle">${series.x}</text>
<text x="${left - 6}" y="${bottom}" text-anchor="end">${label(y.least)}</text>
<text x="${left - 6}" y="${top + 10}" text-anchor="end">${label(y.most)}</text>
<text transform="translate(16 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${series.y}</text>
</svg>
`;
}
