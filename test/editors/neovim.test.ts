/** A real Neovim, without a display, set up as docs/editors.md says. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";

const root = path.resolve(import.meta.dirname, "../..");
const isInstalled = spawnSync("nvim", ["--version"]).status === 0;
if (!isInstalled) console.warn("Neovim is not installed: its test is skipped (apt-get install neovim)");

const trace = `gic v3
revision 1
cpu0 writel GICD_IGROUPR1 0xABC
cpu0 readl GICD_IGROUPR1
`;

test.skipIf(!isInstalled)("Neovim shows diagnostics, hovers, applies a quick fix and formats", () => {
  const folder = temporaryFolder();
  const [, setup] =
    /^```lua\n([\s\S]*?)^```$/m.exec(readFileSync(path.join(root, "docs/editors.md"), "utf8")) ?? [];
  const [init, seen, file] = ["init.lua", "seen.json", "boot.vgic"].map((name) => path.join(folder, name));
  writeFileSync(init, setup);
  writeFileSync(file, trace);
  symlinkSync(path.join(root, "dist/vgic-trace.js"), path.join(folder, "vgic-trace"));
  const environment = {
    ...process.env,
    PATH: `${folder}:${process.env.PATH}`,
    XDG_STATE_HOME: folder,
    XDG_CACHE_HOME: folder,
    TRACE: file,
    SEEN: seen,
  };
  const script = path.join(import.meta.dirname, "neovim.lua");
  execFileSync("nvim", ["--headless", "-u", init, "-c", `luafile ${script}`], {
    cwd: folder,
    env: environment,
    timeout: 60_000,
  });

  const { diagnostics, hover, text, missing } = JSON.parse(readFileSync(seen, "utf8"));
  expect(missing).toBeUndefined();
  expect(diagnostics).toEqual([
    { line: 3, code: "revision-difference", message: expect.stringContaining("under revision 1") },
  ]);
  expect(hover.join("\n")).toContain("Interrupt Group Registers");
  expect(text).toEqual([
    "gic v3",
    "revision 1",
    "cpu0 writel GICD_IGROUPR1 0xabc",
    "cpu0 readl  GICD_IGROUPR1 == rev1: 0xffffffff, rev2+: 0x00000abc",
  ]);
});
