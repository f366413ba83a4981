/** The language server as a process of Node's. */
import {
  type Connection,
  createConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { serve } from "./server.ts";
import type { Machine } from "./session.ts";

/** Over standard input and output, or over the channel to the Node process that started this one. */
export type Transport = "stdio" | "node-ipc";

/** Serves a client until it says to exit, or goes. */
export function serveProcess(transport: Transport, machine: Machine): void {
  serve(transport === "stdio" ? standardStreams() : parentProcess(), machine);
}

function parentProcess(): Connection {
  return createConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
}

function standardStreams(): Connection {
  const { stdin, stdout } = process;
  const reader = new StreamMessageReader(stdin);
  const connection = createConnection(reader, new StreamMessageWriter(stdout));
  reader.onError((error) => {
    connection.console.error(`A message could not be read and is passed over: ${error.message}`);
    // The reader stops at a message without a length; what follows it would wait for the next piece of input.
    stdin.emit("data", Buffer.alloc(0));
  });
  let isShutDown = false;
  connection.onShutdown(() => {
    isShutDown = true;
  });
  stdin.on("close", () => process.exit(isShutDown ? 0 : 1));
  return connection;
}
