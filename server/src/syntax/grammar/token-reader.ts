/** The tokens of a line, read one after the other. */
import { cpuAt, wordAt } from "../leaves.ts";
import { type Place, wordsAt } from "../places.ts";
import type { CpuRef, Span, Word } from "../statement.ts";
import type { Fault } from "../syntax-problem.ts";
import { isName, type Token, type TokenKind } from "../tokens.ts";

/** Ends the reading of a line; its fault says why. It is made once: that is what takes long of throwing. */
const STOP = new Error("the line cannot be read on");

/** What was read: all of a statement, or a fault, or what follows a statement as the fault. */
export interface Reading<Part> {
  readonly part?: Part;
  readonly fault?: Fault;
}

/** Reads tokens from the first to the last. */
export function readAll<Part>(tokens: readonly Token[], read: (tokens: TokenReader) => Part): Reading<Part> {
  const reader = new TokenReader(tokens);
  let part: Part | undefined;
  try {
    part = read(reader);
    if (reader.kind !== undefined) reader.fail("end");
  } catch (error) {
    if (error !== STOP) throw error;
  }
  return { part, fault: reader.fault };
}

export class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;
  /** Why the line could not be read on. */
  fault: Fault | undefined;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The kind of the next token; undefined at the end of the line. */
  get kind(): TokenKind | undefined {
    return this.#tokens[this.#next]?.kind;
  }

  /** Whether the next token is a name, or a word that is one here. */
  get isName(): boolean {
    const { kind } = this;
    return kind !== undefined && isName(kind);
  }

  /** The column where the next token starts. */
  get start(): number {
    return this.#tokens[this.#next]?.start ?? this.end;
  }

  /** The column where the last token ends. */
  get end(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  /** Takes the next token if it is of this kind. */
  accept(kind: TokenKind): Token | undefined {
    return this.kind === kind ? this.#tokens[this.#next++] : undefined;
  }

  /** Takes the next token. @param place what is missing where it is of another kind */
  take(kind: TokenKind, place: Place): Token {
    return this.accept(kind) ?? this.fail(place);
  }

  /** Takes the next token as a word: a name, or what is a keyword in other places. */
  takeWord(place: Place, isRight?: (text: string) => boolean): Word {
    const token = this.isName ? this.#tokens[this.#next] : undefined;
    if (token === undefined || isRight?.(token.text) === false) return this.fail(place);
    this.#next++;
    return wordAt(token.text, token.start);
  }

  /** The same, for one of the words that may stand at a place. */
  takeOneOf(place: Place): Word {
    return this.takeWord(place, (text) => wordsAt(place).includes(text));
  }

  takeCpu(): CpuRef {
    const { text, start } = this.take("cpu", "cpu");
    return cpuAt(text, start);
  }

  /** What stands next, or that nothing does, is wrong here. */
  fail(place: Place): never {
    this.fault = { at: this.#next, place };
    throw STOP;
  }

  /** What was read is wrong. */
  refuse({ start, end }: Span, message: string): never {
    this.fault = { start, end, message };
    throw STOP;
  }
}
