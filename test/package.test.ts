/** What a release holds: all that it needs, and nothing else. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { root } from "./cli/command.ts";

function packed(): string[] {
  const out = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
  });
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
  expect(text).toMatch(/^chevrotain .* \(Apache-2\.0\)$/m);
});
