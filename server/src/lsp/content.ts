/** The text of an open trace as edits leave it: a document, or a plain text while it is too long to be looked at. */
import { Range, type TextDocumentContentChangeEvent } from "vscode-languageserver";
import { TraceDocument } from "../document/document.ts";
import type { LineCache } from "../document/shapes/line-cache.ts";
import { LongText } from "./long-text.ts";
import type { Positions } from "./positions.ts";
import { LONGEST_TRACE } from "./protocol.ts";

/** Stands for a trace that is too long to be looked at. */
export const TOO_LONG = TraceDocument.of("");

/** The document of a whole text. */
export function documentOf(text: string, cache: LineCache): TraceDocument {
  return text.length > LONGEST_TRACE ? TOO_LONG : TraceDocument.of(text, cache);
}

export class Content {
  readonly document: TraceDocument;
  /** How long the text is, in UTF-16 units. */
  readonly units: number;
  /** The text, where the document does not have it. */
  readonly #long: LongText | undefined;
  readonly #cache: LineCache;

  private constructor(document: TraceDocument, units: number, cache: LineCache, long?: LongText) {
    this.document = document;
    this.units = units;
    this.#cache = cache;
    this.#long = long;
  }

  /** @param before the document of a text before: what both have in common is kept */
  static of(text: string, cache: LineCache, before?: TraceDocument): Content {
    const { length } = text;
    if (length > LONGEST_TRACE) return new Content(TOO_LONG, length, cache, LongText.of(text));
    const isKept = before !== undefined && before !== TOO_LONG;
    return new Content(isKept ? before.withText(text) : TraceDocument.of(text, cache), length, cache);
  }

  /**
   * The content after what a client says was changed, one change after the other.
   * @param ignored called for each change that makes no sense
   */
  changed(
    changes: readonly TextDocumentContentChangeEvent[],
    positions: Positions,
    ignored: () => void,
  ): Content {
    const whole = changes.findLastIndex((one) => typeof one?.text === "string" && !("range" in one));
    const text = changes[whole]?.text;
    const start = text === undefined ? this : Content.of(text, this.#cache, this.document);
    const edits = changes.slice(whole + 1).flatMap((one) => {
      if (typeof one?.text === "string" && "range" in one && Range.is(one.range)) return one;
      ignored();
      return [];
    });
    if (edits.length === 0) return start;
    const inserted = edits.reduce((sum, { text }) => sum + text.length, 0);
    // No document is made of what may be too long.
    return start.#long === undefined && start.units + inserted <= LONGEST_TRACE
      ? start.#inDocument(edits, positions)
      : start.#inText(edits, positions);
  }

  #inDocument(edits: readonly RangedChange[], positions: Positions): Content {
    let { units } = this;
    const document = this.document.edited((editor) => {
      for (const { range, text } of edits) {
        const place = positions.rangeFromClient(editor, range);
        units += text.length - unitsBetween(editor.lines, place);
        editor.replace({ range: place, text });
      }
    });
    return new Content(document, units, this.#cache);
  }

  #inText(edits: readonly RangedChange[], positions: Positions): Content {
    let text = this.#long ?? LongText.of(this.document.text);
    for (const { range, text: inserted } of edits) text = text.replaced(range, inserted, positions);
    return text.length > LONGEST_TRACE
      ? new Content(TOO_LONG, text.length, this.#cache, text)
      : Content.of(text.whole, this.#cache, this.document);
  }
}

interface RangedChange {
  readonly range: Range;
  readonly text: string;
}

/** How long the text of a range is; line ends of CRLF count once, which is near enough for a limit. */
function unitsBetween(
  lines: { at(index: number): { readonly text: string } },
  { start, end }: RangedChange["range"],
): number {
  if (end.line <= start.line) return Math.max(0, end.character - start.character);
  let units = lines.at(start.line).text.length - start.character + 1 + end.character;
  for (let line = start.line + 1; line < end.line; line++) units += lines.at(line).text.length + 1;
  return units;
}
