/** What could not be done with a file, in words. */

/** Something that could not be found, read or written, in words. */
export interface Failure {
  readonly failure: string;
}

export function isFailure<T extends object>(result: T | Failure): result is Failure {
  return "failure" in result;
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
  EPIPE: "its reader has ended",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GB",
};

/** Why something could not be read, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return reasons[code] ?? error.message;
}

/** The file that an error of the file system is about, where it says so. */
export function pathOf(error: unknown): string | undefined {
  return error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : undefined;
}

/** A name that is too long is that of no file. */
const missingCodes = new Set<unknown>(["ENOENT", "ENOTDIR", "ENAMETOOLONG"]);

/** Whether something was not read because it is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && missingCodes.has(error.code);
}
