/** `vgic-trace.json`: what holds for the traces in its folder and those below. Reading and merging, without I/O. */
import ignore, { type Ignore } from "ignore";
import type { Severities } from "../analysis/analysis.ts";
import { REVISIONS } from "../vgic/kernels/revisions.ts";
import type { Defaults } from "./check-options.ts";
import { readComparison } from "./comparison.ts";
import { Section } from "./section.ts";
import { severitiesOf } from "./severities.ts";

/** The name of the file. Of several in the folders above a trace, the nearest holds, alone. */
export const CONFIGURATION_NAME = "vgic-trace.json";

/** What a configuration says of a trace. */
export interface Checks {
  readonly defaults: Defaults;
  readonly severities: Severities;
}

export interface Configuration extends Checks {
  /** Later ones win. */
  readonly overrides: readonly Override[];
}

interface Override extends Checks {
  readonly files: Ignore;
}

/** A configuration with what is wrong in it, in words that name the key. */
export interface ReadConfiguration {
  readonly configuration: Configuration;
  readonly problems: readonly string[];
}

/** Reads a configuration's text. Everything wrong is told; what is wrong is left out of the result. */
export function readConfiguration(text: string): ReadConfiguration {
  const problems: string[] = [];
  const section = new Section("", parse(text, problems), problems);
  section.allowOnly(["$schema", ...checkKeys, "overrides"], "key");
  section.text("$schema");
  const configuration = {
    ...checksOf(section),
    overrides: section.sections("overrides").map(overrideOf),
  };
  return { configuration, problems };
}

/** What holds for a trace. `path`: from the configuration's folder, with `/` between folders. */
export function checksFor({ overrides, ...base }: Configuration, path: string): Checks {
  const applying = overrides.filter(({ files }) => files.ignores(path));
  return applying.reduce<Checks>(merged, base);
}

function merged(base: Checks, over: Checks): Checks {
  return {
    defaults: {
      revision: over.defaults.revision ?? base.defaults.revision,
      compare: over.defaults.compare ?? base.defaults.compare,
    },
    severities: { ...base.severities, ...over.severities },
  };
}

function parse(text: string, problems: string[]): unknown {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    return value ?? "null";
  } catch (error) {
    problems.push(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}

const checkKeys = ["revision", "compare", "severities"];

function checksOf(section: Section): Checks {
  return {
    defaults: { revision: section.choice("revision", REVISIONS), compare: comparisonOf(section) },
    severities: severitiesOf(section.section("severities")),
  };
}

function comparisonOf(section: Section): string | undefined {
  const text = section.text("compare");
  const comparison = text === undefined ? undefined : readComparison(text);
  if (typeof comparison !== "string") return text;
  section.problem("compare", comparison);
  return undefined;
}

function overrideOf(section: Section): Override {
  section.allowOnly(["files", ...checkKeys], "key");
  const files = section.texts("files");
  if (files.length === 0) section.problem("files", 'name some files, such as ["legacy/**"]');
  return { ...checksOf(section), files: ignore().add(files) };
}
