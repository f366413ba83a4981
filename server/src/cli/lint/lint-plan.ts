/** The flags of `lint`, read: what is wrong with them is said before anything is done. */
import type { Detail, Told } from "../../api/lint-result.ts";
import type { CheckOptions } from "../../config/check-options.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { standardInput } from "../files/sources.ts";
import type { LintFormat } from "../reporters/formats.ts";
import { type Output, type OutputFlag, readOutputs } from "../reporters/outputs.ts";
import { MOST_PER_FILE } from "../reporters/report-text.ts";
import { readCount, readRevision, readShard, type Shard } from "./arguments.ts";

/** Flags as they were given. */
export interface LintOptions {
  /** `--format` and `--output`, in their order. */
  readonly outputs: readonly OutputFlag[];
  readonly maxWarnings?: string;
  readonly revision?: string;
  readonly compare?: string;
  readonly fix?: true;
  readonly update?: true;
  readonly diff?: true;
  readonly watch?: true;
  /** A git revision, or true for the last commit. */
  readonly changed?: string | true;
  readonly shard?: string;
  readonly stdinFilename?: string;
  readonly baseline?: string;
  readonly quiet?: true;
  readonly statistics?: true;
}

export interface LintPlan {
  readonly paths: readonly string[];
  readonly outputs: readonly Output[];
  /** What flags say, above any configuration; hosts are named as the configuration of each trace does. */
  readonly overrides: CheckOptions;
  readonly maxWarnings: number;
  /** How traces are rewritten before they are checked. */
  readonly rewriting?: "fix" | "update";
  /** Show what would be rewritten instead. */
  readonly diff: boolean;
  readonly watch: boolean;
  /** Only traces that changed since this git revision. */
  readonly changedSince?: string;
  readonly shard?: Shard;
  readonly stdinFilename?: string;
  readonly baseline?: string;
  readonly quiet: boolean;
  /** What the outputs need of what is found. */
  readonly told: Told;
  readonly statistics: boolean;
}

export function readPlan(paths: readonly string[], options: LintOptions): LintPlan | Failure {
  const outputs = readOutputs(options.outputs);
  if ("failure" in outputs) return outputs;
  const maxWarnings = given(options.maxWarnings, (text) => readCount("--max-warnings", text));
  if (isFailure(maxWarnings)) return maxWarnings;
  const revision = given(options.revision, (text) => readRevision("--revision", text));
  if (isFailure(revision)) return revision;
  const shard = given(options.shard, (text) => readShard("--shard", text));
  if (isFailure(shard)) return shard;
  const conflict = conflictIn(paths, options);
  if (conflict !== undefined) return { failure: conflict };
  const { fix, update, changed, stdinFilename, baseline } = options;
  return {
    paths,
    outputs,
    overrides: { revision: revision.value, compare: options.compare },
    maxWarnings: maxWarnings.value ?? Number.POSITIVE_INFINITY,
    rewriting: update ? "update" : fix || options.diff ? "fix" : undefined,
    diff: options.diff ?? false,
    watch: options.watch ?? false,
    changedSince: changed === true ? "HEAD" : changed,
    shard: shard.value,
    stdinFilename,
    baseline,
    quiet: options.quiet ?? false,
    told: toldOf(options, outputs),
    statistics: options.statistics ?? false,
  };
}

/** A baseline has to see all that is found. */
function toldOf({ baseline, quiet }: LintOptions, outputs: readonly Output[]): Told {
  const most = Number.POSITIVE_INFINITY;
  if (baseline !== undefined) return { errorsOnly: false, most, detail: "all" };
  const isText = outputs.every(({ format }) => format === "text");
  return {
    errorsOnly: quiet ?? false,
    most: isText ? MOST_PER_FILE : most,
    detail: mostDetail(outputs.map(({ format }) => DETAILS[format])),
  };
}

/** What each format shows of a finding. */
const DETAILS: Readonly<Record<LintFormat, Detail>> = {
  text: "lines",
  json: "words",
  sarif: "all",
  github: "words",
  junit: "words",
  rdjson: "all",
  gitlab: "all",
};

function mostDetail(details: readonly Detail[]): Detail {
  if (details.includes("all")) return "all";
  return details.includes("lines") ? "lines" : "words";
}

function given<T>(
  text: string | undefined,
  read: (text: string) => { readonly value: T } | Failure,
): { readonly value: T | undefined } | Failure {
  return text === undefined ? { value: undefined } : read(text);
}

function conflictIn(paths: readonly string[], options: LintOptions): string | undefined {
  const { fix, update, diff, watch, changed, stdinFilename } = options;
  const readsInput = paths.includes(standardInput);
  if (fix && update) return "--fix and --update do different things: give one of them";
  if (watch && (fix || update || diff)) return "--watch only checks: leave --fix, --update and --diff out";
  if (watch && readsInput) return "--watch cannot follow standard input";
  if (readsInput && !diff && (fix || update))
    return "standard input cannot be rewritten in place: --diff shows what would change";
  if (readsInput && changed !== undefined) return "--changed cannot say anything of standard input";
  if (stdinFilename !== undefined && !readsInput)
    return "--stdin-filename names what - reads: give - as a path, too";
  return undefined;
}
