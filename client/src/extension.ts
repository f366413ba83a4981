/** The extension on the desktop: the language server is a process of its own. */
import { type ExtensionContext, Uri } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { start } from "./parts.ts";
import { Replay } from "./replay.ts";

export async function activate(context: ExtensionContext): Promise<void> {
  const module = Uri.joinPath(context.extensionUri, "dist", "extension", "server.mjs").fsPath;
  const { server, tests } = await start(
    context,
    (id, name, options) => new LanguageClient(id, name, { module, transport: TransportKind.ipc }, options),
  );
  const program = Uri.joinPath(context.extensionUri, "dist", "extension", "replay.mjs").fsPath;
  const replay = new Replay(server, program);
  tests.addReplay((document, token) => replay.disagreements(document, token));
  context.subscriptions.push(replay);
}
