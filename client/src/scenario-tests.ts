/** The Test Explorer: every scenario of every trace is a test, and so is each revision that it is compared with. */
import {
  commands,
  Disposable,
  Location,
  type TestController,
  type TestItem,
  type TestItemCollection,
  TestMessage,
  type TestRun,
  TestRunProfileKind,
  TestRunRequest,
  tests,
  type Uri,
  window,
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
  /** The items of traces, by address. They stand in those of their folders. */
  readonly #files = new Map<string, TestItem>();

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
      watcher.onDidDelete((uri) => this.#remove(uri)),
      workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === "untitled") this.#remove(uri);
      }),
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
    const { Run, Debug } = TestRunProfileKind;
    const declared = controller.createRunProfile("Declared revision", Run, (request) =>
      this.#run(request, (verdict) => verdict.isOwn),
    );
    declared.isDefault = true;
    controller.createRunProfile("All revisions", Run, (request) => this.#run(request, () => true));
    controller.createRunProfile("Go through it", Debug, ({ include }) => goThrough(include?.[0]));
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
      if (isTested(document.uri) && isTrace(document)) await this.#resolve(this.#fileItem(document.uri));
    }
  }

  /** Marks the results of a trace as those of another text. */
  #invalidate(uri: Uri): void {
    const item = this.#files.get(uri.toString());
    if (item !== undefined) this.#controller.invalidateTestResults(item);
  }

  #fileItem(uri: Uri): TestItem {
    const known = this.#files.get(uri.toString());
    if (known !== undefined) return known;
    const folders = workspace.asRelativePath(uri).split("/");
    const name = folders.pop() ?? "";
    const item = this.#controller.createTestItem(uri.toString(), name, uri);
    item.canResolveChildren = true;
    this.#files.set(uri.toString(), item);
    this.#folderItems(folders).add(item);
    return item;
  }

  /** What stands in a folder of the workspace, given by the names that lead there. */
  #folderItems(names: readonly string[]): TestItemCollection {
    let items = this.#controller.items;
    names.forEach((name, depth) => {
      const id = `folder:${names.slice(0, depth + 1).join("/")}`;
      const folder = items.get(id) ?? this.#controller.createTestItem(id, name);
      items.add(folder);
      items = folder.children;
    });
    return items;
  }

  /** Removes a trace's item, and folders that have none any more. */
  #remove(uri: Uri): void {
    const item = this.#files.get(uri.toString());
    this.#files.delete(uri.toString());
    for (let gone = item; gone !== undefined && (gone === item || gone.children.size === 0); ) {
      const { id, parent } = gone;
      (parent?.children ?? this.#controller.items).delete(id);
      gone = parent;
    }
  }

  /** Brings the tests of changed traces up to date, as far as they have been looked at. */
  #update(changed: Uri | undefined): void {
    // Settings changed, or the server is new: results of an earlier session may be of other texts.
    if (changed === undefined) this.#controller.invalidateTestResults();
    for (const { uri, isClosed, languageId: language } of workspace.textDocuments) {
      if (language !== languageId || isClosed || !isTested(uri)) continue;
      if (changed === undefined || changed.toString() === uri.toString())
        void this.#resolve(this.#fileItem(uri));
    }
  }

  /** Gives a trace's item its scenarios, and those their revisions. Undefined if the trace cannot be read. */
  async #resolve(item: TestItem): Promise<readonly Scenario[] | undefined> {
    const { uri } = item;
    if (uri === undefined || this.#files.get(item.id) !== item) return undefined;
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
      const files = new Map<TestItem, TestItem[]>();
      for (const file of this.#files.values()) {
        const included = request.include?.filter(
          (item) => isAmong(file, [item]) || isAmong(item, [file]),
        ) ?? [file];
        if (included.length > 0) files.set(file, included);
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

/** Goes through the scenario of a test; of a trace, through its first. */
async function goThrough(item: TestItem | undefined): Promise<void> {
  if (item?.uri === undefined) return;
  await window.showTextDocument(item.uri);
  // A scenario has a range, a revision of it has its scenario's, and a trace has its first scenario's.
  const [first] = [...item.children];
  const range = item.range ?? item.parent?.range ?? first?.[1].range;
  await commands.executeCommand("vgic.debugScenario", range?.start.line);
}

/** Whether a test or something that holds it is in a list. */
function isAmong(item: TestItem, items: readonly TestItem[]): boolean {
  return items.includes(item) || (item.parent !== undefined && isAmong(item.parent, items));
}

/** Whether a document is a file of the workspace, or to become one: other versions of it are no tests. */
function isTested(uri: Uri): boolean {
  return uri.scheme === "untitled" || workspace.getWorkspaceFolder(uri) !== undefined;
}
