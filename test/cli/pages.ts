/** Pages that show commands with their output: the output is made by running them. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { folderWith, root, vgicTrace } from "./command.ts";

const consoleBlock = /^```console\n(\$ npx vgic-trace (?:.|\n)*?)^```$/gm;
const savedTrace = /^```vgic\n(# (\S+\.vgic)\n(?:.|\n)*?)^```$/gm;

/** Compares every `console` block of a page with what its commands print now; `npx vitest run -u` takes it over. */
export async function expectRealOutput(page: string): Promise<void> {
  await compare(page, root, ({ stdout }) => stdout);
}

/**
 * The same in a folder of the page's own, which holds the examples, and each trace of the page that begins with a
 * comment of its file's name. What commands print to standard error is shown, too.
 */
export async function expectRealSession(page: string): Promise<void> {
  const folder = folderWith({});
  cpSync(path.join(root, "examples"), path.join(folder, "examples"), { recursive: true });
  for (const [, text, name] of readFileSync(path.join(root, page), "utf8").matchAll(savedTrace))
    writeFileSync(path.join(folder, name), text);
  await compare(page, folder, ({ stdout, stderr }) => stdout + stderr);
}

/** The same in a folder that is there, without what is printed to standard error. */
export async function expectOutputIn(page: string, folder: string): Promise<void> {
  await compare(page, folder, ({ stdout }) => stdout);
}

async function compare(
  page: string,
  folder: string,
  shown: (result: ReturnType<typeof vgicTrace>) => string,
): Promise<void> {
  const file = path.join(root, page);
  const real = readFileSync(file, "utf8").replace(consoleBlock, (_, session: string) => {
    const commands = [...session.matchAll(/^\$ npx vgic-trace (.*)$/gm)].map(([, command]) => command);
    const outputs = commands.map((command) => {
      const result = vgicTrace(command.split(" "), { folder });
      expect(result.status, `${command}: ${result.stderr}`).not.toBe(2);
      return `$ npx vgic-trace ${command}\n${shown(result)}`;
    });
    return `\`\`\`console\n${outputs.join("")}\`\`\``;
  });
  await expect(real).toMatchFileSnapshot(file);
}
