/** Asks git which files changed. */
import { execFile } from "node:child_process";
import { realpathSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Failure } from "../files/failure.ts";
import { programInPath } from "../files/program.ts";

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
    const here = realpathSync(".");
    const nameOf = (file: string): string =>
      path.relative(top, path.resolve(here, file)).split(path.sep).join("/");
    return files.filter((file) => changed.has(nameOf(file)));
  } catch (error) {
    return { failure: `cannot tell what changed since ${since}: ${reasonOf(error)}` };
  }
}

const mostBytes = 1 << 28;

async function git(args: readonly string[], folder = "."): Promise<string> {
  const program = programInPath("git");
  if (program === undefined) throw Object.assign(new Error(), { code: "ENOENT" });
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, maxBuffer: mostBytes });
  return stdout;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "ENOENT") return "git is not installed";
  const said = "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim() : "";
  if (said.includes("not a git repository")) return "this folder is in no git repository";
  if (said !== "") return `git says: ${said.split("\n")[0]}`;
  // Silence means that there is no common commit.
  return `it has no commit in common with HEAD; if this is a shallow clone, fetch the history`;
}
