/** What the client can do, resolved once. */
import { type InitializeParams, PositionEncodingKind } from "vscode-languageserver";

/** What columns count: UTF-8 bytes, UTF-16 units or code points. */
export type Encoding = "utf-8" | "utf-16" | "utf-32";

export interface Client {
  readonly encoding: Encoding;
  /** It asks for diagnostics; otherwise they are pushed. */
  readonly pullsDiagnostics: boolean;
  readonly configuration: boolean;
  /** It can be asked to tell of changed settings, or of changed files. */
  readonly registersConfiguration: boolean;
  readonly registersWatchers: boolean;
  readonly workspaceFolders: boolean;
  readonly progress: boolean;
  /** It expands snippets with places to fill in. */
  readonly snippets: boolean;
  /** What it can be asked to ask for again. */
  readonly refreshes: {
    readonly diagnostics: boolean;
    readonly inlayHints: boolean;
    readonly codeLenses: boolean;
  };
}

/** Reads what a client says of itself; what it does not mention it cannot do. */
export function resolveClient({ capabilities }: InitializeParams): Client {
  const { general, textDocument, window, workspace } = capabilities;
  return {
    encoding: chooseEncoding(general?.positionEncodings),
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    progress: window?.workDoneProgress === true,
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    refreshes: {
      diagnostics: workspace?.diagnostics?.refreshSupport === true,
      inlayHints: workspace?.inlayHint?.refreshSupport === true,
      codeLenses: workspace?.codeLens?.refreshSupport === true,
    },
  };
}

/** The first of the client's encodings that there is; they stand in its order of preference. */
function chooseEncoding(offered: readonly PositionEncodingKind[] | undefined): Encoding {
  for (const encoding of offered ?? []) {
    if (encoding === PositionEncodingKind.UTF8) return "utf-8";
    if (encoding === PositionEncodingKind.UTF16) return "utf-16";
    if (encoding === PositionEncodingKind.UTF32) return "utf-32";
  }
  return "utf-16";
}
