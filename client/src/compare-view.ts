/** The run of a scenario under two revisions, side by side in VS Code's diff editor. */
import {
  commands,
  Disposable,
  EventEmitter,
  Range,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from "vscode";
import type { Scenario, Verdict } from "../../server/src/lsp/protocol.ts";
import { about, activeTrace, RUN_SCHEME, type TraceServer } from "./language-client.ts";
import { say } from "./notify.ts";
import { lineOf, type ScenarioPlace } from "./scenario-actions.ts";
import { outcomeText } from "./verdict-words.ts";

/** Which run a virtual document shows: of a trace, the index of the scenario, and the variant's label. */
interface Run {
  readonly trace: Uri;
  readonly scenario: number;
  readonly variant: string;
}

export class CompareView extends Disposable implements TextDocumentContentProvider {
  readonly #server: TraceServer;
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(server: TraceServer) {
    const subscriptions = Disposable.from(
      server.onDidChange((trace) => this.#update(trace)),
      commands.registerCommand("vgic.compareRevisions", (place: ScenarioPlace) =>
        this.#compare(lineOf(place)),
      ),
      commands.registerCommand("vgic.openInTrace", () => this.#openInTrace()),
    );
    super(() => {
      subscriptions.dispose();
      registration.dispose();
      this.#changed.dispose();
    });
    const registration = workspace.registerTextDocumentContentProvider(RUN_SCHEME, this);
    this.#server = server;
  }

  /** The text of a run; says so when there is none any more. */
  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const { trace, scenario, variant } = runOf(uri);
    const document = await workspace.openTextDocument(trace);
    const known = await this.#server.ask("vgic/scenarios", about(document));
    const position = known?.scenarios[scenario]?.range.start;
    const text = position && (await this.#server.ask("vgic/run", { ...about(document), position, variant }));
    return text ?? "# This scenario does not run under this revision any more.\n";
  }

  async #compare(given?: number): Promise<void> {
    const editor = activeTrace();
    const known = editor && (await this.#server.ask("vgic/scenarios", about(editor.document)));
    const line = given ?? editor?.selection.active.line ?? 0;
    const at = known?.scenarios.findLastIndex(({ range }) => range.start.line <= line);
    const index = Math.max(at ?? 0, 0);
    const scenario = known?.scenarios[index];
    if (editor === undefined || scenario === undefined) {
      void say("information", "Put the cursor into a scenario of a vGIC trace to compare its runs.");
      return;
    }
    if (scenario.verdicts.length < 2) {
      void say(
        "information",
        "This scenario is compared with no other revision: see its `compare` declaration.",
      );
      return;
    }
    const left = await pick(scenario, "Left side", undefined);
    const right = left && (await pick(scenario, "Right side", left));
    if (left === undefined || right === undefined) return;
    const trace = editor.document.uri;
    const addressOf = ({ label, name }: Verdict): Uri =>
      addressOfRun({ trace, scenario: index, variant: label }, `${scenario.title || "run"} (${name})`);
    await commands.executeCommand(
      "vscode.diff",
      addressOf(left),
      addressOf(right),
      `${scenario.title || "Run"}: ${left.name} (${outcomeText(left)}) ↔ ${right.name} (${outcomeText(right)})`,
    );
  }

  /** From a line of a run to the same line of its trace. */
  async #openInTrace(): Promise<void> {
    const editor = window.activeTextEditor;
    if (editor?.document.uri.scheme !== RUN_SCHEME) {
      void say("information", "Put the cursor into a compared run to go to its line in the trace.");
      return;
    }
    const { trace, scenario } = runOf(editor.document.uri);
    const document = await workspace.openTextDocument(trace);
    const known = await this.#server.ask("vgic/scenarios", about(document));
    const begin = known?.scenarios[scenario]?.range.start.line ?? 0;
    // Where the declarations needed more room, all lines are as far below. A blank line ends them.
    const text = editor.document.getText().split("\n");
    const title = text.findIndex((line) => /^\s*scenario\b/.test(line));
    const first = title < 0 ? text.indexOf("") + 1 : title;
    const line = editor.selection.active.line - (first - begin);
    const { start } = document.lineAt(Math.min(Math.max(line, 0), document.lineCount - 1)).range;
    await window.showTextDocument(document, { selection: new Range(start, start) });
  }

  #update(trace: Uri | undefined): void {
    for (const { uri } of workspace.textDocuments) {
      if (uri.scheme !== RUN_SCHEME) continue;
      if (trace === undefined || runOf(uri).trace.toString() === trace.toString()) this.#changed.fire(uri);
    }
  }
}

/** Asks for a variant, the declared one first; with two in all, the other one goes without saying. */
async function pick(
  { verdicts }: Scenario,
  title: string,
  other: Verdict | undefined,
): Promise<Verdict | undefined> {
  const choices = verdicts
    .filter((verdict) => verdict !== other)
    .sort((a, b) => Number(b.standing !== undefined) - Number(a.standing !== undefined));
  if (choices.length === 1 || (other === undefined && verdicts.length === 2)) return choices[0];
  const items = choices.map((verdict) => ({
    label: verdict.name,
    description: [verdict.standing, outcomeText(verdict)].filter((word) => word !== undefined).join(", "),
    verdict,
  }));
  const chosen = await window.showQuickPick(items, {
    title: `Compare revisions: ${title}`,
    placeHolder: other === undefined ? "Run under" : `${other.name} compared with`,
  });
  return chosen?.verdict;
}

function addressOfRun({ trace, scenario, variant }: Run, name: string): Uri {
  const query = new URLSearchParams({ trace: trace.toString(), scenario: String(scenario), variant });
  const file = name.replaceAll(/[/\\?#]/g, "_");
  return Uri.from({ scheme: RUN_SCHEME, path: `/${file}.vgic`, query: query.toString() });
}

function runOf({ query }: Uri): Run {
  const read = new URLSearchParams(query);
  return {
    trace: Uri.parse(read.get("trace") ?? ""),
    scenario: Number(read.get("scenario")),
    variant: read.get("variant") ?? "",
  };
}
