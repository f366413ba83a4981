/** The line in front of a cursor: the word being typed, and what the language wants where it starts. */
import type { Position } from "../../document/document.ts";
import { type Continuation, parseBeginning } from "../../syntax/parse.ts";
import type { Analysis } from "../analysis.ts";
import { clamped } from "../place.ts";

export interface Beginning {
  readonly line: number;
  /** The line's text in front of the word. */
  readonly before: string;
  /** The part of the word in front of the cursor; empty where none is being typed. */
  readonly word: string;
  /** What may stand where the word does; undefined in comments and strings, and behind what is wrong. */
  readonly next: Continuation | undefined;
}

const lastWord = /(?<![\w.+-])linux-[\w.+-]*$|(?<![\w-])cloud-[a-z]*$|(?<!\w)\w+$|$/;

export function beginningAt(analysis: Analysis, position: Position): Beginning {
  const { line, character } = clamped(analysis, position);
  const text = analysis.document.lines.at(line).text.slice(0, character);
  const word = lastWord.exec(text)?.[0] ?? "";
  const before = text.slice(0, text.length - word.length);
  return { line, before, word, next: parseBeginning(before) };
}
