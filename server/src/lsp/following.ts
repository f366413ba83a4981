/** What is asked of the client: to tell of changes, and to ask again after them. A refusal is logged. */
import {
  CodeLensRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
} from "vscode-languageserver";
import { CONFIGURATION_NAME } from "../config/configuration.ts";
import type { Session } from "./session.ts";

/** Asks a client that can to tell of changed settings and of traces that change on disk. */
export function followChanges(session: Session): void {
  const { client, connection } = session;
  if (client.registersConfiguration) {
    const { type } = DidChangeConfigurationNotification;
    ask(session, connection.client.register(type, { section: "vgic" }));
  }
  if (client.registersWatchers) {
    const { type } = DidChangeWatchedFilesNotification;
    ask(session, connection.client.register(type, { watchers }));
  }
}

const watchers = [{ globPattern: "**/*.vgic" }, { globPattern: `**/${CONFIGURATION_NAME}` }];

/** Has the client ask again for all that depends on settings. */
export function refresh(session: Session): void {
  const { client, connection } = session;
  refreshDiagnostics(session);
  if (client.refreshes.inlayHints) ask(session, connection.languages.inlayHint.refresh());
  if (client.refreshes.codeLenses) ask(session, connection.sendRequest(CodeLensRefreshRequest.type));
}

/** Has the client ask again for what is wrong. */
export function refreshDiagnostics(session: Session): void {
  const { client, connection } = session;
  if (client.refreshes.diagnostics) ask(session, connection.languages.diagnostics.refresh());
}

function ask({ connection }: Session, asked: Promise<unknown>): void {
  asked.catch((error) => connection.console.warn(`The editor refused what it offers: ${String(error)}`));
}
