/** The timeline of the scenario at the cursor, beside the trace. The picture leads to the line, and follows the cursor. */
import {
  commands,
  Disposable,
  type Uri,
  Uri as Uris,
  ViewColumn,
  type Webview,
  type WebviewPanel,
  window,
  workspace,
} from "vscode";
import type { ScenarioTimeline } from "../../server/src/lsp/protocol.ts";
import { about, activeTrace, type TraceServer } from "./language-client.ts";
import { Later } from "./later.ts";
import { say } from "./notify.ts";
import { lineOf, type ScenarioPlace } from "./scenario-actions.ts";

/** What is shown: a scenario of a trace as it is in one version of it. */
interface Shown extends ScenarioTimeline {
  readonly trace: Uri;
  readonly version: number;
}

export class TimelineView extends Disposable {
  readonly #server: TraceServer;
  readonly #extension: Uri;
  readonly #later: Later;
  #panel: WebviewPanel | undefined;
  #isReady = false;
  #shown: Shown | undefined;
  /** Whether the answers may be others than those that are shown. */
  #isStale = false;

  constructor(server: TraceServer, extension: Uri) {
    const later = new Later(() => void this.#update());
    const subscriptions = Disposable.from(
      later,
      server.onDidChange(() => {
        this.#isStale = true;
        later.run();
      }),
      window.onDidChangeActiveTextEditor(() => later.run()),
      window.onDidChangeTextEditorSelection(() => later.run()),
      commands.registerCommand("vgic.showTimeline", (place: ScenarioPlace) => this.#show(lineOf(place))),
    );
    super(() => {
      subscriptions.dispose();
      this.#panel?.dispose();
    });
    this.#server = server;
    this.#extension = extension;
    this.#later = later;
  }

  /** @param line a line of the scenario that is meant; without one, the cursor's */
  #show(line?: number): void {
    const editor = activeTrace();
    if (editor === undefined) {
      void say("information", "Put the cursor into a scenario of a vGIC trace to see its timeline.");
      return;
    }
    if (this.#panel === undefined) this.#open();
    else this.#panel.reveal(undefined, true);
    void this.#update(line);
  }

  #open(): void {
    const folder = Uris.joinPath(this.#extension, "dist", "extension");
    const panel = window.createWebviewPanel(
      "vgic.timeline",
      "Timeline",
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [folder] },
    );
    panel.iconPath = {
      light: Uris.joinPath(this.#extension, "icons", "trace-light.svg"),
      dark: Uris.joinPath(this.#extension, "icons", "trace-dark.svg"),
    };
    panel.webview.onDidReceiveMessage(
      (message: { readonly kind: "ready" } | { readonly kind: "choose"; readonly line: number }) => {
        if (message.kind === "choose") void this.#goTo(message.line);
        else {
          // A page that is begun anew, as when it was hidden, knows nothing yet.
          this.#isReady = true;
          this.#shown = undefined;
          this.#later.run();
        }
      },
    );
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#shown = undefined;
      this.#isReady = false;
    });
    panel.webview.html = pageOf(panel.webview, folder);
    this.#panel = panel;
  }

  async #update(given?: number): Promise<void> {
    const editor = activeTrace();
    if (editor === undefined || this.#panel?.visible !== true || !this.#isReady) return;
    const { document } = editor;
    const line = given ?? editor.selection.active.line;
    const shown = this.#shown;
    const isSame =
      !this.#isStale &&
      shown?.trace.toString() === document.uri.toString() &&
      shown.version === document.version &&
      line >= shown.firstLine &&
      line <= shown.lastLine;
    if (isSame) {
      void this.#panel.webview.postMessage({ kind: "line", line });
      return;
    }
    const { version, uri } = document;
    this.#isStale = false;
    const position = { line, character: 0 };
    const found = await this.#server.ask("vgic/timeline", { ...about(document), position });
    if (found === undefined || this.#panel === undefined) return;
    this.#shown = found === null ? undefined : { ...found, trace: uri, version };
    this.#panel.title = `Timeline of ${uri.path.slice(uri.path.lastIndexOf("/") + 1)}`;
    const timelines = found === null ? [] : [found.timeline];
    void this.#panel.webview.postMessage({ kind: "timelines", timelines, line });
  }

  /** Puts the cursor on a line of the trace that is shown. */
  async #goTo(line: number): Promise<void> {
    if (this.#shown === undefined) return;
    const { trace } = this.#shown;
    const open = window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === trace.toString(),
    );
    const document = open?.document ?? (await workspace.openTextDocument(trace));
    const { range, firstNonWhitespaceCharacterIndex } = document.lineAt(
      Math.min(line, document.lineCount - 1),
    );
    const start = range.start.with(undefined, firstNonWhitespaceCharacterIndex);
    await window.showTextDocument(document, {
      viewColumn: open?.viewColumn ?? ViewColumn.One,
      selection: range.with(start, start),
    });
  }
}

/** The page: its program from the extension, and the colours of the theme. */
function pageOf(webview: Webview, folder: Uri): string {
  const program = webview.asWebviewUri(Uris.joinPath(folder, "timeline-page.js"));
  const policy = `default-src 'none'; script-src ${webview.cspSource}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Timeline</title>
</head>
<body>
<div id="timeline" class="vgic"></div>
<script src="${program}"></script>
</body>
</html>
`;
}
