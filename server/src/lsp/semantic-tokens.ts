/** Semantic tokens in the protocol's numbers, whole or as the difference to what was sent before. */
import type { SemanticTokens, SemanticTokensDelta } from "vscode-languageserver";
import { type SemanticToken, semanticTokens, TOKEN_TYPES } from "../analysis/semantic-tokens.ts";
import type { TraceDocument } from "../document/document.ts";
import { shiftOf } from "../document/edit.ts";
import type { LineRange } from "../document/lines.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Asked } from "./asked.ts";
import { nextId } from "./documents.ts";

const numbersPerToken = 5;
const typeNumbers = new Map(TOKEN_TYPES.map((type, index) => [type, index]));
const declaration = 1;

/** Tokens as five numbers each, the place of each counted from the one before it, and of the first from a line. */
export function encoded(asked: Asked, tokens: readonly SemanticToken[], from = 0): number[] {
  const data: number[] = [];
  let before = { line: from, character: 0 };
  for (const { line, start, end, type, declares } of tokens) {
    const place = asked.position({ line, character: start });
    const length = asked.position({ line, character: end }).character - place.character;
    const column = line === before.line ? place.character - before.character : place.character;
    data.push(line - before.line, column, length, typeNumbers.get(type) ?? 0, declares ? declaration : 0);
    before = place;
  }
  return data;
}

/** What was sent of a trace. */
interface Sent {
  readonly resultId: string;
  readonly document: TraceDocument;
  /** By line: how many tokens there are up to its end. */
  readonly counts: Uint32Array;
}

/** Remembers what was last sent of each trace, so that after an edit only the edited lines are. */
export class SentTokens {
  readonly #sent = new Map<string, Sent>();

  whole(asked: Asked): SemanticTokens & { readonly resultId: string } {
    const { lines } = asked.document;
    const tokens = semanticTokens(asked.document);
    const counts = new Uint32Array(lines.length);
    count(counts, tokens, { start: 0, end: lines.length });
    return { resultId: this.#remember(asked, counts), data: encoded(asked, tokens) };
  }

  /** The difference to what was sent under an id; all of it, if that is no longer known. */
  difference(asked: Asked, previousId: string): SemanticTokens | SemanticTokensDelta {
    const before = this.#sent.get(asked.uri);
    if (before?.resultId !== previousId) return this.whole(asked);
    const { document } = asked;
    const edit = document.editSince(before.document);
    // The first token after the edit is counted from the last one before it, so it goes along.
    const endBefore = behindNextToken(before.counts, edit.endBefore);
    const end = endBefore + shiftOf(edit);
    const tokens = semanticTokens(document, { start: edit.start, end: end });

    const counts = new Uint32Array(document.lines.length);
    counts.set(before.counts.subarray(0, edit.start));
    count(counts, tokens, { start: edit.start, end: end });
    const shift = countAbove(counts, end) - countAbove(before.counts, endBefore);
    for (let line = end; line < counts.length; line++) {
      counts[line] = itemAt(before.counts, line - end + endBefore) + shift;
    }

    const start = countAbove(before.counts, edit.start);
    const deleted = countAbove(before.counts, endBefore) - start;
    const edits = [
      {
        start: start * numbersPerToken,
        deleteCount: deleted * numbersPerToken,
        data: encoded(asked, tokens, lineOfLastToken(before.counts, edit.start)),
      },
    ];
    return { resultId: this.#remember(asked, counts), edits };
  }

  #remember({ uri, document, session }: Asked, counts: Uint32Array): string {
    const resultId = nextId();
    this.#sent.set(uri, { resultId, document, counts });
    for (const known of this.#sent.keys()) {
      if (session.documents.get(known) === undefined) this.#sent.delete(known);
    }
    return resultId;
  }
}

/** Fills in how many tokens there are up to the end of some lines; what stands above them is filled in. */
function count(counts: Uint32Array, tokens: readonly SemanticToken[], { start, end }: LineRange): void {
  let total = countAbove(counts, start);
  let next = 0;
  for (let line = start; line < end; line++) {
    for (; tokens[next]?.line === line; next++) total++;
    counts[line] = total;
  }
}

function countAbove(counts: Uint32Array, line: number): number {
  return line === 0 ? 0 : itemAt(counts, line - 1);
}

/** The line after the first one from a line on that has tokens; after all if none has. */
function behindNextToken(counts: Uint32Array, from: number): number {
  let line = from;
  while (line < counts.length && counts[line] === countAbove(counts, line)) line++;
  return Math.min(line + 1, counts.length);
}

/** The last line above one that has tokens; 0 if none has. */
function lineOfLastToken(counts: Uint32Array, below: number): number {
  let line = below - 1;
  while (line > 0 && counts[line] === countAbove(counts, line)) line--;
  return Math.max(line, 0);
}
