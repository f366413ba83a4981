/** `vgic-trace import`: a log of a real guest, or the snapshot of a VM, to a trace. A log is read twice: memory stays bounded. */
import { appendFileSync, closeSync, openSync, readSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { type Format, refusalOf } from "../../import/formats.ts";
import { Importer } from "../../import/import.ts";
import { Planner } from "../../import/plan.ts";
import type { Given } from "../../import/setup.ts";
import type { Snapshot } from "../../import/snapshots/snapshot.ts";
import { writeSnapshot } from "../../import/snapshots/write.ts";
import { snapshotWords, summaryWords } from "../../import/summary-words.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { reasonOf } from "../files/failure.ts";
import { inTemporaryFolder } from "../files/temporary-folder.ts";
import { ProgressBar } from "../terminal/progress-bar.ts";
import { complain, exitOnSignals, print } from "../terminal/terminal.ts";
import { givenOf, type ImportOptions } from "./import-arguments.ts";
import { snapshotIn } from "./import-snapshot.ts";

const chunkBytes = 1 << 20;
/** Characters of a VM's trace that wait in memory. */
const mostWaiting = 1 << 14;

/** Imports a log, `-` for standard input, and prints the trace on standard output. */
export async function importLog(log: string, options: ImportOptions): Promise<ExitStatus> {
  const given = givenOf(options);
  if (typeof given === "string") {
    complain(given);
    return exitStatus.failed;
  }
  exitOnSignals();
  try {
    return await inTemporaryFolder((folder) => importInto(folder, log, given, options.from));
  } catch (error) {
    complain(`cannot import ${shown(log)}: ${reasonOf(error)}`);
    return exitStatus.failed;
  }
}

async function importInto(
  folder: string,
  log: string,
  given: Given,
  from: Format | undefined,
): Promise<ExitStatus> {
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
      : await printSnapshot(snapshot, log, given, progress);
  }
  const planner = new Planner(given, from);
  const refusal = await eachChunk(file, progress, (text) => planner.write(text));
  const plan = refusal ?? planner.end();
  if (typeof plan === "string") return failed(plan);
  const traces = new Traces(folder, plan.vms.length);
  const importer = new Importer({ plan, name: shown(log), write: (vm, text) => traces.write(vm, text) });
  await eachChunk(file, progress, (text) => {
    importer.write(text);
    return traces.flush();
  });
  const summary = importer.end();
  await traces.end();
  progress.clear();
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
): Promise<ExitStatus> {
  const texts: string[] = [];
  const summary = writeSnapshot(snapshot, { name: shown(log), revision, write: (text) => texts.push(text) });
  await print(texts.join(""));
  progress.clear();
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

async function* chunksOf(log: string): AsyncGenerator<Uint8Array> {
  if (log === "-") {
    yield* process.stdin;
    return;
  }
  const file = openSync(log, "r");
  try {
    const buffer = new Uint8Array(chunkBytes);
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

/** The traces of several VMs go to one output one behind the other: all but the first wait in files. */
class Traces {
  readonly #folder: string;
  /** What is not in a file yet, of each VM. */
  readonly #waiting: string[];

  constructor(folder: string, count: number) {
    this.#folder = folder;
    this.#waiting = Array.from({ length: count }, () => "");
  }

  write(vm: number, text: string): void {
    this.#waiting[vm] += text;
    if (vm > 0 && this.#waiting[vm].length > mostWaiting) this.#spool(vm);
  }

  #spool(vm: number): void {
    appendFileSync(this.#file(vm), this.#waiting[vm]);
    this.#waiting[vm] = "";
  }

  #file(vm: number): string {
    return path.join(this.#folder, `vm-${vm}`);
  }

  /** Waits until the reader of the output has taken what is ready of the first. */
  async flush(): Promise<void> {
    const text = this.#waiting[0];
    this.#waiting[0] = "";
    if (text !== "") await print(text);
  }

  async end(): Promise<void> {
    await this.flush();
    for (let vm = 1; vm < this.#waiting.length; vm++) {
      this.#spool(vm);
      for await (const bytes of chunksOf(this.#file(vm))) await print(bytes);
    }
  }
}
