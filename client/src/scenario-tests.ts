/** The Test Explorer: every scenario of every trace is a test, and so is each revision that it is compared with. */
import {
  type CancellationToken,
  commands,
  Disposable,
  type Memento,
  type TestController,
  type TestItem,
  type TestItemCollection,
  TestMessage,
  type TestRun,
  type TestRunProfile,
  TestRunProfileKind,
  TestRunRequest,
  type TextDocument,
  tests,
  type Uri,
  window,
  workspace,
} from "vscode";
import type { Failure, Scenario, Scenarios, Verdict } from "../../server/src/lsp/protocol.ts";
import { chooseMigration, type Migration, migrationText, noteOf, recentMigrations } from "./compat-pick.ts";
import { toRange } from "./convert.ts";
import { about, isTrace, languageId, type TraceServer } from "./language-client.ts";
import {
  isAmong,
  notTested,
  reportHost,
  reportMigration,
  reportReplay,
  reportRevisions,
  type Selected,
  skip,
} from "./test-report.ts";

const pattern = "**/*.vgic";

export class ScenarioTests extends Disposable {
  readonly #server: TraceServer;
  readonly #controller: TestController;
  /** The items of traces, by address. They stand in those of their folders. */
  readonly #files = new Map<string, TestItem>();
  readonly #memory: Memento;
  /** A profile for each host that the configuration names, by both names. */
  readonly #hosts = new Map<string, TestRunProfile>();

  constructor(server: TraceServer, memory: Memento) {
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
    this.#memory = memory;
    const { Run, Debug } = TestRunProfileKind;
    const declared = controller.createRunProfile("Declared revision", Run, (request) =>
      this.#run(
        request,
        revisions((verdict) => verdict.isOwn),
      ),
    );
    declared.isDefault = true;
    controller.createRunProfile("All revisions", Run, (request) =>
      this.#run(
        request,
        revisions(() => true),
      ),
    );
    const migrated = controller.createRunProfile("Migrated between hosts", Run, (request) =>
      this.#runMigrated(request, recentMigrations(memory)[0]),
    );
    migrated.configureHandler = () => void this.#chooseMigration();
    controller.createRunProfile("Go through it", Debug, ({ include }) => goThrough(include?.[0]));
    controller.refreshHandler = () => this.#discover();
    controller.resolveHandler = async (item) => {
      if (item === undefined) await this.#discover();
      else await this.#resolve(item);
    };
  }

  /** Adds a profile that replays traces on a kernel: where that disagrees, or why it could not be asked. */
  addReplay(replay: ReplayTrace): void {
    this.#controller.createRunProfile("Replayed on a kernel", TestRunProfileKind.Run, (request) => {
      const known = new Map<string, Promise<readonly Failure[] | string>>();
      return this.#run(request, async ({ run, test, scenario, selected: { included } }) => {
        if (test.uri === undefined || !isMeant(test, included)) return [];
        if (scenario.untested !== undefined) return notTested(run, test, scenario.untested);
        const key = test.uri.toString();
        const replayed =
          known.get(key) ??
          Promise.resolve(workspace.openTextDocument(test.uri)).then((trace) => replay(trace, run.token));
        known.set(key, replayed);
        const found = await replayed;
        if (typeof found === "string") {
          run.errored(test, new TestMessage(found));
          run.appendOutput(`${test.label}: ${found.replaceAll("\n", "\r\n")}\r\n`, undefined, test);
          return [];
        }
        return reportReplay(run, test, scenario, found);
      });
    });
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
      if (changed === undefined || changed.toString() === uri.toString()) {
        void this.#resolve(this.#fileItem(uri));
        void this.#updateHosts(uri);
      }
    }
  }

  /** Gives a trace's item its scenarios, and those their revisions. Undefined if the trace cannot be read. */
  async #resolve(item: TestItem): Promise<readonly Scenario[] | undefined> {
    const { uri } = item;
    if (uri === undefined || this.#files.get(item.id) !== item) return undefined;
    const known = await this.#known(item, uri);
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

  /** A trace that is not open is read by the server, if it can: VS Code takes long to open thousands. */
  async #known(item: TestItem, uri: Uri): Promise<Scenarios | undefined> {
    const isOpen = () => workspace.textDocuments.some((one) => one.uri.toString() === uri.toString());
    if (!isOpen()) {
      const known = await this.#server.ask("vgic/scenariosOnDisk", about({ uri }));
      if (known && !isOpen()) return known;
    }
    try {
      return await this.#server.ask("vgic/scenarios", about(await workspace.openTextDocument(uri)));
    } catch (error) {
      item.error = `The trace cannot be opened: ${String(error)}`;
      return undefined;
    }
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
    await this.#run(
      request,
      revisions((verdict) => verdict.isOwn),
    );
  }

  /** Runs the tests that are asked for. */
  async #run(request: TestRunRequest, judge: Judge): Promise<void> {
    if (request.include === undefined) await this.#discover();
    const run = this.#controller.createTestRun(request);
    const excluded = request.exclude ?? [];
    try {
      for (const file of [...this.#files.values()]) {
        const included = request.include?.filter(
          (item) => isAmong(file, [item]) || isAmong(item, [file]),
        ) ?? [file];
        if (included.length === 0) continue;
        if (run.token.isCancellationRequested) return;
        if (file.uri) this.#server.failedLines.clear(file.uri);
        const scenarios = await this.#resolve(file);
        if (scenarios === undefined) run.errored(file, new TestMessage("The trace could not be run."));
        const [first] = scenarios ?? [];
        if (first?.untested && scenarios?.every(({ untested }) => untested?.isError === false))
          skip(run, file, first.untested.why);
        for (const [index, scenario] of scenarios?.entries() ?? []) {
          const test = file.children.get(`${file.id}#${index}`);
          if (test === undefined || isAmong(test, excluded)) continue;
          const failures = await judge({ run, test, scenario, index, selected: { included, excluded } });
          for (const { range } of failures)
            if (file.uri) this.#server.failedLines.add(file.uri, range.start.line);
        }
      }
    } finally {
      run.end();
    }
  }

  /** Keeps a profile for each host that the configuration of an open trace names. */
  async #updateHosts(trace: Uri): Promise<void> {
    const known = await this.#server.ask("vgic/hosts", about({ uri: trace }));
    if (known === undefined) return;
    const named = known.hosts.filter(({ isNamed }) => isNamed);
    const titles = new Set(named.map(({ name, kernels }) => `On ${name} (${kernels})`));
    for (const [title, profile] of this.#hosts) {
      if (titles.has(title)) continue;
      profile.dispose();
      this.#hosts.delete(title);
    }
    for (const { name, kernels } of named) {
      const title = `On ${name} (${kernels})`;
      if (this.#hosts.has(title)) continue;
      const profile = this.#controller.createRunProfile(title, TestRunProfileKind.Run, (request) =>
        this.#runOn(request, name),
      );
      this.#hosts.set(title, profile);
    }
  }

  /** Runs tests on a host, whatever revisions their traces compare. */
  #runOn(request: TestRunRequest, host: string): Promise<void> {
    const known = new Map<string, Promise<readonly Scenario[] | undefined>>();
    return this.#run(request, async ({ run, test, index, selected: { included } }) => {
      if (test.uri === undefined || !isMeant(test, included)) return [];
      const key = test.uri.toString();
      const there = known.get(key) ?? this.#scenariosOn(test.uri, host);
      known.set(key, there);
      const scenarios = await there;
      if (scenarios !== undefined) return reportHost(run, test, scenarios[index], host);
      run.errored(test, new TestMessage(`It could not be run on ${host}.`));
      return [];
    });
  }

  async #scenariosOn(uri: Uri, host: string): Promise<readonly Scenario[] | undefined> {
    const trace = await workspace.openTextDocument(uri);
    return this.#server.ask("vgic/scenariosOn", { ...about(trace), host });
  }

  /** Migrates the scenarios of tests after each of their operations; asks how, the first time. */
  async #runMigrated(request: TestRunRequest, known: Migration | undefined): Promise<void> {
    const migration = known ?? (await this.#chooseMigration());
    if (migration === undefined) return;
    const name = migrationText(migration);
    await this.#run(request, async ({ run, test, scenario, selected: { included } }) => {
      if (test.uri === undefined || !isMeant(test, included)) return [];
      if (scenario.untested !== undefined) return notTested(run, test, scenario.untested);
      const position = scenario.range.start;
      const asked = { ...about(await workspace.openTextDocument(test.uri)), position, ...migration };
      const answer = await this.#server.ask("vgic/compat", asked);
      const result =
        answer && "managers" in answer ? answer.managers.find(({ by }) => by === migration.by) : undefined;
      if (result !== undefined) return reportMigration(run, test, name, result);
      const why = answer && "refusal" in answer ? answer.refusal : "The trace could not be run.";
      run.errored(test, new TestMessage(why));
      return [];
    });
  }

  async #chooseMigration(): Promise<Migration | undefined> {
    const trace = workspace.textDocuments.find(isTrace)?.uri;
    const chosen = trace && (await chooseMigration(this.#server, this.#memory, trace));
    if (chosen !== undefined) await noteOf(this.#memory, chosen);
    return chosen;
  }
}

/** Replays a whole trace. */
export type ReplayTrace = (
  document: TextDocument,
  token: CancellationToken,
) => Promise<readonly Failure[] | string>;

/** A scenario that is tested, and what was asked to be run. */
interface Tested {
  readonly run: TestRun;
  readonly test: TestItem;
  readonly scenario: Scenario;
  /** Its place in the trace. */
  readonly index: number;
  readonly selected: Selected;
}

/** Reports how a scenario goes. @returns the failures that are shown at their lines */
type Judge = (tested: Tested) => readonly Failure[] | Promise<readonly Failure[]>;

/** Judges scenarios by their verdicts under some of their revisions. */
function revisions(isWanted: (verdict: Verdict) => boolean): Judge {
  return ({ run, test, scenario, selected }) => reportRevisions(run, test, scenario, selected, isWanted);
}

/** Whether a scenario is to be run as a whole: because of itself, what holds it, or one of its revisions. */
function isMeant(test: TestItem, included: readonly TestItem[]): boolean {
  return isAmong(test, included) || included.some((item) => item.parent === test);
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

/** Whether a document is a file of the workspace, or to become one: other versions of it are no tests. */
function isTested(uri: Uri): boolean {
  return uri.scheme === "untitled" || workspace.getWorkspaceFolder(uri) !== undefined;
}
