/** Which snapshot a file is, and what is in it. */
import { type ByteSource, EndOfBytes } from "../byte-source.ts";
import { isCloudHypervisor, readCloudHypervisor } from "./cloud-hypervisor.ts";
import { readCrosvm } from "./crosvm.ts";
import { readFirecrackerFile } from "./firecracker-bincode.ts";
import { isFirecrackerText, readFirecrackerText } from "./firecracker-text.ts";
import { jsonTooDeep, MOST_JSON } from "./json.ts";
import { isQemuJson, readQemuJson } from "./qemu-json.ts";
import { readQemuStream } from "./qemu-stream.ts";
import { NotAsSpecified, type Refusal, type Snapshot } from "./snapshot.ts";

/** The snapshot that a file is, or why it cannot be read; undefined: it is no snapshot. */
export function openSnapshot(source: ByteSource): Snapshot | Refusal | undefined {
  for (const { what, read } of READERS) {
    try {
      const found = read(source);
      if (found !== undefined) return found;
    } catch (error) {
      if (error instanceof NotAsSpecified) return { refusal: `it is ${what}, but ${error.message}` };
      if (error instanceof EndOfBytes) return { refusal: `it is ${what}, but it is cut off` };
      throw error;
    }
  }
  return undefined;
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
