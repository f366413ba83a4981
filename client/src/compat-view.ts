/** Would the guest notice a migration? A command, and the answer as a document. */
import {
  commands,
  Disposable,
  EventEmitter,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from "vscode";
import { about, activeTrace, type TraceServer } from "./language-client.ts";
import { lineOf, type ScenarioPlace } from "./scenario-actions.ts";

const scheme = "vgic-compat";

/** The migration that a document answers for. */
interface Migration {
  readonly trace: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly back: boolean;
}

export class CompatView extends Disposable implements TextDocumentContentProvider {
  readonly #server: TraceServer;
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(server: TraceServer) {
    const subscriptions = Disposable.from(
      server.onDidChange(() => this.#update()),
      commands.registerCommand("vgic.compat", (place: ScenarioPlace) => this.#ask(lineOf(place))),
    );
    super(() => {
      subscriptions.dispose();
      registrations.dispose();
      this.#changed.dispose();
    });
    const registrations = Disposable.from(workspace.registerTextDocumentContentProvider(scheme, this));
    this.#server = server;
  }

  /** The answer; says so when there is none any more. */
  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const { trace, line, ...migration } = migrationOf(uri);
    const document = await workspace.openTextDocument(Uri.parse(trace));
    const position = { line, character: 0 };
    const text = await this.#server.ask("vgic/compat", { ...about(document), position, ...migration });
    return text ?? "There is no scenario at this line any more.\n";
  }

  async #ask(given?: number): Promise<void> {
    const editor = activeTrace();
    const known = editor && (await this.#server.ask("vgic/hosts", about(editor.document)));
    if (editor === undefined || known === undefined) {
      void window.showInformationMessage("Put the cursor into a scenario of a vGIC trace to migrate it.");
      return;
    }
    const line = given ?? editor.selection.active.line;
    const hosts = known.hosts.map(({ name, kernels }) => ({ label: name, description: kernels }));
    const title = "Would the guest notice a migration?";
    const from = await window.showQuickPick(hosts, { title, placeHolder: "From the host" });
    const to = from && (await window.showQuickPick(hosts, { title, placeHolder: `From ${from.label} to` }));
    const by =
      to && (await window.showQuickPick(known.managers, { title, placeHolder: "Saved and restored by" }));
    if (from === undefined || to === undefined || by === undefined) return;
    const ways = [
      { label: "There", description: "an upgrade", back: false },
      { label: "There and back", description: "an upgrade and its rollback", back: true },
    ];
    const way = await window.showQuickPick(ways, { title, placeHolder: `${from.label} → ${to.label}` });
    if (way === undefined) return;
    const trace = editor.document.uri.toString();
    const migration = { trace, line, from: from.label, to: to.label, by, back: way.back };
    const document = await workspace.openTextDocument(addressOf(migration));
    await window.showTextDocument(document, { preview: true });
  }

  #update(): void {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === scheme) this.#changed.fire(uri);
  }
}

function addressOf(migration: Migration): Uri {
  const { from, to, back, line } = migration;
  const path = `/${from} to ${to}${back ? " and back" : ""}, line ${line + 1}.txt`;
  return Uri.from({ scheme, path, query: JSON.stringify(migration) });
}

function migrationOf({ query }: Uri): Migration {
  const { trace, line, from, to, by, back } = JSON.parse(query);
  return {
    trace: String(trace),
    line: Number(line),
    from: String(from),
    to: String(to),
    by: String(by),
    back: back === true,
  };
}
