// @ts-check
import { readdir, rm, symlink, writeFile } from "node:fs/promises";
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

/**
 * npm links no command of the package itself: `npx vgic-trace` would install the package from its own folder first. On
 * Windows, where links need rights and start nothing, scripts for its own shell and for sh are what npm itself writes.
 */
export async function linkCommand(platform = process.platform) {
  const link = "node_modules/.bin/vgic-trace";
  await rm(link, { force: true });
  if (platform === "win32") {
    await writeFile(link, '#!/bin/sh\nexec node "$(dirname "$0")/../../dist/vgic-trace.js" "$@"\n');
    await writeFile(`${link}.cmd`, '@node "%~dp0\\..\\..\\dist\\vgic-trace.js" %*\r\n');
  } else await symlink("../../dist/vgic-trace.js", link);
}
