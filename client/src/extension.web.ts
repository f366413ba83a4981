/** The extension in a browser: the language server is a worker. */
import { type ExtensionContext, Uri, workspace } from "vscode";
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type MessageTransports,
} from "vscode-languageclient/browser";
import { start } from "./parts.ts";

/** What a browser has and Node has not. */
declare class Worker {
  constructor(address: string);
}

export async function activate(context: ExtensionContext): Promise<void> {
  const address = Uri.joinPath(context.extensionUri, "dist", "extension", "server-worker.js");
  // A workbench that is served from elsewhere may not start a worker from the extension's address, only from its bytes.
  const startWorker = async (): Promise<MessageTransports> => {
    const bytes = await workspace.fs.readFile(address);
    const source = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
    const worker = new Worker(source);
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
  };
  await start(context, (id, name, options) => new LanguageClient(id, name, startWorker, options));
}
