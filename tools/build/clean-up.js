// @ts-check
import { readdir, rm, symlink } from "node:fs/promises";
import path from "node:path";

/**
 * Removes chunks of earlier builds. They go last, so that a command that is running meanwhile still finds its own.
 * @param {ReadonlySet<string>} written what this build wrote
 */
export async function removeOldChunks(written) {
  for (const folder of ["dist/chunks", "dist/extension/chunks"]) {
    for (const name of await readdir(folder)) {
      const chunk = path.posix.join(folder, name);
      if (!written.has(chunk)) await rm(chunk, { force: true });
    }
  }
}

/** npm links no command of the package itself: `npx vgic-trace` would install the package from its own folder first. */
export async function linkCommand() {
  const link = "node_modules/.bin/vgic-trace";
  await rm(link, { force: true });
  await symlink("../../dist/vgic-trace.js", link);
}
