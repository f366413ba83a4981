/** What the extension is made of, wherever it runs. */
import type { ExtensionContext } from "vscode";
import { registerCommands } from "./commands.ts";
import { CompareView } from "./compare-view.ts";
import { type MakeClient, TraceServer } from "./language-client.ts";
import { RevisionStatus } from "./revision-status.ts";
import { ScenarioTests } from "./scenario-tests.ts";
import { StateView } from "./state-view.ts";

/** Registers every part, and starts the language server. */
export async function start(context: ExtensionContext, makeClient: MakeClient): Promise<void> {
  const server = new TraceServer(makeClient);
  context.subscriptions.push(
    server,
    registerCommands(server),
    new RevisionStatus(server),
    new CompareView(server),
    new StateView(server),
    new ScenarioTests(server),
  );
  await server.start();
}
