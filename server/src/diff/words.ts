/** What a change changes, in sentences that text, Markdown and editors share. */

import type { Diagnostic } from "../analysis/diagnostic.ts";
import { signs, UNTESTED_WORDS, type Untested } from "../analysis/verdicts.ts";
import { variantLabelled } from "../evaluate/variant.ts";
import { variantWords } from "../rules/words.ts";
import { counted } from "../syntax/counted.ts";
import { itemAt } from "../syntax/item-at.ts";
import type {
  AnswerChange,
  EditedLines,
  ExpectationChange,
  ScenarioChange,
  ScenarioPlace,
  Standing,
  TraceDiff,
} from "./change.ts";

/** How words are written down. */
export interface Marks {
  /** A piece of a trace, set off from the sentence around it. */
  code(text: string): string;
  /** A sentence with pieces in backticks. */
  plain(text: string): string;
}

/** A sentence about a line of the trace after the change, or about none. */
export interface Said {
  readonly line?: number;
  readonly text: string;
}

/** What became of a scenario, and what is different in it. */
export interface Paragraph {
  readonly heading: string;
  readonly sentences: readonly Said[];
}

/** So much of one kind is said of a scenario; the rest is counted. */
const MOST_OF_A_KIND = 10;

/** What is said of a scenario. */
export function paragraphOf(change: ScenarioChange, marks: Marks): Paragraph {
  const { before, after, answers, expectations, findings } = change;
  return {
    heading: `${nameOf(after ?? before, marks)}: ${becameOf(change, marks).join(", ")}`,
    sentences: [
      ...some(answers, (answer) => answerSentence(answer, marks), "answer"),
      ...some(expectations, (one) => expectationSentence(one, marks), "expectation"),
      ...verdictSentences(change),
      ...some(findings.appeared, (finding) => findingSentence(finding, marks), "finding"),
    ],
  };
}

/** A diagnostic that is new. */
export function findingSentence({ code, severity, message, range }: Diagnostic, marks: Marks): Said {
  return { line: range.start.line, text: `new ${severity} ${marks.code(code)}: ${marks.plain(message)}` };
}

/** Everything in one sentence. */
export function summaryWords({ scenarios, heads, renamed, unchanged }: TraceDiff): string {
  const kept = scenarios.filter(({ before, after }) => before !== undefined && after !== undefined);
  const worse = kept.flatMap(({ verdicts }) =>
    verdicts.filter(({ before, after }) => (after?.errors ?? 0) > (before?.errors ?? 0)),
  );
  const findings = [...scenarios, ...heads].reduce((sum, { findings }) => sum + findings.appeared.length, 0);
  const parts = [
    countedIfAny(kept.length, "scenario changed", "scenarios changed"),
    countedIfAny(scenarios.filter(({ before }) => before === undefined).length, "added", "added"),
    countedIfAny(scenarios.filter(({ after }) => after === undefined).length, "gone", "gone"),
    countedIfAny(unchanged, "as before", "as before"),
    countedIfAny(renamed.length, "file renamed", "files renamed"),
    countedIfAny(worse.length, "verdict worse", "verdicts worse"),
    countedIfAny(findings, "new finding", "new findings"),
  ].flat();
  if (scenarios.length + heads.length + renamed.length > 0) return parts.join(", ");
  return unchanged === 0 ? "no trace has changed" : "the traces that changed mean what they meant";
}

function countedIfAny(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [counted(count, one, many)];
}

function some<T>(items: readonly T[], sentence: (item: T) => Said, noun: string): Said[] {
  const said = items.slice(0, MOST_OF_A_KIND).map(sentence);
  const left = items.length - said.length;
  return left === 0 ? said : [...said, { text: `and ${counted(left, `more ${noun}`)}` }];
}

function nameOf(place: ScenarioPlace | undefined, { code }: Marks): string {
  return place === undefined || place.title === "" ? "the scenario" : code(`scenario "${place.title}"`);
}

/** What became of a scenario as a whole. */
function becameOf({ before, after, moved, declared, operations }: ScenarioChange, { code }: Marks): string[] {
  const { added, gone, edited } = operations;
  if (after === undefined) return ["gone"];
  if (before === undefined) return added === 0 ? ["new"] : ["new", counted(added, "operation")];
  const words = [
    before.title === after.title
      ? []
      : [before.title === "" ? "had no title" : `was called ${code(before.title)}`],
    moved ? [`was in ${code(before.path)}`] : [],
    declared === undefined
      ? []
      : [
          `declared for ${variantWords([variantLabelled(declared.after)])} (before: ${variantWords([variantLabelled(declared.before)])})`,
        ],
    countedIfAny(added, "operation added", "operations added"),
    countedIfAny(gone, "operation gone", "operations gone"),
    countedIfAny(edited, "operation edited", "operations edited"),
  ].flat();
  return words.length === 0 ? ["changed"] : words;
}

/** One sentence for all revisions and hosts that answer alike because of the same lines. */
function answerSentence({ line, text, answers }: AnswerChange, marks: Marks): Said {
  const { code } = marks;
  const parts = alike(answers, ({ label: _label, ...answer }) => answer).map((all) => {
    const { before, after, because } = itemAt(all, 0);
    const reason = because === undefined ? "" : `, because of ${editedWords(because, marks)}`;
    return `${code(after)} under ${labelsOf(all)} (before: ${code(before)})${reason}`;
  });
  return { line, text: `${code(text)} answers ${parts.join("; ")}` };
}

/** Those that are the same but for their label. */
function alike<T>(items: readonly T[], sameness: (item: T) => unknown): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(sameness(item));
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

function labelsOf(all: readonly { readonly label: string }[]): string {
  return variantWords(all.map(({ label }) => variantLabelled(label)));
}

function editedWords({ side, first, last, text }: EditedLines, { code }: Marks): string {
  const where = first === last ? `line ${first + 1}` : `lines ${first + 1} to ${last + 1}`;
  const place = side === "after" ? where : `what was ${where} and is gone`;
  return text === undefined ? place : `${place}: ${code(text)}`;
}

function expectationSentence({ line, text, before, after }: ExpectationChange, { code }: Marks): Said {
  const [was, is] = [before, after].map((words) => (words === "" ? "nothing" : code(words)));
  return { line, text: `${code(text)} expects ${is} (before: ${was})` };
}

function verdictSentences({ verdicts, before, untested }: ScenarioChange): Said[] {
  const isNew = before === undefined;
  const sentences = alike(verdicts, ({ label: _label, ...verdict }) => verdict).map((all) => {
    const { before: was, after: is } = itemAt(all, 0);
    const [old, now] = [standingWords(was, untested?.before), standingWords(is, untested?.after)];
    return { text: `${labelsOf(all)}: ${now}${isNew ? "" : ` (before: ${old})`}` };
  });
  return untested?.after && !untested.before
    ? [{ text: `not tested: ${UNTESTED_WORDS[untested.after]}` }, ...sentences]
    : sentences;
}

function standingWords(standing: Standing | undefined, untested: Untested | undefined): string {
  if (standing !== undefined) return signs(standing.errors, standing.differences, standing.incomplete);
  return untested === undefined ? "not compared" : "not tested";
}
