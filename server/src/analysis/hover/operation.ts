/** What an operation answers under each revision, and why they differ, as Markdown. */

import { widthOf } from "../../program/operation.ts";
import { causeAt, decisionsOf, type PlacedEvaluation, subjectOf } from "../../rules/operations.ts";
import { relatedPlaces } from "../../rules/revision-difference.ts";
import { decisionsPhrase, outcomeText } from "../../rules/words.ts";
import { decode, valuePlaceOf } from "../decode.ts";
import { type Cell, table, variantColumns } from "../table.ts";

/**
 * The table of answers, decoded field by field, and the reasons where they differ, if they are asked for. Empty when
 * everything succeeds without a value.
 */
export function answersSection(placed: PlacedEvaluation, index: number, withReasons: boolean): string {
  const { evaluation } = placed;
  const ids = evaluation.variants.map(({ id }) => id);
  const answers = ids.map((_, variant) => answerCells(placed, index, variant));
  const isPlain = ids.every((_, variant) => {
    const { ending, value } = evaluation.outcome(index, variant);
    return ending === "ok" && value === undefined;
  });
  const answered = isPlain ? [] : [table(variantColumns(ids, answers))];
  return [...answered, ...(withReasons ? reasons(placed, index) : [])].join("\n\n");
}

function answerCells({ evaluation }: PlacedEvaluation, index: number, variant: number): Cell[] {
  const operation = evaluation.scenario.operations.at(index);
  const outcome = evaluation.outcome(index, variant);
  const answer = { name: "answer", text: outcomeText(outcome, widthOf(operation)) };
  const place = valuePlaceOf(operation);
  if (outcome.value === undefined || place === undefined) return [answer];
  return [{ ...answer, text: `\`${answer.text}\`` }, ...decode(outcome.value, place)];
}

/** Where the states diverged before, and what the variants decided here. */
function reasons(placed: PlacedEvaluation, index: number): string[] {
  const { differences } = placed.evaluation;
  const causes = new Set((differences.get(index) ?? []).flatMap((difference) => difference.causes));
  const places = relatedPlaces([...causes].sort((a, b) => a - b).map((cause) => causeAt(placed, cause)));
  const subject = subjectOf(placed, index);
  const decided = subject.kind === "read" ? "" : decisionsPhrase(decisionsOf(placed, index), subject.name);
  return [
    ...places.map(({ line, message }) => `Line ${line + 1}: ${message}`),
    ...(decided === "" ? [] : [`${decided.charAt(0).toUpperCase()}${decided.slice(1)}.`]),
  ];
}
