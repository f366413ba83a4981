// @ts-check
// The program of the page that shows timelines: the command puts it into pages, VS Code loads it.
import { build } from "esbuild";
import { browser } from "./settings.js";

export async function buildTimelinePage() {
  for (const outfile of ["dist/timeline-page.js", "dist/extension/timeline-page.js"]) {
    await build({
      ...browser,
      entryPoints: ["server/src/timeline/page/start.ts"],
      outfile,
      format: "iife",
    });
  }
}
