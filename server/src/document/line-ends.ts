/** Where lines end: at LF, CRLF, or a CR alone, as the Language Server Protocol has it. */

/** Whether a CR stands in a text without an LF after it. Texts without one are read faster. */
export function hasLoneReturn(text: string): boolean {
  for (let at = text.indexOf("\r"); at !== -1; at = text.indexOf("\r", at + 1)) {
    if (text.charCodeAt(at + 1) !== lineFeed) return true;
  }
  return false;
}

const lineFeed = 10;

/** The lines of a text with their ends; after the last end there is one more, perhaps empty. */
export function splitLines(text: string): string[] {
  return text.split(/(?<=\n|\r(?!\n))/).concat(/[\r\n]$/.test(text) ? [""] : []);
}

/** The end that is written after new lines of a text whose first line ends so. */
export function endLike({ lineEnd }: { readonly lineEnd: string }): string {
  return lineEnd === "" ? "\n" : lineEnd;
}
