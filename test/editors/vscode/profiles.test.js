/** The profiles of the Test Explorer beside the usual ones, and a trace that is made of a log and never saved. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fine, groups } from "./traces.js";
import { openWorkbench } from "./workbench.js";

const row = ".test-explorer .monaco-list-row";
const log = readFileSync(
  path.resolve(import.meta.dirname, "../../../examples/logs/lost-disk.ftrace.txt"),
  "utf8",
);
/** VS Code has no entry in its palette for the choice of the profile; 2 are the profiles that run. */
const PROFILES_KEY = "Control+Alt+Shift+P";
let vscode;
/** Where test/replay/setup.sh puts Debian's kernel; undefined if there is none, or no QEMU. */
const kernels = (() => {
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "vgic-trace");
  const isThere = existsSync(folder) && !spawnSync("qemu-system-aarch64", ["--version"]).error;
  return isThere ? folder : undefined;
})();

before(async () => {
  vscode = await openWorkbench({
    files: {
      "groups.vgic": groups,
      "fine.vgic": fine,
      "closed.vgic": fine,
      "vgic-trace.json": JSON.stringify({ hosts: { fleet: "linux-5.10" } }),
      "boot.log": log,
    },
    host: "desktop",
    keybindings: [{ key: "ctrl+alt+shift+p", command: "testing.selectDefaultTestProfiles", args: 2 }],
  });
  await vscode.open("groups.vgic");
  await vscode.command("Notifications: Clear All Notifications");
  await vscode.showTests();
  await vscode.shows(row, "groups.vgic");
});
after(() => vscode?.close());

/** Runs the tests of the trace in front with a profile: as the one that runs tests unless another is asked for. */
async function runWith(profile) {
  const { page } = vscode;
  await vscode.until(`${profile} is what runs tests`, async (time) => {
    await page.keyboard.press(PROFILES_KEY);
    const profiles = page.locator(".quick-input-list .monaco-list-row:visible");
    await profiles.filter({ hasText: profile }).waitFor({ timeout: time });
    for (const one of await profiles.all()) {
      const isWanted = (await one.innerText()).includes(profile);
      await one.getByRole("checkbox").setChecked(isWanted, { timeout: time });
    }
    await page.locator(".quick-input-widget").getByRole("button", { name: "OK" }).click({ timeout: time });
    await profiles.first().waitFor({ state: "hidden", timeout: time });
    return true;
  });
  await vscode.command("Test: Run Tests in Current File");
}

async function ends(trace, icon) {
  await vscode.until(`${trace} ends as ${icon}`, async () => {
    const rows = await vscode.page.locator(`${row}:has(.codicon-testing-${icon}-icon)`).allInnerTexts();
    return rows.join("\n").includes(trace);
  });
}

test("a host that the configuration names has a profile", async () => {
  await runWith("On fleet (linux-5.10)");
  await ends("groups.vgic", "failed");
  // What is written behind a failed line does not lie over a hint.
  await vscode.page.locator(".test-error-content-widget").first().waitFor();
  await vscode.until("the failed line has no hint", async () => {
    const lines = (await vscode.page.locator(".view-line").allInnerTexts()).map((line) =>
      line.replaceAll("\u00a0", " "),
    );
    return lines.some((line) => /GICD_IGROUPR1 == 0xffffffff$/.test(line.trimEnd()));
  });
  await vscode.screenshot("profile-host");
});

test("a host's profile runs traces that are not open, too", async () => {
  await vscode.command("Test: Run All Tests");
  await ends("closed.vgic", "passed");
});

test("scenarios are migrated after each of their operations", async () => {
  await vscode.open("fine.vgic");
  await runWith("Migrated between hosts");
  await vscode.type("linux-7.1 linux-7.1 qemu");
  await vscode.choose("by qemu");
  await ends("fine.vgic", "passed");
  await vscode.screenshot("profile-migration");
});

test("a replay without a kernel is an error that says why, no failure", async () => {
  await vscode.open("fine.vgic");
  await runWith("Replayed on a kernel");
  await ends("fine.vgic", "error");
  await vscode.screenshot("profile-replay");
});

test("with a kernel it is replayed", {
  skip: kernels === undefined && "there is no kernel or no QEMU",
}, async () => {
  const cache = path.join(vscode.project, "../.cache");
  mkdirSync(cache, { recursive: true });
  symlinkSync(kernels, path.join(cache, "vgic-trace"));
  await vscode.open("fine.vgic");
  await runWith("Replayed on a kernel");
  await ends("fine.vgic", "passed");
  await vscode.shows(".test-output-peek, .part.panel", "nothing is enabled (replayed): the kernel answers");
  await vscode.screenshot("profile-replayed");
});

test("a trace is made of a log", async () => {
  await vscode.command("vGIC: New Trace from Template");
  await vscode.choose("From a log…");
  await vscode.chooseFile("Import Trace Log", path.join(vscode.project, "boot.log"));
  await vscode.untitled(/gic v3[\s\S]*GICD_/);
  await vscode.notification("boot.log: Linux tracepoints");
  await vscode.screenshot("from-a-log");
});

test("a trace that was never saved has tests, until it is closed", async () => {
  const untitled = vscode.page.locator(row).filter({ hasText: "Untitled-1" });
  await untitled.waitFor();
  await runWith("Declared revision");
  await ends("Untitled-1", "passed");
  await vscode.command("View: Revert and Close Editor");
  await untitled.waitFor({ state: "detached" });
});
