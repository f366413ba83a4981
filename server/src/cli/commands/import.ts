/** `vgic-trace import`: a log of a real guest to a trace. The log is read twice, so that memory stays bounded. */
import { appendFileSync, closeSync, openSync, readSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { type Format, refusalOf } from "../../import/formats.ts";
import { Importer } from "../../import/import.ts";
import { Planner } from "../../import/plan.ts";
import type { Given } from "../../import/setup.ts";
import { summaryWords } from "../../import/summary-words.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { reasonOf } from "../files/failure.ts";
import { inTemporaryFolder } from "../files/temporary-folder.ts";
import { ProgressBar } from "../terminal/progress-bar.ts";
import { complain, exitOnSignals, print } from "../terminal/terminal.ts";
import { givenOf } from "./import-arguments.ts";

/** What the command takes, as it was typed. */
export interface ImportOptions {
  readonly from?: Format;
  readonly gic?: string;
  readonly revision?: string;
  readonly cpus?: string;
  readonly irqs?: string;
  readonly baseDist?: string;
  readonly baseRedist?: string;
  readonly baseCpu?: string;
}

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
  const spooled = log === "-" || !statSync(log).isFile() ? path.join(folder, "log") : undefined;
  const spool = spooled === undefined ? undefined : openSync(spooled, "w");
  const total = spooled === undefined ? statSync(log).size * 2 : undefined;
  const progress = new ProgressBar(`importing ${shown(log)}`, total);
  const planner = new Planner(given, from);
  const refusal = await eachChunk(log, progress, (text, bytes) => {
    if (spool !== undefined) writeAll(spool, bytes);
    planner.write(text);
  });
  if (spool !== undefined) closeSync(spool);
  const plan = refusal ?? planner.end();
  if (typeof plan === "string") {
    progress.clear();
    complain(`cannot import ${shown(log)}: ${plan}`);
    return exitStatus.failed;
  }
  const traces = new Traces(folder, plan.vms.length);
  const importer = new Importer({ plan, name: shown(log), write: (vm, text) => traces.write(vm, text) });
  await eachChunk(spooled ?? log, progress, (text) => {
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

function shown(log: string): string {
  return log === "-" ? "standard input" : path.basename(log);
}

/** Reads a log in pieces; gives why it is no text, if it is none. */
async function eachChunk(
  log: string,
  progress: ProgressBar,
  take: (text: string, bytes: Uint8Array) => void | Promise<void>,
): Promise<string | undefined> {
  const decoder = new TextDecoder("utf-8");
  let first = true;
  for await (const bytes of chunksOf(log)) {
    const refusal = first ? refusalOf(bytes.subarray(0, 4096)) : undefined;
    if (refusal !== undefined) return refusal;
    first = false;
    await take(decoder.decode(bytes, { stream: true }), bytes);
    progress.step(bytes.length);
    // Between the pieces signals are heard.
    await new Promise(setImmediate);
  }
  const rest = decoder.decode();
  if (rest !== "") await take(rest, new Uint8Array());
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
