/** What the server offers. */
import { CodeActionKind, type ServerCapabilities, TextDocumentSyncKind } from "vscode-languageserver";
import { TOKEN_TYPES } from "../analysis/semantic-tokens.ts";
import type { Client } from "./client.ts";
import { fixAllKind } from "./code-actions.ts";

export function capabilitiesFor({ encoding }: Client): ServerCapabilities {
  return {
    positionEncoding: encoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    diagnosticProvider: {
      identifier: "vgic-trace",
      interFileDependencies: false,
      workspaceDiagnostics: true,
    },
    hoverProvider: true,
    codeActionProvider: {
      codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Refactor, fixAllKind],
    },
    definitionProvider: true,
    implementationProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    completionProvider: { triggerCharacters: [" ", ".", "@", "=", ":", "["], resolveProvider: true },
    signatureHelpProvider: { triggerCharacters: [" "] },
    inlayHintProvider: true,
    codeLensProvider: {},
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    documentLinkProvider: {},
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: "\n" },
    semanticTokensProvider: {
      legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: ["declaration"] },
      full: { delta: true },
      range: true,
    },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}
