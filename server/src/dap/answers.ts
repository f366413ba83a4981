/** What lines answered and registers read, as one text per question. Lines count from 0. */
import { variantWords } from "../rules/words.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { DebuggedScenario } from "./debugged-scenario.ts";
import { Refusal } from "./refusal.ts";
import { readNow, registerRead } from "./register-reads.ts";
import { answerWords } from "./variables.ts";
import { watchFor } from "./watch.ts";

/**
 * A register, an interrupt, or `line N` for what that line answered.
 * @returns undefined for anything else
 * @throws Refusal where the line has no answer yet
 */
export function valueNow(scenario: DebuggedScenario, expression: string): string | undefined {
  const line = /^line (\d+)$/.exec(expression)?.[1];
  if (line !== undefined) return answerOn(scenario, Number(line) - 1);
  const read = registerRead(scenario, expression);
  if (read !== undefined) return sideBySide(scenario, readNow(scenario, read));
  const watch = watchFor(scenario, expression);
  if (typeof watch === "string" || !/\d/.test(expression)) return undefined;
  return sideBySide(scenario, watch.now());
}

function answerOn(scenario: DebuggedScenario, line: number): string {
  const operation = scenario.operationOn(line);
  if (operation === undefined) throw new Refusal(`line ${line + 1} has no operation of this scenario`);
  if (operation >= scenario.position) throw new Refusal(`line ${line + 1} is not done yet`);
  return answerWords(scenario, operation);
}

/** What the operations answered that are done and stand on some lines; nothing for those that are just done. */
export function answersBetween(
  scenario: DebuggedScenario,
  first: number,
  last: number,
): { readonly line: number; readonly answer: string }[] {
  const answers: { readonly line: number; readonly answer: string }[] = [];
  for (let index = scenario.operationFrom(first) ?? 0; index < scenario.position; index++) {
    const line = scenario.lineInFile(index);
    if (line < first || scenario.isTried(index)) continue;
    if (line > last) break;
    const answer = answerWords(scenario, index);
    if (answer !== "ok") answers.push({ line, answer });
  }
  return answers;
}

/** The declared variant's value, and each other one with whose it is. */
function sideBySide({ ids }: DebuggedScenario, values: readonly string[]): string {
  const others = values.flatMap((value, variant) =>
    value === values[0] ? [] : [`${variantWords([itemAt(ids, variant)])}: ${value}`],
  );
  return [values[0], ...others].join(" ≠ ");
}
