/** The extension on the desktop's extension host, with the language server as a process of its own. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { debugs, stops } from "./debugs.js";
import { fine, groups, mistakes } from "./traces.js";
import { openWorkbench, Pace } from "./workbench.js";

const state = ".tree-explorer-viewlet-tree-view .monaco-list-row";
const status = ".statusbar-item:visible";
let vscode;

before(async () => {
  vscode = await openWorkbench({
    files: {
      "groups.vgic": groups,
      "mistakes.vgic": mistakes,
      "old/fine.vgic": fine,
      "notes.txt": "no trace\n",
      ".vscode/settings.json": JSON.stringify({ "vgic.testing.runOnSave": true }),
    },
    host: "desktop",
  });
});
after(() => vscode?.close());

/** The ids of the language servers that run for this VS Code. */
function servers() {
  return readdirSync("/proc").filter((id) => {
    try {
      const command = /^\d+$/.test(id) ? readFileSync(path.join("/proc", id, "cmdline"), "utf8") : "";
      return command.includes(path.dirname(vscode.project)) && command.includes("server.mjs");
    } catch {
      return false; // it ended meanwhile
    }
  });
}

test("a trace activates the extension: the verdict of each revision stands over its scenarios", async () => {
  await vscode.open("groups.vgic");
  await vscode.shows(".codelens-decoration", "rev 1 ✓ declared · rev 2 ✗ 1 ≠ 1 · rev 3 ✗ 1 ≠ 1");
});

test("diagnostics stand in the Problems panel", async () => {
  await vscode.open("mistakes.vgic");
  await vscode.command("Problems: Focus on Problems View");
  await vscode.shows(".markers-panel .monaco-list-row", "unknown register `GICD_ISENABELR1`");
  await vscode.shows(".markers-panel .monaco-list-row", "expected 0x00000004");
  await vscode.shows(
    ".markers-panel .monaco-list-row",
    "GICD_IGROUPR1 reads 0xffffffff under revision 1 and 0x55aa55aa",
  );
  await vscode.screenshot("problems");
});

test("a quick fix corrects a name", async () => {
  await vscode.goTo(5, 16);
  await vscode.until("the fix is offered and applied", async (time) => {
    await vscode.page.keyboard.press("Control+.");
    const fix = vscode.page
      .locator(".action-widget .monaco-list-row")
      .filter({ hasText: "GICD_ISENABLER1" })
      .first();
    await fix.waitFor({ timeout: time });
    await vscode.screenshot("quick-fix");
    await fix.click({ timeout: time });
    return true;
  });
  await vscode.shows(".view-lines", "GICD_ISENABLER1 == 0");
  await vscode.save();
});

test("hover decodes the register under each revision", async () => {
  await vscode.open("groups.vgic");
  await vscode.goTo(10, 16);
  await vscode.hover(/(?=[\s\S]*GICD_IGROUPR1)[\s\S]*0x55aa55aa/i);
  await vscode.screenshot("hover");
  await vscode.escape();
});

test("an inlay hint gives the value of a read without an expectation", async () => {
  await vscode.goTo(15);
  await vscode.shows(".view-line", /GICD_ISPENDR1.*0x00000100/);
});

test("what is being typed is not red until a moment passes", async (t) => {
  await vscode.open("groups.vgic");
  await vscode.goTo(15);
  await vscode.page.keyboard.press("End");
  await vscode.page.keyboard.press("Enter");
  const errors = vscode.page.locator(".squiggly-error");
  const pace = new Pace();
  for (const letter of "cpu0") {
    pace.note();
    await vscode.page.keyboard.type(letter);
    await vscode.page.keyboard.press("Escape");
    await vscode.page.waitForTimeout(300);
    const count = await errors.count();
    pace.note();
    if (pace.isKept) assert.equal(count, 0, `while ${letter} is typed`);
    else t.diagnostic(`${letter} was typed too slowly to see what is withheld`);
  }
  await errors.first().waitFor({ state: "attached" });
  // Saved by itself: the line has to go again.
  for (const key of ["Shift+Home", "Backspace", "Backspace"]) await vscode.page.keyboard.press(key);
  await errors.first().waitFor({ state: "detached" });
});

test("the status bar looks at the trace under another revision, and back", async () => {
  await vscode.goTo(8);
  await vscode.shows(status, /rev 1\s+rev 2\s+1/);
  await vscode.clicks(
    vscode.page.locator(status).filter({ hasText: /rev 1\s+rev 2/ }),
    vscode.page.locator(".quick-input-list .monaco-list-row:visible").first(),
  );
  await vscode.choose("Evaluate as revision 2");
  await vscode.shows(status, /rev 2\s+1\s+rev 1/);
  await vscode.shows(".codelens-decoration", "rev 1 ✓ ≠ 1 declared · rev 2 ✗ 1 viewed");
  await vscode.shows(".markers-panel .monaco-list-row", "expected 0xffffffff");
  assert.match(readFileSync(path.join(vscode.project, "groups.vgic"), "utf8"), /^revision 1$/m);
  await vscode.screenshot("status-view");
  await vscode.command("vGIC: Evaluate as or Declare Another Revision");
  await vscode.choose("Evaluate as declared");
  await vscode.shows(status, /rev 1\s+rev 2/);
});

test("the status bar declares another revision", async () => {
  await vscode.command("vGIC: Evaluate as or Declare Another Revision");
  await vscode.choose("Declare revision 3");
  await vscode.shows(".view-lines", "revision 3");
  await vscode.shows(status, /rev 3\s+1\s+rev 1/);
  await vscode.page.keyboard.press("Control+z");
  await vscode.shows(status, /rev 1\s+rev 2/);
});

test("the state view follows the cursor and marks what differs", async () => {
  await vscode.command("vGIC: Focus on State View");
  await vscode.command("View: Focus Active Editor Group");
  await vscode.goTo(10);
  await vscode.shows(state, /Distributor/);
  await vscode.shows(
    state,
    /INTID 32\s*inactive, disabled, prio 0x00 → cpu0, Group 1 │ rev 2, rev 3: Group 0/,
  );
  await vscode.goTo(14);
  await vscode.shows(state, /INTID 40\s*pending, enabled, prio 0x00 → cpu0, Group 1/);
  await vscode.shows(".sidebar .title-label, .sidebar .pane-header", /State after line 14/i);
  await vscode.screenshot("state-view");
});

test("the state view shows only what differs, what the line changed, or one interrupt or vCPU", async () => {
  await vscode.goTo(14);
  const titles = vscode.page.locator(".sidebar .title-label");
  for (const [filter, title, shown, hidden] of [
    ["What the line changed", "what the line changed", /^\s*INTID 40/, /revision|CPU interface/],
    [
      "What differs between revisions",
      "what differs between revisions",
      /Distributor\s+revision/,
      /INTID 40|enabled|CPU interface/,
    ],
    ["One interrupt or vCPU…", "only SPI 40", /^\s*INTID 40/, /Distributor|CPU interface/],
    ["One interrupt or vCPU…", "only cpu0", /CPU interface of cpu0/, /INTID 40|Distributor/],
    ["Everything", "line 14", /INTID 40[\s\S]*Distributor[\s\S]*CPU interface/, /^$/],
  ]) {
    await vscode.command("vGIC: Filter the State");
    await vscode.choose(filter);
    if (filter.startsWith("One ")) await vscode.answer(title.replace("only ", ""));
    await titles.filter({ hasText: new RegExp(`${title}$`, "i") }).waitFor();
    await vscode.until(`the state shows ${title}`, async () => {
      const text = (await vscode.page.locator(state).allInnerTexts()).join("\n");
      return shown.test(text) && !hidden.test(text);
    });
    await vscode.screenshot(`state-${title}`);
  }
  await vscode.command("View: Focus Active Editor Group");
});

test("the timeline follows the cursor, and leads to the line that is chosen in it", async () => {
  await vscode.open("groups.vgic");
  await vscode.goTo(2);
  await vscode.command("vGIC: Show Timeline");
  const said = vscode.webview.locator(".said");
  await said.filter({ hasText: "Put the cursor into a scenario" }).waitFor();
  await vscode.goTo(14);
  await said.filter({ hasText: "line 14" }).waitFor();
  await vscode.screenshot("timeline");
  await vscode.goTo(10);
  await said.filter({ hasText: "line 10" }).waitFor();
  await vscode.screenshot("timeline-parted");
  await vscode.webview.locator(".scroller").press("ArrowLeft");
  await said.filter({ hasText: "line 9" }).waitFor();
  await vscode.webview.locator(".scroller").press("Enter");
  await vscode.shows(status, "Ln 9,");
  await vscode.command("View: Close Editors in Other Groups");
});

test("F5 goes through the scenario at the cursor, forwards and backwards", async () => {
  await vscode.open("groups.vgic");
  await vscode.goTo(9);
  await debugs(vscode);
  await vscode.screenshot("debugger");
  await stops(vscode);
  await vscode.command("View: Show Explorer");
  await vscode.command("View: Hide Panel");
});

test("the Test Explorer runs every scenario, and shows failures at their line", async () => {
  await vscode.showTests();
  await vscode.shows(".test-explorer .monaco-list-row", "groups.vgic");
  await vscode.shows(".test-explorer .monaco-list-row", /^\s*old\s*$/);
  await vscode.command("Test: Run All Tests");
  await vscode.until("the scenario of mistakes.vgic fails", async () => {
    const failed = vscode.page.locator(".test-explorer .monaco-list-row:has(.codicon-testing-failed-icon)");
    return (await failed.allInnerTexts()).join("\n").includes("mistakes.vgic");
  });
  await vscode.until("groups.vgic passes", async () => {
    const passed = vscode.page.locator(".test-explorer .monaco-list-row:has(.codicon-testing-passed-icon)");
    return (await passed.allInnerTexts()).join("\n").includes("groups.vgic");
  });
  await vscode.open("mistakes.vgic");
  await vscode.screenshot("test-explorer");
  // An edit makes results outdated: VS Code fades them.
  await vscode.open("groups.vgic");
  await vscode.goTo(8);
  await vscode.page.keyboard.press("End");
  await vscode.page.keyboard.type("  # edited");
  await vscode.until("the results of groups.vgic are outdated", async () => {
    const outdated = vscode.page.locator(".test-explorer .monaco-list-row:has(.retired)");
    return (await outdated.allInnerTexts()).join("\n").includes("groups.vgic");
  });
  await vscode.page.keyboard.press("Control+z");
});

test("the runs of a scenario are compared in the diff editor", async () => {
  await vscode.command("View: Show Explorer");
  await vscode.command("View: Hide Panel");
  await vscode.open("groups.vgic");
  await vscode.goTo(9);
  await vscode.command("vGIC: Compare Revisions");
  await vscode.choose("revision 1");
  await vscode.choose("revision 2");
  await vscode.shows(
    ".monaco-diff-editor .original .view-lines",
    /GICD_IGROUPR1 == 0xffffffff[\s\S]*GICD_IGROUPR1 == 0xffffffff/,
  );
  await vscode.shows(".monaco-diff-editor .modified .view-lines", /GICD_IGROUPR1 == 0x55aa55aa/);
  await vscode.screenshot("compare");
  // Its answers are its expectations: a verdict over them would say nothing.
  assert.equal(await vscode.page.locator(".monaco-diff-editor .codelens-decoration").count(), 0);
  await vscode.page
    .locator(".monaco-diff-editor .modified .view-line")
    .filter({ hasText: "0x55aa55aa" })
    .last()
    .click();
  await vscode.command("vGIC: Open the Line in the Trace");
  await vscode.shows(status, "Ln 10,");
  await vscode.page.locator('.tab.active[data-resource-name="groups.vgic"]').waitFor();
  const comparison = vscode.page.locator(".tab").filter({ hasText: "↔" });
  await vscode.clicks(comparison, comparison.and(vscode.page.locator(".active")));
  await vscode.command("View: Close Editor");
});

test("diagnostics and verdicts stand on both sides of a diff", async () => {
  const git = (...args) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: vscode.project });
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "Traces");
  const file = path.join(vscode.project, "mistakes.vgic");
  writeFileSync(file, `${readFileSync(file, "utf8")}cpu0 readl  GICD_IIDR == 0\n`);
  await vscode.open("mistakes.vgic");
  await vscode.clicks(
    vscode.page.locator('.editor-actions .action-label[aria-label^="Open Changes"]:visible'),
    vscode.page.locator(".monaco-diff-editor .modified .view-lines"),
  );
  for (const side of ["original", "modified"]) {
    await vscode.page
      .locator(`.monaco-diff-editor .${side} .squiggly-error`)
      .first()
      .waitFor({ state: "attached" });
    await vscode.shows(`.monaco-diff-editor .${side} .codelens-decoration`, "rev 2 ✗");
  }
  await vscode.screenshot("git-diff");
  assert.equal(await vscode.page.locator(".notification-list-item").filter({ hasText: "failed" }).count(), 0);
  await vscode.command("View: Close Editor");
});

test("commands: a new trace, a copied scenario, the whole workspace, another start of the server", async () => {
  await vscode.command("vGIC: New Trace from Template");
  await vscode.choose("One trace for all revisions");
  await vscode.untitled(/scenario/);
  await vscode.shows(".editor-group-container.active .codelens-decoration", "rev 1 ✓");

  await vscode.open("groups.vgic");
  await vscode.goTo(13);
  await vscode.command("vGIC: Copy Scenario as Reproduction");
  const copied = await vscode.until("the scenario is copied", () =>
    vscode.page.evaluate(() => navigator.clipboard.readText()),
  );
  assert.match(
    copied,
    /^gic v3\nrevision 1\n[\s\S]*scenario "an interrupt is pending"\n[\s\S]*GICD_ISPENDR1\n$/,
  );
  assert.doesNotMatch(copied, /group/);

  await vscode.command("vGIC: Check Workspace");
  await vscode.notification("4 vGIC traces checked: 2 errors, 1 warning.");
  const [before] = servers();
  await vscode.command("vGIC: Restart Server");
  await vscode.until("another server runs", () => servers().some((id) => id !== before));
  await vscode.shows(".codelens-decoration", "rev 1 ✓ declared · rev 2 ✗ 1 ≠ 1");
});

test("the verdict leads to what can be done with the scenario", async () => {
  await vscode.open("groups.vgic");
  await vscode.shows(".codelens-decoration", "rev 1 ✓ declared");
  // One lens a scenario: the verdict.
  for (const text of await vscode.page.locator(".codelens-decoration:visible").allInnerTexts()) {
    assert.match(text, /^rev 1 [^|]*$/);
  }
  await vscode.clicks(
    vscode.page.locator(".codelens-decoration a:visible", { hasText: "rev 1" }).first(),
    vscode.page.locator(".quick-input-list .monaco-list-row", {
      hasText: "Would the guest notice a migration?",
    }),
  );
  await vscode.screenshot("scenario-actions");
  await vscode.escape();
});

test("would the guest notice a migration: one pick, an answer that leads to the lines", async () => {
  await vscode.open("groups.vgic");
  await vscode.goTo(10);
  await vscode.command("vGIC: Would the Guest Notice a Migration?");
  await vscode.choose("linux-7.1+revision-1");
  // Any host can be typed, and all of it at once.
  await vscode.type("linux-7.1+revision-1 linux-5.12 qemu back");
  await vscode.choose("by qemu, and back");
  await vscode.webview.locator("h1").filter({ hasText: "would the guest notice?" }).waitFor();
  await vscode.webview.locator("td").filter({ hasText: "cloud-hypervisor" }).waitFor();
  await vscode.webview.locator("li").filter({ hasText: "GICD_IIDR 0x4b00143b" }).first().waitFor();
  await vscode.page.locator(".squiggly-warning").first().waitFor({ state: "attached" });
  await vscode.command("Problems: Focus on Problems View");
  await vscode.shows(".markers-panel .monaco-list-row", "linux-5.12 by qemu");
  await vscode.screenshot("compat");
  await vscode.clicks(
    vscode.webview.locator("td button").filter({ hasText: "crosvm" }),
    vscode.webview.locator("h2").filter({ hasText: "crosvm" }),
  );
  await vscode.clicks(
    vscode.webview.locator("li button").filter({ hasText: "from the start" }).first(),
    vscode.page.locator(status).filter({ hasText: "Ln 7," }),
  );
  // The last one is one key away.
  await vscode.command("vGIC: Would the Guest Notice a Migration?");
  await vscode.shows(
    ".quick-input-list .monaco-list-row",
    "linux-7.1+revision-1 to linux-5.12 by crosvm and back",
  );
  await vscode.escape();
  await vscode.command("View: Close Editors in Other Groups");
  await vscode.until("its diagnostics are gone with it", async () => {
    const rows = await vscode.page.locator(".markers-panel .monaco-list-row").allInnerTexts();
    return !rows.join("\n").includes("linux-5.12 by");
  });
  await vscode.command("View: Hide Panel");
});

test("the walkthrough leads through the first trace", async () => {
  await vscode.command("Welcome: Open Walkthrough...");
  await vscode.choose("Get started with vGIC traces");
  await vscode.shows(".gettingStartedContainer", "Write a trace");
  await vscode.webview.locator("li").filter({ hasText: "is a fresh VM" }).waitFor();
  await vscode.screenshot("walkthrough");
  const picture = vscode.webview.locator("img").first();
  await vscode.clicks(
    vscode.page.locator(".getting-started-step").filter({ hasText: "See where revisions diverge" }),
    picture,
  );
  await vscode.until("the step's picture is there", () =>
    picture.evaluate((image) => image.naturalWidth > 0),
  );
  await vscode.screenshot("walkthrough-picture");
});

test("scenarios run each time their trace is saved, if that is set", async () => {
  await vscode.open("fine.vgic");
  await vscode.goTo(5, 32);
  await vscode.page.keyboard.type("1");
  await vscode.save();
  await vscode.showTests();
  await vscode.until("the saved trace fails", async () => {
    const failed = vscode.page.locator(".test-explorer .monaco-list-row:has(.codicon-testing-failed-icon)");
    // Its folder is folded, and fails with it.
    return (await failed.allInnerTexts()).join("\n").includes("old");
  });
});
