/** The page that says whether a guest would notice a migration. What it leads to is told to the view in messages. */
import type { Compat, Noticed } from "../../server/src/lsp/protocol.ts";
import type { Migration } from "./compat-pick.ts";

/** Changes of one cause that are shown unasked. */
const MOST_CHANGES = 8;

/** The page without an answer; bodies are sent to it. */
export function compatPage(): string {
  const nonce = crypto.randomUUID();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<title>Migration</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main aria-live="polite"></main>
<script nonce="${nonce}">
const host = acquireVsCodeApi();
const main = document.querySelector("main");
addEventListener("message", ({ data }) => { main.innerHTML = data; });
main.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-message]");
  if (button) host.postMessage(JSON.parse(button.dataset.message));
});
host.postMessage({ kind: "ready" });
</script>
</body>
</html>
`;
}

const STYLE = `
body { color: var(--vscode-foreground); font: var(--vscode-font-size) var(--vscode-font-family); padding: 0 1em 1em; max-width: 60em; }
h1 { font-size: 1.25em; font-weight: 600; margin: 1em 0 0.25em; }
h2 { font-size: 1.05em; font-weight: 600; margin: 1.5em 0 0.25em; }
p { margin: 0.25em 0; }
code { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); color: inherit; background: none; padding: 0; }
button { background: none; border: 0; padding: 0; font: inherit; color: var(--vscode-textLink-foreground); cursor: pointer; text-align: left; }
button:hover { text-decoration: underline; }
button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { text-align: left; vertical-align: top; padding: 0.3em 1em 0.3em 0.5em; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-widget-border, currentColor)); }
th { font-weight: 600; }
td:nth-child(-n + 2) { white-space: nowrap; }
tr[aria-current] td { background: var(--vscode-editor-inactiveSelectionBackground); }
.vscode-high-contrast tr[aria-current] td { background: none; border: solid var(--vscode-contrastActiveBorder); border-width: 1px 0; }
tr[aria-current] td:first-child { box-shadow: inset 3px 0 var(--vscode-focusBorder); }
.quiet { color: var(--vscode-descriptionForeground); }
.holds { color: var(--vscode-testing-iconPassed, var(--vscode-charts-green)); }
.noticed { color: var(--vscode-list-warningForeground, var(--vscode-charts-yellow)); }
li { margin: 0.75em 0; }
ul.changes { list-style: none; padding-left: 1em; margin: 0.25em 0; }
ul.changes li { margin: 0.1em 0; }
`;

/** The answer for one scenario; undefined where there is no such scenario any more. */
export function compatBody(
  title: string,
  migration: Migration,
  answer: Compat | { readonly refusal: string } | undefined,
): string {
  const { from, to, by, back } = migration;
  const way = [from, to, ...(back ? [from] : [])].map(escaped).join(" → ");
  const turn = link(back ? "Only there" : "And back", { kind: "turn" });
  const firstLine = answer !== undefined && "firstLine" in answer ? answer.firstLine : undefined;
  const name = title || "The scenario";
  const subject = firstLine === undefined ? escaped(name) : lineLink(firstLine, name);
  const head = `<h1>${subject}: would the guest notice?</h1>
<p>${way} · ${link("Choose…", { kind: "choose" })} · ${turn}</p>`;
  if (answer === undefined) return `${head}<p>The trace has no such scenario any more.</p>`;
  if ("refusal" in answer) return `${head}<p class="noticed">${inCode(answer.refusal)}</p>`;
  const { setup, managers, coverage } = answer;
  const chosen = managers.find((one) => one.by === by);
  const rows = managers.map((one) => {
    const current = one.by === by ? ' aria-current="true"' : "";
    const name = link(one.by, { kind: "by", by: one.by }, one.about);
    return `<tr${current}><td>${name}</td><td>${share(one)}</td><td>${reasons(one.noticed)}</td></tr>`;
  });
  const details = (chosen?.noticed ?? []).map((one) =>
    noticed(one, chosen?.migrations ?? 0, answer.firstLine),
  );
  return `${head}
<p class="quiet">${escaped(setup)}; migrated after each operation</p>
<table><thead><tr><th>Saved and restored by</th><th>The guest</th><th>Because of</th></tr></thead><tbody>${rows.join("")}</tbody></table>
<h2>${escaped(by)}</h2>
<p class="quiet">${escaped(chosen?.about ?? "")}</p>
<p>${escaped(chosen?.verdict ?? "")}</p>
<ol>${details.join("")}</ol>
${coverage.map((sentence) => `<p class="quiet">${escaped(sentence)}</p>`).join("")}`;
}

function share({ migrations, noticed: found }: Compat["managers"][number]): string {
  if (migrations === 0) return '<span class="quiet">? not tested</span>';
  return found.length === 0
    ? '<span class="holds">✓ notices nothing</span>'
    : '<span class="noticed">≠ can notice</span>';
}

/** What has changed, by name alone; why the migration failed, where it did. */
function reasons(found: readonly Noticed[]): string {
  const failed = found.find(({ changes }) => changes.length === 0);
  if (failed !== undefined) return inCode(failed.cause);
  const names = found.flatMap(({ changes }) => changes.map((change) => /^\S+/.exec(change)?.[0] ?? ""));
  const named = [...new Set(names)].filter((name) => /^[A-Z]/.test(name));
  const more = named.length > 3 ? ` and ${named.length - 3} more` : "";
  return `${escaped(named.slice(0, 3).join(", "))}${more}`;
}

function noticed(
  { cause, changes, after, onWayBack, times }: Noticed,
  migrations: number,
  firstLine: number,
): string {
  const place = after
    ? `after ${lineLink(after.line)} <code>${escaped(after.text)}</code>`
    : lineLink(firstLine, "from the start");
  const items = changes.map((change) => `<li>${withLines(change)}</li>`);
  const left = items.length - MOST_CHANGES;
  const rest =
    left > 0
      ? `<details><summary>and ${left} more</summary><ul class="changes">${items.slice(MOST_CHANGES).join("")}</ul></details>`
      : "";
  return `<li>${inCode(cause)}.
<ul class="changes">${items.slice(0, MOST_CHANGES).join("")}</ul>${rest}
<span class="quiet">First ${place}${onWayBack ? ", on the way back" : ""}; ${times} of ${migrations} migration${migrations === 1 ? "" : "s"}.</span></li>`;
}

/** A change in code; "line 8" in it leads there. */
function withLines(change: string): string {
  const found = /^line (\d+) `([^`]*)`: (.*)$/.exec(change);
  if (found === null) return `<code>${escaped(change)}</code>`;
  const [, line, text = "", rest = ""] = found;
  return `${lineLink(Number(line) - 1)} <code>${escaped(text)}</code>: <code>${escaped(rest)}</code>`;
}

function lineLink(line: number, text = `line ${line + 1}`): string {
  return link(text, { kind: "line", line });
}

function link(text: string, message: object, title = ""): string {
  return `<button title="${escaped(title)}" data-message="${escaped(JSON.stringify(message))}">${escaped(text)}</button>`;
}

/** Words with code between backticks. */
function inCode(text: string): string {
  return escaped(text).replaceAll(/`([^`]*)`/g, "<code>$1</code>");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
