// @ts-check
// The library that the package exports, and the command's workers.
import { mkdir, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { modules } from "./settings.js";

export async function buildLibrary() {
  const { metafile } = await build({
    ...modules,
    entryPoints: {
      "check-worker": "server/src/cli/lint/check-worker.ts",
      "explore-worker": "server/src/cli/explore/explore-worker.ts",
      index: "server/src/api/index.ts",
    },
    outdir: "dist",
  });
  await mkdir("dist/types", { recursive: true });
  await writeFile("dist/types/package.json", '{ "type": "module" }\n');
  return metafile;
}
