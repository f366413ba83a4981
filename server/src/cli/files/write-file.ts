/** Writes files so that there is never half of one: a temporary file beside it takes its place. */
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { type Failure, reasonOf } from "./failure.ts";
import { pathToShow } from "./sources.ts";

/**
 * Writes a file, in one turn of the event loop, so that no signal that the command hears comes between. A file that
 * may not be written, or that another file could not take the place of, is left as it is.
 * @param before what the file must still hold; without it, whatever it holds is replaced
 */
export function writeAtomically(file: string, content: string, before?: Uint8Array): Failure | undefined {
  return place(
    file,
    (target, flag) => writeFileSync(target, content, { flag }),
    (target) => before === undefined || readFileSync(target).equals(before),
  );
}

/** Writes a file with what another one holds, as `writeAtomically` does. */
export function copyAtomically(source: string, file: string): Failure | undefined {
  return place(
    file,
    (target, flag) =>
      flag === "wx" ? copyFileSync(source, target, constants.COPYFILE_EXCL) : pour(source, target),
    () => true,
  );
}

/** Writes a file into a pipe or a device: a copy would remove what it cannot write to. */
function pour(source: string, target: string): void {
  const [from, to] = [openSync(source, "r"), openSync(target, "w")];
  try {
    const piece = new Uint8Array(1 << 16);
    for (let bytes = readSync(from, piece); bytes > 0; bytes = readSync(from, piece))
      for (let at = 0; at < bytes; ) at += writeSync(to, piece, at, bytes - at);
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

/** What tells a regular file from all others, whatever its name; undefined for anything else. */
export function fileId(file: string): string | undefined {
  try {
    const stats = statSync(file, { bigint: true });
    return stats.isFile() ? `${stats.dev} ${stats.ino}` : undefined;
  } catch {
    // Who opens it says why it cannot be looked at.
    return undefined;
  }
}

/** Fills a file that is new, or that is a pipe. */
type Fill = (target: string, flag: "w" | "wx") => void;

function place(
  file: string,
  fill: Fill,
  isStillAsExpected: (target: string) => boolean,
): Failure | undefined {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    // What is no regular file, such as a pipe, cannot be replaced; what /dev/stdout links to has no name at all.
    if (stats !== undefined && !stats.isFile()) {
      fill(file, "w");
      return undefined;
    }
    const target = targetOf(file);
    const obstacle = stats && obstacleOf(target, stats);
    if (obstacle !== undefined) return { failure: `cannot write ${pathToShow(file)}: ${obstacle}` };
    return replace(target, fill, stats, () =>
      isStillAsExpected(target)
        ? undefined
        : { failure: `${pathToShow(file)} was changed meanwhile: it is left as it is` },
    );
  } catch (error) {
    return { failure: `cannot write ${pathToShow(file)}: ${reasonOf(error)}` };
  }
}

/** Links that are followed to where a file is, at most; Linux follows as many. */
const mostLinks = 40;

/** Where a file is, or would be, so that links stay links, those to a file that is yet to be written among them. */
function targetOf(file: string): string {
  let target = file;
  for (let links = 0; links < mostLinks; links++) {
    if (!lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink()) break;
    target = path.resolve(path.dirname(target), readlinkSync(target));
  }
  return target;
}

/** Why a file must not be replaced. */
function obstacleOf(target: string, stats: Stats): string | undefined {
  // Root may write all the same, but who made it read-only meant it.
  if ((stats.mode & 0o222) === 0) return "it is read-only";
  accessSync(target, constants.W_OK);
  if (stats.nlink === 1) return undefined;
  return `it has ${stats.nlink} names (hard links), and only this one would get the new text`;
}

function replace(
  target: string,
  fill: Fill,
  stats: Stats | undefined,
  objection: () => Failure | undefined,
): Failure | undefined {
  const temporary = temporaryBeside(target);
  try {
    fill(temporary, "wx");
    if (stats !== undefined) takeOver(temporary, stats);
    const failure = objection();
    if (failure === undefined) renameSync(temporary, target);
    return failure;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** A name that no other process has, and that is no longer than the file's own may be. */
function temporaryBeside(target: string): string {
  const random = Math.random().toString(36).slice(2, 10);
  return path.join(path.dirname(target), `.vgic-trace-${process.pid}-${random}.tmp`);
}

/** Gives a new file the owner and the permissions of another. */
function takeOver(file: string, { mode, uid, gid }: Stats): void {
  const own = statSync(file);
  // Before the permissions: a change of owner takes some of them away.
  if (own.uid !== uid || own.gid !== gid) chownSync(file, uid, gid);
  chmodSync(file, mode & 0o7777);
}
