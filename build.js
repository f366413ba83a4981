// Bundles the command into dist/: a small entry, and a chunk for each command, so that each loads only what it needs;
// and the language server as a worker for browsers, in one file.
import { chmod, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const { metafile } = await build({
  entryPoints: { "vgic-trace": "server/src/cli/main.ts" },
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  metafile: true,
  legalComments: "linked",
  // Commander is CommonJS and asks for Node's own modules with `require`.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: "warning",
});
await chmod("dist/vgic-trace.js", 0o755);
await build({
  entryPoints: { "server-worker": "server/src/lsp/worker.ts" },
  outdir: "dist",
  bundle: true,
  format: "iife",
  platform: "browser",
  target: "es2022",
  minify: true,
  legalComments: "linked",
  logLevel: "warning",
});

// Chunks of earlier builds go last, so that a command that is running meanwhile still finds its own.
const written = new Set(Object.keys(metafile.outputs));
for (const name of await readdir("dist/chunks")) {
  const chunk = path.posix.join("dist/chunks", name);
  if (!written.has(chunk)) await rm(chunk, { force: true });
}
