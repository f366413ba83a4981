/** The language server as the parts of the extension see it: questions and answers. */
import {
  type CancellationToken,
  type Disposable,
  EventEmitter,
  type TextDocument,
  Uri,
  window,
  workspace,
} from "vscode";
import {
  type BaseLanguageClient,
  DocumentDiagnosticRequest,
  InlayHintRequest,
  type LanguageClientOptions,
  LSPErrorCodes,
  ResponseError,
  State,
} from "vscode-languageclient";
import type { AboutDocument, DebugMessage, Requests } from "../../server/src/lsp/protocol.ts";
import { FailedLines } from "./failed-lines.ts";
import { Later } from "./later.ts";
import { Typing } from "./typing.ts";

/** Makes a client that can reach the server where the extension runs. */
export type MakeClient = (id: string, name: string, options: LanguageClientOptions) => BaseLanguageClient;

export const languageId = "vgic";

/** The scheme of the runs that are compared: traces that the extension writes. */
export const RUN_SCHEME = "vgic-run";

/** Whether a document is a trace, wherever it comes from. */
export function isTrace(document: TextDocument | undefined): document is TextDocument {
  return document?.languageId === languageId;
}

/** Whether a request is about a document that is not open, or not any more. */
function isAboutClosed(params: unknown): boolean {
  if (typeof params !== "object" || params === null || !("textDocument" in params)) return false;
  const { textDocument } = params;
  if (typeof textDocument !== "object" || textDocument === null || !("uri" in textDocument)) return false;
  return !workspace.textDocuments.some(({ uri }) => uri.toString() === textDocument.uri);
}

/** What a request says of the document that it is about. */
export function about({ uri }: { readonly uri: Uri }): AboutDocument {
  return { textDocument: { uri: uri.toString() } };
}

export class TraceServer implements Disposable {
  readonly #client: BaseLanguageClient;
  readonly #changed = new EventEmitter<Uri | undefined>();
  readonly #debugMessages = new EventEmitter<DebugMessage>();
  readonly #subscriptions: Disposable[];
  readonly #later = new Map<string, Later>();
  /** Lines that have no hints for now. */
  readonly failedLines = new FailedLines(() => {
    const trace = workspace.textDocuments.find(isTrace);
    const feature = this.#client.getFeature(InlayHintRequest.method);
    if (trace !== undefined) feature.getProvider(trace)?.onDidChangeInlayHints.fire();
  });

  constructor(makeClient: MakeClient) {
    const typing = new Typing(isTrace, () =>
      this.#client.getFeature(DocumentDiagnosticRequest.method).refresh(),
    );
    this.#client = makeClient(languageId, "vGIC traces", {
      // Whatever the scheme: git's and pull requests' versions, untitled and virtual files, notebook cells.
      documentSelector: [{ language: languageId }],
      middleware: {
        // A word that must be followed by another leads to it.
        provideCompletionItem: async (document, position, context, token, next) => {
          const found = await next(document, position, context, token);
          for (const item of Array.isArray(found) ? found : (found?.items ?? [])) {
            const text = typeof item.insertText === "string" ? item.insertText : item.insertText?.value;
            if (text?.endsWith(" ")) item.command = { command: "editor.action.triggerSuggest", title: "" };
          }
          return found;
        },
        provideInlayHints: async (document, viewPort, token, next) => {
          const hints = await next(document, viewPort, token);
          return hints?.filter(({ position }) => !this.failedLines.has(document.uri, position.line));
        },
        provideDiagnostics: async (document, previousResultId, token, next) => {
          const report = await next(document, previousResultId, token);
          if (report == null || !("items" in report)) return report;
          const items = typing.withhold(document instanceof Uri ? document : document.uri, report.items);
          // Without a result's id all of it is asked for again.
          return items === report.items ? report : { kind: report.kind, items };
        },
        // The verdict over a scenario leads to what can be done with it.
        provideCodeLenses: async (document, token, next) => {
          // A compared run has the answers as its expectations: that they hold says nothing.
          if (document.uri.scheme === RUN_SCHEME) return [];
          const lenses = (await next(document, token)) ?? [];
          for (const { command, range } of lenses) {
            if (command === undefined) continue;
            command.command = "vgic.scenarioActions";
            command.arguments = [range.start.line];
          }
          return lenses;
        },
        sendRequest: async (type, params, token, next) => {
          try {
            return await next(type, params, token);
          } catch (error) {
            if (!(error instanceof ResponseError) || !isAboutClosed(params)) throw error;
            // A document that is closed while it is asked about is no failure that a person should hear of.
            throw new ResponseError(LSPErrorCodes.ContentModified, error.message);
          }
        },
      },
    });
    this.#subscriptions = [
      typing,
      this.failedLines,
      this.#client,
      this.#changed,
      this.#debugMessages,
      this.#client.onNotification("vgic/debug", (message: DebugMessage) => this.#debugMessages.fire(message)),
      this.#client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) this.#changed.fire(undefined);
      }),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (isTrace(document) && contentChanges.length > 0) this.#changeSoon(document.uri);
      }),
      workspace.onDidOpenTextDocument((document) => {
        if (isTrace(document)) this.#changeSoon(document.uri);
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(languageId)) this.#changed.fire(undefined);
      }),
    ];
  }

  /** Answers about a trace may have changed; about every trace where none is named. Edits in a row are one change. */
  get onDidChange() {
    return this.#changed.event;
  }

  /** What the server says in debug sessions. */
  get onDebugMessage() {
    return this.#debugMessages.event;
  }

  sendDebugMessage(message: DebugMessage): void {
    void this.#client.sendNotification("vgic/debug", message);
  }

  async start(): Promise<void> {
    await this.#client.start();
  }

  async restart(): Promise<void> {
    await this.#client.stop();
    await this.#client.start();
  }

  showOutput(): void {
    this.#client.outputChannel.show();
  }

  /**
   * Asks the server. Undefined when there is no answer: the trace changed or was closed meanwhile (a change follows
   * then), the request was cancelled, or the server failed, which the output says.
   */
  async ask<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    token?: CancellationToken,
  ): Promise<Requests[M]["result"] | undefined> {
    if (!this.#client.isRunning()) return undefined;
    try {
      return await this.#client.sendRequest<Requests[M]["result"]>(method, params, token);
    } catch (error) {
      if (!isOvertaken(error)) this.#client.error(`${method}: ${String(error)}`);
      return undefined;
    }
  }

  /** Looks at a trace under a revision; without one, under the declared one again. */
  async evaluateAs(document: TextDocument, revision: number | undefined): Promise<void> {
    await this.ask("vgic/evaluateAs", { ...about(document), revision });
    this.#changed.fire(document.uri);
  }

  dispose(): void {
    for (const later of this.#later.values()) later.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #changeSoon(uri: Uri): void {
    const key = uri.toString();
    const later = this.#later.get(key) ?? new Later(() => this.#changed.fire(uri));
    this.#later.set(key, later);
    later.run();
  }

  #forget(uri: Uri): void {
    const key = uri.toString();
    this.#later.get(key)?.dispose();
    this.#later.delete(key);
  }
}

/** Whether a newer state of the trace made an answer useless. */
function isOvertaken(error: unknown): boolean {
  return (
    error instanceof ResponseError &&
    (error.code === LSPErrorCodes.ContentModified || error.code === LSPErrorCodes.RequestCancelled)
  );
}

/** The trace that is being edited, with its editor. */
export function activeTrace() {
  const editor = window.activeTextEditor;
  return isTrace(editor?.document) ? editor : undefined;
}
