/** Finds the kernel to boot, and the program that replays traces on it. */
import { statSync } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
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

/** Magic numbers: "ARM\x64" at 56 in an arm64 Image (Documentation/arm64/booting), gzip, an EFI image with one in it. */
async function checked(image: string): Promise<string | Failure> {
  try {
    // Opening a pipe would wait for its other end.
    if (!statSync(image).isFile()) return { failure: `cannot read the kernel ${image}: it is not a file` };
    const handle = await open(image);
    const head = Buffer.alloc(64);
    try {
      await handle.read(head, 0, head.length, 0);
    } finally {
      await handle.close();
    }
    const isImage = head.toString("latin1", 56, 60) === "ARMd";
    const isCompressed = head[0] === 0x1f && head[1] === 0x8b;
    const isEfi = head.toString("latin1", 4, 8) === "zimg";
    if (isImage || isCompressed || isEfi) return image;
    return {
      failure: `${printableText(image)} is no arm64 kernel image: name another with --kernel, or get one\n${howToGetKernel()}`,
    };
  } catch (error) {
    return { failure: `cannot read the kernel ${image}: ${reasonOf(error)}` };
  }
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
