/** The language server as a process of Node's: over standard streams, or over the channel to a parent process. */
import { createConnection } from "vscode-languageserver/node";
import { serve } from "./server.ts";
import type { Machine } from "./session.ts";

/** Serves the client that the process's own arguments name (`--stdio` or `--node-ipc`), until it says to exit. */
export function serveProcess(machine: Machine): void {
  serve(createConnection(), machine);
}
