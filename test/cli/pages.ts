/** Pages that show commands with their output: the output is made by running them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { root, vgicTrace } from "./command.ts";

/** Compares every `console` block of a page with what its command prints now; `npx vitest run -u` takes it over. */
export async function expectRealOutput(page: string): Promise<void> {
  const file = path.join(root, page);
  const real = readFileSync(file, "utf8").replace(
    /^```console\n\$ npx vgic-trace (.*)\n(?:.*\n)*?```$/gm,
    (_, command: string) => {
      const { stdout, status, stderr } = vgicTrace(command.split(" "));
      expect(status, `${command}: ${stderr}`).not.toBe(2);
      return `\`\`\`console\n$ npx vgic-trace ${command}\n${stdout}\`\`\``;
    },
  );
  await expect(real).toMatchFileSnapshot(file);
}
