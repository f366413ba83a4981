/** Documents that are made of a scenario: the smallest trace that shows a finding, and a test in C. */
import {
  CodeAction,
  type CodeActionContext,
  CodeActionKind,
  CodeActionTriggerKind,
  commands,
  type Diagnostic,
  Disposable,
  languages,
  ProgressLocation,
  type Range,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from "vscode";
import { about, activeTrace, languageId, type TraceServer } from "./language-client.ts";
import { say } from "./notify.ts";
import { lineOf, type ScenarioPlace } from "./scenario-actions.ts";

export function registerDocumentsOfScenarios(server: TraceServer): Disposable {
  return Disposable.from(
    commands.registerCommand("vgic.reduceToFinding", (given: FindingPlace | undefined) =>
      reduceToFinding(server, given),
    ),
    commands.registerCommand("vgic.exportKselftest", (place: ScenarioPlace) =>
      exportKselftest(server, lineOf(place)),
    ),
    languages.registerCodeActionsProvider(
      { language: languageId },
      { provideCodeActions },
      { providedCodeActionKinds: [CodeActionKind.Refactor] },
    ),
  );
}

/** For those who ask: no light bulb stands for them. */
function provideCodeActions(
  { uri }: TextDocument,
  { start }: Range,
  { triggerKind, only }: CodeActionContext,
): CodeAction[] {
  if (triggerKind === CodeActionTriggerKind.Automatic) return [];
  if (only !== undefined && !only.contains(CodeActionKind.Refactor)) return [];
  const reductions = findingsOn(uri, start.line).map((place) =>
    action(`Reduce the trace to this finding: ${place.code}`, "vgic.reduceToFinding", [place]),
  );
  return [...reductions, action("Export the scenario as a kselftest", "vgic.exportKselftest", [start.line])];
}

/** What is found on a line of a trace, by its code. */
interface FindingPlace {
  readonly trace: Uri;
  readonly line: number;
  readonly code: string;
}

function findingsOn(trace: Uri, line: number): FindingPlace[] {
  const codes = languages
    .getDiagnostics(trace)
    .filter(({ range, source }) => range.start.line === line && source === "vgic-trace")
    .map(codeOf);
  return [...new Set(codes)].map((code) => ({ trace, line, code }));
}

function codeOf({ code }: Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

function action(title: string, command: string, args: unknown[]): CodeAction {
  const made = new CodeAction(title, CodeActionKind.Refactor);
  made.command = { title, command, arguments: args };
  return made;
}

async function reduceToFinding(server: TraceServer, given: FindingPlace | undefined): Promise<void> {
  const editor = activeTrace();
  const place = given ?? (editor && findingsOn(editor.document.uri, editor.selection.active.line)[0]);
  if (place === undefined) {
    void say("information", "Put the cursor on a line of a vGIC trace that has a diagnostic.");
    return;
  }
  const { trace, line, code } = place;
  const position = { line, character: 0 };
  const answer = await window.withProgress(
    { location: ProgressLocation.Notification, title: "Reducing the trace", cancellable: true },
    (_progress, token) => server.ask("vgic/reduce", { ...about({ uri: trace }), position, code }, token),
  );
  if (answer === undefined) return;
  if ("refusal" in answer) void say("warning", answer.refusal);
  else await open(languageId, answer.trace);
}

async function exportKselftest(server: TraceServer, given: number | undefined): Promise<void> {
  const editor = activeTrace();
  const line = given ?? editor?.selection.active.line;
  if (editor === undefined || line === undefined) {
    void say("information", "Put the cursor into a scenario of a vGIC trace to export it.");
    return;
  }
  const position = { line, character: 0 };
  const answer = await server.ask("vgic/kselftest", { ...about(editor.document), position });
  if (answer === undefined) return;
  if ("refusal" in answer) {
    void say("warning", answer.refusal);
    return;
  }
  await open("c", answer.test);
  if (answer.leftOut > 0) {
    const lines = answer.leftOut === 1 ? "One line is" : `${answer.leftOut} lines are`;
    void say("warning", `${lines} left out, which such a test cannot do: comments in it say why.`);
  }
}

async function open(language: string, content: string): Promise<void> {
  await window.showTextDocument(await workspace.openTextDocument({ language, content }));
}
