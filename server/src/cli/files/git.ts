/** Asks git. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { programInPath } from "./program.ts";

const mostBytes = 1 << 28;

/** What git prints. @throws what `execFile` throws; ENOENT when there is no git */
export async function git(args: readonly string[], folder = "."): Promise<string> {
  return (await gitBytes(args, folder)).toString("utf8");
}

/** The bytes that git prints. */
export async function gitBytes(args: readonly string[], folder = "."): Promise<Buffer> {
  const program = programInPath("git");
  if (program === undefined) throw Object.assign(new Error(), { code: "ENOENT" });
  // Its complaints are read below: in English, whatever the user's language.
  const env = { ...process.env, LC_ALL: "C" };
  const options = { cwd: folder, env, maxBuffer: mostBytes, encoding: "buffer" } as const;
  const { stdout } = await promisify(execFile)(program, args, options);
  return stdout;
}

/** Whether git did not tell because it is not there, or no repository: whatever it is asked. */
export function isAboutRepository(error: unknown): boolean {
  return isNotInstalled(error) || saidOf(error).includes("not a git repository");
}

function isNotInstalled(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function saidOf(error: unknown): string {
  return error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
}

/** Why git did not tell, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isNotInstalled(error)) return "git is not installed";
  const said = saidOf(error);
  if (isAboutRepository(error)) return "this folder is in no git repository";
  // What is HEAD of before the first commit.
  if (/\b(?:name|revision|argument) '?HEAD(?![\w~^@.])/.test(said))
    return "this repository has no commit yet";
  const [, foreign] = /dubious ownership in repository at '(.*)'/.exec(said) ?? [];
  if (foreign !== undefined)
    return `the repository is another user's; if you trust it: git config --global --add safe.directory '${foreign}'`;
  if (said !== "") return `git says: ${said.split("\n")[0]}`;
  // Silence means that there is no common commit.
  return `it has no commit in common with HEAD; if this is a shallow clone, fetch the history`;
}
