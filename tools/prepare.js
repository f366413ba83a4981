// @ts-check
// npm's `prepare`: builds the command. `npm install --global git+…`, as pre-commit runs it, asks for that in a clone of
// which npm installs nothing (it takes --global for the clone's own packages, too): then they are installed here.
import { execSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
if (!existsSync(path.join(root, "node_modules/esbuild"))) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_config_(?:global|location|prefix)$/i.test(name)),
  );
  execSync("npm ci --ignore-scripts --include=dev", { cwd: root, env, stdio: "inherit" });
}
await import("../build.js");
