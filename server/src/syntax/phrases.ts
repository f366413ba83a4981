/**
 * Statements as they are usually written, read without the parser: it takes 40 ms to get ready, longer than all else that
 * is to be done for a short trace. phrases.json has what the grammar makes of each, with 0 and `A` for numbers and names;
 * `npm run phrases` writes it (tools/phrases.ts).
 */
import { titleOf } from "./leaves.ts";
import phrases from "./phrases.json" with { type: "json" };
import { type Columns, type Reader, readerLike } from "./reread.ts";
import type { Statement } from "./statement.ts";

/** Words that begin with a capital, and so are names; other words; numbers; strings; blanks; anything else. */
const piece = /([A-Z]\w*)|([a-z_]\w*)|(\d\w*)|("[^"\\]*")|([ \t]+)|[^"]/gy;
/** Numbers that are right whatever their digits are, and fit in 64 bits. */
const plainNumber = /^(?:0x[\da-fA-F]{1,16}|0b[01]{1,16}|\d{1,18})$/;
/** Here a number is not one word with its prefix. */
const splitNumber = /rev[ \t\d-]*0[xb]/;
/** Names that are keywords after `user get` and its like. */
const settings = /\b(?:NR_IRQS|ADDR_\w+|REDIST_REGION|MAINT_IRQ)\b/;

/** A text with names as `A`, numbers as 0, strings empty and blanks as one, and where its pieces are in the text. */
interface Phrase extends Columns {
  readonly text: string;
}

/** As JSON, by phrase. */
const statements: Readonly<Record<string, string>> = phrases;

const readers = new Map<string, Reader<Statement>>();

/** What reads lines of a phrase; it is kept. */
function readerOf(phrase: string): Reader<Statement> {
  const known = readers.get(phrase);
  if (known !== undefined) return known;
  const usual: Statement = JSON.parse(statements[phrase]);
  const reader = readerLike(usual);
  readers.set(phrase, reader);
  return reader;
}

/** What a line without a comment says, if it is a usual phrase; undefined says nothing about it. */
export function readPhrase(line: string): Statement | undefined {
  const phrase = phraseOf(line);
  if (phrase === undefined || !Object.hasOwn(statements, phrase.text)) return undefined;
  const statement = readerOf(phrase.text)(line, phrase);
  if (statement.kind !== "scenario") return statement;
  const { start, end } = statement.titleSpan;
  return { ...statement, title: titleOf(line.slice(start, end)) };
}

function phraseOf(line: string): Phrase | undefined {
  if (splitNumber.test(line) || settings.test(line)) return undefined;
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
