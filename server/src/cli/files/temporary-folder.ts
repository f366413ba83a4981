/** Folders for files that are needed for a while. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { reasonOf } from "./failure.ts";

/**
 * Makes a folder, and removes it with all in it afterwards, also when the process ends in the middle.
 * @throws an error that says where none can be made
 */
export async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = made();
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await use(folder);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

function made(): string {
  const place = tmpdir();
  try {
    return mkdtempSync(path.join(place, "vgic-trace-"));
  } catch (cause) {
    throw new Error(`no temporary folder can be made in ${place}: ${reasonOf(cause)}`, { cause });
  }
}
