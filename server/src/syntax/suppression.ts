/** Comments that silence diagnostics: `# vgic-ignore[CODE]: reason`, `# vgic-ignore-file[CODE]: reason`. */
import type { Span, Word } from "./statement.ts";

/** A comment that silences some codes. */
export interface Suppression extends Span {
  /** `line`: its own line, or the next when the comment stands alone. */
  readonly scope: "line" | "file";
  /** The silenced codes, in the order written; several are separated by commas. */
  readonly codes: readonly Word[];
  /** What stands after the colon; empty if nothing does. */
  readonly reason: string;
}

/** Whether a line is worth looking at for a comment that silences something. */
export function maySilence(text: string): boolean {
  return text.includes("vgic-ignore");
}

const form = /^#[ \t]*vgic-ignore(?<file>-file)?\[(?<codes>[^\]]*)\](?:[ \t]*:[ \t]*(?<reason>[\s\S]*))?/;

/**
 * Reads a comment of a line; undefined if it silences nothing. The span goes from the `#` to the end of the
 * line.
 */
export function parseSuppression(text: string, comment: Span): Suppression | undefined {
  const match = form.exec(text.slice(comment.start, comment.end));
  if (match?.groups === undefined) return undefined;
  const { file, codes, reason = "" } = match.groups;
  const start = comment.start + match[0].indexOf("[") + 1;
  return {
    start: comment.start,
    end: comment.end,
    scope: file === undefined ? "line" : "file",
    codes: splitCodes(codes, start),
    reason: reason.trim(),
  };
}

function splitCodes(codes: string, start: number): Word[] {
  const words = codes.matchAll(/[^,\s]+/g);
  return Array.from(words, ({ 0: text, index }) => ({
    start: start + index,
    end: start + index + text.length,
    text,
  }));
}
