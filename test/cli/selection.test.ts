import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { differingTrace, folderWith, goodTrace, vgicTrace, wrongTrace } from "./command.ts";

/** The files that lint checks in a folder. */
function checked(folder: string, ...args: string[]): string[] {
  const { stdout } = vgicTrace(["lint", "--format", "json", ...args], { folder });
  return JSON.parse(stdout).files.map(({ path }: { path: string }) => path);
}

describe("ignore files", () => {
  const folder = folderWith({
    ".gitignore": "build/\n*.tmp.vgic\n",
    ".vgicignore": "/captured/*\n!/captured/kept.vgic\n",
    "a.vgic": goodTrace,
    "b.tmp.vgic": goodTrace,
    "build/c.vgic": goodTrace,
    "captured/d.vgic": goodTrace,
    "captured/kept.vgic": goodTrace,
    "sub/.gitignore": "!e.tmp.vgic\n",
    "sub/e.tmp.vgic": goodTrace,
    "sub/f.tmp.vgic": goodTrace,
  });

  test(".gitignore and .vgicignore are respected, the nearest one first", () => {
    expect(checked(folder)).toEqual(["a.vgic", "captured/kept.vgic", "sub/e.tmp.vgic"]);
  });

  test("what is named is checked, ignored or not", () => {
    expect(checked(folder, "b.tmp.vgic", "build")).toEqual(["b.tmp.vgic", "build/c.vgic"]);
  });

  test("in a git repository those above the folder hold, too", () => {
    const repository = folderWith({
      ".gitignore": "*.tmp.vgic\n/sub/g.vgic\n",
      "sub/deep/a.tmp.vgic": goodTrace,
      "sub/deep/b.vgic": goodTrace,
      "sub/g.vgic": goodTrace,
    });
    mkdirSync(path.join(repository, ".git"));
    expect(checked(path.join(repository, "sub"))).toEqual(["deep/b.vgic"]);
  });
});

describe("--changed", () => {
  const folder = folderWith({ "a.vgic": goodTrace, "sub/b.vgic": goodTrace, "c.vgic": goodTrace });
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: folder });
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-qm", "first");
  git("checkout", "-qb", "topic");
  writeFileSync(path.join(folder, "sub/b.vgic"), differingTrace);
  git("commit", "-qam", "second");
  writeFileSync(path.join(folder, "new é.vgic"), wrongTrace);
  rmSync(path.join(folder, "c.vgic"));

  test("checks what changed since the last commit, and what is new", () => {
    expect(checked(folder, "--changed")).toEqual(["new é.vgic"]);
  });

  test("or since a branch was left; what is gone is no matter", () => {
    expect(checked(folder, "--changed=main")).toEqual(["new é.vgic", "sub/b.vgic"]);
    expect(checked(path.join(folder, "sub"), ".", "--changed", "main")).toEqual(["b.vgic"]);
  });

  test("a file is known to git by whatever way leads to its folder", () => {
    const way = path.join(folderWith({}), "way");
    symlinkSync(path.join(folder, "sub"), way, "junction");
    const { stdout } = vgicTrace(["lint", "--changed=main", "--format", "json", `${way}/b.vgic`], { folder });
    expect(JSON.parse(stdout).files).toHaveLength(1);
  });

  test("reports of nothing say that nothing was tested", () => {
    const report = (format: string) =>
      vgicTrace(["lint", "a.vgic", "--changed", "--format", format], { folder }).stdout;
    expect(report("junit")).toContain('tests="1" failures="0" errors="0" skipped="1"');
    expect(report("sarif")).toContain("nothing was tested");
  });

  test("says when nothing has changed", () => {
    const { status, stderr } = vgicTrace(["lint", "a.vgic", "--changed"], { folder });
    expect(stderr).toBe("not tested: no trace has changed since HEAD\n");
    expect(status).toBe(0);
  });

  test.each([["--changed=nowhere"], ["--changed=--output=x"]])("%s is refused with a reason", (flag) => {
    const { status, stderr } = vgicTrace(["lint", flag], { folder });
    expect(stderr).toContain("vgic-trace: cannot tell what changed since ");
    expect(stderr).toContain(": git says: ");
    expect(status).toBe(2);
  });

  test("says that a folder is in no repository", () => {
    const { status, stderr } = vgicTrace(["lint", "--changed"], {
      folder: folderWith({ "a.vgic": goodTrace }),
    });
    expect(stderr).toBe(
      "vgic-trace: cannot tell what changed since HEAD: this folder is in no git repository\n",
    );
    expect(status).toBe(2);
  });
});

describe("--shard", () => {
  const names = Array.from({ length: 10 }, (_, index) => `${index}.vgic`);
  const folder = folderWith(Object.fromEntries(names.map((name) => [name, goodTrace])));

  test("parts are the same whatever the order of paths, and together all", () => {
    const parts = ["1/3", "2/3", "3/3"].map((shard) => checked(folder, "--shard", shard));
    expect(parts).toEqual([
      ["0.vgic", "3.vgic", "6.vgic", "9.vgic"],
      ["1.vgic", "4.vgic", "7.vgic"],
      ["2.vgic", "5.vgic", "8.vgic"],
    ]);
    expect(checked(folder, "--shard", "2/3", ...names.toReversed())).toEqual(parts[1]);
  });

  test("a machine too many has nothing to do, which is no pass", () => {
    const { status, stderr } = vgicTrace(["lint", "--shard", "11/11"], { folder });
    expect(stderr).toBe(
      "vgic-trace: not tested: there is no trace in shard 11 of 11; ask for fewer shards\n",
    );
    expect(status).toBe(2);
  });

  test.each(["0/3", "4/3", "1", "a/b", "1/0"])("%s is refused with a reason", (shard) => {
    const { status, stderr } = vgicTrace(["lint", "--shard", shard], { folder });
    expect(stderr).toBe(`vgic-trace: --shard takes which part of how many, such as 2/4, not "${shard}"\n`);
    expect(status).toBe(2);
  });
});

test("--stdin-filename names standard input, and its configuration holds", () => {
  const folder = folderWith({ "sub/vgic-trace.json": '{ "severities": { "expectation": "warning" } }' });
  const { status, stdout } = vgicTrace(["lint", "-", "--stdin-filename", "sub/a.vgic"], {
    folder,
    input: wrongTrace,
  });
  expect(stdout).toContain("warning[expectation]");
  expect(stdout).toContain("┌─ sub/a.vgic:3:28\n");
  expect(status).toBe(0);
});

describe("--baseline", () => {
  const folder = folderWith({ "a.vgic": wrongTrace, "b.vgic": differingTrace });
  vgicTrace(["lint", "--format", "sarif", "--output", "known.sarif"], { folder });
  const lint = () => vgicTrace(["lint", "--baseline", "known.sarif"], { folder });

  test("known findings do not fail, new ones do, fixed ones are told", () => {
    expect(lint()).toEqual({
      status: 0,
      stdout: "2 files, 2 scenarios, 2 operations: no findings\n",
      stderr: "2 known findings left out: see known.sarif\n",
    });
    writeFileSync(path.join(folder, "b.vgic"), goodTrace);
    writeFileSync(path.join(folder, "a.vgic"), `# moved\n${wrongTrace}cpu0 readl GICD_TYPER == 1\n`);
    const { status, stdout, stderr } = lint();
    expect(stdout).toContain("┌─ a.vgic:5:26\n");
    expect(stdout).toContain("2 files, 2 scenarios, 3 operations: 1 error\n");
    expect(stderr).toContain("fixed since the baseline: b.vgic:3 revision-difference: GICR_CTLR reads ");
    expect(status).toBe(1);
  });

  test.each([
    {
      content: JSON.stringify({
        runs: [
          {
            results: [
              {
                ruleId: "syntax",
                partialFingerprints: { "vgicTrace/v1": "x" },
                locations: [{ physicalLocation: { artifactLocation: { uri: "elsewhere/a.vgic" } } }],
              },
            ],
          },
        ],
      }),
      said: "the baseline known is of another folder: none of its files is here",
    },
    { content: undefined, said: "cannot read the baseline known: there is no such file or folder" },
    { content: "{}", said: "known is no baseline: --format sarif --output known writes one" },
    { content: '{"runs":[{"results":[{"ruleId":"x"}]}]}', said: "known is no baseline" },
    { content: "[", said: "known is no baseline: --format sarif --output known writes one" },
  ])("$content is refused with a reason", ({ content, said }) => {
    const there = folderWith({ "a.vgic": goodTrace, ...(content === undefined ? {} : { known: content }) });
    const { status, stdout, stderr } = vgicTrace(["lint", "--baseline", "known"], { folder: there });
    expect(stderr).toContain(said);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

describe("how much is printed", () => {
  const folder = folderWith({ "a.vgic": wrongTrace, "b.vgic": differingTrace });

  test("--quiet prints errors only, and counts and limits stay", () => {
    const { status, stdout } = vgicTrace(["lint", "--quiet"], { folder });
    expect(stdout.match(/^\w+\[/gm)).toEqual(["error["]);
    expect(stdout).toContain(": 1 error, 1 warning\n");
    expect(status).toBe(1);
    expect(vgicTrace(["lint", "--quiet", "b.vgic", "--max-warnings", "0"], { folder }).status).toBe(1);
  });

  test("--statistics counts by diagnostic, beside a format for programs on standard error", () => {
    const counts = "1  expectation\n1  revision-difference\n";
    expect(vgicTrace(["lint", "--statistics"], { folder }).stdout.endsWith(`\n${counts}`)).toBe(true);
    const { stdout, stderr } = vgicTrace(["lint", "--statistics", "--format", "json"], { folder });
    expect(JSON.parse(stdout).files).toHaveLength(2);
    expect(stderr.trimEnd()).toBe(counts.trimEnd());
  });
});

test("a folder of 10,000 files is checked in order, by several threads", { timeout: 120_000 }, () => {
  const folder = folderWith({});
  for (let file = 0; file < 10_000; file++) {
    const part = path.join(folder, String(file % 100).padStart(2, "0"));
    mkdirSync(part, { recursive: true });
    writeFileSync(path.join(part, `${file}.vgic`), file === 1234 ? wrongTrace : goodTrace);
  }
  expect(readdirSync(folder)).toHaveLength(100);
  const { status, stdout } = vgicTrace(["lint", "--format", "json"], { folder });
  const { files, summary } = JSON.parse(stdout);
  expect(summary).toEqual({ files: 10_000, scenarios: 10_000, operations: 10_000, errors: 1, warnings: 0 });
  const paths = files.map(({ path }: { path: string }) => path);
  expect(paths).toEqual(paths.toSorted());
  expect(status).toBe(1);
});
