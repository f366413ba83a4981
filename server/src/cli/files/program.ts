/** Finds the programs that the command starts. */
import { statSync } from "node:fs";
import path from "node:path";

/**
 * What to start for the name of a program. Windows would look into the current folder first, which may be a checkout
 * of anybody's: there it is looked up in PATH alone. @returns undefined if it is not there
 */
export function programInPath(
  name: string,
  platform: NodeJS.Platform = process.platform,
  folders = (process.env.PATH ?? "").split(path.delimiter),
): string | undefined {
  if (platform !== "win32") return name;
  return folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, `${name}.exe`))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}
