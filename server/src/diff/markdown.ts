/** What a change of traces changes, as Markdown: a comment on a pull request, a job's summary, a preview in an editor. */
import type { TraceDiff } from "./change.ts";
import { findingSentence, type Marks, paragraphOf, type Said, summaryWords } from "./words.ts";

/** So many scenarios are told: a comment on GitHub holds 65,536 characters. */
const MOST_SCENARIOS = 50;

export function diffMarkdown(diff: TraceDiff): string {
  const { scenarios, heads, renamed } = diff;
  const shown = scenarios.slice(0, MOST_SCENARIOS);
  const byFile = new Map<string, string[]>();
  const linesOf = (path: string): string[] => {
    const known = byFile.get(path) ?? [];
    byFile.set(path, known);
    return known;
  };
  for (const { path, findings } of heads)
    for (const finding of findings.appeared)
      linesOf(path).push(`- ${sentence(findingSentence(finding, marks))}`);
  for (const change of shown) {
    const { heading, sentences } = paragraphOf(change, marks);
    const place = change.after ?? change.before;
    if (place === undefined) continue;
    const line = change.after === undefined ? "" : `line ${place.line + 1}, `;
    linesOf(place.path).push(`- **${line}${heading}**`, ...sentences.map((one) => `  - ${sentence(one)}`));
  }
  const left = scenarios.length - shown.length;
  return [
    "### What the change of the traces means",
    "",
    `${capital(summaryWords(diff))}.`,
    ...renamed.map(({ before, after }) => `\n${code(before)} is now ${code(after)}.`),
    ...[...byFile].flatMap(([path, lines]) => ["", `#### ${code(path)}`, "", ...lines]),
    ...(left > 0 ? ["", `And ${left} more: \`vgic-trace diff\` tells all.`] : []),
    "",
  ].join("\n");
}

function sentence({ line, text }: Said): string {
  return line === undefined ? text : `line ${line + 1}: ${text}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const marks: Marks = { code, plain };

/** A code span, whatever the text is: its fence is longer than any row of backticks in it. */
function code(text: string): string {
  const rows = text.match(/`+/g) ?? [];
  const fence = "`".repeat(1 + Math.max(0, ...rows.map((row) => row.length)));
  const space = /^`|`$/.test(text) ? " " : "";
  return `${fence}${space}${text}${space}${fence}`;
}

/** Words that mean nothing else in Markdown; on GitHub, `@cpu0` would call someone. */
function plain(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((piece, index) =>
      index % 2 === 1 ? piece : piece.replace(/[\\`*[\]<>&|~#@]/g, (sign) => `&#${sign.charCodeAt(0)};`),
    )
    .join("");
}
