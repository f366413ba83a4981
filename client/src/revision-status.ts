/** The status bar: the declared revision of the scenario at the cursor, and the verdicts under all. */
import {
  commands,
  Disposable,
  MarkdownString,
  type QuickPickItem,
  QuickPickItemKind,
  StatusBarAlignment,
  type StatusBarItem,
  type TextEditor,
  ThemeColor,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import type { Scenario, Scenarios, Verdict } from "../../server/src/lsp/protocol.ts";
import { toRange } from "./convert.ts";
import { about, activeTrace, RUN_SCHEME, type TraceServer } from "./language-client.ts";
import { Later } from "./later.ts";
import { say } from "./notify.ts";
import { outcomeText } from "./verdict-words.ts";

/** What can be chosen: to look at the trace under a revision, or to declare another. */
interface Choice extends QuickPickItem {
  readonly choose?: () => Promise<void>;
}

export class RevisionStatus extends Disposable {
  readonly #server: TraceServer;
  readonly #item: StatusBarItem;

  constructor(server: TraceServer) {
    const item = window.createStatusBarItem("vgic.revision", StatusBarAlignment.Right, 100);
    const later = new Later(() => void this.#update());
    const subscriptions = Disposable.from(
      item,
      later,
      server.onDidChange(() => later.run()),
      window.onDidChangeActiveTextEditor(() => later.run()),
      window.onDidChangeTextEditorSelection(() => later.run()),
      commands.registerCommand("vgic.chooseRevision", () => this.#choose()),
    );
    super(() => subscriptions.dispose());
    this.#server = server;
    this.#item = item;
    this.#item.name = "vGIC revision";
    this.#item.command = "vgic.chooseRevision";
  }

  async #update(): Promise<void> {
    const editor = activeTrace();
    // The verdict of a compared run says nothing: the answers are its expectations.
    const isTold = editor !== undefined && editor.document.uri.scheme !== RUN_SCHEME;
    const known = isTold ? await this.#server.ask("vgic/scenarios", about(editor.document)) : undefined;
    if (editor !== activeTrace()) return;
    const scenario = editor && known && scenarioAt(known, editor);
    if (known === undefined || scenario === undefined) {
      this.#item.hide();
      return;
    }
    const { evaluatedAs } = known;
    this.#item.text = statusText(scenario, evaluatedAs);
    this.#item.tooltip = statusTooltip(scenario, evaluatedAs);
    this.#item.accessibilityInformation = { label: spokenText(scenario, evaluatedAs), role: "button" };
    this.#item.backgroundColor =
      evaluatedAs === undefined ? undefined : new ThemeColor("statusBarItem.warningBackground");
    this.#item.show();
  }

  async #choose(): Promise<void> {
    const editor = activeTrace();
    const known = editor && (await this.#server.ask("vgic/scenarios", about(editor.document)));
    if (editor === undefined || known === undefined) {
      void say("information", "Open a vGIC trace first: its revision is then chosen here.");
      return;
    }
    const chosen = await window.showQuickPick(this.#choices(editor, known), {
      title: "vGIC revision",
      placeHolder: "Look at this trace under another revision, or declare another",
    });
    await chosen?.choose?.();
  }

  #choices(editor: TextEditor, { evaluatedAs, revisions }: Scenarios): Choice[] {
    const views = revisions
      .filter((revision) => revision !== evaluatedAs)
      .map((revision) => ({
        label: `$(eye) Evaluate as revision ${revision}`,
        description: "a view: the text stays as it is",
        choose: () => this.#server.evaluateAs(editor.document, revision),
      }));
    const declarations = revisions.map((revision) => ({
      label: `$(edit) Declare revision ${revision}`,
      description: "writes the declaration in force at the cursor",
      choose: () => this.#declare(editor, revision),
    }));
    const back = {
      label: "$(discard) Evaluate as declared",
      description: `ends the view as revision ${evaluatedAs}`,
      choose: () => this.#server.evaluateAs(editor.document, undefined),
    };
    return [
      ...(evaluatedAs === undefined ? [] : [back]),
      ...views,
      { label: "", kind: QuickPickItemKind.Separator },
      ...declarations,
    ];
  }

  async #declare({ document, selection }: TextEditor, revision: number): Promise<void> {
    const position = selection.active;
    const edits = await this.#server.ask("vgic/redeclare", { ...about(document), position, revision });
    const edit = new WorkspaceEdit();
    for (const { range, newText } of edits ?? []) edit.replace(document.uri, toRange(range), newText);
    if (!(await workspace.applyEdit(edit))) {
      void say("warning", "The declaration was not changed: this document cannot be edited.");
      return;
    }
    // What was declared is what is to be seen.
    await this.#server.evaluateAs(document, undefined);
  }
}

/** The scenario at the cursor; above the first, that one. */
function scenarioAt({ scenarios }: Scenarios, { selection }: TextEditor): Scenario | undefined {
  const { line } = selection.active;
  return scenarios.findLast(({ range }) => range.start.line <= line) ?? scenarios[0];
}

function statusText({ verdicts, untested }: Scenario, evaluatedAs: number | undefined): string {
  const icon = evaluatedAs === undefined ? "$(circuit-board)" : "$(eye)";
  if (untested !== undefined) return `${untested.isError ? `${icon} $(error)` : icon} not tested`;
  const others = verdicts.filter(({ standing }) => standing === undefined);
  const own = verdicts.filter(({ isOwn }) => isOwn);
  const viewed = verdicts.filter(({ standing, isOwn }) => standing !== undefined && !isOwn);
  const texts = [...viewed, ...own, ...others].map(({ shortName, errors, differences, incomplete }) => {
    if (incomplete !== undefined) return `${shortName} not tested`;
    const sign = errors.length === 0 ? "$(check)" : `$(error) ${errors.length}`;
    return differences.length === 0 ? `${shortName} ${sign}` : `${shortName} ${sign} ≠ ${differences.length}`;
  });
  return `${icon} ${texts.join("  ")}`;
}

function spokenText({ verdicts, untested }: Scenario, evaluatedAs: number | undefined): string {
  if (untested !== undefined) return `vGIC: this scenario is not tested: ${untested.why}`;
  const view = evaluatedAs === undefined ? "" : `, looked at as revision ${evaluatedAs}`;
  return `vGIC: ${verdicts.map(verdictText).join(", ")}${view}`;
}

function statusTooltip(
  { title, verdicts, untested }: Scenario,
  evaluatedAs: number | undefined,
): MarkdownString {
  const tooltip = new MarkdownString();
  if (title !== "") tooltip.appendText(title).appendMarkdown("\n\n");
  if (untested !== undefined) tooltip.appendText(`Not tested: ${untested.why}.`).appendMarkdown("\n\n");
  else for (const verdict of verdicts) tooltip.appendMarkdown(`- ${verdictText(verdict)}\n`);
  const view = evaluatedAs === undefined ? "" : `Looked at as revision ${evaluatedAs}. `;
  return tooltip.appendMarkdown(`\n${view}Select to look at the trace under another revision.`);
}

/** "revision 2 (declared): holds, 1 line differs". */
function verdictText(verdict: Verdict): string {
  const { name, standing, incomplete } = verdict;
  const why = incomplete === undefined ? "" : `: ${incomplete}`;
  return `${standing === undefined ? name : `${name} (${standing})`}: ${outcomeText(verdict)}${why}`;
}
