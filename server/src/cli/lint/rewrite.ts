/** Puts better texts in the place of traces, or shows how they would differ. */
import { createTwoFilesPatch } from "diff";
import { type Failure, isFailure, readTrace } from "../files/sources.ts";
import { writeAtomically } from "../files/write-file.ts";
import { print, tell } from "../terminal/terminal.ts";
import type { Target } from "./check.ts";
import type { Mend } from "./mend.ts";

/** What is done with a text that can be better. */
export type Purpose = "write" | "show" | "name";

/**
 * Rewrites one trace; on success, whether its text is or would be another. `show` prints a difference that
 * `git apply` takes, `name` only says that there is one.
 */
export async function rewrite(
  { trace, path, text, options }: Target,
  mend: Mend,
  purpose: Purpose,
): Promise<{ readonly changed: boolean } | Failure> {
  const source = text === undefined ? await readTrace(trace) : { text, bytes: undefined };
  if (isFailure(source)) return source;
  const mended = mend(source.text, options);
  if (mended.text === source.text) return { changed: false };
  if (purpose === "show") print(difference(path, source.text, mended.text));
  else if (purpose === "name") print(`${path}\n`);
  else {
    const failure = writeAtomically(trace, mended.text, source.bytes);
    if (failure !== undefined) return failure;
    if (mended.summary !== "") tell(`${path}: ${mended.summary}`);
  }
  return { changed: true };
}

function difference(path: string, before: string, after: string): string {
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after).replace(/^=+\n/, "");
}
