/** What a search tells people. */
import { catalogueOf } from "../../explore/catalogue.ts";
import { unreached } from "../../explore/coverage.ts";
import type { Difference } from "../../explore/difference.ts";
import type { Findings } from "../../explore/findings.ts";
import type { SearchRequest } from "../../explore/request.ts";
import { sideName } from "../../explore/side.ts";
import { titleOf } from "../../explore/write.ts";
import { counted } from "../../syntax/counted.ts";

/** A difference in a line: its cause, what shows it, and how long its scenario is. */
export function foundWords(difference: Difference): string {
  return `${titleOf(difference)} (${counted(difference.lines.length, "operation")})`;
}

/** What a search has covered, and what it never reached. */
export function coverageWords(
  { model, its, sides }: SearchRequest,
  { scenarios, operations, covered }: Findings,
): string {
  const { actions } = catalogueOf(model, its);
  const kinds = new Set(actions.map(({ subject }) => subject));
  const missing = unreached(actions, covered);
  const compared = sides.map(sideName).join(" and ");
  const reached = `${covered.subjects.size} of ${kinds.size} kinds of access were exercised`;
  const never = missing.length === 0 ? "" : `\n  never reached: ${missing.join(", ")}`;
  const decided = [...covered.decisions].sort().join(", ");
  return [
    `GIC${model}, ${compared}: ${counted(scenarios, "scenario")}, ${counted(operations, "operation")}; ${reached}${never}`,
    `  decided by revision or host: ${decided === "" ? "nothing" : decided}`,
    `  not searched: accesses of more than 2 vCPUs and 64 INTIDs, ${its ? "more than 2 LPIs of a device" : "LPIs and the ITS (--its)"}, timing`,
  ].join("\n");
}
