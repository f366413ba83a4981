/** What can be done with a scenario: behind its verdict, and in the menu of its test in the gutter. */
import {
  commands,
  Disposable,
  debug,
  type QuickPickItem,
  Selection,
  type TestItem,
  window,
  workspace,
} from "vscode";
import { activeTrace } from "./language-client.ts";

interface Action extends QuickPickItem {
  readonly command: string;
}

/** A line of the scenario that is meant, or its test; nothing: the scenario at the cursor. */
export type ScenarioPlace = number | TestItem | undefined;

/** The line that is meant. */
export function lineOf(place: ScenarioPlace): number | undefined {
  return typeof place === "object" ? place.range?.start.line : place;
}

export function registerScenarioActions(): Disposable {
  let replays = false;
  return Disposable.from(
    commands.registerCommand("vgic.scenarioActions", async (line?: number) => {
      replays ||= (await commands.getCommands(true)).includes("vgic.replay");
      const actions = replays ? [...ACTIONS, REPLAY] : ACTIONS;
      const chosen = await window.showQuickPick(actions, { placeHolder: "What to do with this scenario" });
      if (chosen !== undefined) await commands.executeCommand(chosen.command, line);
    }),
    commands.registerCommand("vgic.debugScenario", (place: ScenarioPlace) => debugScenario(lineOf(place))),
  );
}

const ACTIONS: readonly Action[] = [
  {
    label: "$(debug-alt) Go through it",
    description: "forwards and backwards",
    command: "vgic.debugScenario",
  },
  { label: "$(graph-line) Show its timeline", command: "vgic.showTimeline" },
  { label: "$(diff) Compare two revisions", description: "side by side", command: "vgic.compareRevisions" },
  { label: "$(arrow-swap) Would the guest notice a migration?", command: "vgic.compat" },
  { label: "$(clippy) Copy it as a trace of its own", command: "vgic.copyReproduction" },
  { label: "$(file-code) Export it as a kselftest", description: "in C", command: "vgic.exportKselftest" },
];
const REPLAY: Action = {
  label: "$(vm-running) Replay it on a kernel",
  description: "in QEMU",
  command: "vgic.replay",
};

/** The debugger takes the scenario at the cursor, so the cursor goes there first. */
async function debugScenario(line: number | undefined): Promise<void> {
  const editor = activeTrace();
  if (editor !== undefined && line !== undefined) {
    const { start } = editor.document.lineAt(line).range;
    editor.selection = new Selection(start, start);
  }
  const folder = editor && workspace.getWorkspaceFolder(editor.document.uri);
  await debug.startDebugging(folder, { type: "vgic", request: "launch", name: "Scenario" });
}
