/** What the parts of a search found, put together: one difference for each cause. */
import { type Covered, merged } from "./coverage.ts";
import type { Difference } from "./difference.ts";
import type { PartResult } from "./search.ts";

/** A cause, its plainest scenario, and every access that shows it. */
export interface Finding extends Difference {
  readonly seenAlso: readonly string[];
}

export class Findings {
  readonly #byKey = new Map<string, { best: Difference; seen: Set<string> }>();
  #covered: Covered = merged([]);
  scenarios = 0;
  operations = 0;

  /** Adds what a part found. @returns the differences whose cause is new */
  add(result: PartResult): Difference[] {
    this.scenarios += result.scenarios;
    this.operations += result.operations;
    this.#covered = merged([this.#covered, result.covered]);
    return result.differences.filter((difference) => this.#note(difference));
  }

  get covered(): Covered {
    return this.#covered;
  }

  get count(): number {
    return this.all().length;
  }

  /** One finding for each cause, in the order of their words. What shows several that others show is left out. */
  all(): Finding[] {
    const all = [...this.#byKey.values()];
    const alone = new Set(all.flatMap(({ best }) => (best.entries.length === 1 ? best.entries : [])));
    return all
      .filter(({ best: { entries, causes } }) => {
        return entries.length <= 1 || causes.length > 0 || entries.some((entry) => !alone.has(entry));
      })
      .map(({ best, seen }) => ({
        ...best,
        seenAlso: [...seen].filter((access) => access !== best.seen).sort(),
      }))
      .sort((one, other) => compare(one.key, other.key));
  }

  #note(difference: Difference): boolean {
    const known = this.#byKey.get(difference.key);
    if (known === undefined) {
      this.#byKey.set(difference.key, { best: difference, seen: new Set([difference.seen]) });
      return true;
    }
    known.seen.add(difference.seen);
    if (isPlainer(difference, known.best)) known.best = difference;
    return false;
  }
}

/** Fewer lines, then fewer characters, then the order of the alphabet: whatever thread found it first. */
function isPlainer({ lines: one }: Difference, { lines: other }: Difference): boolean {
  if (one.length !== other.length) return one.length < other.length;
  const [text, otherText] = [one.join("\n"), other.join("\n")];
  if (text.length !== otherText.length) return text.length < otherText.length;
  return text < otherText;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
