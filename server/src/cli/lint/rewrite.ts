/** Puts better texts in the place of traces, or shows how they would differ. */
import { createTwoFilesPatch } from "diff";
import { type Failure, isFailure } from "../files/failure.ts";
import { readTrace } from "../files/sources.ts";
import { writeAtomically } from "../files/write-file.ts";
import { printablePath } from "../terminal/printable.ts";
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
  { trace, path, text, options, isLinkOut }: Target,
  mend: Mend,
  purpose: Purpose,
): Promise<{ readonly changed: boolean } | Failure> {
  const source = text === undefined ? await readTrace(trace) : { text, bytes: undefined };
  if (isFailure(source)) return source;
  const mended = mend(source.text, options);
  if (mended.text === source.text) return { changed: false };
  if (purpose === "show") print(difference(path, source.text, mended.text));
  else if (purpose === "name") print(`${printablePath(path)}\n`);
  else {
    if (isLinkOut) return leftLink(path);
    const failure = writeAtomically(trace, mended.text, source.bytes);
    if (failure !== undefined) return failure;
    if (mended.summary !== "") tell(`${printablePath(path)}: ${mended.summary}`);
  }
  return { changed: true };
}

/** Why a link that was found is not written: whoever fixes a folder does not mean files elsewhere. */
export function leftLink(path: string): Failure {
  return {
    failure: `${path} is a link out of the folder that was searched: it is left as it is; name it to write it`,
  };
}

function difference(path: string, before: string, after: string): string {
  const patch = createTwoFilesPatch("a", "b", before, after).replace(/^=+\n--- a\t?\n\+\+\+ b\t?\n/, "");
  return `--- ${quoted(`a/${path}`)}\n+++ ${quoted(`b/${path}`)}\n${patch}`;
}

/** A name as git writes it in a difference: bytes that could be taken for something else as octal escapes. */
function quoted(name: string): string {
  if (/^[ !#-[\]-~]*$/.test(name)) return name;
  const bytes = Array.from(Buffer.from(name), (byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
    return `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"${bytes.join("")}"`;
}
