/** `compat` as a page for people: one file without anything to load. */
import { printableText } from "../terminal/printable.ts";
import {
  type Cell,
  causesOf,
  coverageOf,
  managersOf,
  noticedIn,
  notTestedIn,
  routeOf,
  shareText,
} from "./compat-report.ts";

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
table { border-collapse: collapse; }
th, td { border: 1px solid #bbb; padding: .4rem .7rem; text-align: left; }
td { text-align: center; }
td a { color: inherit; }
.same { background: #e4f4e4; }
.untested { font-style: italic; }
.some { background: #fdf1d0; }
.all { background: #f9dcd8; }
code { font-size: .9em; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #1c1c1c; }
  th, td { border-color: #555; }
  .same { background: #1d3a1d; } .some { background: #463a14; } .all { background: #4d231d; }
}`;

/** A table of hosts against hosts, or of VMMs, and below it why the guest can notice on each way. */
export function compatHtml(cells: readonly Cell[]): string {
  const managers = managersOf(cells);
  const first = cells[0];
  const way = first?.request.back ? "migration there and back" : "migration";
  const rowOf = ({ request }: Cell) => (managers.length > 1 ? request.by : request.from.name);
  const targets = [...new Set(cells.map(({ request }) => request.to.name))];
  const rows = [...new Set(cells.map(rowOf))].map((name) => {
    const row = cells.filter((cell) => rowOf(cell) === name);
    return `<tr><th scope="row">${escaped(name)}</th>${row.map(cellHtml).join("")}</tr>`;
  });
  const corner = managers.length > 1 ? "by \\ to" : "from \\ to";
  const from =
    first !== undefined && managers.length > 1
      ? ` from ${escaped(first.request.from.name)}`
      : ` by ${escaped(managers[0] ?? "")}`;
  const coverage = coverageOf(cells).map((sentence) => `<p>${escaped(sentence)}</p>`);
  const details = cells.filter((cell) => noticedIn(cell) > 0).map(detailHtml);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Would the guest notice?</title>
<style>${style}
</style>
</head>
<body>
<h1>Would the guest notice?</h1>
<p>In how many of ${first?.scenarios.length ?? 0} scenarios a guest can notice a ${way}${from}, tried after every operation.</p>
<table>
<thead><tr><th scope="col">${corner}</th>${targets.map((to) => `<th scope="col">${escaped(to)}</th>`).join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
${coverage.join("\n")}
${details.join("\n")}
</body>
</html>
`;
}

function idOf({ request }: Cell): string {
  return encodeURIComponent(`${request.from.name}-${request.to.name}-${request.by}`);
}

function cellHtml(cell: Cell): string {
  const noticed = noticedIn(cell);
  const text = shareText(cell);
  if (noticed === 0) return `<td class="${notTestedIn(cell) > 0 ? "untested" : "same"}">${text}</td>`;
  const shade = noticed === cell.scenarios.length ? "all" : "some";
  return `<td class="${shade}"><a href="#${idOf(cell)}">${text}</a></td>`;
}

function detailHtml(cell: Cell): string {
  const items = causesOf(cell).map(({ cause, scenarios, example }) => {
    const { scenario, noticed } = example;
    const title = scenario.title === "" ? "" : ` “${escaped(scenario.title)}”`;
    const place = noticed.after
      ? `after line ${noticed.after.line + 1} <code>${escaped(noticed.after.text)}</code>`
      : "from the start";
    const changes = noticed.changes.map((change) => `<li><code>${escaped(change)}</code></li>`).join("");
    return `<li>${escaped(cause)} (${scenarios} of ${cell.scenarios.length})<br>First in ${escaped(scenario.path)}${title}, ${place}:<ul>${changes}</ul></li>`;
  });
  return `<section id="${idOf(cell)}"><h2>${escaped(routeOf(cell.request))}</h2><ul>${items.join("")}</ul></section>`;
}

function escaped(text: string): string {
  return printableText(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
