/** Which snapshot a file is, and what is in it. */
import { type ByteSource, EndOfBytes } from "../byte-source.ts";
import { isCloudHypervisor, readCloudHypervisor } from "./cloud-hypervisor.ts";
import { readCrosvm } from "./crosvm.ts";
import { readFirecrackerFile } from "./firecracker-bincode.ts";
import { isFirecrackerText, readFirecrackerText } from "./firecracker-text.ts";
import { flatRam } from "./guest-ram.ts";
import { withMemory } from "./its-memory.ts";
import { jsonTooDeep, MOST_JSON } from "./json.ts";
import { isQemuJson, readQemuJson } from "./qemu-json.ts";
import { readQemuStream } from "./qemu-stream.ts";
import { NotAsSpecified, type Refusal, type Snapshot } from "./snapshot.ts";

/**
 * The snapshot that a file is, or why it cannot be read; undefined: it is no snapshot.
 * @param memory the file that has the guest's memory, where the VMM puts it beside
 */
export function openSnapshot(source: ByteSource, memory?: ByteSource): Snapshot | Refusal | undefined {
  for (const { what, read } of READERS) {
    try {
      const found = read(source);
      if (found !== undefined)
        return memory === undefined || "refusal" in found ? found : withMemoryFile(found, memory);
    } catch (error) {
      if (error instanceof NotAsSpecified) return { refusal: `it is ${what}, but ${error.message}` };
      if (error instanceof EndOfBytes) return { refusal: `it is ${what}, but it is cut off` };
      throw error;
    }
  }
  return undefined;
}

/** Where Firecracker's microVMs have their memory; its bincode is not read as far as to tell. */
const FIRECRACKER_RAM = 0x8000_0000n;

function withMemoryFile(snapshot: Snapshot, memory: ByteSource): Snapshot | Refusal {
  const { title, manager, translation, ram } = snapshot;
  if (manager === "qemu")
    return { refusal: `it is ${title}, which has the guest's memory in it: no --memory` };
  if (translation === undefined)
    return {
      refusal: `it is ${title} of a VM without an ITS, of which nothing is in guest memory: no --memory`,
    };
  const isFirecracker = manager.startsWith("firecracker");
  const stretches =
    ram ?? (isFirecracker ? [{ start: FIRECRACKER_RAM, size: BigInt(memory.length) }] : undefined);
  if (stretches === undefined)
    return {
      refusal: `it is ${title}, without the memory-manager that tells where its memory is: no --memory`,
    };
  const size = stretches.reduce((sum, one) => sum + one.size, 0n);
  if (size !== BigInt(memory.length))
    return {
      refusal: `it is ${title} with ${size} bytes of memory, and the file given with --memory has ${memory.length}`,
    };
  return withMemory(snapshot, flatRam(memory, stretches));
}

const READERS: readonly {
  readonly what: string;
  readonly read: (source: ByteSource) => Snapshot | Refusal | undefined;
}[] = [
  { what: "a migration stream of QEMU", read: readQemuStream },
  { what: "a Firecracker snapshot", read: readFirecrackerFile },
  { what: "a fragment of a crosvm snapshot", read: readCrosvm },
  { what: "JSON of a snapshot", read: readJson },
  { what: "a print of Firecracker's snapshot-editor", read: readDebugText },
];

/** In a text that is cut off, too. */
const MENTIONS = /"gic-v3(?:-its)?"|"arm_gic(?:v3)?(?:_its)? \(|"snapshots"\s*:/;

function readJson(source: ByteSource): Snapshot | Refusal | undefined {
  const head = new TextDecoder().decode(source.read(0, 4096));
  if (!/^\uFEFF?\s*\{/.test(head)) return undefined;
  const mentioned = MENTIONS.test(head);
  if (source.length > MOST_JSON) {
    if (!mentioned) return undefined;
    throw new NotAsSpecified(`it has ${source.length} bytes, and ${MOST_JSON} at most are read`);
  }
  const bytes = source.read(0, source.length);
  const text = new TextDecoder().decode(bytes);
  const isSnapshot = mentioned || MENTIONS.test(text);
  const tooDeep = jsonTooDeep(bytes);
  if (tooDeep !== undefined) {
    if (isSnapshot) throw new NotAsSpecified(tooDeep);
    return undefined;
  }
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch (error) {
    if (!isSnapshot) return undefined;
    throw new NotAsSpecified(`it cannot be read: ${error instanceof Error ? error.message : "no JSON"}`);
  }
  if (isQemuJson(state)) return readQemuJson(state);
  if (isCloudHypervisor(state)) return readCloudHypervisor(state);
  return undefined;
}

const MOST_TEXT = 64 << 20;

function readDebugText(source: ByteSource): Snapshot | Refusal | undefined {
  const head = new TextDecoder().decode(source.read(0, 1 << 16));
  if (!isFirecrackerText(head)) return undefined;
  if (source.length > MOST_TEXT)
    throw new NotAsSpecified(`it has ${source.length} bytes, and ${MOST_TEXT} at most are read`);
  return readFirecrackerText(new TextDecoder().decode(source.read(0, source.length)));
}
