/** Lines of text that fit a terminal. */
import { stripVTControlCharacters } from "node:util";

/** The width that plain output keeps to. */
export const PAGE_WIDTH = 80;

/** Colours take no room. */
function columnsOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** A text in lines of at most `width` characters, broken at blanks; a longer word stands alone. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last === undefined || columnsOf(last) + 1 + columnsOf(word) > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Lines that fit: what a longer one goes on with stands two columns further than it begins. */
export function fitted(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const plain = stripVTControlCharacters(line);
      if (plain.length <= width) return [line];
      const indent = plain.length - plain.trimStart().length;
      const [first, ...rest] = wrapped(line.trimStart(), width - indent - 2);
      return [" ".repeat(indent) + first, ...rest.map((one) => " ".repeat(indent + 2) + one)];
    })
    .join("\n");
}

/** A text after a label: its lines stand below each other, `indent` characters from the left; no wider than a page. */
export function hanging(label: string, text: string, indent: number, width: number): string {
  return wrapped(text, Math.min(width, PAGE_WIDTH) - indent)
    .map((line, index) => `${(index === 0 ? label : "").padEnd(indent)}${line}`)
    .join("\n");
}
