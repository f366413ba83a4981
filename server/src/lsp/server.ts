/** The language server: its life, the open traces, settings and diagnostics. */
import {
  type Connection,
  ErrorCodes,
  ResponseError,
  type WorkspaceDiagnosticParams,
  type WorkspaceDocumentDiagnosticReport,
  type WorkspaceSymbolParams,
} from "vscode-languageserver";
import metadata from "../../../package.json" with { type: "json" };
import { CONFIGURATION_NAME } from "../config/configuration.ts";
import { capabilitiesFor } from "./capabilities.ts";
import { registerDebugging } from "./debugging.ts";
import { registerFeatures } from "./features.ts";
import { followChanges, refresh, refreshDiagnostics } from "./following.ts";
import { checkParameters } from "./parameters.ts";
import { Publisher } from "./publisher.ts";
import { aboutAll } from "./requests.ts";
import { type Machine, Session } from "./session.ts";
import { change, close, open } from "./synchronization.ts";
import { registerVgicRequests } from "./vgic-requests.ts";
import { WorkspaceDiagnostics } from "./workspace-diagnostics.ts";
import { WorkspaceSymbols } from "./workspace-symbols.ts";

interface Running {
  readonly session: Session;
  readonly publisher: Publisher;
  readonly workspaceDiagnostics: WorkspaceDiagnostics;
  readonly workspaceSymbols: WorkspaceSymbols;
}

/** Whether a client has said that it is about to end the server. */
export interface Life {
  readonly isShutDown: boolean;
}

/** Serves a client over a connection until it closes. */
export function serve(connection: Connection, machine: Machine): Life {
  let running: Running | undefined;
  const life = { isShutDown: false };
  const current = (): Running => {
    if (life.isShutDown) throw new ResponseError(ErrorCodes.InvalidRequest, "the server is shut down");
    if (running === undefined)
      throw new ResponseError(ErrorCodes.ServerNotInitialized, "initialize comes first");
    return running;
  };
  connection.onShutdown(() => {
    current();
    life.isShutDown = true;
  });
  const session = (): Session => current().session;

  connection.onInitialize((params) => {
    if (running !== undefined)
      throw new ResponseError(ErrorCodes.InvalidRequest, "the server is initialized already");
    const session = new Session(connection, machine, params);
    running = {
      session,
      publisher: new Publisher(session),
      workspaceDiagnostics: new WorkspaceDiagnostics(session),
      workspaceSymbols: new WorkspaceSymbols(session),
    };
    const { name, version } = metadata;
    return { capabilities: capabilitiesFor(session.client), serverInfo: { name, version } };
  });

  connection.onInitialized(() => {
    const { session } = current();
    session.waitFor(session.settings.load(session.folders));
    followChanges(session);
    if (session.client.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const left = session.folders.filter(({ uri }) => !removed.some((folder) => folder.uri === uri));
        session.folders = [...left, ...added];
        settingsMayHaveChanged();
      });
    }
  });

  function settingsMayHaveChanged(): void {
    follow(({ settings, folders }) => settings.load(folders));
  }

  function projectMayHaveChanged(): void {
    machine.files.configurationChanged();
    follow(async ({ settings, documents }) => {
      const changed = await Promise.all([...documents.all()].map(({ uri }) => settings.readChecks(uri)));
      return changed.includes(true);
    });
  }

  /** Requests wait until settings are loaded; if these have changed, all is told or asked again. */
  function follow(load: (session: Session) => Promise<boolean>): void {
    const { publisher, session } = current();
    const before = session.ready;
    const followed = async (): Promise<void> => {
      const [changed] = await Promise.all([load(session), before]);
      if (!changed) return;
      for (const { uri } of session.documents.all()) publisher.changed(uri);
      refresh(session);
    };
    session.waitFor(followed());
  }

  connection.onDidChangeConfiguration(({ settings }) => {
    session().settings.push(settings);
    settingsMayHaveChanged();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (changes.some(({ uri }) => uri.endsWith(`/${CONFIGURATION_NAME}`))) projectMayHaveChanged();
    refreshDiagnostics(session());
  });

  connection.onDidOpenTextDocument((params) => open(session(), current().publisher, params));
  connection.onDidChangeTextDocument((params) => change(session(), current().publisher, params));
  connection.onDidCloseTextDocument((params) => close(session(), current().publisher, params));

  connection.languages.diagnostics.on(
    aboutAll(session, [], ({ session, trace }, { previousResultId }) => {
      const { id, analysis } = session.known(trace);
      if (id === previousResultId) return { kind: "unchanged", resultId: id };
      return { kind: "full", resultId: id, items: session.diagnostics(trace.uri, analysis) };
    }),
  );
  connection.languages.diagnostics.onWorkspace(async (params, token, progress, partial) => {
    checkParameters<WorkspaceDiagnosticParams>(params, ["previousResultIds"]);
    const { session, workspaceDiagnostics } = current();
    await session.ready;
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    const take = (report: WorkspaceDocumentDiagnosticReport): void => {
      if (partial === undefined) items.push(report);
      else partial.report({ items: [report] });
    };
    await workspaceDiagnostics.report(params, take, token, progress);
    return { items };
  });

  connection.onWorkspaceSymbol((params, token) => {
    checkParameters<WorkspaceSymbolParams>(params, ["query"]);
    return current().workspaceSymbols.matching(params.query, token);
  });

  registerFeatures(connection, session);
  registerDebugging(connection, session);
  registerVgicRequests(connection, session, () => current().workspaceDiagnostics);
  connection.listen();
  return life;
}
