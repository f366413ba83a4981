/** What was found, as little as can be counted and put into order: the finding itself is made when it is asked for. */
import type { Code, Finding } from "./finding.ts";
import { type Describe, lineOf, type PlacedEvaluation } from "./operations.ts";

/** Something that was found on a line of the file. */
export interface Found {
  readonly code: Code;
  /** Counted from 0. */
  readonly line: number;
  readonly finding: Finding;
}

/** A finding that is there already. */
export function found(finding: Finding): Found {
  const { code, line } = finding;
  return { code, line, finding };
}

/** What a rule saw in an operation, wherever that stands. */
export interface Sighting {
  readonly code: Code;
  readonly describe: Describe;
}

/** A sighting at its place. */
export class FoundInOperation implements Found {
  readonly code: Code;
  readonly line: number;
  readonly #placed: PlacedEvaluation;
  readonly #operation: number;
  readonly #describe: Describe;
  #finding: Finding | undefined;

  constructor(placed: PlacedEvaluation, operation: number, { code, describe }: Sighting) {
    this.code = code;
    this.line = lineOf(placed, operation);
    this.#placed = placed;
    this.#operation = operation;
    this.#describe = describe;
  }

  get finding(): Finding {
    this.#finding ??= this.#describe(this.#placed, this.#operation);
    return this.#finding;
  }
}

/** The order of the text. */
export function inOrder(a: Found, b: Found): number {
  // Two on one line are rare: where they begin is looked up only then.
  return a.line - b.line || a.finding.start - b.finding.start || a.finding.end - b.finding.end;
}
