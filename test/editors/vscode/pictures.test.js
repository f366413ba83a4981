/**
 * Takes the pictures of the README and the docs: `npm run pictures` puts them into docs/images. As a test they show
 * that what they are of is still there.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { debugs, stops } from "./debugs.js";
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
  // The first trace has the walkthrough offered.
  await vscode.notification("Show Me Around");
  await vscode.command("Notifications: Clear All Notifications");
});
after(() => vscode?.close());

/** @param height what the picture needs: a smaller one can be read where a page shows it even smaller */
async function picture(name, height) {
  await vscode.page.mouse.move(900, height - 60);
  // What fades in and blinks has come to rest.
  await vscode.page.waitForTimeout(1000);
  await vscode.screenshot(name);
  if (process.env.PICTURES === undefined) return;
  // The extension carries them: of few colours they are a third as large, and look the same.
  const to = path.resolve(folder, `../../../docs/images/${name}.png`);
  const from = path.join(folder, "artefacts", `${name}.png`);
  execFileSync("pngquant", ["--quality=70-95", "--strip", "--force", "--output", to, from]);
}

/** Gives the side bar room for whole sentences. */
async function widenSideBar() {
  const { mouse } = vscode.page;
  const { x, y, width } = await vscode.page.locator(".part.sidebar").boundingBox();
  const edge = x + width + 1;
  await mouse.move(edge, y + 200);
  await mouse.down();
  await mouse.move(edge + 150, y + 200, { steps: 5 });
  await mouse.up();
}

/** Makes the window as small as what is to be seen in it allows. */
async function size(width, height) {
  await vscode.page.setViewportSize({ width, height });
}

test("hover", async () => {
  await size(1140, 600);
  await vscode.goTo(10, 16);
  await vscode.hover("GICD_IGROUPR1");
  await picture("hover", 600);
  await vscode.escape();
});

test("timeline", async () => {
  await size(1300, 800);
  await vscode.open("delivery.vgic");
  await vscode.goTo(15);
  await vscode.command("vGIC: Show Timeline");
  await vscode.webview.locator(".said").filter({ hasText: "line 15" }).waitFor();
  await picture("timeline", 800);
  await vscode.command("View: Close Editors in Other Groups");
});

test("compare", async () => {
  await size(1140, 480);
  await vscode.open("groups.vgic");
  await vscode.goTo(9);
  await vscode.command("vGIC: Compare Revisions");
  await vscode.choose("revision 1");
  await vscode.choose("revision 2");
  await vscode.shows(".monaco-diff-editor .modified .view-lines", /GICD_IGROUPR1 == 0x55aa55aa/);
  await picture("compare", 480);
  await vscode.command("View: Close Editor");
});

test("tests", async () => {
  await size(1140, 560);
  await vscode.open("groups.vgic");
  await vscode.goTo(10);
  await vscode.showTests();
  await vscode.command("Test: Run All Tests");
  await vscode.page.locator(".test-explorer .codicon-testing-passed-icon").first().waitFor();
  await vscode.command("View: Hide Panel");
  await vscode.page.locator(".test-explorer .monaco-list-row").filter({ hasText: "groups" }).click();
  for (const key of ["ArrowRight", "ArrowDown", "ArrowRight"]) await vscode.page.keyboard.press(key);
  await picture("tests", 560);
});

test("state", async () => {
  await vscode.command("vGIC: Focus on State View");
  await vscode.command("View: Focus Active Editor Group");
  await vscode.goTo(14);
  await vscode.shows(".tree-explorer-viewlet-tree-view .monaco-list-row", /INTID 40/);
  await widenSideBar();
  await picture("state", 560);
  await vscode.command("View: Toggle Primary Side Bar Visibility");
});

test("debugger", async () => {
  await size(1300, 720);
  await vscode.open("groups.vgic");
  await vscode.goTo(9);
  await debugs(vscode);
  await picture("debugger", 720);
  await size(1360, 800);
  await stops(vscode);
  await vscode.command("View: Hide Panel");
  await vscode.command("View: Toggle Primary Side Bar Visibility");
});

/** Each with the class by which a page says that it is drawn. */
const themes = {
  "Default Light Modern": ".vs",
  "Default High Contrast": ".hc-black",
  "Default High Contrast Light": ".hc-light",
};

for (const [theme, drawn] of Object.entries(themes)) {
  test(`the same in ${theme}`, async () => {
    const settings = path.join(vscode.project, ".vscode/settings.json");
    mkdirSync(path.dirname(settings), { recursive: true });
    writeFileSync(settings, JSON.stringify({ "workbench.colorTheme": theme }));
    await vscode.page.locator(`.monaco-workbench${drawn}`).waitFor();
    await vscode.open("groups.vgic");
    await vscode.goTo(10);
    await vscode.command("vGIC: Show Timeline");
    await vscode.webview.locator(".said").filter({ hasText: "line 10" }).waitFor();
    await vscode.screenshot(`timeline-${theme}`);
    await vscode.command("View: Close Editors in Other Groups");
    await vscode.open("groups.vgic");
    await vscode.command("vGIC: Would the Guest Notice a Migration?");
    await vscode.type("linux-7.1+revision-1 linux-5.12 qemu back");
    await vscode.choose("by qemu, and back");
    await vscode.webview.locator("td button").filter({ hasText: "crosvm" }).waitFor();
    await vscode.screenshot(`compat-${theme}`);
    await vscode.command("View: Close Editors in Other Groups");
  });
}
