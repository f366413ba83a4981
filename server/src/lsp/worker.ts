/** The language server as a worker of a browser's: it sees the open traces only. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import { noFiles } from "./files.ts";
import { serve } from "./server.ts";

serve(createConnection(new BrowserMessageReader(globalThis), new BrowserMessageWriter(globalThis)), {
  files: noFiles,
});
