import { cpSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { folderWith, root, vgicTrace } from "./command.ts";

const readme = readFileSync(path.join(root, "README.md"), "utf8");

/** The first block of a language in the README. */
function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms").exec(readme)?.[1] ?? "";
}

test("the output that the README shows is the real one", async () => {
  const folder = folderWith({ "first.vgic": block("vgic") });
  cpSync(path.join(root, "examples"), path.join(folder, "examples"), { recursive: true });
  const real = readme.replace(
    /^```console\n\$ npx vgic-trace (.*)\n(?:.*\n)*?```$/gm,
    (_, command: string) => {
      const { stdout } = vgicTrace(command.split(" "), { folder });
      return `\`\`\`console\n$ npx vgic-trace ${command}\n${stdout}\`\`\``;
    },
  );
  await expect(real).toMatchFileSnapshot(path.join(root, "README.md"));
});

test("the first trace has no errors", () => {
  const { status, stdout } = vgicTrace(["lint", "-"], { input: block("vgic") });
  expect(stdout).toContain("warning[revision-difference]");
  expect(status).toBe(0);
});

test("every file that the README links to exists", () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((target) => !existsSync(path.join(root, target)))).toEqual([]);
});
