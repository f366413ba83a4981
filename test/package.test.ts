/** What a release holds: all that it needs, and nothing else. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { inflateRawSync } from "node:zlib";
import { publint } from "publint";
import { expect, test } from "vitest";
import metadata from "../package.json" with { type: "json" };
import { folderWith, goodTrace, root } from "./cli/command.ts";

/** What npm prints. On Windows it is a script, which only a shell can start. */
function runNpm(args: readonly string[], folder: string): string {
  return execFileSync("npm", args, { cwd: folder, encoding: "utf8", shell: process.platform === "win32" });
}

function packed(): string[] {
  const out = runNpm(["pack", "--dry-run", "--json", "--ignore-scripts"], root);
  const [{ files }] = JSON.parse(out);
  return files.map(({ path: name }: { path: string }) => name);
}

/** Places where what there is changes often, or with every build. */
const folders = /^(?:dist\/chunks|dist\/types|docs|examples)\//;

test("the npm package holds the command, the library and what they read", () => {
  const files = packed();
  expect(files.filter((name) => !folders.test(name)).sort()).toEqual([
    "LICENSE",
    "README.md",
    "dist/THIRD-PARTY-LICENSES.txt",
    "dist/check-worker.mjs",
    "dist/explore-worker.mjs",
    "dist/index.mjs",
    "dist/package.json",
    "dist/timeline-page.js",
    "dist/vgic-trace.1",
    "dist/vgic-trace.js",
    "package.json",
    "replay/vgic-replay",
    "schemas/vgic-trace.json",
    "syntaxes/language-configuration.json",
    "syntaxes/vgic.tmLanguage.json",
  ]);
  const others =
    /^dist\/(?:types\/(?:.*\.d\.ts|package\.json)|chunks\/.*\.(?:mjs|cjs|cache|txt))$|^(?:docs|examples)\//;
  expect(files.filter((name) => folders.test(name) && !others.test(name))).toEqual([]);
  expect(files).toContain("dist/chunks/command.cjs");
});

test.each(["dist", "dist/extension"])("%s has the licences of what is bundled in it", (folder) => {
  const text = readFileSync(path.join(root, folder, "THIRD-PARTY-LICENSES.txt"), "utf8");
  for (const [, name, licence] of text.matchAll(/^(\S+) \d+\.\d+\.\d+ \((.*)\)$/gm))
    expect(["MIT", "ISC", "Apache-2.0", "BSD-3-Clause", "BlueOak-1.0.0"], name).toContain(licence);
  expect(text).toMatch(/^cborg .* \(Apache-2\.0\)$/m);
});

test("the package runs where it is installed from its file, in an empty folder", () => {
  const folder = folderWith({ "traces/a.vgic": goodTrace });
  const npm = (...args: readonly string[]) => runNpm(args, folder);
  npm("pack", "--ignore-scripts", "--silent", "--pack-destination", folder, root);
  npm("init", "--yes", "--silent");
  // Nothing is fetched: all that it needs is bundled.
  const quietly = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
  npm("install", "--save-dev", ...quietly, `./vgic-trace-${metadata.version}.tgz`);
  expect(npm("exec", "--offline", "--", "vgic-trace", "lint", "traces")).toBe(
    "1 file, 1 scenario, 1 operation: no findings\n",
  );
  const use = 'import { lint } from "vgic-trace"; console.log(lint("gic v3").diagnostics.length)';
  expect(
    execFileSync(process.execPath, ["--input-type=module", "-e", use], { cwd: folder, encoding: "utf8" }),
  ).toBe("0\n");
});

test("a Node that is too old is told so", () => {
  const folder = folderWith({
    "old.cjs":
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.8" } });',
  });
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--require", path.join(folder, "old.cjs"), path.join(root, "dist/vgic-trace.js"), "--version"],
    { encoding: "utf8" },
  );
  const least = metadata.engines.node.replace(">=", "");
  expect(stderr).toBe(`vgic-trace: this is Node.js 18.20.8, and ${least} or newer is needed\n`);
  expect(status).toBe(2);
});

test("publint finds nothing to say of the package", { timeout: 120_000 }, async () => {
  const compiler = path.join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", path.join(root, "tsconfig.types.json")], { cwd: root });
  const { messages } = await publint({ pkgDir: root, strict: true });
  expect(messages).toEqual([]);
});

/** The front page of a packed extension. */
function pageIn(vsix: string): string {
  const zip = readFileSync(vsix);
  const header = zip.indexOf("extension/readme.md") - 30;
  const [name, extra] = [zip.readUInt16LE(header + 26), zip.readUInt16LE(header + 28)];
  return inflateRawSync(zip.subarray(header + 30 + name + extra)).toString("utf8");
}

test("the extension is packed with what it needs at run time, and vsce complains of nothing", {
  timeout: 180_000,
}, () => {
  const folder = folderWith({});
  const pack = spawnSync(process.execPath, [path.join(root, "tools/package.js"), "--out", folder], {
    cwd: root,
    encoding: "utf8",
  });
  expect(pack.status, pack.stderr).toBe(0);
  expect(pack.stdout + pack.stderr).not.toMatch(/\b(?:WARNING|ERROR)\b/);
  const vsce = path.join(root, "node_modules/@vscode/vsce/vsce");
  const list = execFileSync(process.execPath, [vsce, "ls", "--no-dependencies"], {
    cwd: path.join(root, "dist/package"),
    encoding: "utf8",
  });
  const files = list.trim().split("\n");
  const wanted =
    /^(?:package\.json|README\.md|LICENSE|icons\/.*|syntaxes\/.*|docs\/(?:rules|walkthrough|images)\/.*|dist\/extension\/.*|replay\/vgic-replay)$/;
  expect(files.filter((name) => !wanted.test(name))).toEqual([]);
  // What its page links to stands in the repository, whatever shows the page.
  const links = [
    ...pageIn(path.join(folder, `vgic-trace-${metadata.version}.vsix`)).matchAll(/\]\(([^)#]*)/g),
  ];
  expect(links.length).toBeGreaterThan(5);
  for (const [, link] of links) {
    const [, name] = /^https:\/\/github\.com\/[\w-]+\/[\w-]+\/(?:blob|raw)\/v[\d.]+\/(.*)$/.exec(link) ?? [];
    expect(existsSync(path.join(root, name ?? link)), link).toBe(true);
  }
  for (const name of [
    "dist/extension/client.cjs",
    "dist/extension/client-web.js",
    "dist/extension/THIRD-PARTY-LICENSES.txt",
  ])
    expect(files).toContain(name);
});

test("npm scripts need no shell but what every platform's has", () => {
  for (const [name, script] of Object.entries(metadata.scripts)) {
    // `&&` works in sh and in cmd.exe alike; variables, globs, pipes and quotes do not.
    expect(script.replaceAll(" && ", " "), name).toMatch(/^[\w@./ :-]+$/);
    expect(script, name).not.toMatch(/(?:^|&& )(?:rm|cp|mv|mkdir|cat|sh|bash) /);
  }
});

test("the container file builds from what is in a checkout, and runs what the package holds", () => {
  const file = readFileSync(path.join(root, "Containerfile"), "utf8");
  const ignored = readFileSync(path.join(root, ".dockerignore"), "utf8").trim().split("\n");
  // What is left out is made by `npm ci` and `npm pack`, or is not needed to.
  expect(ignored).toEqual(["node_modules", "dist", ".git", "*.vsix", "*.tgz"]);
  expect(file).toContain("RUN npm ci --ignore-scripts && npm pack && mv vgic-trace-*.tgz vgic-trace.tgz\n");
  expect(file).toContain(`ENTRYPOINT ["tini", "--", "${Object.keys(metadata.bin)[0]}"]`);
  expect(metadata.scripts).toMatchObject({ prepare: "node tools/prepare.js", prepack: "npm run build" });
  const [, node] = /node:(\d+)-/.exec(file) ?? [];
  expect(Number(node)).toBeGreaterThanOrEqual(Number(metadata.engines.node.replace(">=", "")));
});
