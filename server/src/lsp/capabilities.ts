/** What the server offers. */
import { type ServerCapabilities, TextDocumentSyncKind } from "vscode-languageserver";
import type { Client } from "./client.ts";

export function capabilitiesFor({ encoding }: Client): ServerCapabilities {
  return {
    positionEncoding: encoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    diagnosticProvider: {
      identifier: "vgic-trace",
      interFileDependencies: false,
      workspaceDiagnostics: true,
    },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}
