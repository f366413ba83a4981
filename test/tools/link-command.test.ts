import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { folderWith, root } from "../cli/command.ts";

test("on Windows `npx vgic-trace` in the checkout starts a script, for either shell", () => {
  const folder = folderWith({
    "node_modules/.bin/other": "",
    "dist/vgic-trace.js": "console.log(process.argv.slice(2).join());",
  });
  const linking = pathToFileURL(path.join(root, "tools/build/clean-up.js")).href;
  const link = `import { linkCommand } from "${linking}"; await linkCommand("win32"); await linkCommand("win32");`;
  execFileSync(process.execPath, ["--input-type=module", "-e", link], { cwd: folder });
  const bin = path.join(folder, "node_modules/.bin");
  expect(readFileSync(path.join(bin, "vgic-trace.cmd"), "utf8")).toBe(
    '@node "%~dp0\\..\\..\\dist\\vgic-trace.js" %*\r\n',
  );
  if (process.platform === "win32") return;
  const script = path.join(bin, "vgic-trace");
  expect(spawnSync("/bin/sh", [script, "a", "b c"], { encoding: "utf8" }).stdout).toBe("a,b c\n");
});
