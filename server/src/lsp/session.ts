/** What a server knows once a client has introduced itself. */
import type { Connection, Diagnostic, InitializeParams, WorkspaceFolder } from "vscode-languageserver";
import type { Analysis, AnalysisOptions, Diagnostic as Found } from "../analysis/analysis.ts";
import { type Client, resolveClient } from "./client.ts";
import { TOO_LONG } from "./content.ts";
import { type DiagnosticContext, diagnosticOf, shownDiagnostics, tooLong } from "./diagnostics.ts";
import { Documents, type Known, type OpenTrace } from "./documents.ts";
import type { Files } from "./files.ts";
import { Positions } from "./positions.ts";
import { EditorSettings } from "./settings.ts";
import { Views } from "./views.ts";

/** What the machine that the server runs on gives it. */
export interface Machine {
  readonly files: Files;
  /** The address of the folder with a page a rule, ending in `/`. */
  readonly rulePages?: string;
}

export class Session {
  readonly connection: Connection;
  readonly machine: Machine;
  readonly client: Client;
  readonly positions: Positions;
  readonly settings: EditorSettings;
  readonly documents = new Documents();
  readonly views = new Views();
  folders: readonly WorkspaceFolder[];
  /** Settles when the settings are known, and is never rejected: nobody else would hear of that. */
  ready: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, machine: Machine, params: InitializeParams) {
    this.connection = connection;
    this.machine = machine;
    this.client = resolveClient(params);
    this.positions = new Positions(this.client.encoding);
    this.settings = new EditorSettings(connection, this.client, machine.files, params.initializationOptions);
    this.folders = foldersOf(params);
  }

  /** Requests wait for something, too; if it fails, that is logged. */
  waitFor(settings: Promise<unknown>): void {
    const settled = settings.catch((error) => this.connection.console.error(`${String(error)}`));
    this.ready = Promise.all([this.ready, settled]);
  }

  /** Everything that is known of an open trace under the settings that hold for it, and as it is looked at. */
  known(trace: OpenTrace): Known {
    return trace.known(this.optionsOf(trace.uri));
  }

  /** Goes on finding it out for some milliseconds. @returns everything, once it is known */
  advance(trace: OpenTrace, milliseconds: number): Known | undefined {
    return trace.advance(this.optionsOf(trace.uri), milliseconds);
  }

  /** What is known of an open trace down to a line. */
  knownNear(trace: OpenTrace, line: number): Analysis {
    return trace.knownNear(this.optionsOf(trace.uri), line);
  }

  /** What holds for a trace, open or not, as it is looked at. */
  optionsOf(uri: string): AnalysisOptions {
    return this.views.options(uri, this.settings.of(uri).options);
  }

  /** What is wrong with a trace, open or not. */
  diagnostics(uri: string, analysis: Analysis): Diagnostic[] {
    if (analysis.document === TOO_LONG) return [tooLong];
    return shownDiagnostics(analysis, this.#context(uri));
  }

  /** One of the things that are wrong with a trace. */
  diagnostic(uri: string, analysis: Analysis, found: Found): Diagnostic {
    return diagnosticOf(found, analysis, this.#context(uri));
  }

  #context(uri: string): DiagnosticContext {
    const { machine, positions } = this;
    return { uri, positions, rulePages: machine.rulePages };
  }
}

/** The folders that are open; older clients name at most one. */
function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly WorkspaceFolder[] {
  if (workspaceFolders) return workspaceFolders;
  return rootUri ? [{ uri: rootUri, name: rootUri }] : [];
}
