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
  const connection = transport === "stdio" ? standardStreams() : parentProcess();
  // An error that nobody foresaw costs one answer, not all open traces.
  const log = (error: unknown): void => {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(`This should not have happened, please report it: ${words}`);
  };
  process.on("unhandledRejection", log);
  process.on("uncaughtException", log);
  const life = serve(connection, machine);
  const end = (): void => process.exit(life.isShutDown ? 0 : 1);
  if (transport === "stdio") process.stdin.on("close", end);
  else process.on("disconnect", end);
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
  return connection;
}
