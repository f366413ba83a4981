// @ts-check
// Runs a TypeScript file of the project (`node tools/run.js FILE [ARGUMENT…]`): bundles it, then imports it.
import { mkdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: run.js FILE [ARGUMENT ...]");
const outfile = resolve("node_modules/.cache/vgic-trace", `${basename(file, ".ts")}.mjs`);
await mkdir("node_modules/.cache/vgic-trace", { recursive: true });
await build({
  entryPoints: [file],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  packages: "external",
  logLevel: "warning",
});
process.argv.splice(1, 2, outfile);
process.argv.splice(2, process.argv.length, ...rest);
await import(pathToFileURL(outfile).href);
