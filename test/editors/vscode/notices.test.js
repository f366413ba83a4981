/** What is said in notifications and in the status bar: whole sentences, also of what is too large. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fine, groups } from "./traces.js";
import { openWorkbench } from "./workbench.js";

let vscode;

before(async () => {
  vscode = await openWorkbench({
    files: {
      "groups.vgic": groups,
      "alone.vgic": fine.replace("revision 3", "revision 3\ncompare none"),
      "empty.vgic": "# nothing yet\n",
      "many.vgic": `gic v3\nrevision 2\ncompare none\ncpu0 writel GICD_IGROUPR1 1\n${"cpu0 readb GICD_ISENABLER1\n".repeat(1500)}cpu0 readl GICD_IGROUPR1 == 0\n`,
      "long.vgic": `gic v3\nrevision 2\n${"line 40 pulse\ncpu0 readl GICD_ISPENDR1\n".repeat(5000)}`,
      "large.vgic": `${fine}${"cpu0 readl GICD_CTLR  # a line like many others, so that there are many of them\n".repeat(150_000)}`,
    },
    host: "desktop",
  });
  await vscode.open("groups.vgic");
  await vscode.notification("line by line.");
  await vscode.command("Notifications: Clear All Notifications");
});
after(() => vscode?.close());

/** Waits for a notification, and sees that none of it is cut off. */
async function isWhole(text) {
  const shown = await vscode.notification(text);
  const message = shown.locator(".notification-list-item-message");
  await vscode.until(`${text} is shown whole`, () =>
    message.evaluate((element) => element.scrollWidth <= element.clientWidth),
  );
  return shown;
}

test("a notification says the whole sentence", async () => {
  await vscode.open("alone.vgic");
  await vscode.command("vGIC: Compare Revisions");
  await isWhole("This scenario is compared with no other revision: see its `compare` declaration.");
  await vscode.screenshot("notification");
  await vscode.command("Notifications: Clear All Notifications");
});

test("why nothing can be replayed is said, with a button for the rest", async () => {
  await vscode.command("vGIC: Replay on a Kernel");
  const shown = await isWhole("Cannot replay: ");
  await shown.locator("a.monaco-button", { hasText: "Details" }).click();
  await vscode.shows(".output-view-content, .part.panel .view-lines", /vgic-trace: /);
  await vscode.command("View: Hide Panel");
  await vscode.command("Notifications: Clear All Notifications");
});

test("a trace that is too large says so, and how it is checked", async () => {
  await vscode.open("large.vgic");
  const shown = await isWhole("large.vgic has 12 MB, and editors look at traces of up to 10 MB");
  await vscode.shows(".statusbar-item:visible", "vGIC: too large");
  await vscode.screenshot("large");
  await shown.locator("a.monaco-button", { hasText: "Copy the Command" }).click();
  const copied = await vscode.until("the command is copied", () =>
    vscode.page.evaluate(() => navigator.clipboard.readText()),
  );
  assert.match(copied, /^vgic-trace lint '.*large\.vgic'$/);
  await vscode.open("groups.vgic");
  await vscode.page
    .locator(".statusbar-item:visible")
    .filter({ hasText: "too large" })
    .waitFor({ state: "hidden" });
});

test("of more than a thousand diagnostics the most important are shown, and how many more there are", async () => {
  await vscode.open("many.vgic");
  await vscode.command("Problems: Focus on Problems View");
  await vscode.shows(".markers-panel .monaco-list-row", "GICD_IGROUPR1 reads 0x00000001");
  await vscode.shows(".markers-panel .monaco-list-row", "502 more diagnostics are not shown here");
  await vscode.screenshot("thousand");
  await vscode.command("View: Hide Panel");
});

test("a scenario of ten thousand operations is drawn, gone through by keys, and said", async () => {
  await vscode.open("long.vgic");
  await vscode.goTo(5000);
  await vscode.command("vGIC: Show Timeline");
  const said = vscode.webview.locator(".said");
  await said.filter({ hasText: "line 5000: cpu0 readl GICD_ISPENDR1" }).waitFor();
  await vscode.screenshot("timeline-long");
  const picture = vscode.webview.locator(".scroller");
  await picture.press("ArrowRight");
  await said.filter({ hasText: "line 5001: line 40 pulse" }).waitFor();
  await picture.press("End");
  await said.filter({ hasText: "line 10002: cpu0 readl GICD_ISPENDR1" }).waitFor();
  await picture.press("Enter");
  await vscode.shows(".statusbar-item:visible", "Ln 10002,");
});
