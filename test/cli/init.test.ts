import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { folderWith, root, vgicTrace } from "./command.ts";

test("init begins with what lint has nothing to say of, and leaves what exists", () => {
  const folder = folderWith({ ".git/config": '[remote "origin"]\nurl = git@github.com:a/b.git\n' });
  expect(vgicTrace(["init"], { folder }).status).toBe(0);
  const { status, stdout } = vgicTrace(["lint", "--max-warnings", "0"], { folder });
  expect(stdout).toBe("1 file, 1 scenario, 3 operations: no findings\n");
  expect(status).toBe(0);
  const compat = ["compat", "--from", "old", "--to", "new", "traces"];
  expect(vgicTrace(compat, { folder }).stdout).toContain("linux-6.12 → linux-7.1 by faithful");
  const again = vgicTrace(["init"], { folder });
  expect(again.stderr).toContain("first.vgic is there already");
  expect(again.stderr).not.toContain("written");
});

test.each([
  [".github/CODEOWNERS", ".github/workflows/traces.yml"],
  [".git/config", ".gitlab-ci.yml"],
])("where there is %s, the recipe is %s", (there, recipe) => {
  const folder = folderWith({ [there]: "url = https://gitlab.example/a/b.git" });
  vgicTrace(["init"], { folder });
  const text = readFileSync(path.join(folder, recipe), "utf8");
  const { repository } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  expect(text).toContain(/github\.com\/(.*)\.git$/.exec(repository.url)?.[1]);
});

test("a folder of its own, without a forge", () => {
  const folder = folderWith({});
  expect(vgicTrace(["init", "new/place"], { folder }).status).toBe(0);
  expect(existsSync(path.join(folder, "new/place/traces/first.vgic"))).toBe(true);
  expect(vgicTrace(["init", "new/place/vgic-trace.json"], { folder }).status).toBe(2);
});
