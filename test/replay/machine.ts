/** What replaying needs and a machine may lack. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

function has(command: string): boolean {
  return spawnSync(command, ["--version"]).status === 0;
}

const kernels = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "vgic-trace", "boot");

/** The kernel that test/replay/setup.sh put there. */
function kernel(): string | undefined {
  try {
    return readdirSync(kernels).find((name) => name.startsWith("vmlinuz"));
  } catch {
    return undefined;
  }
}

/** The kernel image to replay on. */
export function kernelImage(): string {
  return path.join(kernels, kernel() ?? "");
}

/** Why nothing can be replayed here; undefined when it can. */
export const cannotReplay: string | undefined = !has("qemu-system-aarch64")
  ? "there is no qemu-system-aarch64: run test/replay/setup.sh"
  : kernel() === undefined
    ? `there is no kernel in ${kernels}: run test/replay/setup.sh`
    : undefined;

/** Why nothing can be compiled for arm64 here; undefined when it can. */
export const cannotCompile: string | undefined = has("aarch64-linux-gnu-gcc")
  ? undefined
  : "there is no aarch64-linux-gnu-gcc: run test/replay/setup.sh";
