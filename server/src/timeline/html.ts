/** Timelines as a page that stands for itself: nothing to load, nothing that leads out. */
import { escaped, OWN_STYLE } from "./drawing.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { rowTexts } from "./picture.ts";
import type { Timeline } from "./timeline.ts";

/** The program of the page, and its SHA-256 in base64, by which browsers know that it is the page's own. */
export interface PageScript {
  readonly text: string;
  readonly hash: string;
}

/** @param name what the trace is called */
export function timelinesHtml(
  name: string,
  timelines: readonly Timeline[],
  { text, hash }: PageScript,
): string {
  const words = timelines.map((timeline) => {
    const items = rowTexts(timeline).map((row) => `<li>${escaped(row)}</li>`);
    return `<h2>${escaped(timeline.title || "Timeline")}</h2><ul>${items.join("")}</ul>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'">
<title>${escaped(name)}</title>
<style>${OWN_STYLE}${PAGE_STYLE}</style>
</head>
<body>
<div id="timeline" class="vgic">${words.join("")}</div>
<script type="application/json" id="timelines">${JSON.stringify(timelines).replaceAll("<", "\\u003c")}</script>
<script>${text}</script>
</body>
</html>
`;
}
