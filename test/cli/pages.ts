/** Pages that show commands with their output: the output is made by running them. */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { folderWith, root, vgicTrace } from "./command.ts";

const consoleBlock = /^```console\n(\$ (?:.|\n)*?)^```$/gm;
const shownCommand = /^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm;
const savedTrace = /^```vgic\n(# (\S+\.vgic)\n(?:.|\n)*?)^```$/gm;

/** How wide a page's output is: what GitHub shows of a page without scrolling. */
const COLUMNS = "104";

/**
 * Compares every `console` block of a page with what its commands print now; `npx vitest run FILE -u` takes it over. They
 * run in a folder of the page's own: a git repository whose branch `main` has the examples, with each trace of the page
 * that begins with a comment of its file's name.
 * @param isSame whether what the page shows is what a command printed, where more than equality makes it so
 */
export async function expectRealSession(
  page: string,
  isSame: (shown: string, output: string) => boolean = isCutOf,
): Promise<void> {
  const folder = folderWith({});
  cpSync(path.join(root, "examples"), path.join(folder, "examples"), { recursive: true });
  commitAll(folder);
  for (const [, text, name] of readFileSync(path.join(root, page), "utf8").matchAll(savedTrace))
    writeFileSync(path.join(folder, name), text);
  await expectOutputIn(page, folder, isSame);
}

/** The same in a folder that is there. */
export async function expectOutputIn(page: string, folder: string, isSame = isCutOf): Promise<void> {
  const file = path.join(root, page);
  const real = readFileSync(file, "utf8").replace(consoleBlock, (_, session: string) => {
    const commands = [...session.matchAll(shownCommand)].map(([, command, shown]) => {
      const output = outputOf(command, folder);
      return `$ ${command}\n${isSame(shown, output) ? shown : output}`;
    });
    return `\`\`\`console\n${commands.join("")}\`\`\``;
  });
  await expect(real).toMatchFileSnapshot(file);
}

/** What a command shows in a terminal; with `> FILE` its standard output goes there. */
function outputOf(command: string, folder: string): string {
  const [call, file] = command.split(" > ");
  const words = call.split(" ").filter((word, at) => !(at === 0 && word === "npx"));
  if (words[0] === "cat") return readFileSync(path.join(folder, words[1]), "utf8");
  expect(words[0], command).toBe("vgic-trace");
  const { status, stdout, stderr } = vgicTrace(words.slice(1), { folder, environment: { COLUMNS } });
  expect(status, `${command}: ${stderr}`).not.toBe(2);
  if (file === undefined) return stdout + stderr;
  writeFileSync(path.join(folder, file), stdout);
  return stderr;
}

/** Whether a page shows an output with pieces left out, each with `…` on a line of its own in its place. */
function isCutOf(shown: string, output: string): boolean {
  const [head = "", ...rest] = `\n${shown}`.split(/(?<=\n)…\n/);
  if (rest.length === 0) return false;
  const text = `\n${output}`;
  let from = head.length;
  if (!text.startsWith(head)) return false;
  for (const piece of rest.slice(0, -1)) {
    const at = text.indexOf(`\n${piece}`, from - 1);
    if (at < 0) return false;
    from = at + 1 + piece.length;
  }
  const tail = rest.at(-1) ?? "";
  return text.endsWith(`\n${tail}`) && text.length - tail.length >= from;
}

function commitAll(folder: string): void {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
  for (const args of [
    ["init", "--quiet", "--initial-branch", "main"],
    ["add", "--all"],
    ["commit", "--quiet", "--message", "Examples"],
  ]) {
    const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
    expect(status, stderr).toBe(0);
  }
}
