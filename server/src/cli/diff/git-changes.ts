/** Both sides of what changed in a git repository: a commit's, and the working tree's. */
import { existsSync } from "node:fs";
import path from "node:path";
import { itemAt } from "../../syntax/item-at.ts";
import type { Failure } from "../files/failure.ts";
import { git, gitBytes, isAboutRepository, reasonOf } from "../files/git.ts";
import { pathToShow } from "../files/sources.ts";

/** A trace that changed. */
export interface GitChange {
  /** Where it was in the commit, and the name of its content there; absent where it is new. */
  readonly before?: { readonly path: string; readonly blob: string };
  /** Where it is now, from the current folder; absent where it is gone. */
  readonly after?: { readonly path: string; readonly isUntracked?: true };
}

/** A symbolic link, as git notes it: what it leads to is no trace of this commit. */
const LINK_MODE = "120000";

/**
 * Traces that differ between the commit where the branch left a revision and the working tree, or are new and not
 * ignored. Paths are from the current folder.
 */
export async function changedTraces(
  since: string,
  paths: readonly string[],
): Promise<readonly GitChange[] | Failure> {
  try {
    const prefix = (await git(["rev-parse", "--show-prefix"])).trimEnd();
    const base = (await git(["merge-base", "--", since, "HEAD"])).trim();
    for (const one of paths) {
      const isThere = existsSync(one) || (await git(["ls-files", `--with-tree=${base}`, "--", one])) !== "";
      if (!isThere)
        return { failure: `cannot compare ${pathToShow(one)}: it is not there, and was not in git` };
    }
    const raw = await git([
      "diff",
      "--raw",
      "--no-relative",
      "--no-abbrev",
      "-M",
      "-z",
      base,
      "--",
      ...paths,
    ]);
    const others = await git([
      "ls-files",
      "--others",
      "--exclude-standard",
      "--full-name",
      "-z",
      "--",
      ...paths,
    ]);
    const fromHere = (name: string): string => path.posix.relative(prefix, name);
    const untracked = others.split("\0").filter((name) => name !== "");
    return together(changesIn(raw), untracked)
      .map(
        ({ before, after }: GitChange): GitChange => ({
          before: before && isTrace(before.path) ? { ...before, path: fromHere(before.path) } : undefined,
          after: after && isTrace(after.path) ? { ...after, path: fromHere(after.path) } : undefined,
        }),
      )
      .filter(({ before, after }) => before !== undefined || after !== undefined);
  } catch (error) {
    const reason = reasonOf(error);
    if (!existsSync(since))
      return { failure: `cannot tell what changed since ${pathToShow(since)}: ${reason}` };
    // A path stands where the revision should; where there is no repository, no revision helps.
    const hint = isAboutRepository(error)
      ? ""
      : `; the git revision comes before paths: vgic-trace diff HEAD ${since}`;
    return { failure: `cannot tell what changed in ${since}: ${reason}${hint}` };
  }
}

/** What git was only told to forget (`git rm --cached`) is there before and after. */
function together(listed: readonly GitChange[], untracked: readonly string[]): GitChange[] {
  const left = new Set(untracked);
  const kept = listed.map((change): GitChange => {
    const { before, after } = change;
    const isForgotten = before !== undefined && after === undefined && left.delete(before.path);
    return isForgotten ? { before, after: { path: before.path, isUntracked: true } } : change;
  });
  return [...kept, ...[...left].map((path): GitChange => ({ after: { path, isUntracked: true } }))];
}

/** The bytes of a content that git has. */
export async function blobBytes(blob: string): Promise<Uint8Array | Failure> {
  try {
    return await gitBytes(["cat-file", "blob", blob]);
  } catch (error) {
    return { failure: reasonOf(error) };
  }
}

function isTrace(name: string): boolean {
  return name.endsWith(".vgic");
}

/** Reads `git diff --raw -z`: `:mode mode blob blob status`, then one path, or two where it was renamed. */
function changesIn(raw: string): GitChange[] {
  const fields = raw.split("\0");
  const changes: GitChange[] = [];
  for (let i = 0; i + 1 < fields.length; ) {
    const [modeBefore = "", modeAfter = "", blob = "", , status = ""] = itemAt(fields, i).slice(1).split(" ");
    const isTwo = /^[RC]/.test(status);
    const [from, to] = [itemAt(fields, i + 1), itemAt(fields, i + (isTwo ? 2 : 1))];
    i += isTwo ? 3 : 2;
    const was = !/^[AC]/.test(status) && modeBefore !== LINK_MODE;
    const is = !status.startsWith("D") && modeAfter !== LINK_MODE;
    changes.push({ before: was ? { path: from, blob } : undefined, after: is ? { path: to } : undefined });
  }
  return changes;
}
