/** Writing a new trace by hand: suggestions open by themselves, and few keys are needed for a line. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fine } from "./traces.js";
import { openWorkbench, Pace } from "./workbench.js";

/** The most keys that a line of a new trace takes. */
const MOST_KEYS = 20;
let vscode;

before(async () => {
  vscode = await openWorkbench({ files: { "fine.vgic": fine, "new.vgic": "" }, host: "desktop" });
  await vscode.open("fine.vgic");
  await vscode.shows(".codelens-decoration", "rev 3 ✓ declared");
  await vscode.open("new.vgic");
  await vscode.command("Notifications: Clear All Notifications");
  await vscode.page.locator(".editor-group-container.active .monaco-editor .view-lines").last().click();
});
after(() => vscode?.close());

/** Waits until suggestions, which open by themselves, lead with a word. */
async function leadsWith(word) {
  const focused = vscode.page.locator(".suggest-widget.visible .monaco-list-row.focused .label-name");
  await vscode.until(
    `${word} is suggested`,
    async () => (await focused.innerText({ timeout: 5_000 })) === word,
  );
}

/**
 * Writes a line: letters are typed, and what stands in « » is taken with a key once suggestions lead with it.
 * @returns how many keys it took, with the one that ends the line
 */
async function write(keys, t) {
  const { keyboard } = vscode.page;
  const errors = vscode.page.locator(".squiggly-error");
  const pace = new Pace();
  let count = 1;
  for (const part of keys.match(/«[^»]*»|[^«]/g)) {
    pace.note();
    if (part.startsWith("«")) {
      await leadsWith(part.slice(1, -1));
      pace.note();
      await keyboard.press("Tab");
    } else await keyboard.type(part);
    count++;
    const red = await errors.count();
    pace.note();
    if (pace.isKept) assert.equal(red, 0, `nothing is red after ${part} of ${keys}`);
    else t.diagnostic(`${part} of ${keys} was written too slowly to see what is withheld`);
  }
  await keyboard.press("Enter");
  return count;
}

/** Each with the line that it gives. */
const lines = [
  ["g«gic»«v3»", "gic v3"],
  ["r«revision»«3»", "revision 3"],
  ["cp«cpu0»«readl»«GICD_CTLR»", "cpu0 readl GICD_CTLR"],
  ["cp«cpu0»w«writel»isen«GICD_ISENABLER»1 0x100", "cpu0 writel GICD_ISENABLER1 0x100"],
  ["l«line»40 h«high»", "line 40 high"],
  ["cp«cpu0»«readl»isp«GICD_ISPENDR»1 ==«0x00000100»", "cpu0 readl GICD_ISPENDR1 == 0x00000100"],
];

for (const [keys, text] of lines) {
  test(`\`${text}\` takes less than ${MOST_KEYS} keys, each word leads to the next, and nothing is red`, async (t) => {
    const count = await write(keys, t);
    assert.ok(count <= MOST_KEYS, `${count} keys`);
    await vscode.shows(".editor-group-container.active .view-lines", text);
  });
}
