/** The statement of a line from that of another, which has the same tokens: only words and numbers are read again. */
import { cpuAt, literalValue, revisionsAt } from "./leaves.ts";

/** Where the tokens of a line stand, by where they stand in the one that it is like. UTF-16 columns. */
export interface Columns {
  readonly starts: ReadonlyMap<number, number>;
  readonly ends: ReadonlyMap<number, number>;
}

/**
 * A part of a statement with the words and numbers of a line that is like its own, except for titles.
 * @param columns absent where the tokens of both lines stand at the same columns
 */
export function reread<Part extends object>(part: Part, line: string, columns?: Columns): Part {
  const own = { ...part };
  for (const [key, value] of Object.entries(part)) {
    if (Array.isArray(value))
      Reflect.set(
        own,
        key,
        value.map((one) => reread(one, line, columns)),
      );
    else if (typeof value === "object" && value !== null) Reflect.set(own, key, reread(value, line, columns));
  }
  if (!("start" in part && "end" in part)) return own;
  const start = column(part.start, columns?.starts);
  const end = column(part.end, columns?.ends);
  return Object.assign(own, { start, end }, leafOf(part, line.slice(start, end), start));
}

function column(at: unknown, moved: ReadonlyMap<number, number> | undefined): number {
  const before = Number(at);
  return moved?.get(before) ?? before;
}

/** What is read of a word or a number, which starts at a column. */
function leafOf(part: object, text: string, start: number): object | undefined {
  if ("text" in part) return { text };
  if ("name" in part && typeof part.name === "string") return { name: bare(text) };
  if ("index" in part) return cpuAt(text, start);
  if ("first" in part) return revisionsAt(text, start);
  if ("value" in part && typeof part.value !== "object" && part.value !== undefined)
    return { value: literalValue(bare(text)) };
  return undefined;
}

/** A name or a number without the parentheses that may stand around it. */
function bare(text: string): string {
  return text.startsWith("(") ? text.replace(/[() \t]/g, "") : text;
}
