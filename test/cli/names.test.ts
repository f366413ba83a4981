/** Names and titles come from outside: whatever they hold, no output of the command begins something with them. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, vgicTrace } from "./command.ts";

/** Controls but the end of a line, what reorders text, and what XML cannot hold. */
const unsafe = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/u;

const evil = "a\n::error::stolen\r\u001b[31m\u009b31m\u202e\ufffe.vgic";
const command = "::warning::b.vgic";
const title = "\u001b]0;title\u0007 \u202e \u009b \ufffe ::error::";
const trace = `gic v3\nrevision 3\nscenario "${title}"\ncpu0   readl GICD_STATUSR == 1 # ${title}\n`;
const log = readFileSync(path.resolve(import.meta.dirname, "../logs/harness-v3-pending-edge.ftrace.txt"));

function folder(): string {
  const made = folderWith({ [evil]: trace, [command]: trace, [`${evil}.log`]: log });
  execFileSync("git", ["init", "-q"], { cwd: made });
  return made;
}

const formats = ["text", "json", "github", "gitlab", "junit", "rdjson", "sarif"];
const hosts = ["--from", "linux-5.10", "--to", "linux-7.1"];

describe.runIf(process.platform !== "win32")("names and titles", () => {
  test.each([
    ...formats.map((format) => ["lint", "--format", format]),
    ["lint", "--statistics", "--quiet"],
    ["lint", "--update"],
    ["lint", "--update", "--diff"],
    ["lint", "--changed=\u001b\n::error::x"],
    ["lint", "--baseline", evil],
    ["lint", "\n::error::nowhere"],
    ["format"],
    ["format", "--check"],
    ["format", "--diff"],
    ["run", evil],
    ["run", command, "--format", "json"],
    ["compat", ...hosts],
    ["compat", ...hosts, "--format", "json"],
    ["compat", ...hosts, "--format", "html"],
    ["compat", "--matrix", "--format", "html"],
    ["export", "--to", "qtest", evil],
    ["reduce", "--keep", "revision-difference", command],
    ["replay", "--kernel", evil],
    ["replay", "--host", evil],
    ["explain", evil],
    ["import", `${evil}.log`],
    ["hosts", evil],
    [evil],
  ])("%j %j %j %j", (...args) => {
    const { stdout, stderr } = vgicTrace(args, { folder: folder() });
    for (const line of `${stdout}\n${stderr}`.split("\n")) {
      // What git applies has the very text.
      if (args.includes("--diff") && /^[ +-](?![+-]{2} )/.test(line)) continue;
      expect(unsafe.exec(line)?.[0].codePointAt(0), JSON.stringify(line)).toBeUndefined();
      if (args.at(-1) !== "github") expect(line).not.toMatch(/^\s*::/);
      else expect(line).not.toMatch(/^::error::/);
    }
  });

  test("JSON says the very names all the same", () => {
    const { stdout } = vgicTrace(["lint", "--format", "json"], { folder: folder() });
    const paths = JSON.parse(stdout).files.map((file: { readonly path: string }) => file.path);
    expect(paths).toEqual([command, evil]);
  });

  test("git applies the difference of a file with any name", () => {
    const made = folder();
    const { stdout } = vgicTrace(["format", "--diff"], { folder: made });
    execFileSync("git", ["apply", "-"], { cwd: made, input: stdout });
    expect(vgicTrace(["format", "--check"], { folder: made }).status).toBe(0);
  });
});
