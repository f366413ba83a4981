/** Goes through the first scenario of groups.vgic, on which the cursor is: two steps forwards and one back. */

const callStack = ".debug-call-stack .monaco-list-row";
const variables = ".debug-view-content .monaco-list-row";

export async function debugs(vscode) {
  await vscode.page.keyboard.press("F5");
  const button = (name) => vscode.page.locator(`.debug-toolbar .codicon-debug-${name}:not(.disabled)`);
  await vscode.page.locator(".codicon-debug-stackframe").first().waitFor();
  await vscode.command("View: Show Run and Debug");
  await vscode.shows(callStack, /the guest cannot change an SPI's group[\s\S]*8:1/);
  for (const line of [9, 10]) {
    await button("step-over").click();
    await vscode.shows(callStack, new RegExp(`${line}:1`));
  }
  await vscode.shows(variables, "revision 2 ≠");
  await vscode.shows(".view-line", /GICD_IGROUPR1 == 0xffffffff.*0xffffffff/);
  await button("step-back").click();
  await vscode.shows(callStack, /9:1/);
}

export async function stops(vscode) {
  await vscode.command("Debug: Stop");
  await vscode.page.locator(".debug-toolbar").waitFor({ state: "hidden" });
}
