/** `vgic-trace.json`: what holds for the traces in its folder and those below. Reading and merging, without I/O. */
import ignore, { type Ignore } from "ignore";
import { type ParseError, parse as parseJson, printParseErrorCode } from "jsonc-parser";
import type { Severities } from "../analysis/analysis.ts";
import { hostMessage } from "../rules/problem-words.ts";
import { parseLine } from "../syntax/parse.ts";
import { parseHost } from "../vgic/kernels/hosts.ts";
import { REVISIONS } from "../vgic/kernels/revisions.ts";
import type { Defaults } from "./check-options.ts";
import { readComparison, withKernels } from "./comparison.ts";
import { Section } from "./section.ts";
import { severitiesOf } from "./severities.ts";

/** The name of the file. Of several in the folders above a trace, the nearest holds, alone. */
export const CONFIGURATION_NAME = "vgic-trace.json";

/** What a configuration says of a trace. */
export interface Checks {
  readonly defaults: Defaults;
  readonly severities: Severities;
  /** Kernels by the names that traces may use for them. */
  readonly hosts?: Readonly<Record<string, string>>;
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
  section.allowOnly(["$schema", "hosts", ...checkKeys, "overrides"], "key");
  section.text("$schema");
  const hosts = hostsOf(section.section("hosts"));
  const configuration = {
    ...checksOf(section, hosts),
    hosts,
    overrides: section.sections("overrides").map((one) => overrideOf(one, hosts)),
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
    hosts: base.hosts,
  };
}

function parse(text: string, problems: string[]): unknown {
  const plain = text.replace(/^\ufeff/, "");
  const errors: ParseError[] = [];
  const value: unknown = parseJson(plain, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return value ?? "null";
  const { error, offset } = first;
  const before = plain.slice(0, offset);
  const place = `line ${before.split("\n").length}, column ${offset - before.lastIndexOf("\n")}`;
  const what = printParseErrorCode(error)
    .replace(/(?!^)[A-Z]/g, " $&")
    .toLowerCase();
  problems.push(`it is not JSON: ${what} at ${place}`);
  return {};
}

const checkKeys = ["revision", "compare", "severities"];

type HostNames = NonNullable<Checks["hosts"]>;

/** Hosts by name. A name must be one that a trace can hold, and stand for a kernel. */
function hostsOf(section: Section): HostNames {
  const hosts: Record<string, string> = {};
  for (const name of section.keys()) {
    const kernel = section.text(name);
    if (kernel === undefined) {
      section.expected(name, "a kernel, such as linux-6.12", "");
      continue;
    }
    const host = parseHost(kernel);
    if (typeof host === "string") section.problem(name, hostMessage(kernel, host));
    else if (isHostName(name)) hosts[name] = kernel;
    else section.problem(name, "a name is letters, digits and _, begins with no digit, and is no keyword");
  }
  return hosts;
}

/** Whether a word can stand after `host` in a trace, and is no kernel itself. */
function isHostName(word: string): boolean {
  const { statement, problem } = parseLine(`host ${word}`);
  return problem === undefined && statement?.kind === "host" && /^\w+$/.test(word);
}

function checksOf(section: Section, hosts: HostNames): Checks {
  return {
    defaults: { revision: section.choice("revision", REVISIONS), compare: comparisonOf(section, hosts) },
    severities: severitiesOf(section.section("severities")),
  };
}

/** With the kernels in the places of names. */
function comparisonOf(section: Section, hosts: HostNames): string | undefined {
  const given = section.text("compare");
  const text = given && withKernels(given, hosts);
  const comparison = text === undefined ? undefined : readComparison(text);
  if (typeof comparison !== "string") return text;
  section.problem("compare", comparison);
  return undefined;
}

function overrideOf(section: Section, hosts: HostNames): Override {
  section.allowOnly(["files", ...checkKeys], "key");
  const files = section.texts("files");
  if (files.length === 0) section.problem("files", 'name some files, such as ["legacy/**"]');
  return { ...checksOf(section, hosts), files: ignore().add(files) };
}
