/** What `compat` found, in words and as plain data. */

import { widthOf } from "../../program/operation.ts";
import { aboutPhrase, causePhrase, changePhrase } from "../../rules/migration-words.ts";
import { outcomeText } from "../../rules/words.ts";
import { counted } from "../../syntax/counted.ts";
import { UNTESTED_WORDS } from "../verdicts.ts";
import type { CompatRequest, CompatUntested, Noticed, ScenarioCompat } from "./compat.ts";

/** Something that the guest can notice, ready to be shown. */
export interface NoticedWords {
  /** Why: one line, the same for everything that has this cause. */
  readonly cause: string;
  /** What is not as before: "GICD_IIDR 0x4b00143b → 0x4b00343b". */
  readonly changes: readonly string[];
  /** The line after which the VM was migrated when it showed first; absent: before all operations. */
  readonly after?: { readonly line: number; readonly text: string };
  /** The line of the guest's later access that is answered differently; absent: it shows at once. */
  readonly shownAt?: number;
  readonly onWayBack: boolean;
  readonly times: number;
}

/** Puts what was noticed of a scenario into words. Lines count from 0 in the file. */
export function noticedWords(
  { scenario, firstLine }: ScenarioCompat,
  { notice, times }: Noticed,
  { from, to, by }: CompatRequest,
): NoticedWords {
  const { after, onWayBack } = notice;
  const lineOf = (operation: number) => {
    const own = scenario.operations.lineNumber(operation);
    const { text, parsed } = scenario.lines.at(own);
    const { start, end } = parsed.statement ?? { start: 0, end: text.length };
    return { line: firstLine + own, text: text.slice(start, end).replace(/\s+/g, " ") };
  };
  const place = { after: after < 0 ? undefined : lineOf(after), onWayBack, times };
  const host = (onWayBack ? from : to).name;
  switch (notice.kind) {
    case "changed":
      return {
        ...place,
        cause: causePhrase(notice.cause, by, host),
        changes: notice.changes.map(changePhrase),
      };
    case "failed": {
      const cause = causePhrase({ ...notice, kind: "failed" }, by, host);
      return { ...place, cause, changes: [] };
    }
    case "later": {
      const { line, text } = lineOf(notice.operation);
      const about = aboutPhrase(notice.questions);
      const width = widthOf(scenario.operations.at(notice.operation));
      const [stayed, moved] = [outcomeText(notice.stayed, width), outcomeText(notice.moved, width)];
      return {
        ...place,
        shownAt: line,
        cause: laterCause(host, about, notice.vmmWrite === undefined ? undefined : lineOf(notice.vmmWrite)),
        changes: [`line ${line + 1} \`${text}\`: ${stayed} → ${moved}`],
      };
    }
  }
}

/** Why a scenario is not tested. */
export function untestedWords(untested: CompatUntested, from: string, revision: number): string {
  switch (untested) {
    case "no-gic":
      return "no `gic` is declared, and an assumed one need not be the guest's";
    case "no-revision":
      return "no `revision` is declared, and an assumed one need not be the guest's";
    case "undeclared":
    case "unread":
      return UNTESTED_WORDS[untested];
    case "not-shown":
      return `${from} cannot show the declared revision ${revision}`;
  }
}

/** Why the guest is answered differently later: by its kernel, or by what the VMM did meanwhile. */
function laterCause(
  host: string,
  about: string,
  vmmWrite: { readonly line: number; readonly text: string } | undefined,
): string {
  if (about !== "") return `${host} answers the guest differently later: ${about}`;
  if (vmmWrite === undefined) return `${host} answers the guest differently later`;
  return `${host} takes the VMM's \`${vmmWrite.text}\` on line ${vmmWrite.line + 1} differently, and the guest sees it later`;
}

/** Changes that are named; the others are counted. */
const MOST_CHANGES = 8;

/** "after line 9 `cpu0 writel GICD_CTLR 1`, on the way back". */
export function placeWords({ after, onWayBack }: NoticedWords): string {
  const place = after ? `after line ${after.line + 1} \`${after.text}\`` : "from the start";
  return `${place}${onWayBack ? ", on the way back" : ""}`;
}

/** What was noticed as lines: where and why, then what has changed, indented. */
export function noticedLines(words: NoticedWords, migrations: number): string[] {
  const { cause, changes, times } = words;
  const left = changes.length - MOST_CHANGES;
  return [
    `${placeWords(words)}: ${cause} (${times} of ${counted(migrations, "migration")})`,
    ...changes.slice(0, MOST_CHANGES).map((change) => `    ${change}`),
    ...(left > 0 ? [`    and ${left} more`] : []),
  ];
}
