/** Finds traces and reads them. What cannot be read is a failure with words, never an exception. */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { decodeTrace } from "./decode.ts";
import { IgnoreFiles } from "./ignore-files.ts";

/** The name that standard input has as an argument. */
export const standardInput = "-";

/** Something that could not be found or read, in words. */
export interface Failure {
  readonly failure: string;
}

/** What the paths given stand for. */
export interface Found {
  /** Traces to read: a path as it is shown, or `-`. Each once, a folder's in alphabetical order. */
  readonly paths: readonly string[];
  readonly failures: readonly Failure[];
}

export function isFailure<T extends object>(result: T | Failure): result is Failure {
  return "failure" in result;
}

/** Finds the traces that paths of files and folders stand for. */
export async function findTraces(given: readonly string[]): Promise<Found> {
  const paths = new Set<string>();
  const failures: Failure[] = [];
  for (const one of given) {
    for await (const found of one === standardInput ? [one] : tracesAt(one)) {
      if (typeof found === "string") paths.add(found);
      else failures.push(found);
    }
  }
  return { paths: [...paths], failures };
}

async function* tracesAt(given: string): AsyncGenerator<string | Failure> {
  try {
    if (!statSync(given).isDirectory()) {
      yield path.normalize(given);
      return;
    }
  } catch (error) {
    yield { failure: `cannot read ${given}: ${reasonOf(error)}` };
    return;
  }
  let any = false;
  for await (const found of tracesBelow(given, IgnoreFiles.of(given))) {
    any = true;
    yield found;
  }
  if (any) return;
  yield { failure: `there are no traces (*.vgic) in the folder ${given}` };
}

/**
 * The traces in a folder and those in it. Hidden folders, node_modules and what is ignored are left out. Links to
 * files are followed, links to folders are not: they could lead in circles.
 */
async function* tracesBelow(folder: string, ignoring: IgnoreFiles): AsyncGenerator<string | Failure> {
  try {
    // Loaded only here: it takes longer than to read a short trace.
    const { readdir } = await import("node:fs/promises");
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const { name } = entry;
      const there = path.join(folder, name);
      const isFolder = entry.isDirectory();
      if (name.startsWith(".") || name === "node_modules") continue;
      if (!(isFolder || name.endsWith(".vgic")) || ignoring.ignoresEntry(name, isFolder)) continue;
      if (isFolder) yield* tracesBelow(there, ignoring.in(name));
      // A pipe would be waited for.
      else if (entry.isFile() || entry.isSymbolicLink()) yield there;
      else yield { failure: `cannot read ${there}: it is not a file` };
    }
  } catch (error) {
    yield { failure: `cannot read ${folder}: ${reasonOf(error)}` };
  }
}

/** A trace as it was read. */
export interface Source {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Reads a trace's text; `-` is standard input. */
export async function readTrace(trace: string): Promise<Source | Failure> {
  const shown = pathToShow(trace);
  // Between traces signals are heard and output gets out.
  await new Promise(setImmediate);
  try {
    const bytes = trace === standardInput ? await readStandardInput() : readFileSync(trace);
    const decoded = decodeTrace(bytes);
    return "text" in decoded
      ? { text: decoded.text, bytes }
      : { failure: `cannot check ${shown}: ${decoded.problem}` };
  } catch (error) {
    return { failure: `cannot read ${shown}: ${reasonOf(error)}` };
  }
}

/** How a trace is called in output; folders are separated by `/` everywhere. */
export function pathToShow(trace: string): string {
  return trace === standardInput ? "<stdin>" : trace.split(path.sep).join("/");
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "there is no space left",
  EPERM: "permission denied",
  ELOOP: "the symbolic links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GB",
};

/** Why something could not be read, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return reasons[code] ?? error.message;
}

/** Whether something was not read because it is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
