/** Finds the kernel to boot, and the program that replays traces on it. */
import { statSync } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gunzipSync } from "node:zlib";
import { type Failure, reasonOf } from "../files/failure.ts";
import { printableText } from "../terminal/printable.ts";

/** Where kernels are looked for when none is given: what `dpkg -x` unpacks there lies in boot/. */
function kernelFolder(): string {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "vgic-trace");
}

/** How to get a kernel on Debian, as lines of a shell. */
function howToGetKernel(): string {
  return [
    "On Debian, one is got with",
    "  dpkg --add-architecture arm64 && apt-get update",
    "  apt-get download \"$(apt-cache depends linux-image-arm64:arm64 | sed -n 's/.*Depends: //p')\"",
    `  dpkg -x linux-image-*_arm64.deb ${kernelFolder()}`,
  ].join("\n");
}

/** The kernel image to boot: the one given, or the newest that is there. */
export async function findKernel(given: string | undefined): Promise<string | Failure> {
  if (given !== undefined) return checked(given);
  const found = [...(await imagesIn(path.join(kernelFolder(), "boot"))), ...(await imagesIn("/boot"))];
  for (const image of found) {
    const usable = await checked(image);
    if (typeof usable === "string") return usable;
  }
  return {
    failure: `there is no arm64 kernel to replay on\nName an image with --kernel, or get one.\n${howToGetKernel()}`,
  };
}

/** The newest first. */
async function imagesIn(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.startsWith("vmlinuz"));
    const versions = new Intl.Collator("en", { numeric: true });
    return names.sort((a, b) => versions.compare(b, a)).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

/** Whether a file is a kernel image, by its first bytes. */
export async function isKernelImage(path: string): Promise<boolean> {
  return typeof (await checked(path)) === "string";
}

/** Enough of an image to hold its headers, and what gunzip needs to begin. */
const HEAD = 0x10000;
/** Bytes of the header of an Image, and of a PE file in front of its optional header. */
const HEADER = 64;
const PE_HEADER = 24;

/** Magic numbers: "ARM\x64" at 56 in an arm64 Image (Documentation/arm64/booting), gzip of one, an EFI image with one in it. */
async function checked(image: string): Promise<string | Failure> {
  try {
    // Opening a pipe would wait for its other end.
    const stats = statSync(image);
    if (!stats.isFile()) return { failure: `cannot read the kernel ${image}: it is not a file` };
    const handle = await open(image);
    const head = Buffer.alloc(HEAD);
    try {
      await handle.read(head, 0, head.length, 0);
    } finally {
      await handle.close();
    }
    const isCompressed = head[0] === 0x1f && head[1] === 0x8b;
    const isEfi = head.toString("latin1", 4, 8) === "zimg";
    if (!isEfi && !isImage(isCompressed ? unzipped(head) : head)) {
      return {
        failure: `${printableText(image)} is no arm64 kernel image: name another with --kernel, or get one\n${howToGetKernel()}`,
      };
    }
    const length = isCompressed ? undefined : lengthOf(head);
    if (length !== undefined && stats.size < length) {
      return {
        failure: `${printableText(image)} is cut off: it has ${stats.size} bytes of at least ${length}; get it again`,
      };
    }
    return image;
  } catch (error) {
    return { failure: `cannot read the kernel ${image}: ${reasonOf(error)}` };
  }
}

function isImage(head: Buffer): boolean {
  return head.toString("latin1", 56, 60) === "ARMd";
}

/** The beginning of what gzip packed; empty where it is none. */
function unzipped(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** How long a file must be for all sections that its PE header lists; undefined without one. */
function lengthOf(head: Buffer): number | undefined {
  const header = head.readUInt32LE(0x3c);
  if (header === 0) return undefined;
  // What ends in front of its own header is cut off, too.
  if (head.toString("latin1", header, header + 4) !== "PE\0\0") return header + PE_HEADER;
  const sections = head.readUInt16LE(header + 6);
  const table = header + PE_HEADER + head.readUInt16LE(header + 20);
  const ends = Array.from({ length: sections }, (_, i) => table + 40 * i)
    .filter((at) => at + 40 <= head.length)
    .map((at) => head.readUInt32LE(at + 16) + head.readUInt32LE(at + 20));
  return Math.max(HEADER, ...ends);
}

/** The replay program as it is shipped. */
export async function replayProgram(): Promise<
  { readonly path: string; readonly bytes: Uint8Array } | Failure
> {
  // The bundle lies in dist/ or a folder of it, the sources in server/src/cli/.
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (folder !== path.dirname(folder)) {
    const candidate = path.join(folder, "replay", "vgic-replay");
    try {
      return { path: candidate, bytes: await readFile(candidate) };
    } catch {
      folder = path.dirname(folder);
    }
  }
  return {
    failure:
      "replay/vgic-replay is missing: build it with `make -C replay` (apt-get install gcc-aarch64-linux-gnu)",
  };
}
