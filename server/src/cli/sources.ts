/** Finds traces and reads them. What cannot be read is a failure with words, never an exception. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { glob } from "tinyglobby";
import { decodeTrace } from "./decode.ts";

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

/** Finds the traces that paths of files and folders stand for. Links to folders are not followed. */
export async function findTraces(given: readonly string[]): Promise<Found> {
  const paths = new Set<string>();
  const failures: Failure[] = [];
  for (const one of given) {
    const found = one === standardInput ? [one] : await tracesAt(one);
    if (isFailure(found)) failures.push(found);
    else for (const trace of found) paths.add(trace);
  }
  return { paths: [...paths], failures };
}

export function isFailure<T extends object>(result: T | Failure): result is Failure {
  return "failure" in result;
}

async function tracesAt(given: string): Promise<string[] | Failure> {
  try {
    if (!(await stat(given)).isDirectory()) return [path.normalize(given)];
    const names = await glob("**/*.vgic", {
      cwd: given,
      dot: false,
      followSymbolicLinks: false,
      ignore: ["**/node_modules"],
    });
    if (names.length === 0) return { failure: `no traces (*.vgic) in the folder ${given}` };
    return names.sort().map((name) => path.join(given, name));
  } catch (error) {
    return { failure: `cannot read ${given}: ${reasonOf(error)}` };
  }
}

/** Reads a trace's text; `-` is standard input. */
export async function readTrace(trace: string): Promise<{ readonly text: string } | Failure> {
  const shown = pathToShow(trace);
  try {
    const bytes = trace === standardInput ? await readStandardInput() : await readFile(trace);
    const decoded = decodeTrace(bytes);
    return "text" in decoded ? decoded : { failure: `cannot check ${shown}: ${decoded.problem}` };
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
  EPERM: "permission denied",
  ELOOP: "the symbolic links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GB",
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return reasons[code] ?? error.message;
}
