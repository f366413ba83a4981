/** What pages show of traces and of a terminal is true. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { lint } from "../../server/src/api/index.ts";
import { entry, folderWith, root } from "../cli/command.ts";
import { expectRealSession } from "../cli/pages.ts";

function contentOf(page: string): string {
  return readFileSync(path.join(root, page), "utf8");
}

const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((page) => page !== "");

/** Pages whose sessions are compared elsewhere: with Node's own output, a repository with a history, a kernel. */
const ELSEWHERE: readonly string[] = ["docs/api.md", "docs/diff.md", "docs/replay.md"];

test.each(pages.filter((page) => !ELSEWHERE.includes(page) && contentOf(page).includes("\n```console\n")))(
  "the output that %s shows is the real one",
  async (page) => {
    await expectRealSession(page);
  },
);

/** Whose traces may be wrong, or need a host that others do not: tested in test/rules/pages.test.ts, test/analysis. */
const MAY_BE_WRONG = /^docs\/(rules\/|kernels\.md)|^\.github\//;

test.each(pages.filter((page) => !MAY_BE_WRONG.test(page) && contentOf(page).includes("\n```vgic\n")))(
  "every line of the traces in %s can be read",
  (page) => {
    for (const [, trace] of contentOf(page).matchAll(/^```vgic\n(.*?)^```$/gms)) {
      const errors = lint(trace).diagnostics.filter(({ severity }) => severity === "error");
      expect(errors.filter(({ code }) => code !== "expectation")).toEqual([]);
    }
  },
);

test.runIf(process.platform !== "win32")("the last step of the tutorial ends as it says", () => {
  const [, step] = contentOf("docs/tutorial.md").split("\n## 5. ");
  const blocks = [...step.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands);
  const folder = folderWith({});
  cpSync(path.join(root, "examples"), path.join(folder, "examples"), { recursive: true });
  const installed = path.join(folder, "vgic-trace");
  writeFileSync(installed, `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
  chmodSync(installed, 0o755);
  const { stdout } = spawnSync("sh", ["-e", "-c", blocks.join("").replace(/^npm install.*$/m, "")], {
    cwd: folder,
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    encoding: "utf8",
  });
  const [, said] = /It says `(.*?)`/.exec(step) ?? [];
  expect(stdout.trimEnd().split("\n").at(-1)).toBe(said);
});
