/** `vgic-trace compat`: would the guests of traces notice a migration from one host to another? */

import { statSync } from "node:fs";
import type { Command } from "commander";
import { type AnalysisOptions, analyse } from "../../analysis/analysis.ts";
import { type CompatRequest, compat as compatOf } from "../../analysis/compat/compat.ts";
import { noticedWords } from "../../analysis/compat/words.ts";
import { faultsOf, unreadIn } from "../../analysis/faults.ts";
import { hostRows } from "../../analysis/kernels/hosts.ts";
import { TraceDocument } from "../../document/document.ts";
import { openSnapshot } from "../../import/snapshots/open.ts";
import type { Snapshot } from "../../import/snapshots/snapshot.ts";
import { stateTrace } from "../../import/snapshots/state.ts";
import { MANAGER_FORMS, MANAGER_NAMES, type Manager, managerNamed } from "../../program/manager.ts";
import type { Program } from "../../program/program.ts";
import { resolve } from "../../program/resolve.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { nearest } from "../../syntax/nearest.ts";
import { parseHost } from "../../vgic/kernels/hosts.ts";
import { compatHtml } from "../compat/compat-html.ts";
import { compatJson, managersJson, matrixJson } from "../compat/compat-json.ts";
import {
  type Cell,
  managersOf,
  noticedIn,
  notTestedIn,
  type ScenarioReport,
} from "../compat/compat-report.ts";
import { compatText, managersText, matrixText } from "../compat/compat-text.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { hostFor, readConfigured } from "../files/configured.ts";
import { type Failure, isFailure, reasonOf } from "../files/failure.ts";
import { faultWords } from "../files/faults.ts";
import { withBytes } from "../files/file-bytes.ts";
import { findTraces, pathToShow, standardInput } from "../files/sources.ts";
import { formatOption } from "../help/arguments.ts";
import { examples } from "../help/examples.ts";
import { type CompatFormat, compatFormats } from "../reporters/formats.ts";
import { ProgressBar } from "../terminal/progress-bar.ts";
import { complain, outputStyle, print } from "../terminal/terminal.ts";
import { fitted } from "../terminal/wrap.ts";

export interface CompatOptions {
  readonly format: CompatFormat;
  readonly from?: string;
  readonly to?: string;
  /** Names of VMMs, or `all`; several separated by commas. Absent: the VMM of a snapshot, else faithful. */
  readonly by?: readonly string[];
  readonly back?: true;
  readonly matrix?: true;
  readonly allowDefaultRevision?: true;
  /** Whether scenarios whose guest can notice nothing are left out of the text. */
  readonly quiet?: true;
}

/** The flags of `compat`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("would the guest notice a migration?")
    .description(
      "Runs each scenario on one host, migrates it to another after every operation in turn, and says what its guest could notice, by cause. Exits with 1 if it could, with 2 if something was not tested.",
    )
    .argument("<path...>", "files, folders (their **/*.vgic), or - for standard input")
    .option("--from <host>", "the host that the scenarios run on, such as linux-5.10")
    .option("--to <host>", "the host that they are migrated to, such as linux-7.1+revision-1")
    .option(
      "--by <vmm>",
      "the VMM that migrates them, as in qemu-7.2, or all; several by comma or by repeating it (default: that of a snapshot, else faithful)",
      (names: string, before: readonly string[] | undefined) => [...(before ?? []), names],
    )
    .option("--back", "migrate back at once, as a rollback does")
    .option("--matrix", "every kind of host against every other")
    .option(
      "--allow-default-revision",
      "test a scenario whose revision the first host cannot show under the default of that host",
    )
    .option("-q, --quiet", "leave out of the text the scenarios whose guest can notice nothing")
    .addOption(formatOption(command, compatFormats))
    .addHelpText(
      "after",
      examples(
        "compat --from linux-6.12 --to linux-7.1+revision-1 boot.vgic",
        "compat --from linux-5.10 --to linux-7.1 --by qemu --back traces/",
        "compat --matrix --format html traces/ > compat.html",
        "compat state.json --from linux-6.1 --to linux-7.1",
      ),
    )
    .action(async (paths: string[], options: CompatOptions) => {
      finish(await compat(paths, options));
    });
}

/** Tries the migration, or every one of the matrix, on all traces. */
export async function compat(paths: readonly string[], options: CompatOptions): Promise<ExitStatus> {
  const { failures, paths: traces } = await findTraces(paths);
  const unread = [...failures];
  const snapshots = new Map<string, Snapshot>();
  for (const trace of traces) {
    const snapshot = snapshotAt(trace);
    if (snapshot === undefined) continue;
    if (isFailure(snapshot)) unread.push(snapshot);
    else snapshots.set(trace, snapshot);
  }
  const requests = await readRequests(options, [...snapshots.values()], traces);
  if (isFailure(requests)) {
    complain(requests.failure);
    return exitStatus.failed;
  }
  const programs: { readonly path: string; readonly program: Program; readonly options: AnalysisOptions }[] =
    [];
  for (const trace of traces) {
    if (snapshots.has(trace) || unread.length > failures.length) continue;
    const source = await readConfigured(trace);
    if (isFailure(source)) unread.push(source);
    else {
      const program = resolve(TraceDocument.of(source.text), undefined, source.options.hosts);
      programs.push({ path: pathToShow(trace), program, options: source.options });
    }
  }
  for (const { path, program, options } of programs) {
    if (unreadIn(program).length === 0) continue;
    const words = faultWords(path, faultsOf(analyse(program.document, options)));
    unread.push({ failure: `not all is migrated: ${words}` });
  }
  for (const { failure } of unread) complain(failure);
  for (const [file, { translation }] of snapshots) {
    if (translation !== undefined) complain(`${pathToShow(file)}: ${UNCOMPARED_ITS}`);
  }
  const progress = new ProgressBar("migrating", requests.list.length * (snapshots.size + programs.length));
  const reported = (...given: Parameters<typeof reportsOf>): ReturnType<typeof reportsOf> => {
    const reports = reportsOf(...given);
    progress.step(1);
    return reports;
  };
  const cells = requests.list.map((request): Cell => {
    const restored = [...snapshots].flatMap(([file, snapshot]) => {
      const program = resolve(TraceDocument.of(stateTrace(snapshot, request.from)));
      return reported(pathToShow(file), program, { ...request, atEndOnly: true });
    });
    const scenarios = programs.flatMap(({ path, program, options }) =>
      reported(path, program, request, options),
    );
    return { request, scenarios: [...restored, ...scenarios] };
  });
  progress.clear();
  print(outputOf(cells, options));
  const isTested = cells.every(
    (cell) => cell.scenarios.length > notTestedIn(cell) && notTestedIn(cell) === 0,
  );
  if (unread.length > 0 || !isTested) return exitStatus.failed;
  return cells.some((cell) => noticedIn(cell) > 0) ? exitStatus.errors : exitStatus.clean;
}

/** Said of a snapshot with an ITS: guest memory is not read from it. */
const UNCOMPARED_ITS =
  "devices, collections and LPIs of its ITS are in guest memory, which is not read: they are not compared";

function outputOf(cells: readonly Cell[], { format, matrix, quiet }: CompatOptions): string {
  const isOneVmm = managersOf(cells).length === 1;
  if (format === "html") return compatHtml(cells);
  if (format === "json")
    return matrix ? matrixJson(cells) : isOneVmm ? compatJson(itemAt(cells, 0)) : managersJson(cells);
  const style = outputStyle();
  if (matrix) return fitted(matrixText(cells, style), style.width);
  const text = isOneVmm ? compatText(itemAt(cells, 0), style, quiet === true) : managersText(cells, style);
  return fitted(text, style.width);
}

function reportsOf(
  path: string,
  program: Program,
  request: CompatRequest,
  options: AnalysisOptions = {},
): ScenarioReport[] {
  return compatOf(program, request, options).map((result) => ({
    path,
    line: result.firstLine,
    title: result.scenario.title,
    model: result.scenario.setup.model,
    declared: result.scenario.setup.revision,
    revision: result.revision,
    migrations: result.migrations,
    untested: result.untested,
    isCutShort: result.isCutShort,
    noticed: result.noticed.map((noticed) => noticedWords(result, noticed, request)),
  }));
}

/** The snapshot that a file is, or why it cannot be read; undefined for a trace. */
function snapshotAt(file: string): Snapshot | Failure | undefined {
  if (file === standardInput || file.endsWith(".vgic")) return undefined;
  try {
    if (!statSync(file).isFile()) return undefined;
    const found = withBytes(file, openSnapshot);
    return found !== undefined && "refusal" in found
      ? { failure: `cannot read ${pathToShow(file)}: ${found.refusal}` }
      : found;
  } catch (error) {
    return { failure: `cannot read ${pathToShow(file)}: ${reasonOf(error)}` };
  }
}

async function readRequests(
  options: CompatOptions,
  snapshots: readonly Snapshot[],
  traces: readonly string[],
): Promise<{ readonly list: readonly CompatRequest[] } | Failure> {
  const managers: Manager[] = [];
  const saved = [...new Set(snapshots.map(({ manager }) => manager))];
  if (options.by === undefined && saved.length > 1) {
    return { failure: `the snapshots are of ${saved.join(" and ")}: name the VMM with --by` };
  }
  const by: readonly string[] = options.by ?? [saved[0] ?? "faithful"];
  for (const name of by.flatMap((names) => names.split(","))) {
    const manager = managerNamed(name);
    if (name === "all") managers.push(...MANAGER_NAMES);
    else if (manager !== undefined) managers.push(manager);
    else {
      const near = nearest(name.replace(/-[\d.]*$/, ""), [...MANAGER_NAMES, "all"]);
      const hint = near === undefined ? "" : `: did you mean ${near}?`;
      return { failure: `--by takes one of ${MANAGER_FORMS}, or all, not "${name}"${hint}` };
    }
  }
  const each = [...new Set(managers)];
  if (options.matrix && each.length > 1) {
    return { failure: "--matrix takes one VMM: give --by once, or name two hosts with --from and --to" };
  }
  const { back = false, allowDefaultRevision = false } = options;
  if (options.matrix) {
    const hosts = hostRows().flatMap(({ example }) => {
      const host = example === undefined ? "not-a-host" : parseHost(example);
      return typeof host === "string" ? [] : [host];
    });
    const by = itemAt(each, 0);
    return {
      list: hosts.flatMap((from) => hosts.map((to) => ({ from, to, by, back, allowDefaultRevision }))),
    };
  }
  if (options.from === undefined || options.to === undefined) {
    return { failure: "compat needs two hosts, as in --from linux-5.10 --to linux-7.1; or --matrix for all" };
  }
  const from = await hostFor("--from", options.from, traces);
  const to = await hostFor("--to", options.to, traces);
  if (isFailure(from)) return from;
  if (isFailure(to)) return to;
  return { list: each.map((by) => ({ from, to, by, back, allowDefaultRevision })) };
}
