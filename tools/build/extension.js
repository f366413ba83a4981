// @ts-check
// The VS Code extension: client and language server, for the desktop and for browsers.
import { build } from "esbuild";
import { browser, modules, node } from "./settings.js";

const outdir = "dist/extension";

/** @satisfies {import("esbuild").BuildOptions} */
const client = { outdir, external: ["vscode"], loader: { ".vgic": "text" }, format: "cjs" };

export async function buildExtension() {
  const built = await Promise.all([
    // Processes of their own need nothing of the command but what they do, and much of that is the same.
    build({
      ...modules,
      outdir,
      entryPoints: {
        server: "server/src/cli/processes/server.ts",
        replay: "server/src/cli/processes/replay.ts",
      },
    }),
    build({
      ...browser,
      outdir,
      entryPoints: { "server-worker": "server/src/lsp/worker.ts" },
      format: "iife",
    }),
    build({
      ...node,
      ...client,
      entryPoints: { client: "client/src/extension.ts" },
      outExtension: { ".js": ".cjs" },
    }),
    build({ ...browser, ...client, entryPoints: { "client-web": "client/src/extension.web.ts" } }),
  ]);
  return built.map(({ metafile }) => metafile);
}
