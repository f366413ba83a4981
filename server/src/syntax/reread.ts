/** Statements from those of other lines, which have the same tokens: only words and numbers are read again. */
import { cpuAt, literalValue, revisionsAt, wordAt } from "./leaves.ts";

/** Reads a line whose tokens stand at the same columns as those of the one that it is like. */
export type Reader<Part> = (line: string) => Part;

/** What reads lines that are like the one that a part of a statement is from, as this part. Titles are not read again. */
export function readerLike<Part extends object>(part: Part): Reader<Part> {
  const isList = Array.isArray(part);
  const inner: { key: Extract<keyof Part, string>; read: Reader<Part[Extract<keyof Part, string>]> }[] = [];
  for (const key in part) {
    const value = part[key];
    if (typeof value === "object" && value !== null) inner.push({ key, read: readerLike(value) });
  }
  const readOwn = "start" in part && "end" in part ? readerOfSpan(part) : undefined;
  return (line) => {
    const own: Part = Object.assign(isList ? [] : {}, part, readOwn?.(line));
    for (const { key, read } of inner) own[key] = read(line);
    return own;
  };
}

/** What reads what a part says if it is a word or a number; nothing where the part stays what it is. */
function readerOfSpan(part: { readonly start: unknown; readonly end: unknown }): Reader<object> | undefined {
  const start = Number(part.start);
  const end = Number(part.end);
  const leafAt = leafLike(part);
  return leafAt && ((line) => leafAt(line.slice(start, end), start));
}

/** What reads a word or a number from its characters and the column where they start; undefined for other parts. */
function leafLike(part: object): ((text: string, start: number) => object) | undefined {
  if ("text" in part) return wordAt;
  if ("index" in part) return cpuAt;
  if ("first" in part) return revisionsAt;
  if ("name" in part && typeof part.name === "string")
    return (text, start) => ({ start, end: start + text.length, name: bare(text) });
  if ("value" in part && typeof part.value === "bigint")
    return (text, start) => ({ start, end: start + text.length, value: literalValue(bare(text)) });
  return undefined;
}

/** A name or a number without the parentheses that may stand around it. */
function bare(text: string): string {
  return text.startsWith("(") ? text.replace(/[() \t]/g, "") : text;
}
