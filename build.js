// Bundles into dist/ the command, with what V8 compiles of it for a short trace, the library, and into dist/extension/
// the VS Code extension: client and language server, for the desktop and for browsers.
import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { licencesOf } from "./tools/licences.js";

// What is CommonJS in a bundle asks for Node's own modules with `require`.
const requireInModules = {
  js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
};

const { metafile } = await build({
  entryPoints: {
    "check-worker": "server/src/cli/lint/check-worker.ts",
    "explore-worker": "server/src/cli/explore/explore-worker.ts",
    index: "server/src/api/index.ts",
  },
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
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

// Commander loads what starts processes, and with it the network, for a kind of commands that there is none of here.
const withoutProcesses = {
  name: "without-processes",
  setup({ onLoad }) {
    onLoad({ filter: /commander\/lib\/command\.js$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, "utf8")).replace("require('node:child_process')", "undefined"),
    }));
  },
};

// The command in one file, which is read, compiled and kept compiled as one; and what starts it. As CommonJS, which
// Node starts faster.
const command = "dist/chunks/command.cjs";
const commonJs = {
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  minify: true,
  legalComments: "linked",
  metafile: true,
  define: { "import.meta.dirname": "__dirname", "import.meta.url": "__url" },
  logLevel: "warning",
};
const { metafile: commandFiles } = await build({
  ...commonJs,
  entryPoints: ["server/src/cli/main.ts"],
  outfile: command,
  // Else these would be asked of the module loader, which does not know what was compiled before.
  supported: { "dynamic-import": false },
  banner: { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' },
  plugins: [withoutProcesses],
});
await build({ ...commonJs, entryPoints: ["server/src/cli/launch.ts"], outfile: "dist/vgic-trace.js" });
// The program of the page that shows timelines: the command puts it into pages, VS Code loads it.
for (const outfile of ["dist/timeline-page.js", "dist/extension/timeline-page.js"]) {
  await build({
    entryPoints: ["server/src/timeline/page/start.ts"],
    outfile,
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    minify: true,
    logLevel: "warning",
  });
}
await writeFile("dist/package.json", '{ "type": "commonjs" }\n');
await mkdir("dist/types", { recursive: true });
await writeFile("dist/types/package.json", '{ "type": "module" }\n');
const compiled = `dist/chunks/command-${process.versions.v8}-${process.arch}.cache`;
execFileSync(process.execPath, ["tools/compile.js", command, compiled]);
await chmod("dist/vgic-trace.js", 0o755);

const extension = {
  outdir: "dist/extension",
  bundle: true,
  minify: true,
  legalComments: "linked",
  logLevel: "warning",
  metafile: true,
};
// Processes of their own need nothing of the command but what they do, and much of that is the same.
const programs = {
  server: 'import { server } from "./commands/server.ts"; server({ nodeIpc: true });',
  replay: `import { replay } from "./commands/replay.ts";
    process.exitCode = await replay(["-"], { format: "json", kernel: process.argv[2] });`,
};
const inMemory = {
  name: "in-memory",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^program:/ }, ({ path: name }) => ({ path: name.slice(8), namespace: "program" }));
    onLoad({ filter: /./, namespace: "program" }, ({ path: name }) => ({
      contents: programs[name],
      resolveDir: "server/src/cli",
    }));
  },
};
const extensionBuilds = await Promise.all([
  build({
    ...extension,
    entryPoints: { server: "program:server", replay: "program:replay" },
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    banner: requireInModules,
    plugins: [inMemory],
  }),
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

const extensionFiles = extensionBuilds.map((built) => built.metafile);

// What is bundled is not in node_modules of those who install it: its licences go with it.
await writeFile("dist/THIRD-PARTY-LICENSES.txt", await licencesOf([metafile, commandFiles]));
await writeFile("dist/extension/THIRD-PARTY-LICENSES.txt", await licencesOf(extensionFiles));

// The manual page says what the help says, so the command itself writes it.
await writeFile("dist/vgic-trace.1", execFileSync(process.execPath, ["dist/vgic-trace.js", "manual"]));

// Chunks of earlier builds go last, so that a command that is running meanwhile still finds its own.
const written = new Set([
  ...Object.keys(metafile.outputs),
  ...extensionFiles.flatMap(({ outputs }) => Object.keys(outputs)),
  ...[command, `${command}.LEGAL.txt`, compiled],
]);
for (const folder of ["dist/chunks", "dist/extension/chunks"]) {
  for (const name of await readdir(folder)) {
    const chunk = path.posix.join(folder, name);
    if (!written.has(chunk)) await rm(chunk, { force: true });
  }
}

// npm links no command of the package itself: `npx vgic-trace` would install the package from its own folder first.
const link = "node_modules/.bin/vgic-trace";
await rm(link, { force: true });
await symlink("../../dist/vgic-trace.js", link);
