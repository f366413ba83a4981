/** Fuzzers of imports: real logs and snapshots, cut, torn and with other words in them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { bytesInMemory } from "../../server/src/import/byte-source.ts";
import { openSnapshot } from "../../server/src/import/snapshots/open.ts";
import { writeSnapshot } from "../../server/src/import/snapshots/write.ts";
import { errorsOf, importOrRefuse } from "../import/support.ts";
import type { Fuzzer } from "./fuzzer.ts";

/** Characters of a log: what begins it, and enough of what follows. */
const LOG_LENGTH = 6000;

function originals<T>(folder: string, wanted: RegExp, read: (bytes: Uint8Array) => T): T[] {
  const names = readdirSync(path.resolve("test", folder)).filter((name) => wanted.test(name));
  return names.sort().map((name) => {
    const bytes = readFileSync(path.resolve("test", folder, name));
    return read(name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
  });
}

const word = fc.constantFrom(
  ...["0", "-1", "0xffffffffffffffff", "9999999999", "CPU", "VCPU:", "\t", "gpa", "=", "é", "\0", "\n", "> "],
  ...["\u001b[1m", "[  12.5] ", "level: 2", "offset 0x6100", "cpu 9", "val 0x", "(", "...", "SPI", "group=3"],
);
const cut = fc.tuple(fc.nat(LOG_LENGTH - 1), fc.nat(12), word);
/** One line again, or in another place. */
const moved = fc.tuple(fc.nat(60), fc.nat(60));

const logFuzzer: Fuzzer = {
  name: "import-logs",
  promise: "a log imports without an error, however it comes in pieces, or is refused with a reason",
  property: () => {
    const logs = originals("logs", /\.txt$/, (bytes) => new TextDecoder().decode(bytes).slice(0, LOG_LENGTH));
    return fc.property(
      fc.constantFrom(...logs),
      fc.array(cut, { minLength: 1, maxLength: 12 }),
      fc.array(moved, { maxLength: 3 }),
      fc.integer({ min: 1, max: 5000 }),
      (original, cuts, moves, chunk) => {
        let log = original;
        for (const [at, length, other] of cuts) log = log.slice(0, at) + other + log.slice(at + length);
        const lines = log.split("\n");
        for (const [from, to] of moves) lines.splice(to, 0, lines[from] ?? "");
        const imported = importOrRefuse(lines.join("\n"), { chunk });
        if (typeof imported === "string") {
          if (imported === "") throw new Error("refused without a reason");
          return;
        }
        if (imported.errors.length > 0) throw new Error(`${imported.errors[0]}:\n${imported.trace}`);
        const whole = importOrRefuse(lines.join("\n"), { chunk: Number.MAX_SAFE_INTEGER });
        if (typeof whole === "string" || whole.trace !== imported.trace)
          throw new Error(`in pieces of ${chunk} characters it is another trace`);
      },
    );
  },
};

const snapshotFuzzer: Fuzzer = {
  name: "import-snapshots",
  promise: "a snapshot imports without an error, or is refused, and never crashes",
  property: () => {
    const snapshots = originals("snapshots", /(?<!\.calls\.gz)$/, (bytes) => bytes);
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    return fc.property(
      fc.constantFrom(...snapshots),
      fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 6 }),
      fc.option(place, { nil: undefined }),
      (original, edits, end) => {
        const bytes = Uint8Array.from(original);
        for (const [at, byte] of edits) bytes[Math.floor(at * (bytes.length - 1))] = byte;
        const kept = end === undefined ? bytes : bytes.subarray(0, Math.floor(end * bytes.length));
        const opened = openSnapshot(bytesInMemory(kept));
        if (opened === undefined || "refusal" in opened) return;
        const texts: string[] = [];
        writeSnapshot(opened, { name: "x", write: (text) => texts.push(text) });
        const [error] = errorsOf(texts.join(""));
        if (error !== undefined) throw new Error(`${error}:\n${texts.join("")}`);
      },
    );
  },
};

export const importFuzzers: readonly Fuzzer[] = [logFuzzer, snapshotFuzzer];
