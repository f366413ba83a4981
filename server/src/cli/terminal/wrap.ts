/** Lines of text that fit a terminal. */

/** The width that plain output keeps to. */
export const PAGE_WIDTH = 80;

/** A text in lines of at most `width` characters, broken at blanks; a longer word stands alone. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** A text behind a label: its lines stand below each other, `indent` characters from the left. */
export function hanging(label: string, text: string, indent: number): string {
  return wrapped(text, PAGE_WIDTH - indent)
    .map((line, index) => `${(index === 0 ? label : "").padEnd(indent)}${line}`)
    .join("\n");
}
