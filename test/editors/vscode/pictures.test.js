/**
 * Takes the pictures of the README and the docs: `npm run pictures` puts them into docs/images. As a test they show
 * that what they are of is still there.
 */
import { copyFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { debugs } from "./debugs.js";
import { delivery, groups } from "./traces.js";
import { openWorkbench } from "./workbench.js";

const folder = import.meta.dirname;
let vscode;

before(async () => {
  vscode = await openWorkbench({
    files: { "groups.vgic": groups, "delivery.vgic": delivery },
    host: "desktop",
  });
  await vscode.open("groups.vgic");
  await vscode.shows(".codelens-decoration", "rev 1 ✓ declared");
  await vscode.command("View: Toggle Primary Side Bar Visibility");
});
after(() => vscode?.close());

async function picture(name) {
  await vscode.page.mouse.move(500, 700);
  // What fades in and blinks has come to rest.
  await vscode.page.waitForTimeout(1000);
  await vscode.screenshot(name);
  if (process.env.PICTURES === undefined) return;
  copyFileSync(
    path.join(folder, "artefacts", `${name}.png`),
    path.resolve(folder, `../../../docs/images/${name}.png`),
  );
}

test("hover", async () => {
  await vscode.goTo(10, 16);
  await vscode.until("the hover is open", async () => {
    await vscode.command("Show or Focus Hover");
    await vscode.page
      .locator(".monaco-hover:visible")
      .filter({ hasText: "GICD_IGROUPR1" })
      .first()
      .waitFor({ timeout: 10_000 });
    return true;
  });
  await picture("hover");
  await vscode.page.keyboard.press("Escape");
  await vscode.page.keyboard.press("Escape");
});

test("timeline", async () => {
  await vscode.open("delivery.vgic");
  await vscode.goTo(15);
  await vscode.command("vGIC: Show Timeline");
  await vscode.webview.locator(".said").filter({ hasText: "line 15" }).waitFor();
  await picture("timeline");
  await vscode.command("View: Close Editors in Other Groups");
});

test("compare", async () => {
  await vscode.open("groups.vgic");
  await vscode.goTo(9);
  await vscode.command("vGIC: Compare Revisions");
  await vscode.choose("revision 1");
  await vscode.choose("revision 2");
  await vscode.shows(".monaco-diff-editor .modified .view-lines", /GICD_IGROUPR1 == 0x55aa55aa/);
  await picture("compare");
  await vscode.command("View: Close Editor");
});

test("debugger", async () => {
  await vscode.open("groups.vgic");
  await vscode.goTo(9);
  await debugs(vscode);
  await picture("debugger");
});
