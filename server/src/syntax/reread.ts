/** Statements from those of other lines, which have the same tokens: only words and numbers are read again. */
import { cpuAt, literalValue, revisionsAt, wordAt } from "./leaves.ts";

/** Where the tokens of a line stand, by where they stand in the one that it is like. UTF-16 columns. */
export interface Columns {
  readonly starts: ReadonlyMap<number, number>;
  readonly ends: ReadonlyMap<number, number>;
}

/** Reads a line; without `columns` its tokens stand at the same columns as those of the one that it is like. */
export type Reader<Part> = (line: string, columns?: Columns) => Part;

/** What reads lines that are like the one that a part of a statement is from, as this part. Titles are not read again. */
export function readerLike<Part extends object>(part: Part): Reader<Part> {
  const isList = Array.isArray(part);
  const inner: { key: Extract<keyof Part, string>; read: Reader<Part[Extract<keyof Part, string>]> }[] = [];
  for (const key in part) {
    const value = part[key];
    if (typeof value === "object" && value !== null) inner.push({ key, read: readerLike(value) });
  }
  const readOwn = "start" in part && "end" in part ? readerOfSpan(part) : undefined;
  return (line, columns) => {
    const own: Part = Object.assign(isList ? [] : {}, part, readOwn?.(line, columns));
    for (const { key, read } of inner) own[key] = read(line, columns);
    return own;
  };
}

/** What reads the columns of a part, and what it says if it is a word or a number; nothing where that stays what it is. */
function readerOfSpan(part: { readonly start: unknown; readonly end: unknown }): Reader<object | undefined> {
  const first = Number(part.start);
  const last = Number(part.end);
  const leafAt = leafLike(part);
  return (line, columns) => {
    const start = columns?.starts.get(first) ?? first;
    const end = columns?.ends.get(last) ?? last;
    if (leafAt !== undefined) return leafAt(line.slice(start, end), start);
    return columns && { start, end };
  };
}

/** What reads a word or a number from its characters and the column where they start; undefined for other parts. */
function leafLike(part: object): ((text: string, start: number) => object) | undefined {
  if ("text" in part) return wordAt;
  if ("index" in part) return cpuAt;
  if ("first" in part) return revisionsAt;
  if ("name" in part && typeof part.name === "string")
    return (text, start) => ({ start, end: start + text.length, name: bare(text) });
  if ("value" in part && (typeof part.value === "bigint" || typeof part.value === "number"))
    return (text, start) => ({ start, end: start + text.length, value: literalValue(bare(text)) });
  return undefined;
}

/** A name or a number without the parentheses that may stand around it. */
function bare(text: string): string {
  return text.startsWith("(") ? text.replace(/[() \t]/g, "") : text;
}
