/** Semantic tokens in the protocol's numbers, whole or as the difference to what was sent before. */
import type { SemanticTokens, SemanticTokensDelta, SemanticTokensEdit } from "vscode-languageserver";
import { type SemanticToken, TOKEN_TYPES } from "../analysis/semantic-tokens.ts";
import type { Asked } from "./asked.ts";
import { nextId } from "./documents.ts";

const numbersPerToken = 5;
const typeNumbers = new Map(TOKEN_TYPES.map((type, index) => [type, index]));
const declaration = 1;

/** Each token as five numbers, its place counted from the one before it. */
export function encoded(asked: Asked, tokens: readonly SemanticToken[]): number[] {
  const data: number[] = [];
  let before = { line: 0, character: 0 };
  for (const { line, start, end, type, declares } of tokens) {
    const from = asked.position({ line, character: start });
    const to = asked.position({ line, character: end });
    const column = line === before.line ? from.character - before.character : from.character;
    const modifiers = declares ? declaration : 0;
    data.push(
      line - before.line,
      column,
      to.character - from.character,
      typeNumbers.get(type) ?? 0,
      modifiers,
    );
    before = from;
  }
  return data;
}

/** Remembers what was last sent of each trace, so that the next time only the difference is. */
export class SentTokens {
  readonly #sent = new Map<string, SemanticTokens>();

  whole({ uri }: Asked, data: number[]): SemanticTokens & { readonly resultId: string } {
    const tokens = { resultId: nextId(), data };
    this.#sent.set(uri, tokens);
    return tokens;
  }

  /** The difference to what was sent under an id; all of it, if that is no longer known. */
  difference(asked: Asked, data: number[], previousId: string): SemanticTokens | SemanticTokensDelta {
    const before = this.#sent.get(asked.uri);
    const tokens = this.whole(asked, data);
    if (before?.resultId !== previousId) return tokens;
    return { resultId: tokens.resultId, edits: difference(before.data, data) };
  }
}

/** One edit of whole tokens: an edit of a text changes them in one place, mostly. */
function difference(before: readonly number[], after: readonly number[]): SemanticTokensEdit[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (start === before.length && start === after.length) return [];
  start -= start % numbersPerToken;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same])
    same++;
  same -= same % numbersPerToken;
  const end = after.length - same;
  return [{ start, deleteCount: before.length - same - start, data: after.slice(start, end) }];
}
