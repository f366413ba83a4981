import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readConfiguration } from "../../server/src/config/configuration.ts";
import { differingTrace, entry, folderWith, goodTrace, root, vgicTrace, wrongTrace } from "./command.ts";

const read = (name: string) => readFileSync(path.join(root, name), "utf8");
const page = read("docs/ci.md");

/** Runs a shell script in which `npx vgic-trace` is the built command. */
function shell(script: string, folder: string, environment: Readonly<Record<string, string>> = {}) {
  const real = script.replaceAll("npx vgic-trace", `"${process.execPath}" "${entry}"`);
  return spawnSync("bash", ["-euo", "pipefail", "-c", real], {
    cwd: folder,
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
}

const isWindows = process.platform === "win32";

// The paths of the command are no paths for a shell on Windows.
describe.runIf(!isWindows)("the GitHub action", () => {
  const [, block] = /^ {6}run: \|\n((?: {8}.*\n|\n)*)/m.exec(read("action.yml")) ?? [];
  const script = block.replaceAll(/^ {8}/gm, "");
  const files = {
    "traces/wrong.vgic": wrongTrace,
    "traces/differs.vgic": differingTrace,
    "good.vgic": goodTrace,
  };
  const inputs = {
    PATHS: "traces good.vgic",
    ARGS: "",
    SARIF: "",
    VERSION: "",
    GITHUB_ACTION_PATH: root,
    BASE: "",
  };

  test("annotates lines, and fails on errors", () => {
    const { status, stdout } = shell(script, folderWith(files), inputs);
    expect(stdout).toContain("::error file=traces/wrong.vgic,line=3,");
    expect(stdout).toContain("::warning file=traces/differs.vgic,line=3,");
    expect(status).toBe(1);
  });

  test("passes flags on, and writes SARIF", () => {
    const folder = folderWith(files);
    const more = {
      ...inputs,
      PATHS: "good.vgic traces/differs.vgic",
      SARIF: "a.sarif",
      ARGS: "--max-warnings 0",
    };
    expect(shell(script, folder, more).status).toBe(1);
    const log = JSON.parse(readFileSync(path.join(folder, "a.sarif"), "utf8"));
    expect(log.runs[0].results).toHaveLength(1);
    expect(shell(script, folder, { ...more, ARGS: "" }).status).toBe(0);
  });

  test("tells in the summary of a pull request what its traces mean otherwise", () => {
    const folder = folderWith({ "traces/a.vgic": goodTrace });
    const summary = path.join(folder, "summary.md");
    const pull = { ...inputs, PATHS: "traces", BASE: "HEAD", GITHUB_STEP_SUMMARY: summary };
    expect(shell(script, folder, pull).stderr).toContain("cannot tell what changed since HEAD");
    const commit =
      "git init -q && git add . && git -c user.name=t -c user.email=t@example.org commit -qm traces";
    shell(commit, folder);
    writeFileSync(path.join(folder, "traces/a.vgic"), wrongTrace);
    expect(shell(script, folder, pull).status).toBe(1);
    expect(readFileSync(summary, "utf8")).toContain("#### `traces/a.vgic`");
  });

  test("declares every input that its script uses", () => {
    for (const input of ["paths", "args", "sarif", "version"]) {
      expect(read("action.yml")).toMatch(new RegExp(`^  ${input}:$`, "m"));
    }
  });
});

test("the pre-commit hooks are commands that take files", () => {
  const entries = [...read(".pre-commit-hooks.yaml").matchAll(/^ {2}entry: vgic-trace (.+)$/gm)];
  expect(entries.map(([, command]) => command)).toEqual(["lint", "format"]);
  const folder = folderWith({ "good.vgic": goodTrace, "wrong.vgic": wrongTrace });
  expect(vgicTrace(["lint", "good.vgic"], { folder }).status).toBe(0);
  expect(vgicTrace(["lint", "good.vgic", "wrong.vgic"], { folder }).status).toBe(1);
  expect(vgicTrace(["format", "good.vgic", "wrong.vgic"], { folder }).status).toBe(0);
});

test("`npm pack` prints the name of the package alone, which pre-commit installs", () => {
  const folder = folderWith({
    ".npmrc": read(".npmrc"),
    "package.json": JSON.stringify({ name: "a", version: "1.0.0", scripts: { prepack: "node --version" } }),
  });
  expect(execFileSync("npm", ["pack"], { cwd: folder, encoding: "utf8", shell: isWindows })).toBe(
    "a-1.0.0.tgz\n",
  );
});

describe("docs/ci.md", () => {
  test.runIf(!isWindows)("its GitLab job writes both reports", () => {
    const [, steps] = / {2}script:\n {4}- ((?:.*\n)*?) {2}artifacts:/.exec(page) ?? [];
    // This checkout stands for the one that the first two steps make.
    const script = steps.split(/\n {4}- /)[2].replace("../vgic-trace/", `"${root}"/`);
    const folder = folderWith({ "traces/wrong.vgic": wrongTrace });
    const { status, stdout } = shell(script.replaceAll(/\n\s+/g, " "), folder);
    expect(stdout).toContain("error[expectation]");
    expect(status).toBe(1);
    expect(JSON.parse(readFileSync(path.join(folder, "gl-code-quality-report.json"), "utf8"))).toHaveLength(
      1,
    );
    expect(readFileSync(path.join(folder, "traces.xml"), "utf8")).toContain("<testsuites");
  });

  test("its configuration is right", () => {
    const [, example] = /```jsonc\n(.*?)```/s.exec(page) ?? [];
    expect(readConfiguration(example).problems).toEqual([]);
  });

  test("its flags and formats exist", () => {
    const { stdout } = vgicTrace(["lint", "--help"]);
    const flags = [...page.matchAll(/`(?:vgic-trace lint )?(--[a-z-]+)/g)].map(([, flag]) => flag);
    expect(flags.length).toBeGreaterThan(10);
    for (const flag of new Set(flags)) expect(stdout).toContain(flag);
    for (const [, format] of page.matchAll(/^\| `(\w+)` \|/gm)) expect(stdout).toContain(`"${format}"`);
  });

  test("its links lead somewhere", () => {
    const links = [...page.matchAll(/\]\((\.\.?\/[^)#]+)/g)].map(([, target]) => target);
    expect(links.filter((target) => !existsSync(path.join(root, "docs", target)))).toEqual([]);
  });
});
