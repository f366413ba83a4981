/** `vgic-trace import`: a log of a real guest, or the snapshot of a VM, to a trace. A log is read twice: memory stays bounded. */

import { closeSync, openSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { formatNames, refusalOf } from "../../import/formats.ts";
import { Importer } from "../../import/import.ts";
import type { Piece } from "../../import/piece.ts";
import { Planner } from "../../import/plan.ts";
import type { Given } from "../../import/setup.ts";
import type { Snapshot } from "../../import/snapshots/snapshot.ts";
import { writeSnapshot } from "../../import/snapshots/write.ts";
import { snapshotWords, summaryWords } from "../../import/summary-words.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { reasonOf } from "../files/failure.ts";
import { inTemporaryFolder } from "../files/temporary-folder.ts";
import { examples } from "../help/examples.ts";
import { givenOf, type ImportOptions, pieceOf } from "../import/arguments.ts";
import { chunksOf, Output, Traces } from "../import/output.ts";
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
    .argument("<log>", "a log or a snapshot, or - for standard input")
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
    .option("--output <file>", "write the trace into a file, when all of it is there")
    .addHelpText(
      "after",
      examples(
        "import boot.ftrace.txt > boot.vgic",
        "trace-cmd report | vgic-trace import - > boot.vgic",
        "import --revision 2 --irqs 128 old-kernel.txt > old.vgic",
        "import state.json > restore.vgic",
      ),
    )
    .action(async (log: string, options: ImportOptions) => {
      finish(await importLog(log, options));
    });
}

/** Imports a log, `-` for standard input, and prints the trace on standard output. */
export async function importLog(log: string, options: ImportOptions): Promise<ExitStatus> {
  const given = givenOf(options);
  const piece = pieceOf(options);
  if (typeof given === "string" || typeof piece === "string") {
    for (const wrong of [given, piece]) if (typeof wrong === "string") complain(wrong);
    return exitStatus.failed;
  }
  exitOnSignals();
  try {
    return await inTemporaryFolder((folder) => importInto(folder, log, given, piece, options));
  } catch (error) {
    complain(`cannot import ${shown(log)}: ${reasonOf(error)}`);
    return exitStatus.failed;
  }
}

async function importInto(
  folder: string,
  log: string,
  given: Given,
  piece: Piece,
  { from, output }: ImportOptions,
): Promise<ExitStatus> {
  const out = new Output(folder, output);
  const isFile = log !== "-" && statSync(log).isFile();
  const progress = new ProgressBar(`importing ${shown(log)}`, isFile ? statSync(log).size * 2 : undefined);
  const file = isFile ? log : await spooled(log, folder, progress);
  const failed = (why: string) => {
    progress.clear();
    complain(`cannot import ${shown(log)}: ${why}`);
    return exitStatus.failed;
  };
  const snapshot = from === undefined ? await snapshotIn(file, folder) : undefined;
  if (snapshot !== undefined) {
    return "refusal" in snapshot
      ? failed(snapshot.refusal)
      : await printSnapshot(snapshot, log, given, progress, out);
  }
  const planner = new Planner(given, from);
  const refusal = await eachChunk(file, progress, (text) => planner.write(text));
  const plan = refusal ?? planner.end();
  if (typeof plan === "string") return failed(plan);
  const traces = new Traces(folder, plan.vms.length, out);
  const importer = new Importer({
    plan,
    name: shown(log),
    piece,
    write: (vm, text) => traces.write(vm, text),
  });
  await eachChunk(file, progress, (text) => {
    importer.write(text);
    return traces.flush();
  });
  const summary = importer.end();
  await traces.end();
  progress.clear();
  const failure = out.end();
  if (failure !== undefined) return failed(failure.failure);
  for (const [index, words] of summaryWords(plan, summary).entries()) {
    complain(index === 0 ? `${shown(log)}: ${words}` : words);
  }
  return exitStatus.clean;
}

/** Keeps what can be read but once in a file; gives its name. */
async function spooled(log: string, folder: string, progress: ProgressBar): Promise<string> {
  const name = path.join(folder, "log");
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

/** Reads a log in pieces; gives why it is no text, if it is none. */
async function eachChunk(
  log: string,
  progress: ProgressBar,
  take: (text: string) => void | Promise<void>,
): Promise<string | undefined> {
  const decoder = new TextDecoder("utf-8");
  let first = true;
  for await (const bytes of chunksOf(log)) {
    const refusal = first ? refusalOf(bytes.subarray(0, 4096)) : undefined;
    if (refusal !== undefined) return refusal;
    first = false;
    await take(decoder.decode(bytes, { stream: true }));
    progress.step(bytes.length);
    // Between the pieces signals are heard.
    await new Promise(setImmediate);
  }
  const rest = decoder.decode();
  if (rest !== "") await take(rest);
  return undefined;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}
