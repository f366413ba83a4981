/** Finds traces and reads them. What cannot be read is a failure with words, never an exception. */
import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { parseLine } from "../../syntax/parse.ts";
import { decodeTrace } from "./decode.ts";
import { type Failure, isFailure, reasonOf } from "./failure.ts";
import { IgnoreFiles } from "./ignore-files.ts";
import { Pieces, readRegularFile, TRACE_BYTES } from "./read-file.ts";

/** The name that standard input has as an argument. */
export const standardInput = "-";
const standardOutputs = new Set(["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);

/** Whether a name after `--output` is that of standard output. */
export function isStandardOutput(file: string | undefined): boolean {
  return file !== undefined && standardOutputs.has(file);
}

/** What the paths given stand for. */
export interface Found {
  /** Traces to read: a path as it is shown, or `-`. Each once, a folder's in alphabetical order. */
  readonly paths: readonly string[];
  /** Those that are links which were found in a folder and lead out of it: they are read, and never written. */
  readonly linksOut: ReadonlySet<string>;
  readonly failures: readonly Failure[];
}

/** Finds the traces that paths of files and folders stand for. */
export async function findTraces(given: readonly string[]): Promise<Found> {
  const paths = new Set<string>();
  const linksOut = new Set<string>();
  const named = new Set<string>();
  const failures: Failure[] = [];
  for (const one of given) {
    for await (const found of tracesAt(one)) {
      if (isFailure(found)) {
        failures.push(found);
        continue;
      }
      paths.add(found.path);
      if (found.named) named.add(found.path);
      if (found.isLink && leadsOut(found.path, one)) linksOut.add(found.path);
    }
  }
  for (const one of named) linksOut.delete(one);
  return { paths: [...paths], linksOut, failures };
}

interface FoundTrace {
  readonly path: string;
  /** It was given itself, not a folder around it. */
  readonly named?: boolean;
  readonly isLink?: boolean;
}

/** Whether a link leads out of a folder; one that leads nowhere does not. */
function leadsOut(link: string, folder: string): boolean {
  try {
    const relative = path.relative(realpathSync(folder), realpathSync(link));
    return relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  } catch {
    return false;
  }
}

async function* tracesAt(given: string): AsyncGenerator<FoundTrace | Failure> {
  if (given === standardInput) {
    yield { path: given, named: true };
    return;
  }
  try {
    if (!statSync(given).isDirectory()) {
      yield { path: path.normalize(given), named: true };
      return;
    }
  } catch (error) {
    yield { failure: `cannot read ${pathToShow(given)}: ${reasonOf(error)}` };
    return;
  }
  let any = false;
  let ignoring: IgnoreFiles | undefined;
  const ignoringHere = (): IgnoreFiles => {
    ignoring = IgnoreFiles.of(given);
    return ignoring;
  };
  for await (const found of tracesBelow(given, ignoringHere)) {
    any = true;
    yield found;
  }
  yield* ignoring?.failures ?? [];
  if (any) return;
  yield { failure: `there are no traces (*.vgic) in the folder ${pathToShow(given)}` };
}

/**
 * The traces in a folder and those in it. Hidden folders, node_modules and what is ignored are left out. Links to
 * files are followed, links to folders are not: they could lead in circles.
 * @param ignoringHere what is ignored in the folder; asked once the folder could be read
 */
async function* tracesBelow(
  folder: string,
  ignoringHere: () => IgnoreFiles,
): AsyncGenerator<FoundTrace | Failure> {
  try {
    // Loaded only here: it takes longer than to read a short trace.
    const { readdir } = await import("node:fs/promises");
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const ignoring = ignoringHere();
    for (const entry of entries) {
      const { name } = entry;
      const there = path.join(folder, name);
      const isFolder = entry.isDirectory();
      if (name.startsWith(".") || name === "node_modules") continue;
      if (!(isFolder || name.endsWith(".vgic")) || ignoring.ignoresEntry(name, isFolder)) continue;
      if (isFolder) yield* tracesBelow(there, () => ignoring.in(name));
      // A pipe would be waited for.
      else if (entry.isFile() || entry.isSymbolicLink())
        yield { path: there, isLink: entry.isSymbolicLink() };
      else yield { failure: `cannot read ${pathToShow(there)}: it is not a file` };
    }
  } catch (error) {
    yield { failure: `cannot read ${pathToShow(folder)}: ${reasonOf(error)}` };
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
    const bytes = trace === standardInput ? await readStandardInput() : readRegularFile(trace, TRACE_BYTES);
    const decoded = decodeTrace(bytes);
    if ("problem" in decoded) return { failure: `cannot read ${shown}: ${decoded.problem}` };
    const { text } = decoded;
    return trace === standardInput || trace.endsWith(".vgic") || beginsAsTrace(text)
      ? { text, bytes }
      : { failure: `${shown} is no trace: none of its first lines is a statement; traces are named *.vgic` };
  } catch (error) {
    return { failure: `cannot read ${shown}: ${reasonOf(error)}` };
  }
}

/** Whether one of the first lines that say something can be read, or none says anything. */
function beginsAsTrace(text: string): boolean {
  const beginning = text
    .slice(0, mostLooked)
    .split(/\r\n|\n|\r/)
    .map(parseLine);
  const first = beginning.filter(({ statement, problem }) => statement ?? problem).slice(0, 5);
  return first.length === 0 || first.some(({ statement }) => statement !== undefined);
}

/** Characters of a file that are looked at to see whether it is a trace. */
const mostLooked = 4000;

/** How a trace is called in output; folders are separated by `/` everywhere. */
export function pathToShow(trace: string, sep: string = path.sep): string {
  if (trace === "") return '""';
  return trace === standardInput ? "<stdin>" : trace.split(sep).join("/");
}

async function readStandardInput(): Promise<Uint8Array> {
  const pieces = new Pieces(TRACE_BYTES);
  for await (const piece of process.stdin) pieces.add(piece);
  return pieces.all();
}
