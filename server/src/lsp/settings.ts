/** The editor's settings, by workspace folder, and the project's own, followed as they change. */
import type { Connection, WorkspaceFolder } from "vscode-languageserver";
import type { AnalysisOptions } from "../analysis/analysis.ts";
import { isInside } from "../config/address.ts";
import { analysisOptions } from "../config/check-options.ts";
import type { Checks } from "../config/configuration.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import type { Client } from "./client.ts";
import type { Files } from "./files.ts";

/** Settings, and the options of the analysis that follow from them: the same object as long as they are the same. */
export interface Configured {
  readonly settings: Settings;
  readonly options: AnalysisOptions;
}

/** What an editor gave, to tell whether it gives the same again. */
interface Given {
  readonly settings: Settings;
  readonly text: string;
}

/** What holds for a trace, and what it was made from. */
interface Made extends Configured {
  readonly given: Given;
  readonly checks: Checks | undefined;
}

export class EditorSettings {
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #files: Files;
  #pushed: unknown;
  #general: Given;
  #byFolder = new Map<string, Given>();
  #loads = 0;
  /** What the project's configuration says, by trace. */
  readonly #checks = new Map<string, Checks>();
  readonly #made = new Map<string, Made>();

  /** @param initial what the client gave at the start, for those that cannot be asked */
  constructor(connection: Connection, client: Client, files: Files, initial: unknown) {
    this.#connection = connection;
    this.#client = client;
    this.#files = files;
    this.#pushed = sectionOf(initial);
    this.#general = this.#read(this.#pushed, undefined);
  }

  /** The settings for a trace: those of the innermost folder that holds it, and what the project says of it. */
  of(uri: string): Configured {
    const given = this.#givenFor(uri);
    const checks = this.#checks.get(uri);
    const before = this.#made.get(uri);
    if (before?.given === given && before.checks === checks) return before;
    const { settings } = given;
    // The project's word goes before the user's: the command, which knows no user, must find the same.
    const severities = { ...settings.severities, ...checks?.severities };
    const { defaults, hosts } = analysisOptions({ defaults: checks?.defaults, hosts: checks?.hosts });
    const options = { compare: settings.compare, defaults, severities, hosts };
    const made: Made = { given, checks, settings, options };
    this.#made.set(uri, made);
    return made;
  }

  /** Reads what the project's configuration says of a trace, and says whether that has changed. */
  async readChecks(uri: string): Promise<boolean> {
    const { checks, problems } = await this.#files.checks(uri);
    for (const problem of problems) this.#connection.console.warn(problem);
    const before = this.#checks.get(uri);
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(checks)) return false;
    this.#checks.set(uri, checks);
    return true;
  }

  #givenFor(uri: string): Given {
    let innermost = "";
    for (const folder of this.#byFolder.keys()) {
      if (isInside(uri, folder) && folder.length > innermost.length) innermost = folder;
    }
    return this.#byFolder.get(innermost) ?? this.#general;
  }

  /** Takes what a client that cannot be asked tells of a change. */
  push(settings: unknown): void {
    this.#pushed = sectionOf(settings);
  }

  /** Asks the client, for each folder, and says whether anything has changed. */
  async load(folders: readonly WorkspaceFolder[]): Promise<boolean> {
    const load = ++this.#loads;
    const answers = await this.#ask(folders);
    // A later request for the same has overtaken this one.
    if (load !== this.#loads) return false;
    const before = [this.#general, ...this.#byFolder.values()];
    const [general, ...others] = answers;
    const known = this.#byFolder;
    this.#general = this.#read(general, this.#general);
    this.#byFolder = new Map(
      folders.map(({ uri }, index) => [uri, this.#read(others[index], known.get(uri))]),
    );
    const after = [this.#general, ...this.#byFolder.values()];
    return after.length !== before.length || after.some((given, index) => given !== before[index]);
  }

  async #ask(folders: readonly WorkspaceFolder[]): Promise<unknown[]> {
    const pushed = [undefined, ...folders].map(() => this.#pushed);
    if (!this.#client.configuration) return pushed;
    const items = [{ section }, ...folders.map(({ uri }) => ({ scopeUri: uri, section }))];
    try {
      const answers: unknown[] = await this.#connection.workspace.getConfiguration(items);
      return pushed.map((own, index) => answers[index] ?? own);
    } catch (error) {
      this.#connection.console.error(`The editor did not tell its settings: ${String(error)}`);
      return pushed;
    }
  }

  #read(given: unknown, before: Given | undefined): Given {
    const text = JSON.stringify(given) ?? "";
    if (before?.text === text) return before;
    const { settings, problems } = readSettings(given);
    for (const problem of problems) this.#connection.console.warn(`Setting ${problem}`);
    return { settings, text };
  }
}

const section = "vgic";

function sectionOf(settings: unknown): unknown {
  if (typeof settings !== "object" || settings === null) return undefined;
  return new Map<string, unknown>(Object.entries(settings)).get(section);
}
