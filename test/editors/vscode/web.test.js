/** The extension in a browser's extension host, with the language server as a worker. */
import { after, before, test } from "node:test";
import { debugs } from "./debugs.js";
import { groups, mistakes } from "./traces.js";
import { openWorkbench } from "./workbench.js";

let vscode;

before(async () => {
  vscode = await openWorkbench({
    files: { "groups.vgic": groups, "mistakes.vgic": mistakes },
    host: "web",
    trusted: false,
  });
});
after(() => vscode?.close());

test("a folder that is not trusted is checked all the same", async () => {
  await vscode.open("groups.vgic");
  await vscode.shows(".statusbar-item:visible", /Restricted Mode/);
  await vscode.shows(".codelens-decoration", "rev 1 ✓ declared · rev 2 ✗ 1 ≠ 1 · rev 3 ✗ 1 ≠ 1");
});

test("diagnostics, hover and status work without a server process", async () => {
  await vscode.open("mistakes.vgic");
  await vscode.command("Problems: Focus on Problems View");
  await vscode.shows(".markers-panel .monaco-list-row", "unknown register `GICD_ISENABELR1`");
  await vscode.shows(".statusbar-item:visible", /rev 2\s+\d/);
  await vscode.open("groups.vgic");
  await vscode.goTo(10, 16);
  await vscode.hover("GICD_IGROUPR1");
  await vscode.screenshot("web");
  await vscode.escape();
});

test("the timeline is drawn", async () => {
  await vscode.goTo(10);
  await vscode.command("vGIC: Show Timeline");
  await vscode.webview.locator(".said").filter({ hasText: "line 10" }).waitFor();
  await vscode.command("View: Close Editors in Other Groups");
});

test("runs are compared", async () => {
  await vscode.command("vGIC: Compare Revisions");
  await vscode.choose("revision 1");
  await vscode.choose("revision 3");
  await vscode.shows(".monaco-diff-editor .modified .view-lines", /GICD_IGROUPR1 == 0x55aa55aa/);
});

test("in a trusted folder a scenario is gone through, without a process of its own", async () => {
  const trusted = await openWorkbench({ files: { "groups.vgic": groups }, host: "web" });
  try {
    await trusted.open("groups.vgic");
    await trusted.shows(".codelens-decoration", "rev 1 ✓");
    await trusted.goTo(9);
    await debugs(trusted);
    await trusted.screenshot("web-debugger");
  } finally {
    await trusted.close();
  }
});
