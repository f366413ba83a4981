/** A file as bytes that are read from anywhere in it. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "../../import/byte-source.ts";

/** Hands a file's bytes to a reader that takes them from anywhere. */
export function withBytes<T>(name: string, read: (source: ByteSource) => T): T {
  const file = openSync(name, "r");
  try {
    return read({
      length: fstatSync(file).size,
      read(offset, length) {
        const buffer = new Uint8Array(Math.max(0, Math.min(length, this.length - offset)));
        let done = 0;
        while (done < buffer.length) {
          const count = readSync(file, buffer, done, buffer.length - done, offset + done);
          if (count === 0) break;
          done += count;
        }
        return buffer.subarray(0, done);
      },
    });
  } finally {
    closeSync(file);
  }
}
