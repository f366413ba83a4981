/** Writes files so that there is never half of one: a temporary file beside it takes its place. */
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Failure, reasonOf } from "./sources.ts";

/**
 * Writes a file, in one turn of the event loop, so that no signal comes between.
 * @param before what the file must still hold; without it, whatever it holds is replaced
 */
export function writeAtomically(file: string, content: string, before?: Uint8Array): Failure | undefined {
  try {
    const target = targetOf(file);
    if (target.special) {
      writeFileSync(target.path, content);
      return undefined;
    }
    const temporary = path.join(
      path.dirname(target.path),
      `.${path.basename(target.path)}.${process.pid}.tmp`,
    );
    try {
      writeFileSync(temporary, content, { flag: "wx" });
      if (target.mode !== undefined) chmodSync(temporary, target.mode);
      if (before !== undefined && !readFileSync(target.path).equals(before)) {
        return { failure: `${file} was changed meanwhile: it is left as it is` };
      }
      renameSync(temporary, target.path);
    } finally {
      rmSync(temporary, { force: true });
    }
    return undefined;
  } catch (error) {
    return { failure: `cannot write ${file}: ${reasonOf(error)}` };
  }
}

/** Where a file really is, so that links stay links; what is no regular file, such as a pipe, cannot be replaced. */
function targetOf(file: string): { path: string; mode?: number; special: boolean } {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { path: file, special: false };
  return { path: realpathSync(file), mode: stats.mode & 0o7777, special: !stats.isFile() };
}
