/** Goes through the first scenario of groups.vgic, on which the cursor is: three steps forwards and one back. */

const callStack = ".debug-call-stack .monaco-list-row";
const variables = ".debug-view-content .monaco-list-row";

export async function debugs(vscode) {
  await vscode.page.keyboard.press("F5");
  const stepBack = vscode.page.locator(".debug-toolbar .codicon-debug-step-back");
  await stepBack.waitFor();
  await vscode.command("View: Show Run and Debug");
  await vscode.shows(callStack, /the guest cannot change an SPI's group[\s\S]*8:1/);
  for (const line of [9, 10]) {
    await vscode.command("Debug: Step Over");
    await vscode.shows(callStack, new RegExp(`${line}:1`));
  }
  await vscode.shows(variables, "revision 2 ≠");
  await vscode.shows(".view-line", /GICD_IGROUPR1 == 0xffffffff.*0xffffffff/);
  await stepBack.click();
  await vscode.shows(callStack, /9:1/);
}
