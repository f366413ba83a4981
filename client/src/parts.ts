/** What the extension is made of, wherever it runs. */
import { commands, type ExtensionContext } from "vscode";
import { ChangeView } from "./change-view.ts";
import { registerCommands } from "./commands.ts";
import { CompareView } from "./compare-view.ts";
import { CompatView } from "./compat-view.ts";
import { Debugger } from "./debugger.ts";
import { registerImport } from "./import.ts";
import { type MakeClient, TraceServer } from "./language-client.ts";
import { LargeTraces } from "./large-traces.ts";
import { registerDocumentsOfScenarios } from "./made-of-scenario.ts";
import { say } from "./notify.ts";
import { RevisionStatus } from "./revision-status.ts";
import { registerScenarioActions } from "./scenario-actions.ts";
import { ScenarioTests } from "./scenario-tests.ts";
import { StateView } from "./state-view.ts";
import { TimelineView } from "./timeline-view.ts";

/** Registers every part, and starts the language server. */
export async function start(
  context: ExtensionContext,
  makeClient: MakeClient,
): Promise<{ readonly server: TraceServer; readonly tests: ScenarioTests }> {
  const server = new TraceServer(makeClient);
  const tests = new ScenarioTests(server, context.workspaceState);
  context.subscriptions.push(
    server,
    registerCommands(server),
    registerImport(server),
    registerScenarioActions(),
    registerDocumentsOfScenarios(server),
    new RevisionStatus(server),
    new LargeTraces(),
    new CompareView(server),
    new CompatView(server, context),
    new ChangeView(server),
    new StateView(server),
    new TimelineView(server, context.extensionUri),
    tests,
    new Debugger(server),
  );
  // From now on there is something to see in the state view.
  await commands.executeCommand("setContext", "vgic.active", true);
  void offerWalkthrough(context);
  await server.start();
  return { server, tests };
}

/** Offers the walkthrough with the first trace, once. */
async function offerWalkthrough({ globalState, extension }: ExtensionContext): Promise<void> {
  const key = "vgic.walkthroughOffered";
  if (globalState.get(key) === true) return;
  await globalState.update(key, true);
  await say("information", "vGIC traces show what each GICD_IIDR revision does to a guest, line by line.", {
    "Show Me Around": () =>
      commands.executeCommand("workbench.action.openWalkthrough", `${extension.id}#start`, false),
  });
}
