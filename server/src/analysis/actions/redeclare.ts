/** Declares another revision in place of the one that is in force. */

import type { TextChange } from "../../document/document.ts";
import { declared, replaced } from "../../rules/fix.ts";
import type { Analysis } from "../analysis.ts";
import { scenarioAt } from "../place.ts";

/** The edits that let a line's scenario declare another revision, where the one in force stands; else at the head. */
export function redeclare({ document, ...analysis }: Analysis, line: number, revision: number): TextChange[] {
  const placed = scenarioAt({ document, ...analysis }, line);
  const places = placed?.evaluation.scenario.places ?? analysis.program.header.declarations.places;
  const place = places.revision;
  if (place === undefined) return [declared(document.lines, line, "revision", `revision ${revision}`)];
  const at = place.inHeader ? place.line : (placed?.firstLine ?? 0) + place.line;
  const { statement } = document.lines.at(at).parsed;
  if (statement?.kind !== "revision") return [];
  return [replaced(at, statement.revision, String(revision))];
}
