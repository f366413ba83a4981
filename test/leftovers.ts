/** Gives the tests a folder for temporary files of their own, and fails the run if any stay in it. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** What the tests' own tools keep for the next run. */
const isOfTools = (name: string): boolean => !name.startsWith("vgic-trace");

export default function giveFolder(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "vgic-trace-tests-"));
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  return () => {
    const left = readdirSync(folder).filter((name) => !isOfTools(name));
    rmSync(folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`the tests left temporary files: ${left.join(", ")}`);
  };
}
