/** What `vgic-ignore` comments silence, and which of them silence nothing. */
import type { TraceDocument } from "../document/document.ts";
import { firstStatement } from "../document/lines.ts";
import type { Word } from "../syntax/statement.ts";
import { parseSuppression } from "../syntax/suppression.ts";
import type { Code, Finding } from "./finding.ts";
import { type Found, found } from "./found.ts";
import { isCode } from "./rules.ts";

/** One code of a comment. */
interface Silencer {
  /** The silenced code, at its place; without text when the comment names none. */
  readonly word: Word;
  readonly line: number;
  readonly scope: "line" | "file";
  /** The line of the statement that it is for; beyond the last line when none follows. */
  readonly target: number;
  used: boolean;
}

/** Silencers by their code, and by their target where that is one line. */
type Silencers = ReadonlyMap<string, Silencer>;

const fileWide = -1;

/** Only a replay on a kernel finds this: without one, nobody knows whether a comment silences something. */
const judgedElsewhere = "kernel-disagrees";

/**
 * What no comment silences, and an `unused-suppression` for each code of a comment that silences
 * nothing. A comment is for its own line, or, when it stands alone, for all down to the next statement. A finding
 * is silenced by one code of one comment; of several, a comment for the line goes before one for the file, and the
 * upper one before the lower one.
 * @param isJudged whether all is known that could be found of a code on a line; without a line, in the whole file. Where
 *   it is not, nobody knows whether a comment silences something
 */
export function applySuppressions(
  document: TraceDocument,
  all: readonly Found[],
  isJudged: (code: Code, line?: number) => boolean,
): readonly Found[] {
  const silencers = readSilencers(document);
  if (silencers.length === 0) return all;
  const byPlace = new Map(silencers.map((silencer) => [placeOf(silencer), silencer]));
  const left = all.filter(({ code, line }) => !silence(byPlace, code, line, line));

  const unused = silencers.filter(
    ({ used, word: { text }, scope, target }) =>
      !used && (!isCode(text) || isJudged(text, scope === "file" ? undefined : target)),
  );
  for (const silencer of unused) {
    if (silencer.word.text === "unused-suppression" || judgedElsewhere === silencer.word.text) continue;
    const { line, target } = silencer;
    if (!silence(byPlace, "unused-suppression", line, target)) left.push(found(report(silencer)));
  }
  // Those that silence this very code can be judged only now; nothing silences what is said of them.
  for (const silencer of unused) {
    if (silencer.word.text === "unused-suppression" && !silencer.used) left.push(found(report(silencer)));
  }
  return left;
}

/** What the comments of a trace silence, for questions about findings that it does not show. */
export class Silence {
  readonly #byPlace: Silencers;
  readonly #lines: ReadonlySet<number>;

  constructor(document: TraceDocument) {
    const silencers = readSilencers(document);
    this.#byPlace = new Map(silencers.map((silencer) => [placeOf(silencer), silencer]));
    this.#lines = new Set(silencers.flatMap(({ scope, target }) => (scope === "line" ? [target] : [])));
  }

  /** Whether a comment silences a code on a line. */
  covers(code: string, line: number): boolean {
    return this.commentOn(code, line) !== undefined;
  }

  /** The line of the comment that silences a code on a line. */
  commentOn(code: string, line: number): number | undefined {
    return silencerOf(this.#byPlace, code, line, line)?.line;
  }

  /** Whether a comment speaks of a line: a person has said something of what is found there. */
  speaksOf(line: number): boolean {
    return this.#lines.has(line);
  }
}

/** The silencers of a trace, the lowest first. */
function readSilencers({ lines, silencingLines }: TraceDocument): Silencer[] {
  const silencers: Silencer[] = [];
  let below = { line: lines.length, target: lines.length };
  for (const line of silencingLines.toReversed()) {
    const target = firstStatement(lines, { start: line, end: below.line }) ?? below.target;
    below = { line, target };
    const { text, parsed } = lines.at(line);
    const suppression = parsed.comment && parseSuppression(text, parsed.comment);
    if (suppression === undefined) continue;
    const { scope, codes, start, end } = suppression;
    const words = codes.length > 0 ? codes : [{ start, end, text: "" }];
    silencers.push(...words.map((word) => ({ word, line, scope, target, used: false })));
  }
  return silencers;
}

function placeOf({ word, scope, target }: Silencer): string {
  return key(word.text, scope === "file" ? fileWide : target);
}

function key(code: string, target: number): string {
  return `${target} ${code}`;
}

/** Whether a code on a line is silenced; `target` is that line, or the statement below a comment on that line. */
function silence(byPlace: Silencers, code: string, line: number, target: number): boolean {
  const silencer = silencerOf(byPlace, code, line, target);
  if (silencer !== undefined) silencer.used = true;
  return silencer !== undefined;
}

function silencerOf(byPlace: Silencers, code: string, line: number, target: number): Silencer | undefined {
  const near = byPlace.get(key(code, target));
  return near !== undefined && near.line <= line ? near : byPlace.get(key(code, fileWide));
}

function report({ word, line, scope }: Silencer): Finding {
  const { start, end, text: silenced } = word;
  return { code: "unused-suppression", start, end, line, silenced, known: isCode(silenced), scope };
}
