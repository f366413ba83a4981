/** What is wrong with every trace of the workspace, open or on disk. */
import {
  type CancellationToken,
  WorkDoneProgressReporter,
  type WorkspaceDiagnosticParams,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import { type AnalysisOptions, AnalysisRun } from "../analysis/analysis.ts";
import { addressKey } from "../config/address.ts";
import { documentOf } from "./content.ts";
import { type Known, nextId, type OpenTrace } from "./documents.ts";
import type { TraceFile } from "./files.ts";
import { cancelled, inPieces, stretch, turn } from "./requests.ts";
import type { Session } from "./session.ts";

/** What was last said of a file on disk. */
interface Said {
  readonly stamp: string;
  readonly options: AnalysisOptions;
  readonly id: string;
}

type Take = (report: WorkspaceDocumentDiagnosticReport) => void;

/** With fewer files to check, a client that did not ask for progress is shown none. */
const worthShowing = 10;

export class WorkspaceDiagnostics {
  readonly #session: Session;
  readonly #said = new Map<string, Said>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Reports on every trace, one after the other. What the client knows is not said again. */
  async report(
    { previousResultIds }: WorkspaceDiagnosticParams,
    take: Take,
    token: CancellationToken,
    progress: WorkDoneProgressReporter,
  ): Promise<void> {
    const { documents } = this.#session;
    const previous = new Map(previousResultIds.map((one) => [addressKey(one.uri), one]));
    for (const { uri } of [...documents.all()]) {
      const report = await this.#ofOpen(uri, previous.get(addressKey(uri))?.value, token);
      if (report !== undefined) take(report);
    }

    const unknown: TraceFile[] = [];
    const files = await this.#files();
    for (const [key, file] of files) {
      const id = previous.get(key)?.value;
      if (id !== undefined && this.#isKnown(file, id)) take(unchanged(file.uri, null, id));
      else unknown.push(file);
    }
    // What was reported on and is gone has nothing wrong any more.
    for (const [key, { uri }] of previous) {
      const isGone = !files.has(key) && documents.get(uri) === undefined;
      if (isGone) take({ uri, version: null, kind: "full", items: [] });
    }
    await this.#check(unknown, take, token, progress);
  }

  /** Checks files that the client knows nothing of, and shows how far it is. */
  async #check(
    files: readonly TraceFile[],
    take: Take,
    token: CancellationToken,
    asked: WorkDoneProgressReporter,
  ): Promise<void> {
    const { client, connection } = this.#session;
    const shows =
      WorkDoneProgressReporter.isNullInstance(asked) && client.progress && files.length >= worthShowing;
    const own = shows ? await connection.window.createWorkDoneProgress() : undefined;
    const progress = own ?? asked;
    progress.begin("Checking vGIC traces", 0, undefined, true);
    try {
      for (const [index, file] of files.entries()) {
        await turn();
        if (token.isCancellationRequested) throw cancelled();
        if (own?.token.isCancellationRequested) return;
        progress.report((100 * index) / files.length, `${index} of ${files.length}`);
        await this.#ofFile(file, take, token);
      }
    } finally {
      progress.done();
    }
  }

  /** The files of all folders that are not open, by the key of their address. */
  async #files(): Promise<Map<string, TraceFile>> {
    const { documents, folders, machine, settings } = this.#session;
    const files = new Map<string, TraceFile>();
    for (const folder of folders) {
      for (const file of await machine.files.traces(folder.uri)) {
        if (documents.get(file.uri) !== undefined) continue;
        await settings.readChecks(file.uri);
        files.set(addressKey(file.uri), file);
      }
    }
    return files;
  }

  #isKnown({ uri, stamp }: TraceFile, id: string): boolean {
    const said = this.#said.get(uri);
    return said?.id === id && said.stamp === stamp && said.options === this.#session.settings.of(uri).options;
  }

  /** Looked at bit by bit; undefined if it is closed meanwhile. */
  async #ofOpen(
    uri: string,
    previous: string | undefined,
    token: CancellationToken,
  ): Promise<WorkspaceDocumentDiagnosticReport | undefined> {
    let trace: OpenTrace | undefined;
    let known: Known | undefined;
    while (known === undefined) {
      trace = this.#session.documents.get(uri);
      if (trace === undefined) return undefined;
      known = this.#session.advance(trace, stretch);
      if (known === undefined) await turn();
      if (token.isCancellationRequested) throw cancelled();
    }
    const { id, analysis } = known;
    const version = trace?.version ?? null;
    if (id === previous) return unchanged(uri, version, id);
    return { uri, version, kind: "full", resultId: id, items: this.#session.diagnostics(uri, analysis) };
  }

  async #ofFile({ uri, stamp }: TraceFile, take: Take, token: CancellationToken): Promise<void> {
    const text = await this.#session.machine.files.read(uri);
    // It may have been opened meanwhile, or deleted.
    const ofOpen = await this.#ofOpen(uri, undefined, token);
    if (ofOpen !== undefined) return take(ofOpen);
    if (text === undefined) return;
    const { options } = this.#session.settings.of(uri);
    const run = new AnalysisRun(documentOf(text, this.#session.documents.cache), options, undefined);
    const analysis = await inPieces(() => run.advance());
    const id = nextId();
    this.#said.set(uri, { stamp, options, id });
    take({ uri, version: null, kind: "full", resultId: id, items: this.#session.diagnostics(uri, analysis) });
  }
}

function unchanged(uri: string, version: number | null, resultId: string): WorkspaceDocumentDiagnosticReport {
  return { uri, version, kind: "unchanged", resultId };
}
