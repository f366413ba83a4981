/** `vgic-trace diff` in real git repositories. */
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, goodTrace, root, vgicTrace, wrongTrace } from "./command.ts";
import { expectOutputIn } from "./pages.ts";

function git(folder: string, ...args: readonly string[]): void {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
  const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
  expect(status, stderr).toBe(0);
}

/** A repository with one commit, of a branch called main. */
function repositoryWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = folderWith(files);
  git(folder, "init", "--quiet", "--initial-branch", "main");
  commit(folder);
  return folder;
}

function commit(folder: string): void {
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "Traces");
}

function write(folder: string, name: string, text: string | Uint8Array): void {
  writeFileSync(path.join(folder, name), text);
}

function jsonOf(folder: string, ...args: readonly string[]) {
  const { stdout, stderr } = vgicTrace(["diff", "--format", "json", ...args], { folder });
  // What is not in git yet is told, and said to be so.
  expect(stderr.replace(/^told as new, and not in git yet: .*\n/, "")).toBe("");
  return JSON.parse(stdout);
}

test("docs/diff.md shows the real output", async () => {
  const page = readFileSync(path.join(root, "docs/diff.md"), "utf8");
  const [before, after] = [...page.matchAll(/^```vgic\n(.*?)^```$/gms)].map(([, text]) => text);
  const folder = repositoryWith({ "groups.vgic": before });
  write(folder, "groups.vgic", after);
  await expectOutputIn("docs/diff.md", folder);
});

describe("what is compared", () => {
  test("nothing has changed", () => {
    const { status, stdout } = vgicTrace(["diff"], { folder: repositoryWith({ "a.vgic": goodTrace }) });
    expect(stdout).toBe("no trace has changed\n");
    expect(status).toBe(0);
  });

  test("a file that is not in git yet is told as new, and that is said", () => {
    const folder = repositoryWith({ "a.vgic": goodTrace });
    write(folder, "scratch.vgic", goodTrace);
    expect(vgicTrace(["diff"], { folder }).stderr).toBe("told as new, and not in git yet: scratch.vgic\n");
    git(folder, "add", "scratch.vgic");
    expect(vgicTrace(["diff"], { folder }).stderr).toBe("");
  });

  test("a file that git was told to forget and that is there is compared, and that is said", () => {
    const folder = repositoryWith({ "a.vgic": goodTrace, "b.vgic": goodTrace });
    git(folder, "rm", "--cached", "--quiet", "a.vgic");
    const { status, stdout, stderr } = vgicTrace(["diff"], { folder });
    expect(stdout).toBe("the traces that changed mean what they meant\n");
    expect(stderr).toBe("compared, but not in git any more: a.vgic\n");
    expect(status).toBe(0);
    write(folder, "a.vgic", `${goodTrace}cpu0 readl GICD_CTLR\n`);
    expect(vgicTrace(["diff"], { folder }).stdout).toContain("~ a.vgic:1 the scenario: 1 operation added\n");
  });

  test("a scenario that is not tested any more is an error, also where a comment silences why", () => {
    const folder = repositoryWith({ "a.vgic": "gic v3\nrevision 3\ncpu0 readl GICD_CTLR\n" });
    write(folder, "a.vgic", "gic v3\nrevison 3 # vgic-ignore[syntax]: later\ncpu0 readl GICD_CTLR\n");
    const { status, stdout } = vgicTrace(["diff"], { folder });
    expect(stdout).toContain("    not tested: a declaration that it needs is missing or wrong\n");
    expect(stdout).toContain("    revisions 1, 2 and 3: not tested (before: ✓)\n");
    expect(status).toBe(1);
    commit(folder);
    write(folder, "a.vgic", "gic v3\nrevision 3\ncpu0 readl GICD_CTLR\n");
    const back = vgicTrace(["diff"], { folder });
    expect(back.stdout).toContain("    revisions 1, 2 and 3: ✓ (before: not tested)\n");
    expect(back.status).toBe(0);
  });

  test("a line that does not run any more, and is silenced, leaves its scenario not tested", () => {
    const folder = repositoryWith({ "a.vgic": `${goodTrace}cpu0 readl GICD_CTLR\n` });
    write(folder, "a.vgic", `${goodTrace}cpu0 raedl GICD_CTLR # vgic-ignore[syntax]: later\n`);
    const { status, stdout } = vgicTrace(["diff"], { folder });
    expect(stdout).toContain("    not tested: a line of it cannot be read or done\n");
    expect(stdout).toContain("    revisions 1, 2 and 3: not tested (before: ✓)\n");
    expect(status).toBe(1);
  });

  test("the working tree, with new files, and where the branch left main", () => {
    const folder = repositoryWith({
      "a.vgic": goodTrace,
      "ö b.vgic": goodTrace,
      "notes.txt": "",
      "z.vgic": "",
    });
    git(folder, "checkout", "--quiet", "-b", "topic");
    write(folder, "a.vgic", `${goodTrace}cpu0 readl GICD_CTLR\n`);
    commit(folder);
    rmSync(path.join(folder, "ö b.vgic"));
    write(folder, "new.vgic", wrongTrace);
    write(folder, "notes.txt", "changed");
    const places = ({
      scenarios,
    }: {
      scenarios: { before?: { path: string }; after?: { path: string } }[];
    }) => scenarios.map(({ before, after }) => [before?.path, after?.path]);
    expect(places(jsonOf(folder))).toEqual([
      [undefined, "new.vgic"],
      ["ö b.vgic", undefined],
    ]);
    expect(places(jsonOf(folder, "main"))).toEqual([
      ["a.vgic", "a.vgic"],
      [undefined, "new.vgic"],
      ["ö b.vgic", undefined],
    ]);
    expect(places(jsonOf(folder, "main", "a.vgic"))).toEqual([["a.vgic", "a.vgic"]]);
  });

  test("from a folder below, paths are from there", () => {
    const folder = repositoryWith({ "sub/a.vgic": goodTrace, "b.vgic": goodTrace });
    write(folder, "sub/a.vgic", wrongTrace);
    write(folder, "b.vgic", wrongTrace);
    const below = path.join(folder, "sub");
    const paths = (...args: readonly string[]) =>
      jsonOf(below, ...args).scenarios.map(({ after }: { after: { path: string } }) => after.path);
    expect(paths()).toEqual(["a.vgic"]);
    expect(paths("HEAD", "..")).toEqual(["../b.vgic", "a.vgic"]);
  });

  test("a file that is called otherwise is the same file", () => {
    const folder = repositoryWith({ "a.vgic": `${goodTrace}cpu0 readl GICD_CTLR\ncpu0 readl GICD_IIDR\n` });
    renameSync(path.join(folder, "a.vgic"), path.join(folder, "b.vgic"));
    git(folder, "add", "--all");
    expect(jsonOf(folder)).toMatchObject({
      scenarios: [],
      renamed: [{ before: "a.vgic", after: "b.vgic" }],
      unchanged: 1,
    });
  });

  test.skipIf(process.platform === "win32")("a link is no trace of the commit", () => {
    const folder = repositoryWith({ "a.vgic": goodTrace });
    symlinkSync("a.vgic", path.join(folder, "link.vgic"));
    commit(folder);
    rmSync(path.join(folder, "link.vgic"));
    expect(jsonOf(folder).scenarios).toEqual([]);
  });

  test("both sides are checked as the configuration says", () => {
    const folder = repositoryWith({
      "a.vgic": goodTrace,
      "vgic-trace.json": '{ "severities": { "expectation": "off" } }',
    });
    write(folder, "a.vgic", wrongTrace);
    expect(vgicTrace(["diff"], { folder }).status).toBe(0);
  });
});

describe("the exit status", () => {
  test("is 1 when there are new errors, and 0 when they were there before", () => {
    const folder = repositoryWith({ "a.vgic": goodTrace });
    write(folder, "a.vgic", wrongTrace);
    expect(vgicTrace(["diff"], { folder }).status).toBe(1);
    commit(folder);
    write(folder, "a.vgic", `# moved\n${wrongTrace}cpu0 readl GICD_TYPER\n`);
    expect(vgicTrace(["diff"], { folder }).status).toBe(0);
  });

  test.each([
    [["nowhere"], "cannot tell what changed since nowhere: git says: "],
    [["HEAD..HEAD"], "cannot tell what changed since HEAD..HEAD: git says: "],
    [[""], 'cannot tell what changed since "": git says: '],
    [["HEAD", "nowhere.vgic"], "cannot compare nowhere.vgic: it is not there, and was not in git\n"],
    [["a.vgic"], "; the git revision comes before paths: vgic-trace diff HEAD a.vgic\n"],
    [["--format", "markdwon"], "did you mean markdown?"],
  ])("is 2 with a reason for %j", (args, reason) => {
    const { status, stderr } = vgicTrace(["diff", ...args], {
      folder: repositoryWith({ "a.vgic": goodTrace }),
    });
    expect(stderr).toContain(reason);
    expect(status).toBe(2);
  });

  test("is 2 in another user's repository, with what git wants to trust it", () => {
    const { status, stderr } = vgicTrace(["diff"], {
      folder: repositoryWith({ "a.vgic": goodTrace }),
      environment: { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" },
    });
    expect(stderr).toMatch(
      /^vgic-trace: cannot tell what changed since HEAD: the repository is another user's; if you trust it: git config --global --add safe\.directory '.+'\n$/,
    );
    expect(status).toBe(2);
  });

  test("is 2 outside of a repository, and for what is no text; the rest is compared", () => {
    // Whatever language git speaks.
    const environment = { LANGUAGE: "de" };
    const outside = vgicTrace(["diff"], { folder: folderWith({}), environment });
    expect(outside.stderr).toBe(
      "vgic-trace: cannot tell what changed since HEAD: this folder is in no git repository\n",
    );
    const named = vgicTrace(["diff", "a.vgic"], { folder: folderWith({ "a.vgic": goodTrace }) });
    expect(named.stderr).toBe(
      "vgic-trace: cannot tell what changed in a.vgic: this folder is in no git repository\n",
    );
    const begun = folderWith({ "a.vgic": goodTrace });
    git(begun, "init", "-q");
    expect(vgicTrace(["diff"], { folder: begun }).stderr).toBe(
      "vgic-trace: cannot tell what changed since HEAD: this repository has no commit yet\n",
    );
    const folder = repositoryWith({ "a.vgic": new Uint8Array([0, 1, 2]), "b.vgic": goodTrace });
    write(folder, "a.vgic", goodTrace);
    write(folder, "b.vgic", wrongTrace);
    const { status, stdout, stderr } = vgicTrace(["diff"], { folder });
    expect(stderr).toContain("cannot compare what a.vgic was: there is a NUL byte");
    expect(stdout).toContain("b.vgic:1");
    expect([outside.status, status]).toEqual([2, 2]);
  });
});

test("Markdown calls nobody, and holds titles as they are", () => {
  const folder = repositoryWith({ "a.vgic": goodTrace });
  write(
    folder,
    "a`b.vgic",
    'gic v2\nrevision 3\ncpus 2\nscenario "a `title` of @someone <b>"\ncpu0 readl GICD_CTLR@cpu1\n',
  );
  const { stdout } = vgicTrace(["diff", "--format", "markdown"], { folder });
  expect(stdout).toContain("#### ``a`b.vgic``");
  expect(stdout).toContain('``scenario "a `title` of @someone <b>"``');
  expect(stdout.replaceAll(/``.*?``|`[^`]*`/g, "")).not.toMatch(/[@<]/);
});
