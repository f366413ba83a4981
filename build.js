// Bundles the command into dist/: a small entry, and a chunk for each command, so that each loads only what it needs;
// and the VS Code extension into dist/extension/: client and language server, for the desktop and for browsers.
import { execFileSync } from "node:child_process";
import { chmod, readdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

// What is CommonJS in a bundle asks for Node's own modules with `require`.
const requireInModules = {
  js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
};

const { metafile } = await build({
  entryPoints: {
    "vgic-trace": "server/src/cli/main.ts",
    "check-worker": "server/src/cli/check-worker.ts",
    index: "server/src/api/index.ts",
  },
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
  banner: requireInModules,
  logLevel: "warning",
});
await chmod("dist/vgic-trace.js", 0o755);

const extension = {
  outdir: "dist/extension",
  bundle: true,
  minify: true,
  legalComments: "linked",
  logLevel: "warning",
};
const nodeProgram = (name, contents) =>
  build({
    ...extension,
    stdin: { contents, resolveDir: "server/src/cli", sourcefile: `${name}.mjs` },
    outdir: undefined,
    outfile: `dist/extension/${name}.mjs`,
    format: "esm",
    platform: "node",
    target: "node20",
    banner: requireInModules,
  });
await Promise.all([
  // Processes of their own need nothing of the command but what they do.
  nodeProgram("server", 'import { server } from "./server.ts"; server({ nodeIpc: true });'),
  nodeProgram(
    "replay",
    `import { replay } from "./replay.ts";
    process.exitCode = await replay(["-"], { format: "json", kernel: process.argv[2] });`,
  ),
  build({
    ...extension,
    entryPoints: { "server-worker": "server/src/lsp/worker.ts" },
    format: "iife",
    platform: "browser",
    target: "es2022",
  }),
  build({
    ...extension,
    entryPoints: { client: "client/src/extension.ts" },
    outExtension: { ".js": ".cjs" },
    external: ["vscode"],
    loader: { ".vgic": "text" },
    format: "cjs",
    platform: "node",
    target: "node20",
  }),
  build({
    ...extension,
    entryPoints: { "client-web": "client/src/extension.web.ts" },
    external: ["vscode"],
    loader: { ".vgic": "text" },
    format: "cjs",
    platform: "browser",
    target: "es2022",
  }),
]);

// The manual page says what the help says, so the command itself writes it.
await writeFile("dist/vgic-trace.1", execFileSync(process.execPath, ["dist/vgic-trace.js", "manual"]));

// Chunks of earlier builds go last, so that a command that is running meanwhile still finds its own.
const written = new Set(Object.keys(metafile.outputs));
for (const name of await readdir("dist/chunks")) {
  const chunk = path.posix.join("dist/chunks", name);
  if (!written.has(chunk)) await rm(chunk, { force: true });
}

// npm links no command of the package itself: `npx vgic-trace` would install the package from its own folder first.
const link = "node_modules/.bin/vgic-trace";
await rm(link, { force: true });
await symlink("../../dist/vgic-trace.js", link);
