/** Starts the page: with the timelines that it carries, or, in VS Code, with those that it is sent. */
import { PAGE_STYLE, THEME_STYLE } from "../page-style.ts";
import type { Timeline } from "../timeline.ts";
import { TimelinePage } from "./page.ts";

/** What VS Code sends. */
export type ToPage =
  | { readonly kind: "timelines"; readonly timelines: readonly Timeline[]; readonly line: number }
  | { readonly kind: "line"; readonly line: number };

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const root = document.getElementById("timeline");
const carried = document.getElementById("timelines")?.textContent;
if (root !== null && carried) {
  const page = new TimelinePage(root, { onChoose: () => undefined, nothing: "This trace has no scenario." });
  page.timelines = JSON.parse(carried);
} else if (root !== null) {
  const theme = new CSSStyleSheet();
  theme.replaceSync(PAGE_STYLE + THEME_STYLE);
  document.adoptedStyleSheets = [theme];
  const vscode = acquireVsCodeApi();
  const page = new TimelinePage(root, {
    onChoose: (line) => vscode.postMessage({ kind: "choose", line }),
    nothing: "Put the cursor into a scenario to see its timeline.",
  });
  window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
    if (data.kind === "timelines") page.timelines = data.timelines;
    page.line = data.line;
  });
  vscode.postMessage({ kind: "ready" });
}
