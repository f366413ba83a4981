/** The answer to "would the guest notice?" for one scenario and one VMM, as data that an editor shows. */

import { lastBegun } from "../../document/sorted.ts";
import type { Analysis, Range } from "../analysis.ts";
import { rangeOn } from "../place.ts";
import { type CompatRequest, compat } from "./compat.ts";
import { type NoticedWords, noticedWords, placeWords, untestedWords } from "./words.ts";

export interface CompatView {
  /** The scenario's first line. */
  readonly firstLine: number;
  /** "GICv3, revision 2". */
  readonly setup: string;
  /** How many migrations were tried: none where the scenario is not tested, which the verdict says. */
  readonly migrations: number;
  /** What the guest can notice, in a sentence. */
  readonly verdict: string;
  readonly noticed: readonly (NoticedWords & {
    /** The statement that it shows at: what is answered differently, else what the migration comes after. */
    readonly range: Range;
    /** All of it in one message, for a diagnostic. */
    readonly message: string;
  })[];
}

/** Changes that a message names; the others are counted. */
const MOST_IN_MESSAGE = 3;

/** What the guest of the scenario on a line can notice of a migration; undefined where no scenario is. */
export function compatView(analysis: Analysis, line: number, request: CompatRequest): CompatView | undefined {
  const { program, document } = analysis;
  const placed = lastBegun(program.scenarios, line);
  if (placed === undefined) return undefined;
  const [result] = compat({ ...program, scenarios: [placed] }, request, analysis.options);
  if (result === undefined) return undefined;
  const { scenario, firstLine, revision, untested, migrations, isCutShort, noticed } = result;
  const route = `${request.from.name} → ${request.to.name}`;
  return {
    firstLine,
    setup: `GIC${scenario.setup.model}, revision ${revision}`,
    migrations,
    verdict: isCutShort
      ? `${verdictOf()} Not all later operations were tried: the scenario is too long.`
      : verdictOf(),
    noticed: noticed.map((one) => {
      const words = noticedWords(result, one, request);
      const shown = words.shownAt ?? words.after?.line ?? firstLine;
      const { text, parsed } = document.lines.at(shown);
      return {
        ...words,
        range: rangeOn(shown, parsed.statement ?? { start: 0, end: text.length }),
        message: `${route} by ${request.by}, ${placeWords(words)}: ${messageOf(words)}`,
      };
    }),
  };

  function verdictOf(): string {
    if (untested !== undefined) return `Not tested: ${untestedWords(untested, request.from.name, revision)}.`;
    const tried = migrations === 1 ? "1 migration" : `${migrations} migrations, one after each operation`;
    if (noticed.length === 0) return `The guest can notice nothing. Tried: ${tried}.`;
    const things = noticed.length === 1 ? "one thing" : `${noticed.length} things`;
    return `The guest can notice ${things}. Tried: ${tried}.`;
  }
}

function messageOf({ cause, changes }: NoticedWords): string {
  if (changes.length === 0) return cause;
  const left = changes.length - MOST_IN_MESSAGE;
  const named = changes.slice(0, MOST_IN_MESSAGE).join(", ");
  return `${named}${left > 0 ? ` and ${left} more` : ""} (${cause})`;
}
