/** What the extension is made of, wherever it runs. */
import { commands, type ExtensionContext } from "vscode";
import { ChangeView } from "./change-view.ts";
import { registerCommands } from "./commands.ts";
import { CompareView } from "./compare-view.ts";
import { CompatView } from "./compat-view.ts";
import { Debugger } from "./debugger.ts";
import { registerImport } from "./import.ts";
import { type MakeClient, TraceServer } from "./language-client.ts";
import { RevisionStatus } from "./revision-status.ts";
import { registerScenarioActions } from "./scenario-actions.ts";
import { ScenarioTests } from "./scenario-tests.ts";
import { StateView } from "./state-view.ts";
import { TimelineView } from "./timeline-view.ts";

/** Registers every part, and starts the language server. */
export async function start(context: ExtensionContext, makeClient: MakeClient): Promise<TraceServer> {
  const server = new TraceServer(makeClient);
  context.subscriptions.push(
    server,
    registerCommands(server),
    registerImport(server),
    registerScenarioActions(),
    new RevisionStatus(server),
    new CompareView(server),
    new CompatView(server, context),
    new ChangeView(server),
    new StateView(server),
    new TimelineView(server, context.extensionUri),
    new ScenarioTests(server),
    new Debugger(server),
  );
  // From now on there is something to see in the state view.
  await commands.executeCommand("setContext", "vgic.active", true);
  await server.start();
  return server;
}
