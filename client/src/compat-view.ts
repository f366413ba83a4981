/** Would the guest notice a migration? The answer of every VMM beside the trace, and at the trace's lines. */
import {
  commands,
  Diagnostic,
  DiagnosticSeverity,
  Disposable,
  type ExtensionContext,
  languages,
  type Memento,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from "vscode";
import type { Compat } from "../../server/src/lsp/protocol.ts";
import { compatBody, compatPage } from "./compat-page.ts";
import { chooseMigration, type Migration, noteOf } from "./compat-pick.ts";
import { toRange } from "./convert.ts";
import { about, activeTrace, type TraceServer } from "./language-client.ts";
import { say } from "./notify.ts";
import { lineOf, type ScenarioPlace } from "./scenario-actions.ts";

/** The migration of a scenario, which is known by its place in the trace. */
interface Shown {
  readonly trace: Uri;
  readonly scenario: number;
  readonly migration: Migration;
}

type PageMessage =
  | { readonly kind: "ready" | "choose" | "turn" }
  | { readonly kind: "by"; readonly by: string }
  | { readonly kind: "line"; readonly line: number };

export class CompatView extends Disposable {
  readonly #server: TraceServer;
  readonly #icon: { readonly light: Uri; readonly dark: Uri };
  readonly #memory: Memento;
  readonly #found = languages.createDiagnosticCollection("vgic-compat");
  #panel: WebviewPanel | undefined;
  #isReady = false;
  #shown: Shown | undefined;
  #body = "";

  constructor(server: TraceServer, { extensionUri, workspaceState }: ExtensionContext) {
    const subscriptions = Disposable.from(
      server.onDidChange((trace) => {
        if (trace === undefined || trace.toString() === this.#shown?.trace.toString()) void this.#update();
      }),
      commands.registerCommand("vgic.compat", (place: ScenarioPlace) => this.#ask(lineOf(place))),
    );
    super(() => {
      subscriptions.dispose();
      this.#panel?.dispose();
      this.#found.dispose();
    });
    this.#server = server;
    this.#memory = workspaceState;
    this.#icon = {
      light: Uri.joinPath(extensionUri, "icons", "trace-light.svg"),
      dark: Uri.joinPath(extensionUri, "icons", "trace-dark.svg"),
    };
  }

  /** @param given a line of the scenario that is meant; without one, the cursor's */
  async #ask(given?: number): Promise<void> {
    const editor = activeTrace();
    const known = editor && (await this.#server.ask("vgic/scenarios", about(editor.document)));
    if (editor === undefined || known === undefined || known.scenarios.length === 0) {
      void say("information", "Put the cursor into a scenario of a vGIC trace to migrate it.");
      return;
    }
    const line = given ?? editor.selection.active.line;
    const at = known.scenarios.findLastIndex(({ range }) => range.start.line <= line);
    const trace = editor.document.uri;
    const migration = await chooseMigration(this.#server, this.#memory, trace);
    if (migration !== undefined) await this.#show({ trace, scenario: Math.max(at, 0), migration });
  }

  async #show(shown: Shown): Promise<void> {
    await noteOf(this.#memory, shown.migration);
    this.#shown = shown;
    if (this.#panel === undefined) this.#open();
    else this.#panel.reveal(undefined, true);
    await this.#update();
  }

  #open(): void {
    const panel = window.createWebviewPanel(
      "vgic.compat",
      "Migration",
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [] },
    );
    panel.iconPath = this.#icon;
    panel.webview.onDidReceiveMessage((message: PageMessage) => this.#hear(message));
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#isReady = false;
      this.#shown = undefined;
      this.#found.clear();
    });
    panel.webview.html = compatPage();
    this.#panel = panel;
  }

  async #hear(message: PageMessage): Promise<void> {
    if (message.kind === "ready") {
      // A page that is begun anew, as when it was hidden, shows nothing yet.
      this.#isReady = true;
      this.#post();
      return;
    }
    if (this.#shown === undefined) return;
    const { migration, trace } = this.#shown;
    switch (message.kind) {
      case "line":
        return goTo(trace, message.line);
      case "by":
        return this.#show({ ...this.#shown, migration: { ...migration, by: message.by } });
      case "turn":
        return this.#show({ ...this.#shown, migration: { ...migration, back: !migration.back } });
      case "choose": {
        const chosen = await chooseMigration(this.#server, this.#memory, trace);
        if (chosen !== undefined && this.#shown) await this.#show({ ...this.#shown, migration: chosen });
      }
    }
  }

  /** Asks anew, and shows the answer here and at the lines. */
  async #update(): Promise<void> {
    const shown = this.#shown;
    if (shown === undefined) return;
    const { trace, scenario, migration } = shown;
    const document = await workspace.openTextDocument(trace);
    const { version } = document;
    const known = await this.#server.ask("vgic/scenarios", about(document));
    const one = known?.scenarios[scenario];
    const position = one?.range.start;
    const answer =
      position && (await this.#server.ask("vgic/compat", { ...about(document), position, ...migration }));
    // A newer question is on its way, or the view was closed.
    if (known === undefined || (position && answer === undefined)) return;
    if (this.#shown !== shown || document.version !== version) return;
    this.#found.clear();
    if (answer && "managers" in answer) this.#found.set(trace, diagnosticsOf(answer, migration.by));
    this.#body = compatBody(one?.title ?? "", migration, answer ?? undefined);
    if (this.#panel) {
      this.#panel.title = `Migration of ${trace.path.slice(trace.path.lastIndexOf("/") + 1)}`;
    }
    this.#post();
  }

  #post(): void {
    if (this.#isReady) void this.#panel?.webview.postMessage(this.#body);
  }
}

/** What is noticed with a VMM, at the statements where it shows. */
function diagnosticsOf({ managers }: Compat, chosen: string): Diagnostic[] {
  const noticed = managers.find(({ by }) => by === chosen)?.noticed ?? [];
  return noticed.map(({ range, message }) => {
    const diagnostic = new Diagnostic(toRange(range), message, DiagnosticSeverity.Warning);
    diagnostic.source = "vgic-trace compat";
    return diagnostic;
  });
}

/** Puts the cursor on a line of a trace, in the editor that shows it already, if one does. */
async function goTo(trace: Uri, line: number): Promise<void> {
  const open = window.visibleTextEditors.find(({ document }) => document.uri.toString() === trace.toString());
  const document = open?.document ?? (await workspace.openTextDocument(trace));
  const { range, firstNonWhitespaceCharacterIndex } = document.lineAt(Math.min(line, document.lineCount - 1));
  const start = range.start.with(undefined, firstNonWhitespaceCharacterIndex);
  await window.showTextDocument(document, {
    viewColumn: open?.viewColumn ?? ViewColumn.One,
    selection: range.with(start, start),
  });
}
