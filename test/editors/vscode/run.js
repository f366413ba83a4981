/**
 * Tries the packaged extension in a real VS Code, on the desktop's extension host and on the browser's. With `--pictures`
 * it only takes the pictures of the docs again.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { installBrowser, installWorkbench } from "./install.js";

const takesPictures = process.argv.includes("--pictures");
const folder = import.meta.dirname;
const root = path.resolve(folder, "../../..");

if (process.platform !== "linux" || process.arch !== "x64") {
  console.log("SKIPPED: the editor tests run on x86-64 Linux; npm run package makes a .vsix to try by hand.");
  process.exit(0);
}
const browser = installBrowser();
if (browser === undefined) {
  console.log(
    "SKIPPED: the editor tests need Chromium, which is not here and cannot be installed with apt-get.",
  );
  process.exit(0);
}
installWorkbench();

const TESTS = ["desktop.test.js", "notices.test.js", "profiles.test.js", "typing.test.js", "web.test.js"];
const artefacts = path.join(folder, "artefacts");
rmSync(artefacts, { recursive: true, force: true });
mkdirSync(artefacts, { recursive: true });

run("npm", "run", "package");
run(
  process.execPath,
  "--test",
  "--test-concurrency=1",
  "--test-reporter=spec",
  ...(takesPictures ? [] : TESTS),
  "pictures.test.js",
);
console.log(`Screenshots are in ${path.relative(root, artefacts)}.`);

function run(command, ...args) {
  const { status } = spawnSync(command, args, {
    cwd: command === "npm" ? root : folder,
    env: { ...process.env, CHROMIUM: browser, ...(takesPictures && { PICTURES: "1" }) },
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
