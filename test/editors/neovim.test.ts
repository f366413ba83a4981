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

/** A folder with the trace, the command, and the Lua of a page of the docs as Neovim's setup. */
function setUp(page: string, before = "") {
  const folder = temporaryFolder();
  const [, setup] = /^```lua\n([\s\S]*?)^```$/m.exec(readFileSync(path.join(root, page), "utf8")) ?? [];
  const [init, seen, file] = ["init.lua", "seen.json", "boot.vgic"].map((name) => path.join(folder, name));
  writeFileSync(init, `${before}${setup}`);
  writeFileSync(file, trace);
  symlinkSync(path.join(root, "dist/vgic-trace.js"), path.join(folder, "vgic-trace"));
  return { folder, init, seen, file };
}

/** What a script saw in Neovim. */
function seenBy(script: string, { folder, init, seen, file }: ReturnType<typeof setUp>) {
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env.PATH}`,
    XDG_STATE_HOME: folder,
    XDG_CACHE_HOME: folder,
    TRACE: file,
    SEEN: seen,
  };
  const command = `luafile ${path.join(import.meta.dirname, script)}`;
  execFileSync("nvim", ["--headless", "-u", init, "-c", command], { cwd: folder, env, timeout: 60_000 });
  return JSON.parse(readFileSync(seen, "utf8"));
}

test.skipIf(!isInstalled)("Neovim shows diagnostics, hovers, applies a quick fix and formats", () => {
  const { diagnostics, hover, text, missing } = seenBy("neovim.lua", setUp("docs/editors.md"));
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

test.skipIf(!isInstalled)(
  "Neovim goes through a scenario with the setup of docs/debugger.md, both ways",
  () => {
    // What the setup asks for by name, without the plugin behind it.
    const plugin = `package.preload["dap"] = function() return { adapters = {}, configurations = {} } end\n`;
    const seen = seenBy("neovim-debugger.lua", setUp("docs/debugger.md", plugin));
    expect(seen.missing).toBeUndefined();
    expect(seen.stops).toEqual([
      "entry: cpu0 writel GICD_IGROUPR1 0xABC",
      "step: cpu0 readl GICD_IGROUPR1",
      "step: cpu0 writel GICD_IGROUPR1 0xABC",
      "breakpoint: cpu0 readl GICD_IGROUPR1",
      "step: cpu0 readl GICD_IGROUPR1",
      "breakpoint: cpu0 readl GICD_IGROUPR1",
    ]);
    expect(seen.capabilities.supportsStepBack).toBe(true);
    expect(seen.line[0]).toMatchObject({ name: "done" });
    expect(seen.exited).toBe(true);
  },
);
