/** What is asked of the client: to tell of changes, and to ask again after them. */
import {
  CodeLensRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
} from "vscode-languageserver";
import type { Session } from "./session.ts";

/** Asks a client that can to tell of changed settings and of traces that change on disk. */
export function followChanges({ client, connection }: Session): void {
  if (client.registersConfiguration) {
    void connection.client.register(DidChangeConfigurationNotification.type, { section: "vgic" });
  }
  if (client.registersWatchers) {
    void connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: "**/*.vgic" }],
    });
  }
}

/** Has the client ask again for all that depends on settings. */
export function refresh({ client: { refreshes }, connection }: Session): void {
  if (refreshes.diagnostics) void connection.languages.diagnostics.refresh();
  if (refreshes.inlayHints) void connection.languages.inlayHint.refresh();
  if (refreshes.codeLenses) void connection.sendRequest(CodeLensRefreshRequest.type);
}
