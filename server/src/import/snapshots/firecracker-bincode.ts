/**
 * Firecracker's vmstate file of v1.7 to v1.14: bincode, little endian, of which GicState is found by its beginning:
 * twelve registers of the distributor, the first with one word (u64 12, u64 1, GICD_CTLR, u64 1 or 3).
 */

import { LIMITS } from "../../vgic/limits.ts";
import { ByteReader, type ByteSource, EndOfBytes, eachByte, standsAt } from "../byte-source.ts";
import {
  DIST_V2,
  DIST_V3,
  firecrackerSnapshot,
  type GicCpuState,
  type GicState,
  hasLengths,
  type ItsState,
} from "./firecracker.ts";
import { NotAsSpecified, type Refusal, type Snapshot } from "./snapshot.ts";

const MAGIC_ARM = 0x0710_1984_aaaa_0000n;
const MAGIC_X86 = 0x0710_1984_8664_0000n;

/** The releases that write a version of the format; the ITS came with 8. */
const RELEASES: Readonly<Record<string, string>> = {
  1: "v1.7",
  2: "v1.8",
  3: "v1.9 or v1.10",
  4: "v1.11 (development)",
  5: "v1.11",
  6: "v1.12",
  7: "v1.13 (development)",
  8: "v1.13 or v1.14",
};
/** From this version on it is no longer bincode. */
const FIRST_BITCODE = 9;

const FIRST_BYTE = 12;
const DIST_BEGINS = Uint8Array.of(FIRST_BYTE, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
/** A GicState with the vCPUs of the largest VM is shorter. */
const LONGEST = 1 << 20;

/** What a file is if it is a vmstate file; undefined if it is none, nor a GicState alone. */
export function readFirecrackerFile(source: ByteSource): Snapshot | Refusal | undefined {
  const head = source.read(0, 64);
  if (head.length < 16) return undefined;
  const magic = new ByteReader(head, 0, true).unsigned(8);
  const isAlone = standsAt(head, 0, DIST_BEGINS);
  const family = magic & ~0xffffn;
  if (!isAlone && family !== MAGIC_ARM && family !== MAGIC_X86) return undefined;
  if (family === MAGIC_X86) return { refusal: "it is a Firecracker snapshot of an x86 VM, which has no GIC" };
  if (!isAlone && magic !== MAGIC_ARM) {
    return {
      refusal: `it is a Firecracker snapshot in the format of v1.6 and older (Versionize, version ${magic & 0xffffn}); ${editor}`,
    };
  }
  const version = isAlone ? undefined : versionOf(head);
  const major = Number(version?.split(".")[0] ?? 0);
  if (major >= FIRST_BITCODE) {
    return {
      refusal: `it is a Firecracker snapshot of version ${version} (bitcode, v1.15 or later); ${editor}`,
    };
  }
  return find(source, major === 0 ? undefined : major);
}

const editor =
  "print it with the snapshot-editor of the release that wrote it, and import the print: `snapshot-editor info-vmstate vm-state --vmstate-path FILE`";

function versionOf(head: Uint8Array): string {
  const reader = new ByteReader(head, 8, true);
  const length = reader.unsigned(8);
  if (length > 16n) throw new NotAsSpecified("at byte 8: the version's length is no length of a version");
  const text = reader.text(Number(length));
  if (/^\d+\.\d+\.\d+$/.test(text)) return text;
  throw new NotAsSpecified("at byte 16: the version of the snapshot is expected, such as 8.0.0");
}

function find(source: ByteSource, major: number | undefined): Snapshot | Refusal {
  let found: Snapshot | undefined;
  let wrong: string | undefined;
  eachByte(source, FIRST_BYTE, 32, (window, at, offset) => {
    if (found !== undefined || !standsAt(window, at, DIST_BEGINS)) return;
    const bytes = source.read(offset, LONGEST).slice();
    try {
      found = snapshotAt(bytes, major);
    } catch (error) {
      if (error instanceof EndOfBytes)
        wrong ??= `the GicState at byte ${offset} ends too early: it is cut off`;
      else if (error instanceof NotAsSpecified) wrong ??= `the GicState at byte ${offset}: ${error.message}`;
      else throw error;
    }
  });
  if (found !== undefined) return found;
  const why = wrong ?? "it has no GicState: it is cut off, or written by a version that is not known";
  return { refusal: `it is a Firecracker snapshot, but ${why}; ${editor}` };
}

function snapshotAt(bytes: Uint8Array, major: number | undefined): Snapshot {
  const reader = new ByteReader(bytes, 0, true);
  const dist = registersIn(reader, 4, 12);
  if (!hasLengths(dist, DIST_V3) && !hasLengths(dist, DIST_V2)) {
    throw new NotAsSpecified("its distributor has other registers than Firecracker's");
  }
  const cpus = Array.from({ length: countIn(reader, LIMITS.v3.mostCpus) }, () => cpuState(reader));
  // The ITS came with version 8; a GicState alone tells it by what follows.
  const hasIts = major === undefined ? reader.peek() !== undefined : major >= 8;
  const state: GicState = hasIts ? { dist, cpus, its: itsState(reader) } : { dist, cpus };
  return firecrackerSnapshot(state, major === undefined ? undefined : RELEASES[major]);
}

function countIn(reader: ByteReader, most: number): number {
  const count = reader.unsigned(8);
  if (count <= BigInt(most)) return Number(count);
  throw new NotAsSpecified(
    `at its byte ${reader.offset - 8}: a length of ${count}, where at most ${most} are`,
  );
}

function registersIn(reader: ByteReader, size: 4 | 8, most: number): bigint[][] {
  return Array.from({ length: countIn(reader, most) }, () => chunksIn(reader, size));
}

function chunksIn(reader: ByteReader, size: 4 | 8): bigint[] {
  return Array.from({ length: countIn(reader, 1024) }, () => reader.unsigned(size));
}

/** An Option: a byte 0, or a byte 1 and the value. */
function optional<T>(reader: ByteReader, read: () => T): T | null {
  const tag = reader.number(1);
  if (tag > 1) throw new NotAsSpecified(`at its byte ${reader.offset - 1}: 0 or 1 is expected, not ${tag}`);
  return tag === 1 ? read() : null;
}

function cpuState(reader: ByteReader): GicCpuState {
  const rdist = registersIn(reader, 4, 32);
  const main = registersIn(reader, 8, 32).flat();
  const ap = Array.from({ length: countIn(reader, 32) }, () =>
    optional(reader, () => chunksIn(reader, 8)[0] ?? 0n),
  );
  return { rdist, main, ap };
}

function itsState(reader: ByteReader): ItsState | null {
  return optional(reader, () => {
    const [iidr, cbaser] = [reader.unsigned(8), reader.unsigned(8)];
    const [creadr, cwriter] = [reader.unsigned(8), reader.unsigned(8)];
    const baser = Array.from({ length: 8 }, () => reader.unsigned(8));
    return { iidr, cbaser, creadr, cwriter, baser, ctlr: reader.unsigned(8) };
  });
}
