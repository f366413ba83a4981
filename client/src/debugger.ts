/** F5 in a trace: a debug session of the scenario at the cursor. The language server is the debugger. */
import {
  type DebugAdapter,
  type DebugAdapterDescriptorFactory,
  DebugAdapterInlineImplementation,
  type DebugConfiguration,
  type DebugConfigurationProvider,
  type DebugProtocolMessage,
  Disposable,
  debug,
  EventEmitter,
  type InlineValue,
  type InlineValueContext,
  type InlineValuesProvider,
  InlineValueText,
  languages,
  Range,
  type TextDocument,
  Uri,
  type WorkspaceFolder,
} from "vscode";
import { about, activeTrace, languageId, type TraceServer } from "./language-client.ts";
import { say } from "./notify.ts";

export class Debugger
  extends Disposable
  implements DebugConfigurationProvider, DebugAdapterDescriptorFactory, InlineValuesProvider
{
  readonly #server: TraceServer;

  constructor(server: TraceServer) {
    super(() => registrations.dispose());
    const registrations = Disposable.from(
      debug.registerDebugConfigurationProvider(languageId, this),
      debug.registerDebugAdapterDescriptorFactory(languageId, this),
      languages.registerInlineValuesProvider({ language: languageId }, this),
    );
    this.#server = server;
  }

  /** Without a launch configuration, the scenario at the cursor is gone through from its beginning. */
  async resolveDebugConfiguration(
    _folder: WorkspaceFolder | undefined,
    given: DebugConfiguration,
  ): Promise<DebugConfiguration | undefined> {
    if (given.program !== undefined) return given;
    const editor = activeTrace();
    if (editor === undefined) {
      void say("information", "Open a vGIC trace to go through one of its scenarios.");
      return undefined;
    }
    const title = await this.#titleAt(editor.document, editor.selection.active.line);
    const name = title || "vGIC trace";
    return {
      type: languageId,
      request: "launch",
      name,
      program: editor.document.uri.toString(),
      stopOnEntry: true,
      ...(title ? { scenario: title } : {}),
    };
  }

  /** The debugger takes addresses: paths are those of files. */
  resolveDebugConfigurationWithSubstitutedVariables(
    _folder: WorkspaceFolder | undefined,
    given: DebugConfiguration,
  ): DebugConfiguration {
    const { program } = given;
    if (typeof program !== "string" || /^[a-z][a-z\d+.-]+:/i.test(program)) return given;
    return { ...given, program: Uri.file(program).toString() };
  }

  createDebugAdapterDescriptor(session: { readonly id: string }): DebugAdapterInlineImplementation {
    return new DebugAdapterInlineImplementation(new ServedAdapter(this.#server, session.id));
  }

  /** What the lines above answered, after each. */
  async provideInlineValues(
    document: TextDocument,
    view: Range,
    { stoppedLocation }: InlineValueContext,
  ): Promise<InlineValue[]> {
    const session = debug.activeDebugSession;
    if (session?.type !== languageId) return [];
    const lines = { first: view.start.line + 1, last: Math.min(view.end.line, stoppedLocation.end.line) + 1 };
    const found: { readonly answers: readonly { readonly line: number; readonly answer: string }[] } =
      await session.customRequest("answers", lines);
    return found.answers.map(({ line, answer }) => {
      const { end } = document.lineAt(line - 1).range;
      return new InlineValueText(new Range(end, end), answer);
    });
  }

  async #titleAt(document: TextDocument, line: number): Promise<string | undefined> {
    const known = await this.#server.ask("vgic/scenarios", about(document));
    return known?.scenarios.findLast(({ range, lastLine }) => range.start.line <= line && line <= lastLine)
      ?.title;
  }
}

/** Passes messages on between VS Code and the server. */
class ServedAdapter extends Disposable implements DebugAdapter {
  readonly #server: TraceServer;
  readonly #session: string;
  readonly #sent = new EventEmitter<DebugProtocolMessage>();
  readonly onDidSendMessage = this.#sent.event;

  constructor(server: TraceServer, session: string) {
    super(() => {
      subscription.dispose();
      this.#sent.dispose();
    });
    const subscription = server.onDebugMessage((message) => {
      if (message.session === session) this.#sent.fire(message.message);
    });
    this.#server = server;
    this.#session = session;
  }

  handleMessage(message: DebugProtocolMessage): void {
    this.#server.sendDebugMessage({ session: this.#session, message });
  }
}
