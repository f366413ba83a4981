/**
 * Statements as they are usually written, read ahead of time: so that the parser, which takes a while to get ready, is
 * only made for what is unusual. phrases.json has what the grammar made of them; a test writes it.
 */
import phrases from "./phrases.json" with { type: "json" };
import { rereadStatement } from "./reread.ts";
import type { Statement } from "./statement.ts";

/** Words that begin with a capital, and so are names; other words; numbers; strings; blanks; anything else. */
const piece = /([A-Z]\w*)|([a-z_]\w*)|(\d\w*)|("[^"\\]*")|([ \t]+)|[^"]/gy;
/** Numbers that are right whatever their digits are, and fit in 64 bits. */
const plainNumber = /^(?:0x[\da-fA-F]{1,16}|0b[01]{1,16}|\d{1,18})$/;
/** Here a number is not one word with its prefix. */
const splitNumber = /rev[ \t\d-]*0[xb]/;

/** A text with names as `A`, numbers as 0, strings empty and blanks as one, and where its pieces are in the text. */
interface Phrase {
  readonly text: string;
  readonly starts: ReadonlyMap<number, number>;
  readonly ends: ReadonlyMap<number, number>;
}

/** As JSON, by phrase. */
const statements: Readonly<Record<string, string>> = phrases;

/** What a line without a comment says, if it is a usual phrase; undefined says nothing about it. */
export function readPhrase(line: string): Statement | undefined {
  const phrase = phraseOf(line);
  if (phrase === undefined || !Object.hasOwn(statements, phrase.text)) return undefined;
  const { starts, ends } = phrase;
  const statement: Statement = JSON.parse(statements[phrase.text], (key, value) => {
    if (key === "start") return starts.get(value);
    return key === "end" ? ends.get(value) : value;
  });
  return rereadStatement(statement, line);
}

function phraseOf(line: string): Phrase | undefined {
  if (splitNumber.test(line)) return undefined;
  let text = "";
  const starts = new Map<number, number>();
  const ends = new Map<number, number>();
  let read = 0;
  for (const found of line.matchAll(piece)) {
    const [image, name, word, number, string, blank] = found;
    if (number !== undefined && !plainNumber.test(number)) return undefined;
    const start = found.index;
    read = start + image.length;
    // Blanks at either end are left out: they end nothing.
    if (blank !== undefined && (start === 0 || read === line.length)) continue;
    starts.set(text.length, start);
    if (name !== undefined) text += "A";
    else if (word !== undefined) text += word.replace(/\d+/g, "0");
    else if (number !== undefined) text += "0";
    else if (string !== undefined) text += '""';
    else text += blank === undefined ? image : " ";
    ends.set(text.length, read);
  }
  // A string that does not end, or one with escapes, is no piece.
  return read === line.length ? { text, starts, ends } : undefined;
}
