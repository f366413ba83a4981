/** Runs the built command as a process, as its users do. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../temporary-folder.ts";

export const root = path.resolve(import.meta.dirname, "../..");
export const entry = path.join(root, "dist/vgic-trace.js");

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  /** Where it runs; default: the project. */
  readonly folder?: string;
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is ended; default: a minute, far more than most tests take. */
  readonly timeout?: number;
}

/** Runs the command with some arguments. */
export function vgicTrace(args: readonly string[], options: Options = {}): Result {
  const { folder = root, input = "", environment = {}, timeout = 60_000 } = options;
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], {
    cwd: folder,
    input,
    env: { ...process.env, NO_COLOR: "", FORCE_COLOR: "", COLUMNS: "", ...environment },
    encoding: "utf8",
    maxBuffer: 1 << 30,
    timeout,
  });
  return { status, stdout, stderr };
}

/** Makes a folder with some files; it is removed after the last test of the file. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}

/** A trace without findings. */
export const goodTrace = "gic v3\nrevision 3\ncpu0 readl GICD_TYPER\n";

/** A trace with one error. */
export const wrongTrace = "gic v3\nrevision 3\ncpu0 readl GICD_STATUSR == 1\n";

/** A trace with one warning. */
export const differingTrace = "gic v3\nrevision 3\ncpu0 readl GICR_CTLR\n";
