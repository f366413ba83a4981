/** Where `vgic-trace import` reads its input from and writes its traces to, in bounded memory. */
import { appendFileSync, closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { itemAt } from "../../syntax/item-at.ts";
import type { Failure } from "../files/failure.ts";
import { copyAtomically } from "../files/write-file.ts";
import { print } from "../terminal/terminal.ts";

/** What is made of so many fits into the caches of processors. */
const chunkBytes = 1 << 17;
/** Characters of a VM's trace that wait in memory. */
const mostWaiting = 1 << 14;

/** A file in pieces, `-` for standard input. */
export async function* chunksOf(log: string): AsyncGenerator<Uint8Array> {
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

/** Whether two files hold the same lines, however these end. */
export function haveSameLines(one: string, other: string): boolean {
  const [first, second] = [unendedChunks(one), unendedChunks(other)];
  try {
    let here: Buffer = EMPTY;
    let there: Buffer = EMPTY;
    for (;;) {
      if (here.length === 0) here = first.next().value ?? EMPTY;
      if (there.length === 0) there = second.next().value ?? EMPTY;
      if (here.length === 0 || there.length === 0) return here.length === there.length;
      const count = Math.min(here.length, there.length);
      if (!here.subarray(0, count).equals(there.subarray(0, count))) return false;
      [here, there] = [here.subarray(count), there.subarray(count)];
    }
  } finally {
    first.return(EMPTY);
    second.return(EMPTY);
  }
}

const EMPTY = Buffer.alloc(0);
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

/** The bytes of a file without carriage returns, a byte order mark and the line ends behind the last line. */
function* unendedChunks(file: string): Generator<Buffer, Buffer> {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(chunkBytes);
    let feeds = 0;
    let isFirst = true;
    for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
      let bytes = buffer.subarray(0, count);
      if (isFirst && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(3);
      isFirst = false;
      if (bytes.includes(CARRIAGE_RETURN))
        bytes = Buffer.from(bytes.filter((byte) => byte !== CARRIAGE_RETURN));
      let end = bytes.length;
      while (end > 0 && bytes[end - 1] === LINE_FEED) end--;
      if (end > 0 && feeds > 0) yield Buffer.alloc(feeds, LINE_FEED);
      if (end > 0) {
        yield bytes.subarray(0, end);
        feeds = 0;
      }
      feeds += bytes.length - end;
    }
    return EMPTY;
  } finally {
    closeSync(descriptor);
  }
}

/** Where the trace goes: standard output, or a file, which is there when all of the trace is. */
export class Output {
  readonly #file: string | undefined;
  readonly #waiting: string;
  #descriptor: number | undefined;

  /** @param folder the command's own */
  constructor(folder: string, file: string | undefined) {
    this.#file = file;
    this.#waiting = path.join(folder, "trace");
  }

  async write(text: string | Uint8Array): Promise<void> {
    if (this.#file === undefined) {
      await print(text);
      return;
    }
    this.#descriptor ??= openSync(this.#waiting, "w");
    appendFileSync(this.#descriptor, text);
  }

  /** Whether what is written can be taken back. */
  get isHeldBack(): boolean {
    return this.#file !== undefined;
  }

  /** Takes back what is written. */
  restart(): void {
    this.#close();
  }

  /** All is written. */
  end(): Failure | undefined {
    this.#close();
    return this.#file === undefined ? undefined : copyAtomically(this.#waiting, this.#file);
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** The traces of several VMs go to one output one after the other: all but the first wait in files. */
export class Traces {
  readonly #folder: string;
  readonly #out: Output;
  /** What is not in a file yet, of each VM. */
  readonly #waiting: string[];

  constructor(folder: string, count: number, out: Output) {
    this.#folder = folder;
    this.#out = out;
    this.#waiting = Array.from({ length: count }, () => "");
  }

  write(vm: number, text: string): void {
    const waiting = itemAt(this.#waiting, vm) + text;
    this.#waiting[vm] = waiting;
    if (vm > 0 && waiting.length > mostWaiting) this.#spool(vm);
  }

  #spool(vm: number): void {
    appendFileSync(this.#file(vm), itemAt(this.#waiting, vm));
    this.#waiting[vm] = "";
  }

  #file(vm: number): string {
    return path.join(this.#folder, `vm-${vm}`);
  }

  /** Waits until the reader of the output has taken what is ready of the first. */
  async flush(): Promise<void> {
    const text = itemAt(this.#waiting, 0);
    this.#waiting[0] = "";
    if (text !== "") await this.#out.write(text);
  }

  async end(): Promise<void> {
    await this.flush();
    for (let vm = 1; vm < this.#waiting.length; vm++) {
      this.#spool(vm);
      for await (const bytes of chunksOf(this.#file(vm))) await this.#out.write(bytes);
    }
  }
}
