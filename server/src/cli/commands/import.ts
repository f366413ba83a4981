/** `vgic-trace import`: logs of a real guest, or the snapshot of a VM, to a trace. A log is read twice at most: memory stays bounded. */

import { closeSync, openSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { Command } from "commander";
import { clocksDiffer, type NamedLog } from "../../import/clocks.ts";
import { type Format, formatNames, refusalOf } from "../../import/formats.ts";
import { Importer, type Summary } from "../../import/import.ts";
import type { Piece } from "../../import/piece.ts";
import { areAlike, type Plan, Planner, planOf } from "../../import/plan.ts";
import type { Given } from "../../import/setup.ts";
import type { Snapshot } from "../../import/snapshots/snapshot.ts";
import { writeSnapshot } from "../../import/snapshots/write.ts";
import { snapshotWords, summaryWords } from "../../import/summary-words.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { pathOf, reasonOf } from "../files/failure.ts";
import { NotReadable } from "../files/read-file.ts";
import { isStandardOutput } from "../files/sources.ts";
import { inTemporaryFolder } from "../files/temporary-folder.ts";
import { fileId } from "../files/write-file.ts";
import { examples } from "../help/examples.ts";
import { givenOf, type ImportOptions, type MergeChoice, mergeOf, pieceOf } from "../import/arguments.ts";
import { chunksOf, haveSameLines, Output, Traces } from "../import/output.ts";
import { snapshotIn } from "../import/snapshot.ts";
import { ProgressBar } from "../terminal/progress-bar.ts";
import { complain, exitOnSignals } from "../terminal/terminal.ts";

/** The flags of `import`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("turn a log of a real guest, or a snapshot, into a trace")
    .description(
      "Turns a log into a trace, printed on standard output: Linux tracepoints (ftrace, trace-cmd report, perf script), lists of KVM device attributes, QEMU trace events, the qtest protocol, the kernel's vgic-state dump. What the log does not show can be given. The snapshot of a VM becomes the calls with which its VMM restores it: QEMU's migration stream (also inside a libvirt save file, or as analyze-migration.py prints it), cloud-hypervisor's state.json, Firecracker's vmstate file or snapshot-editor print, crosvm's irqchip fragment.",
    )
    .argument(
      "<log...>",
      "a log or a snapshot, or - for standard input; several logs of one machine become one trace",
    )
    .addOption(
      command
        .createOption("--from <format>", "the log's format, if it is not recognised")
        .choices(formatNames),
    )
    .addOption(command.createOption("--gic <model>", "the GIC's model").choices(["v2", "v3"]))
    .option("--revision <n>", "the GICD_IIDR revision that the guest saw")
    .option("--cpus <n>", "how many vCPUs the VM has")
    .option("--irqs <n>", "how many interrupts the vGIC has")
    .option("--base-dist <address>", "where the distributor is")
    .option("--base-redist <address>", "where the redistributors begin")
    .option("--base-cpu <address>", "where the GICv2 CPU interface is")
    .option("--since <time>", "begin at this time of the log, with the state before it")
    .option("--until <time>", "end at this time of the log")
    .option("--vcpu <n>", "leave out what other vCPUs do")
    .option("--intid <n>", "leave out what is about other interrupts")
    .option(
      "--memory <file>",
      "of a snapshot: the guest's memory, which cloud-hypervisor (memory-ranges) and Firecracker keep in a file of its own",
    )
    .addOption(
      command
        .createOption(
          "--offset <seconds>",
          "of several logs: what to add to the times of the second, and again for each further one",
        )
        .argParser((value: string, before: readonly string[] = []) => [...before, value]),
    )
    .option("--in-order", "of several logs: one was taken after the other, as they are given")
    .option("--output <file>", "write the trace into a file, when all of it is there; - for standard output")
    .addHelpText(
      "after",
      examples(
        "import boot.ftrace.txt > boot.vgic",
        "trace-cmd report | vgic-trace import - > boot.vgic",
        "import --revision 2 --irqs 128 old-kernel.txt > old.vgic",
        "import state.json > restore.vgic",
        "import host.ftrace.txt vmm-calls.txt > both.vgic",
      ),
    )
    .action(async (logs: readonly string[], options: ImportOptions) => {
      finish(await importLogs(logs, options));
    });
}

/** What is asked for, as it was understood. */
interface Wanted {
  readonly given: Given;
  readonly piece: Piece;
  readonly merge: MergeChoice;
  readonly from: ImportOptions["from"];
  readonly output: string | undefined;
  readonly memory: string | undefined;
}

/** Imports logs, `-` for standard input, and prints the trace on standard output. */
export async function importLogs(logs: readonly string[], options: ImportOptions): Promise<ExitStatus> {
  const given = givenOf(options);
  const piece = pieceOf(options);
  const merge = mergeOf(options, logs.length);
  const twice =
    logs.filter((log) => log === "-").length > 1 ? "standard input can be read but once" : undefined;
  if (typeof given === "string" || typeof piece === "string" || typeof merge === "string" || twice) {
    for (const wrong of [given, piece, merge, twice]) if (typeof wrong === "string") complain(wrong);
    return exitStatus.failed;
  }
  exitOnSignals();
  const { from, memory } = options;
  const output = isStandardOutput(options.output) ? undefined : options.output;
  try {
    return await inTemporaryFolder((folder) =>
      importInto(folder, logs, { given, piece, merge, from, output, memory }),
    );
  } catch (error) {
    const file = pathOf(error);
    complain(`cannot import ${file === undefined ? namesOf(logs) : shown(file)}: ${reasonOf(error)}`);
    return exitStatus.failed;
  }
}

/** What is wrong with a log that is given twice, under whatever name: all that it shows would be done twice. */
function givenTwice(logs: readonly { readonly log: string; readonly id?: string }[]): string | undefined {
  const seen = new Map<string, string>();
  for (const { log, id } of logs) {
    const other = id === undefined ? undefined : seen.get(id);
    if (other !== undefined)
      return other === log ? `${log} is given twice` : `${other} and ${log} are the same file`;
    if (id !== undefined) seen.set(id, log);
  }
  return undefined;
}

/** The first two logs that hold the same lines. */
function copies(
  files: readonly { readonly log: string; readonly file: string }[],
): readonly [string, string] | undefined {
  for (const [index, one] of files.entries()) {
    const same = files.slice(0, index).find((other) => haveSameLines(one.file, other.file));
    if (same !== undefined) return [same.log, one.log];
  }
  return undefined;
}

async function importInto(folder: string, logs: readonly string[], wanted: Wanted): Promise<ExitStatus> {
  const { given, piece, merge, from, memory } = wanted;
  const out = new Output(folder, wanted.output);
  const sized = logs.map((log) => {
    const stats = log === "-" ? undefined : statSync(log);
    // One such as /dev/zero has no end.
    if (stats?.isCharacterDevice()) throw new NotReadable("it is not a file");
    return { log, size: stats?.isFile() ? stats.size : undefined, id: log === "-" ? undefined : fileId(log) };
  });
  const sizes = sized.map(({ size }) => size);
  const areFiles = sizes.every((size) => size !== undefined);
  const total = sizes.reduce((sum: number, size) => sum + 2 * (size ?? 0), 0);
  const progress = new ProgressBar(`importing ${namesOf(logs)}`, areFiles ? total : undefined);
  const failed = (why: string, of = namesOf(logs)) => {
    progress.clear();
    complain(`cannot import ${of}: ${why}`);
    return exitStatus.failed;
  };
  const twice = givenTwice(sized);
  if (twice !== undefined) {
    complain(`${twice}: name each log once`);
    return exitStatus.failed;
  }
  const target = wanted.output === undefined ? undefined : fileId(wanted.output);
  const overwritten = target && sized.find(({ id }) => id === target);
  if (overwritten) return failed("--output names the log itself: name another file", shown(overwritten.log));
  const files: { readonly log: string; readonly file: string }[] = [];
  const imported = async (plan: Plan, witness?: Planner): Promise<Read> => {
    const traces = new Traces(folder, plan.vms.length, out);
    const importer = new Importer({
      plan,
      names: logs.map(shown),
      piece,
      order: merge.order,
      offsets: [0, ...merge.offsets],
      write: (vm, text) => traces.write(vm, text),
      witness,
    });
    const texts = files.map(({ file }) => textsOf(file, progress));
    for (let log = importer.awaited(); log !== undefined; log = importer.awaited()) {
      const { done, value } = await itemAt(texts, log).next();
      if (done) importer.endOf(log);
      else importer.write(log, value);
      await traces.flush();
    }
    return { summary: importer.end(), traces };
  };
  const finished = async (plan: Plan, { summary, traces }: Read): Promise<ExitStatus> => {
    await traces.end();
    progress.clear();
    const failure = out.end();
    if (failure !== undefined) return failed(failure.failure);
    for (const [index, words] of summaryWords(plan, summary).entries()) {
      complain(index === 0 ? `${namesOf(logs)}: ${words}` : words);
    }
    return exitStatus.clean;
  };
  for (const [index, { log, size }] of sized.entries()) {
    const isFile = size !== undefined;
    const file = isFile ? log : await spooled(log, path.join(folder, `log-${index}`), progress);
    files.push({ log, file });
  }
  const same = copies(files);
  if (same !== undefined) {
    progress.clear();
    complain(`${nameAsGiven(same[0])} and ${nameAsGiven(same[1])} hold the same log: name it once`);
    return exitStatus.failed;
  }
  const named: NamedLog[] = [];
  for (const { log, file } of files) {
    const name = shown(log);
    const snapshot = from === undefined ? await snapshotIn(file, folder, memory) : undefined;
    if (snapshot !== undefined && "refusal" in snapshot) return failed(snapshot.refusal, name);
    if (snapshot !== undefined && logs.length > 1)
      return failed(`it is ${snapshot.title}, which is imported alone: only logs can be put together`, name);
    if (snapshot !== undefined) return await printSnapshot(snapshot, log, given, progress, out);
    if (memory !== undefined) return failed("--memory is about a snapshot, and it is none", name);
    const refusal = await textRefusal(file);
    if (refusal !== undefined) return failed(refusal, name);
    const planner = new Planner(from);
    const mayGuess = logs.length === 1 && out.isHeldBack;
    const guess = mayGuess ? await guessedPlan(file, from, given) : undefined;
    const read = guess && (await imported(guess, planner));
    if (read === undefined) for await (const text of textsOf(file, progress)) planner.write(text);
    const surveyed = planner.end();
    if (typeof surveyed === "string") return failed(surveyed, name);
    const plan = planOf([surveyed], given);
    if (guess !== undefined && read !== undefined && typeof plan !== "string") {
      if (areAlike(guess, plan)) return await finished(plan, read);
      out.restart();
    }
    named.push({ name, found: surveyed });
  }
  const isByTime = logs.length > 1 && merge.order === "time";
  const differ = isByTime ? clocksDiffer(named, merge.offsets.length) : undefined;
  const found = named.map((one) => one.found);
  const plan = differ ?? planOf(found, given);
  if (typeof plan === "string") return failed(plan);
  return await finished(plan, await imported(plan));
}

/** Logs as they were read: the trace is not all written yet. */
interface Read {
  readonly summary: Summary;
  readonly traces: Traces;
}

/** Bytes that mostly show what the VM of a log is: its guest has started. */
const TELLING_BYTES = 1 << 22;

/**
 * The plan that the beginning of a long log leads to. With it the log can be read while it is found out whether all of it
 * leads to the same one; mostly it does, and need not be read again.
 */
async function guessedPlan(file: string, from: Format | undefined, given: Given): Promise<Plan | undefined> {
  if (statSync(file).size < 2 * TELLING_BYTES) return undefined;
  const planner = new Planner(from);
  let bytes = 0;
  for await (const text of textsOf(file)) {
    planner.write(text);
    bytes += text.length;
    if (bytes >= TELLING_BYTES) break;
  }
  const found = planner.end();
  const plan = typeof found === "string" ? found : planOf([found], given);
  // The traces of others wait in files, where they could not be taken back.
  return typeof plan === "string" || plan.vms.length > 1 ? undefined : plan;
}

/** Keeps what can be read but once in a file; gives the file's name. */
async function spooled(log: string, name: string, progress: ProgressBar): Promise<string> {
  const file = openSync(name, "w");
  try {
    for await (const bytes of chunksOf(log)) {
      writeAll(file, bytes);
      progress.step(bytes.length);
    }
  } finally {
    closeSync(file);
  }
  return name;
}

async function printSnapshot(
  snapshot: Snapshot,
  log: string,
  { revision }: Given,
  progress: ProgressBar,
  out: Output,
): Promise<ExitStatus> {
  const texts: string[] = [];
  const summary = writeSnapshot(snapshot, { name: shown(log), revision, write: (text) => texts.push(text) });
  await out.write(texts.join(""));
  progress.clear();
  const failure = out.end();
  if (failure !== undefined) {
    complain(failure.failure);
    return exitStatus.failed;
  }
  for (const [index, words] of snapshotWords(snapshot, summary).entries()) {
    complain(index === 0 ? `${shown(log)}: ${words}` : words);
  }
  return exitStatus.clean;
}

function shown(log: string): string {
  return log === "-" ? "standard input" : path.basename(log);
}

function nameAsGiven(log: string): string {
  return log === "-" ? shown(log) : log;
}

function namesOf(logs: readonly string[]): string {
  return logs.map(shown).join(", ");
}

/** Why a log is no text; undefined if it can be. */
async function textRefusal(log: string): Promise<string | undefined> {
  for await (const bytes of chunksOf(log)) return refusalOf(bytes.subarray(0, 4096));
  return undefined;
}

const byteOrderMark = "\uFEFF";

/** The text of a log in pieces. */
async function* textsOf(log: string, progress?: ProgressBar): AsyncGenerator<string, undefined> {
  const decoder = new StringDecoder("utf8");
  let mark = byteOrderMark;
  for await (const bytes of chunksOf(log)) {
    const text = decoder.write(bytes);
    yield text.startsWith(mark) ? text.slice(mark.length) : text;
    mark = "";
    progress?.step(bytes.length);
    // Between the pieces signals are heard.
    await new Promise(setImmediate);
  }
  const rest = decoder.end();
  if (rest !== "") yield rest;
  return undefined;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}
