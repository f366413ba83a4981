/** Finds and reads `vgic-trace.json`: the nearest one in the folders above a trace. For the command and the server. */
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

const nothing: Checks = { defaults: {}, severities: {} };

/** Reads each file once. */
export class ConfigurationFiles {
  readonly #byFolder = new Map<string, Promise<Found | undefined>>();
  readonly #failures: Failure[] = [];

  /** What is wrong with the files read so far, each said once. */
  get failures(): readonly Failure[] {
    return this.#failures;
  }

  /** What holds for a trace. */
  async checksOf(trace: string): Promise<Checks> {
    const absolute = path.resolve(trace);
    const found = await this.#nearest(path.dirname(absolute));
    if (found === undefined) return nothing;
    return checksFor(found.configuration, path.relative(found.folder, absolute).split(path.sep).join("/"));
  }

  #nearest(folder: string): Promise<Found | undefined> {
    const known = this.#byFolder.get(folder) ?? this.#read(folder);
    this.#byFolder.set(folder, known);
    return known;
  }

  async #read(folder: string): Promise<Found | undefined> {
    const file = path.join(folder, CONFIGURATION_NAME);
    const shown = pathToShow(path.relative("", file));
    try {
      const { configuration, problems } = readConfiguration(
        readRegularFile(file, SETTINGS_BYTES).toString("utf8"),
      );
      for (const problem of problems) this.#failures.push({ failure: `${shown}: ${problem}` });
      return { folder, configuration };
    } catch (error) {
      if (!isMissing(error)) this.#failures.push({ failure: `cannot read ${shown}: ${reasonOf(error)}` });
      const parent = path.dirname(folder);
      return parent === folder ? undefined : this.#nearest(parent);
    }
  }
}
