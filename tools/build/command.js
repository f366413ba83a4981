// @ts-check
// The command in one file, which is read, compiled and kept compiled as one; and what starts it.
import { execFileSync } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { replaceOnce } from "./replace-once.js";
import { node } from "./settings.js";

const command = "dist/chunks/command.cjs";
const started = "dist/vgic-trace.js";

/**
 * Commander loads what starts processes, and with it the network, for a kind of commands that there is none of here.
 * @type {import("esbuild").Plugin}
 */
const withoutProcesses = {
  name: "without-processes",
  setup({ onLoad, onEnd }) {
    let isPatched = false;
    onLoad({ filter: /commander[\\/]lib[\\/]command\.js$/ }, async ({ path: file }) => {
      isPatched = true;
      const text = await readFile(file, "utf8");
      return { contents: replaceOnce(text, "require('node:child_process')", "undefined", file) };
    });
    onEnd(() => {
      if (!isPatched)
        throw new Error("commander/lib/command.js is not in the bundle, and the build patches it");
    });
  },
};

/** As CommonJS, which Node starts faster. @satisfies {import("esbuild").BuildOptions} */
const commonJs = {
  ...node,
  format: "cjs",
  define: { "import.meta.dirname": "__dirname", "import.meta.url": "__url" },
};

/** Returns what the bundle is made of, and the files that it wrote. */
export async function buildCommand() {
  const { metafile } = await build({
    ...commonJs,
    entryPoints: ["server/src/cli/main.ts"],
    outfile: command,
    // Else these would be asked of the module loader, which does not know what was compiled before.
    supported: { "dynamic-import": false },
    banner: { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' },
    plugins: [withoutProcesses],
  });
  await build({ ...commonJs, entryPoints: ["server/src/cli/launch.ts"], outfile: started });
  await writeFile("dist/package.json", '{ "type": "commonjs" }\n');
  const compiled = `dist/chunks/command-${process.versions.v8}-${process.arch}.cache`;
  execFileSync(process.execPath, ["tools/compile.js", command, compiled]);
  await chmod(started, 0o755);
  return { metafile, files: [command, `${command}.LEGAL.txt`, compiled] };
}

/** The manual page says what the help says, so the command itself writes it. */
export async function writeManual() {
  await writeFile("dist/vgic-trace.1", execFileSync(process.execPath, [started, "manual"]));
}
