/** The commands that belong to no other part. */
import { commands, Disposable, env, ProgressLocation, type QuickPickItem, window, workspace } from "vscode";
import empty from "../templates/empty.vgic";
import gicv2 from "../templates/gicv2.vgic";
import gicv3 from "../templates/gicv3.vgic";
import level from "../templates/level.vgic";
import migration from "../templates/migration.vgic";
import revisions from "../templates/revisions.vgic";
import { about, activeTrace, languageId, type TraceServer } from "./language-client.ts";
import { say } from "./notify.ts";
import { lineOf, type ScenarioPlace } from "./scenario-actions.ts";

/** Each begins with a comment that says what it is. */
const templates = [empty, gicv3, gicv2, level, revisions, migration];

export function registerCommands(server: TraceServer): Disposable {
  return Disposable.from(
    commands.registerCommand("vgic.newTrace", newTrace),
    commands.registerCommand("vgic.restartServer", () => server.restart()),
    commands.registerCommand("vgic.showOutput", () => server.showOutput()),
    commands.registerCommand("vgic.checkWorkspace", () => checkWorkspace(server)),
    commands.registerCommand("vgic.copyReproduction", (place: ScenarioPlace) =>
      copyReproduction(server, lineOf(place)),
    ),
  );
}

async function newTrace(): Promise<void> {
  const items: (QuickPickItem & { readonly content?: string })[] = templates.map((content) => ({
    label: titleOf(content),
    content,
  }));
  items.push({ label: "From a log…", description: "of a real guest, or a snapshot" });
  const chosen = await window.showQuickPick(items, { title: "New vGIC trace", placeHolder: "Begin with" });
  if (chosen === undefined) return;
  if (chosen.content === undefined) {
    await commands.executeCommand("vgic.importLog");
    return;
  }
  const document = await workspace.openTextDocument({ language: languageId, content: chosen.content });
  await window.showTextDocument(document);
}

function titleOf(template: string): string {
  return template.slice(0, template.indexOf("\n")).replace(/^#\s*/, "");
}

async function checkWorkspace(server: TraceServer): Promise<void> {
  const checked = await window.withProgress(
    { location: ProgressLocation.Window, title: "Checking vGIC traces" },
    async () => server.ask("vgic/checkWorkspace", {}),
  );
  if (checked === undefined) return;
  const { files, errors, warnings } = checked;
  if (files === 0) {
    void say("information", "There are no vGIC traces (*.vgic) in this workspace.");
    return;
  }
  await commands.executeCommand("workbench.actions.view.problems");
  const found = `${counted(errors, "error")}, ${counted(warnings, "warning")}`;
  void say("information", `${counted(files, "vGIC trace")} checked: ${found}.`);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

async function copyReproduction(server: TraceServer, line: number | undefined): Promise<void> {
  const editor = activeTrace();
  const position = line === undefined ? editor?.selection.active : { line, character: 0 };
  const text =
    editor && position && (await server.ask("vgic/reproduction", { ...about(editor.document), position }));
  if (!text) {
    void say("information", "Put the cursor into a scenario of a vGIC trace to copy it.");
    return;
  }
  await env.clipboard.writeText(text);
  void window.setStatusBarMessage("$(clippy) The scenario is copied as a trace of its own.", 5000);
}
