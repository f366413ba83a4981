// @ts-check
// Packs the VS Code extension: vgic-trace-<version>.vsix, with what it needs at run time and nothing else.
// usage: npm run package [-- --out FOLDER]
import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";

const root = path.resolve(import.meta.dirname, "..");
const stage = path.join(root, "dist/package");
const largest = 1_300_000;

execFileSync(process.execPath, ["build.js"], { cwd: root, stdio: "inherit" });
await rm(stage, { recursive: true, force: true });
await mkdir(stage, { recursive: true });
const parts = [
  "dist/extension",
  "replay/vgic-replay",
  "syntaxes",
  "icons",
  "docs/rules",
  "docs/walkthrough",
  "docs/images",
  "LICENSE",
];
for (const part of parts) {
  await cp(path.join(root, part), path.join(stage, part), { recursive: true });
}
// Its own page is the front page of the extension.
await cp(path.join(root, "docs/vscode.md"), path.join(stage, "README.md"));

// Without the parts that are for npm. VS Code for the Web loads no ES modules, and would take `type` to ask for them.
const { type, bin, files, scripts, devDependencies, ...manifest } = JSON.parse(
  await readFile(path.join(root, "package.json"), "utf8"),
);
// They are the extension's: of the npm package they would name files that it does not have.
const entries = { main: "./dist/extension/client.cjs", browser: "./dist/extension/client-web.js" };
// All that stands in the folder is meant to be in the package; vsce wants that said.
await writeFile(path.join(stage, ".vscodeignore"), "");
await writeFile(
  path.join(stage, "package.json"),
  `${JSON.stringify({ ...manifest, ...entries }, null, 2)}\n`,
);

const { values } = parseArgs({ options: { out: { type: "string", default: root } } });
const vsix = path.resolve(values.out, `${manifest.name}-${manifest.version}.vsix`);
const vsce = path.join(root, "node_modules/@vscode/vsce/vsce");
// What the page links to is looked for in the repository, at the release's tag: no place that shows it has the rest.
const [repository] = manifest.homepage.split("#");
const at = (/** @type {string} */ view) => `${repository}/${view}/v${manifest.version}/docs`;
const links = ["--baseContentUrl", at("blob"), "--baseImagesUrl", at("raw")];
execFileSync(process.execPath, [vsce, "package", "--no-dependencies", ...links, "--out", vsix], {
  cwd: stage,
  stdio: "inherit",
});
const { size } = await stat(vsix);
if (size > largest)
  throw new Error(`${path.basename(vsix)} has ${size} bytes, more than ${largest}: find out what grew`);
console.log(`${path.basename(vsix)}: ${size} bytes`);
