/** The Test Explorer: every scenario of every trace is a test, and so is each revision that it is compared with. */
import {
  Disposable,
  Location,
  type TestController,
  type TestItem,
  TestMessage,
  type TestRun,
  TestRunProfileKind,
  TestRunRequest,
  tests,
  type Uri,
  workspace,
} from "vscode";
import type { Scenario, Verdict } from "../../server/src/lsp/protocol.ts";
import { toRange } from "./convert.ts";
import { about, isTrace, languageId, type TraceServer } from "./language-client.ts";
import { outcomeText } from "./verdict-words.ts";

const pattern = "**/*.vgic";

export class ScenarioTests extends Disposable {
  readonly #server: TraceServer;
  readonly #controller: TestController;

  constructor(server: TraceServer) {
    const controller = tests.createTestController("vgic", "vGIC traces");
    const watcher = workspace.createFileSystemWatcher(pattern);
    const subscriptions = Disposable.from(
      controller,
      watcher,
      watcher.onDidCreate((uri) => this.#fileItem(uri)),
      watcher.onDidChange((uri) => {
        // An open trace tells of its changes itself, and saving one changes nothing.
        const isOpen = workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
        if (!isOpen) this.#invalidate(uri);
      }),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (isTrace(document) && contentChanges.length > 0) this.#invalidate(document.uri);
      }),
      watcher.onDidDelete((uri) => controller.items.delete(uri.toString())),
      server.onDidChange((uri) => this.#update(uri)),
      workspace.onDidSaveTextDocument((document) => {
        const runs = workspace
          .getConfiguration(languageId, document)
          .get<boolean>("testing.runOnSave", false);
        if (runs && isTrace(document)) void this.#runSaved(document.uri);
      }),
    );
    super(() => subscriptions.dispose());
    this.#server = server;
    this.#controller = controller;
    const { Run } = TestRunProfileKind;
    const declared = controller.createRunProfile("Declared revision", Run, (request) =>
      this.#run(request, (verdict) => verdict.isOwn),
    );
    declared.isDefault = true;
    controller.createRunProfile("All revisions", Run, (request) => this.#run(request, () => true));
    controller.refreshHandler = () => this.#discover();
    controller.resolveHandler = async (item) => {
      if (item === undefined) await this.#discover();
      else await this.#resolve(item);
    };
  }

  /** Finds the traces of the workspace. What they hold is looked at when it is asked for. */
  async #discover(): Promise<void> {
    for (const uri of await workspace.findFiles(pattern)) this.#fileItem(uri);
    for (const document of workspace.textDocuments) {
      if (isInWorkspace(document.uri) && isTrace(document)) await this.#resolve(this.#fileItem(document.uri));
    }
  }

  /** Marks the results of a trace as those of another text. */
  #invalidate(uri: Uri): void {
    const item = this.#controller.items.get(uri.toString());
    if (item !== undefined) this.#controller.invalidateTestResults(item);
  }

  #fileItem(uri: Uri): TestItem {
    const known = this.#controller.items.get(uri.toString());
    if (known !== undefined) return known;
    const item = this.#controller.createTestItem(uri.toString(), workspace.asRelativePath(uri), uri);
    item.canResolveChildren = true;
    this.#controller.items.add(item);
    return item;
  }

  /** Brings the tests of changed traces up to date, as far as they have been looked at. */
  #update(changed: Uri | undefined): void {
    // Settings changed, or the server is new: results of an earlier session may be of other texts.
    if (changed === undefined) this.#controller.invalidateTestResults();
    for (const { uri, isClosed, languageId: language } of workspace.textDocuments) {
      if (language !== languageId || isClosed || !isInWorkspace(uri)) continue;
      if (changed === undefined || changed.toString() === uri.toString())
        void this.#resolve(this.#fileItem(uri));
    }
  }

  /** Gives a trace's item its scenarios, and those their revisions. Undefined if the trace cannot be read. */
  async #resolve(item: TestItem): Promise<readonly Scenario[] | undefined> {
    const { uri } = item;
    if (uri === undefined || this.#controller.items.get(item.id) !== item) return undefined;
    const document = await workspace.openTextDocument(uri).then(undefined, (error: unknown) => {
      item.error = `The trace cannot be opened: ${String(error)}`;
    });
    const known = document && (await this.#server.ask("vgic/scenarios", about(document)));
    if (known === undefined) return undefined;
    item.error = undefined;
    const { scenarios } = known;
    item.children.replace(
      scenarios.map((scenario, index) => {
        const id = `${item.id}#${index}`;
        const test = item.children.get(id) ?? this.#controller.createTestItem(id, "", uri);
        test.label = scenario.title || "the whole trace";
        test.range = toRange(scenario.range);
        test.sortText = String(index).padStart(6, "0");
        test.children.replace(scenario.verdicts.map((verdict) => this.#verdictItem(test, uri, verdict)));
        return test;
      }),
    );
    return scenarios;
  }

  #verdictItem(test: TestItem, uri: Uri, { label, name, standing }: Verdict): TestItem {
    const id = `${test.id}#${label}`;
    const item = test.children.get(id) ?? this.#controller.createTestItem(id, name, uri);
    item.description = standing;
    return item;
  }

  async #runSaved(uri: Uri): Promise<void> {
    // As a continuous run it does not open a window over the text at each failure.
    const request = new TestRunRequest([this.#fileItem(uri)], undefined, undefined, true);
    await this.#run(request, (verdict) => verdict.isOwn);
  }

  /** Runs the tests that are asked for; of a scenario or trace, the revisions that are wanted. */
  async #run(request: TestRunRequest, isWanted: (verdict: Verdict) => boolean): Promise<void> {
    if (request.include === undefined) await this.#discover();
    const run = this.#controller.createTestRun(request);
    try {
      const files = new Map([...this.#controller.items].map(([, item]) => [item, [item]]));
      if (request.include !== undefined) {
        files.clear();
        for (const item of request.include) {
          const file = fileOf(item);
          files.set(file, [...(files.get(file) ?? []), item]);
        }
      }
      for (const [file, included] of files) {
        if (run.token.isCancellationRequested) return;
        const scenarios = await this.#resolve(file);
        if (scenarios === undefined) run.errored(file, new TestMessage("The trace could not be run."));
        if (scenarios?.every(({ isTested }) => !isTested)) skip(run, file, "it has no operation");
        for (const [index, scenario] of scenarios?.entries() ?? []) {
          const test = file.children.get(`${file.id}#${index}`);
          if (test !== undefined)
            report(run, test, scenario, { included, excluded: request.exclude ?? [] }, isWanted);
        }
      }
    } finally {
      run.end();
    }
  }
}

interface Selected {
  readonly included: readonly TestItem[];
  readonly excluded: readonly TestItem[];
}

/** Reports how a scenario went under each revision that was asked for; that it was not tested, where nothing was. */
function report(
  run: TestRun,
  test: TestItem,
  { verdicts, isTested }: Scenario,
  { included, excluded }: Selected,
  isWanted: (verdict: Verdict) => boolean,
): void {
  if (isAmong(test, excluded)) return;
  let tested = false;
  for (const verdict of isTested ? verdicts : []) {
    const item = test.children.get(`${test.id}#${verdict.label}`);
    if (item === undefined || isAmong(item, excluded) || !isAmong(item, included)) continue;
    // One that was asked for by itself is always wanted.
    if (!isWanted(verdict) && !included.includes(item)) continue;
    tested = true;
    run.started(item);
    const messages = verdict.errors.map(({ range, message, expected, actual }) => {
      const shown =
        expected === undefined || actual === undefined
          ? new TestMessage(message)
          : TestMessage.diff(message, expected, actual);
      if (item.uri !== undefined) shown.location = new Location(item.uri, toRange(range));
      return shown;
    });
    run.appendOutput(`${test.label} (${verdict.name}): ${outcomeText(verdict)}\r\n`, undefined, item);
    for (const { range, message } of verdict.differences) {
      run.appendOutput(`  line ${range.start.line + 1} differs: ${message}\r\n`, undefined, item);
    }
    if (messages.length === 0) run.passed(item);
    else run.failed(item, messages);
  }
  if (tested || !isAmong(test, included)) return;
  skip(run, test, isTested ? "it does not run under the revision that was asked for" : "it has no operation");
}

/** What was not tested is neither passed nor failed. */
function skip(run: TestRun, item: TestItem, why: string): void {
  run.skipped(item);
  run.appendOutput(`${item.label}: not tested, ${why}\r\n`, undefined, item);
}

function fileOf(item: TestItem): TestItem {
  return item.parent === undefined ? item : fileOf(item.parent);
}

/** Whether a test or something that holds it is in a list. */
function isAmong(item: TestItem, items: readonly TestItem[]): boolean {
  return items.includes(item) || (item.parent !== undefined && isAmong(item.parent, items));
}

/** Whether a document is a file of the workspace: other versions of it are no tests. */
function isInWorkspace(uri: Uri): boolean {
  return workspace.getWorkspaceFolder(uri) !== undefined;
}
