/** The part of `vgic-trace import` that reads snapshots of VMs. */
import { closeSync, createReadStream, ftruncateSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { ByteSource } from "../../import/byte-source.ts";
import { openSnapshot } from "../../import/snapshots/open.ts";
import type { Refusal, Snapshot } from "../../import/snapshots/snapshot.ts";
import { withBytes } from "../files/file-bytes.ts";

/**
 * The snapshot that a file is, or that is in it, unpacked in a folder of the command's own; undefined: it is none.
 * @param memory the file with the guest's memory, if it was given
 */
export async function snapshotIn(
  file: string,
  folder: string,
  memory?: string,
): Promise<Snapshot | Refusal | undefined> {
  const open = (source: ByteSource) =>
    memory === undefined ? openSnapshot(source) : withBytes(memory, (bytes) => openSnapshot(source, bytes));
  const found = withBytes(file, open);
  if (found === undefined || !("refusal" in found) || found.gzipFrom === undefined) return found;
  const unpacked = path.join(folder, "unpacked");
  try {
    await pipeline(createReadStream(file, { start: found.gzipFrom }), createGunzip(), withoutZeros(unpacked));
  } catch {
    return found;
  }
  return withBytes(unpacked, open);
}

/** A stream is as large as the VM's memory; no more is unpacked. */
const MOST_UNPACKED = 64 * 2 ** 30;

/** Writes a file, but leaves holes for zeros: most of a VM's memory. */
function withoutZeros(name: string): Writable {
  const file = openSync(name, "w");
  let length = 0;
  return new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      if (chunk.some((byte) => byte !== 0)) writeSync(file, chunk, 0, chunk.length, length);
      length += chunk.length;
      done(length > MOST_UNPACKED ? new Error("too large") : null);
    },
    final(done) {
      ftruncateSync(file, length);
      done();
    },
    destroy(error, done) {
      closeSync(file);
      done(error);
    },
  });
}
