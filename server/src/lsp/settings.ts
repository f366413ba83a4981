/** The editor's settings, by workspace folder, followed as they change. */
import type { Connection, WorkspaceFolder } from "vscode-languageserver";
import type { AnalysisOptions } from "../analysis/analysis.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import type { Client } from "./client.ts";

/** Settings, and the options of the analysis that follow from them: the same object as long as they are the same. */
export interface Configured {
  readonly settings: Settings;
  readonly options: AnalysisOptions;
}

/** What an editor gave, to tell whether it gives the same again. */
interface Given extends Configured {
  readonly text: string;
}

export class EditorSettings {
  readonly #connection: Connection;
  readonly #client: Client;
  #pushed: unknown;
  #general: Given;
  #byFolder = new Map<string, Given>();
  #loads = 0;

  /** @param initial what the client gave at the start, for those that cannot be asked */
  constructor(connection: Connection, client: Client, initial: unknown) {
    this.#connection = connection;
    this.#client = client;
    this.#pushed = sectionOf(initial);
    this.#general = this.#read(this.#pushed, undefined);
  }

  /** The settings for a trace: those of the innermost folder that holds it. */
  of(uri: string): Configured {
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
    const { compare, severities } = settings;
    return { settings, options: { compare, severities }, text };
  }
}

const section = "vgic";

function sectionOf(settings: unknown): unknown {
  if (typeof settings !== "object" || settings === null) return undefined;
  return new Map<string, unknown>(Object.entries(settings)).get(section);
}

function isInside(uri: string, folder: string): boolean {
  return uri.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
