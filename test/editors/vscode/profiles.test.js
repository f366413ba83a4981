/** The profiles of the Test Explorer beside the usual ones, and a trace that is made of a log. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { fine, groups } from "./traces.js";
import { openWorkbench } from "./workbench.js";

const row = ".test-explorer .monaco-list-row";
const log = readFileSync(
  path.resolve(import.meta.dirname, "../../../examples/logs/lost-disk.ftrace.txt"),
  "utf8",
);
let vscode;

before(async () => {
  vscode = await openWorkbench({
    files: {
      "groups.vgic": groups,
      "fine.vgic": fine,
      "vgic-trace.json": JSON.stringify({ hosts: { fleet: "linux-5.10" } }),
      "boot.log": log,
    },
    host: "desktop",
  });
  await vscode.open("groups.vgic");
  await vscode.command("Notifications: Clear All Notifications");
  await vscode.command("Testing: Focus on Test Explorer View");
  await vscode.shows(row, "groups.vgic");
});
after(() => vscode?.close());

/** Runs the tests of a trace with a profile. */
async function runWith(profile, trace) {
  const { page } = vscode;
  const patient = { timeout: 5_000 };
  // Where a test ends meanwhile, what it opens takes the focus, and menus close.
  await vscode.until(`${profile} is run`, async () => {
    await page.keyboard.press("Escape");
    await page
      .locator(row)
      .filter({ hasText: trace })
      .first()
      .click({ button: "right", ...patient });
    await page
      .locator(".monaco-menu .action-label")
      .filter({ hasText: "Execute Using Profile" })
      .click(patient);
    const choice = page.locator(".quick-input-list .monaco-list-row").filter({ hasText: profile }).first();
    await choice.click(patient);
    return true;
  });
}

async function ends(trace, icon) {
  await vscode.until(`${trace} ends as ${icon}`, async () => {
    const rows = await vscode.page.locator(`${row}:has(.codicon-testing-${icon}-icon)`).allInnerTexts();
    return rows.join("\n").includes(trace);
  });
}

test("a host that the configuration names has a profile", async () => {
  await runWith("On fleet (linux-5.10)", "groups.vgic");
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

test("scenarios are migrated after each of their operations", async () => {
  await runWith("Migrated between hosts", "fine.vgic");
  await vscode.type("linux-7.1 linux-7.1 qemu");
  await vscode.choose("by qemu");
  await ends("fine.vgic", "passed");
  await vscode.screenshot("profile-migration");
});

test("a replay without a kernel is an error that says why, no failure", async () => {
  await runWith("Replayed on a kernel", "fine.vgic");
  await ends("fine.vgic", "error");
  await vscode.screenshot("profile-replay");
});

test("a trace is made of a log", async () => {
  await vscode.command("vGIC: New Trace from Template");
  await vscode.choose("From a log…");
  await vscode.page.locator(".quick-input-widget").getByText("Import Trace Log").waitFor();
  await vscode.type(path.join(vscode.project, "boot.log"));
  await vscode.page.keyboard.press("Enter");
  await vscode.shows(".view-lines", /gic v3[\s\S]*GICD_/);
  await vscode.shows(".notification-list-item", "boot.log: Linux tracepoints");
  await vscode.screenshot("from-a-log");
});
