/** Finds and reads `vgic-trace.json`: the nearest one in the folders above a trace. For the command and the server. */
import { lstatSync } from "node:fs";
import path from "node:path";
import {
  type Checks,
  CONFIGURATION_NAME,
  type Configuration,
  checksFor,
  readConfiguration,
} from "../../config/configuration.ts";
import { type Failure, isMissing, reasonOf } from "./failure.ts";
import { readRegularFile, SETTINGS_BYTES } from "./read-file.ts";
import { pathToShow } from "./sources.ts";

interface Found {
  readonly folder: string;
  readonly configuration: Configuration;
}

/** No file has a longer path (PATH_MAX of Linux, MAX_PATH of Windows with long paths). */
const longestPath = process.platform === "win32" ? 32_767 : 4096;

const nothing: Checks = { defaults: {}, severities: {} };

/** Reads each file once. */
export class ConfigurationFiles {
  readonly #byFolder = new Map<string, Found | undefined>();
  readonly #failures: Failure[] = [];

  /** What is wrong with the files read so far, each said once. */
  get failures(): readonly Failure[] {
    return this.#failures;
  }

  /** What holds for a trace. */
  async checksOf(trace: string): Promise<Checks> {
    const absolute = path.resolve(trace);
    const found = this.#nearest(path.dirname(absolute));
    if (found === undefined) return nothing;
    return checksFor(found.configuration, path.relative(found.folder, absolute).split(path.sep).join("/"));
  }

  /** The nearest one in a folder and those around it; an address may have thousands of them. */
  #nearest(folder: string): Found | undefined {
    const first = folder.length > longestPath ? path.dirname(folder.slice(0, longestPath)) : folder;
    for (let at = first; ; at = path.dirname(at)) {
      if (!this.#byFolder.has(at)) this.#byFolder.set(at, this.#read(at));
      const known = this.#byFolder.get(at);
      if (known !== undefined || at === path.dirname(at)) return known;
    }
  }

  #read(folder: string): Found | undefined {
    const file = path.join(folder, CONFIGURATION_NAME);
    const shown = (): string => pathToShow(path.relative("", file));
    try {
      const { configuration, problems } = readConfiguration(
        readRegularFile(file, SETTINGS_BYTES).toString("utf8"),
      );
      for (const problem of problems) this.#failures.push({ failure: `${shown()}: ${problem}` });
      return { folder, configuration };
    } catch (error) {
      // A link that leads nowhere is no missing file: what it was to say would be left out without a word.
      const why = !isMissing(error) ? reasonOf(error) : isLink(file) ? "its symbolic link leads nowhere" : "";
      if (why !== "") this.#failures.push({ failure: `cannot read ${shown()}: ${why}` });
      return undefined;
    }
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
