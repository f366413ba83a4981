/** What pages show of traces and of a terminal is true. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { codeLens } from "../../server/src/analysis/code-lens.ts";
import { hover } from "../../server/src/analysis/hover/hover.ts";
import { lint, parse } from "../../server/src/api/index.ts";
import { analysed, atCursor } from "../analysis/cursor.ts";
import { entry, folderWith, root, vgicTrace } from "../cli/command.ts";
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

/** What pages write in code: blocks, and words between backticks. */
function codeOf(page: string): string[] {
  const text = contentOf(page);
  const blocks = [...text.matchAll(/^```\w*\n(.*?)^```$/gms)].flatMap(([, block]) => block.split("\n"));
  const prose = text.replaceAll(/^```\w*\n.*?^```$/gms, "").replaceAll("\n", " ");
  return [...blocks, ...Array.from(prose.matchAll(/`([^`]+)`/g), ([, code]) => code)];
}

test("commands and flags that pages name exist", () => {
  const helps = new Map<string, string>();
  const helpOf = (command: string) => {
    const known = helps.get(command) ?? vgicTrace([command, "--help"]).stdout;
    helps.set(command, known);
    return known;
  };
  const unknown = pages.flatMap((page) =>
    codeOf(page).flatMap((code) =>
      [...code.matchAll(/(?:^|[\s(])vgic-trace(?:\.js)? ([a-z]+)\b([^|#]*)/g)].flatMap(
        ([, command, rest]) => {
          const flags = Array.from(rest.matchAll(/(?<!\S)--[a-z-]+/g), ([flag]) => flag);
          const missing = [command, ...flags].filter((word) => !helpOf(command).includes(word));
          return missing.map((word) => `${page}: ${code}: ${word}`);
        },
      ),
    ),
  );
  expect(helps.size).toBeGreaterThan(12);
  expect(unknown).toEqual([]);
});

test("scripts of npm that pages name exist", () => {
  const { scripts } = JSON.parse(contentOf("package.json"));
  const named = pages.flatMap((page) =>
    codeOf(page).flatMap((code) => Array.from(code.matchAll(/npm run ([\w:-]+)/g), ([, name]) => name)),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(pages.filter((page) => /^docs\/(?:rules\/|language\.md)/.test(page)))(
  "lines of traces in %s can be read",
  (page) => {
    for (const [, language, lines] of contentOf(page).matchAll(/^```(\w*)\n(.*?)^```$/gms))
      if (language === "") expect(parse(lines).filter(({ problem }) => problem !== undefined)).toEqual([]);
  },
);

test("docs/editor-features.md shows the hover and the lens of its traces", () => {
  const page = contentOf("docs/editor-features.md");
  const [hovered, judged] = [...page.matchAll(/^```vgic\n(.*?)^```$/gms)].map(([, trace]) => trace);
  const { analysis, position } = atCursor(hovered.replace("GICR_CTLR", "GICR_$0CTLR"));
  const [table = ""] = hover(analysis, position)?.contents.split("\n\n") ?? [];
  expect(page).toContain(`\n\n${table}\n\n`);
  for (const { title } of codeLens(analysed(judged))) expect(page).toContain(`\`${title}\`:`);
});
