/** Asks git which files changed. */
import { realpathSync } from "node:fs";
import path from "node:path";
import type { Failure } from "../files/failure.ts";
import { git, reasonOf } from "../files/git.ts";
import { pathToShow } from "../files/sources.ts";

/** Of some files, those that changed since a revision left for where HEAD is now, committed or not, or are new. */
export async function changedFiles(
  files: readonly string[],
  since: string,
): Promise<readonly string[] | Failure> {
  try {
    const top = (await git(["rev-parse", "--show-toplevel"])).trimEnd();
    const base = (await git(["merge-base", "--", since, "HEAD"])).trim();
    const listings = await Promise.all([
      git(["diff", "--name-only", "--no-renames", "--diff-filter=d", "-z", base], top),
      git(["ls-files", "--others", "--exclude-standard", "-z"], top),
    ]);
    const changed = new Set(listings.flatMap((listing) => listing.split("\0")));
    const nameOf = namesBelow(top);
    return files.filter((file) => changed.has(nameOf(file)));
  } catch (error) {
    return { failure: `cannot tell what changed since ${pathToShow(since)}: ${reasonOf(error)}` };
  }
}

/** How git calls a file, whatever links, short names of Windows or letters of another case lead to its folder. */
function namesBelow(top: string): (file: string) => string {
  const realTop = realpathSync.native(top);
  const realFolders = new Map<string, string>();
  const realFolder = (folder: string): string => {
    const real = realFolders.get(folder) ?? realpathSync.native(folder);
    realFolders.set(folder, real);
    return real;
  };
  return (file) => {
    const real = path.join(realFolder(path.dirname(file)), path.basename(file));
    return path.relative(realTop, real).split(path.sep).join("/");
  };
}
