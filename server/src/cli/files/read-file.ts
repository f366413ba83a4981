/** Reads files whose names come from outside: regular ones only, wherever a link leads, and never more than a limit. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import path from "node:path";

/** Settings and ignore files larger than this are a mistake. */
export const SETTINGS_BYTES = 1_000_000;

/** V8's longest string, about; a trace this large is a mistake. */
export const TRACE_BYTES = 500_000_000;

/** Why a file was not read although it is there. */
export class NotReadable extends Error {}

/** What the shell puts in the place of `<(…)`, or a person names to mean it: pipes that are there on purpose. */
const streams = /^\/(dev\/(stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;

/**
 * Reads a regular file.
 * @throws what the system says, or `NotReadable` for anything else than a file and for one of more than `mostBytes`
 */
export function readRegularFile(file: string, mostBytes: number): Buffer {
  const isStream = streams.test(path.posix.normalize(file));
  // Opening a pipe would wait for its other end, and opening a device may do something.
  if (!isStream) refuseAllBut(statSync(file));
  const descriptor = openSync(file, constants.O_RDONLY | (isStream ? 0 : (constants.O_NONBLOCK ?? 0)));
  try {
    const stats = fstatSync(descriptor);
    if (!isStream) refuseAllBut(stats);
    if (stats.size > mostBytes) throw tooLarge(mostBytes);
    return readAll(descriptor, stats.size, mostBytes);
  } finally {
    closeSync(descriptor);
  }
}

/** Collects pieces as they come, such as those of standard input, and refuses more than a limit. */
export class Pieces {
  readonly #pieces: Uint8Array[] = [];
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  add(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.#bytes > this.#mostBytes) throw tooLarge(this.#mostBytes);
    this.#pieces.push(piece);
  }

  all(): Buffer {
    return Buffer.concat(this.#pieces, this.#bytes);
  }
}

function refuseAllBut(stats: { isFile(): boolean; isDirectory(): boolean }): void {
  if (stats.isDirectory()) throw new NotReadable("it is a folder");
  if (!stats.isFile()) throw new NotReadable("it is not a file");
}

function tooLarge(mostBytes: number): NotReadable {
  return new NotReadable(`it is larger than ${mostBytes / 1e6} MB`);
}

const leastPiece = 1 << 16;

/** Reads to the end, whatever size the system tells: a file may grow, and those of /proc tell 0. */
function readAll(descriptor: number, size: number, mostBytes: number): Buffer {
  const first = Buffer.allocUnsafe(size + 1);
  const count = fill(descriptor, first);
  if (count < first.length) return first.subarray(0, count);
  const pieces = new Pieces(mostBytes);
  pieces.add(first);
  for (;;) {
    const piece = Buffer.allocUnsafe(leastPiece);
    const read = fill(descriptor, piece);
    pieces.add(piece.subarray(0, read));
    if (read < piece.length) return pieces.all();
  }
}

/** Reads until a buffer is full or the file ends. @returns the number of bytes read */
function fill(descriptor: number, buffer: Uint8Array): number {
  let count = 0;
  while (count < buffer.length) {
    const read = readSync(descriptor, buffer, count, buffer.length - count, null);
    if (read === 0) break;
    count += read;
  }
  return count;
}
