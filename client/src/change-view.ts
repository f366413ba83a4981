/** What a change of a trace means: of the two texts of a diff editor, or of a file and the last commit. */
import {
  commands,
  Disposable,
  EventEmitter,
  TabInputTextDiff,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from "vscode";
import { about, activeTrace, type TraceServer } from "./language-client.ts";
import { say } from "./notify.ts";

const scheme = "vgic-change";

/** The two texts that are compared, by their addresses. */
interface Change {
  readonly before: Uri;
  readonly after: Uri;
}

export class ChangeView extends Disposable implements TextDocumentContentProvider {
  readonly #server: TraceServer;
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(server: TraceServer) {
    const subscriptions = Disposable.from(
      server.onDidChange(() => this.#update()),
      commands.registerCommand("vgic.explainChange", () => this.#show()),
    );
    super(() => {
      subscriptions.dispose();
      registration.dispose();
      this.#changed.dispose();
    });
    const registration = workspace.registerTextDocumentContentProvider(scheme, this);
    this.#server = server;
  }

  /** The answer as Markdown. */
  async provideTextDocumentContent({ query }: Uri): Promise<string> {
    const { before, after } = JSON.parse(query);
    const open = (address: unknown) => workspace.openTextDocument(Uri.parse(String(address)));
    const [was, is] = await Promise.all([open(before), open(after)]);
    const path = workspace.asRelativePath(is.uri);
    const answer = await this.#server.ask("vgic/diff", { ...about(is), path, before: was.getText() });
    return answer ?? "The language server does not answer.\n";
  }

  async #show(): Promise<void> {
    const change = changeShown();
    if (change === undefined) {
      void say("information", "Open a trace, or two in a diff editor, to see what a change means.");
      return;
    }
    try {
      await workspace.openTextDocument(change.before);
    } catch {
      void say(
        "information",
        "There is nothing to compare the trace with: git has no earlier version of it.",
      );
      return;
    }
    const [before, after] = [change.before.toString(), change.after.toString()];
    const path = `/What changes in ${change.after.path.replace(/^.*\//, "")}.md`;
    const address = Uri.from({ scheme, path, query: JSON.stringify({ before, after }) });
    await commands.executeCommand("markdown.showPreviewToSide", address);
  }

  #update(): void {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === scheme) this.#changed.fire(uri);
  }
}

function changeShown(): Change | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof TabInputTextDiff) return { before: input.original, after: input.modified };
  const after = activeTrace()?.document.uri;
  return after && { before: ofLastCommit(after), after };
}

/** Where VS Code's own git extension serves a file's version of HEAD. */
function ofLastCommit(file: Uri): Uri {
  return file.with({ scheme: "git", query: JSON.stringify({ path: file.fsPath, ref: "HEAD" }) });
}
