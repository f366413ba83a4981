/** Debug sessions of the client: their messages come and go as notifications, so that they need no process of their own. */
import type { Connection } from "vscode-languageserver";
import { DebugSession } from "../dap/session.ts";
import type { DebugMessage } from "./protocol.ts";
import type { Session } from "./session.ts";

/** Serves debug sessions beside the documents: an open trace is gone through as it stands in the editor. */
export function registerDebugging(connection: Connection, current: () => Session): void {
  const sessions = new Map<string, DebugSession>();
  const begin = (id: string): DebugSession => {
    const session = new DebugSession({
      send: (message) => void connection.sendNotification("vgic/debug", { session: id, message }),
      read: (program) => read(current(), program),
      end: () => sessions.delete(id),
    });
    sessions.set(id, session);
    return session;
  };
  connection.onNotification("vgic/debug", ({ session, message }: DebugMessage) => {
    (sessions.get(session) ?? begin(session)).receive(message);
  });
}

async function read(session: Session, program: string) {
  await session.ready;
  const open = session.documents.get(program);
  const text = open === undefined ? await session.machine.files.read(program) : open.document.text;
  return text === undefined ? undefined : { text, options: session.optionsOf(program) };
}
