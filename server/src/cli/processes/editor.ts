/** Serves an editor from files on the disk. */

import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Files, noFiles, type TraceFile } from "../../lsp/files.ts";
import { serveProcess } from "../../lsp/node.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { ConfigurationFiles } from "../files/configuration-files.ts";
import { isFailure } from "../files/failure.ts";
import { withBytes } from "../files/file-bytes.ts";
import { findTraces, readTrace } from "../files/sources.ts";
import { complain } from "../terminal/terminal.ts";

/** How the editor is connected, as it was given. */
export interface ServerOptions {
  readonly stdio?: true;
  readonly nodeIpc?: true;
}

/** Serves an editor until it says to exit. */
export function server({ stdio, nodeIpc }: ServerOptions): ExitStatus {
  if (!stdio && !nodeIpc) {
    complain("editors start the language server with `vgic-trace server --stdio`");
    return exitStatus.failed;
  }
  serveProcess(stdio ? "stdio" : "node-ipc", { files: disk, rulePages: rulePages() });
  return exitStatus.clean;
}

let configurations = new ConfigurationFiles();
let problemsTold = 0;

const disk: Files = {
  async traces(folder) {
    const root = pathOf(folder);
    if (root === undefined) return [];
    const { paths } = await findTraces([root]);
    const files = await Promise.all(paths.map(fileAt));
    return files.filter((file) => file !== undefined);
  },
  async read(uri) {
    const path = pathOf(uri);
    const source = path === undefined ? undefined : await readTrace(path);
    return source === undefined || isFailure(source) ? undefined : source.text;
  },
  async bytes(uri, read) {
    const path = pathOf(uri);
    if (path === undefined) return undefined;
    try {
      return withBytes(path, read);
    } catch {
      return undefined;
    }
  },
  async checks(uri) {
    const path = pathOf(uri);
    if (path === undefined) return noFiles.checks(uri);
    const checks = await configurations.checksOf(path);
    const problems = configurations.failures.slice(problemsTold).map(({ failure }) => failure);
    problemsTold += problems.length;
    return { checks, problems };
  },
  configurationChanged() {
    configurations = new ConfigurationFiles();
    problemsTold = 0;
  },
};

async function fileAt(path: string): Promise<TraceFile | undefined> {
  try {
    const { mtimeMs, size } = await stat(path);
    return { uri: pathToFileURL(path).href, stamp: `${mtimeMs} ${size}` };
  } catch {
    // It went away meanwhile.
    return undefined;
  }
}

/** The path of a file's address; undefined for what is on no disk. */
function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** The address of the pages that the package ships; undefined where it ships none. */
function rulePages(): string | undefined {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const pages = path.join(folder, "docs", "rules");
    if (existsSync(pages)) return `${pathToFileURL(pages).href}/`;
    if (folder === path.dirname(folder)) return undefined;
  }
}
