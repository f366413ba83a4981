/** Differences as a trace: a scenario for each, with what each side answers, so that it is a regression test at once. */

import { analyse } from "../analysis/analysis.ts";
import { TraceDocument } from "../document/document.ts";
import { formattedText } from "../document/format.ts";
import { hostId } from "../evaluate/variant.ts";
import { widthOf } from "../program/operation.ts";
import { needsCases, plainExpectation, revisionsExpectation } from "../rules/expectation-text.ts";
import { listed } from "../rules/words.ts";
import { itemAt } from "../syntax/item-at.ts";
import { type Entry, entryOf } from "../vgic/kernels/kernels.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import type { Difference } from "./difference.ts";
import { declarations, evaluated } from "./evaluated.ts";
import type { Finding } from "./findings.ts";
import type { SearchRequest } from "./request.ts";
import { sideName } from "./side.ts";

/** The lines with what each side answers, where that tells something. */
function withAnswers(request: SearchRequest, lines: readonly string[]): string[] {
  const evaluation = evaluated(request, lines);
  return lines.map((line, operation) => {
    const { variants } = evaluation;
    const isOneHost = variants.every(({ host }) => host.name === itemAt(variants, 0).host.name);
    const outcomes = variants.map(({ id, host }, index) => ({
      variant: isOneHost ? id : hostId(host),
      outcome: evaluation.outcome(operation, index),
    }));
    const compared = { width: widthOf(evaluation.scenario.operations.at(operation)) };
    const expectation = needsCases(outcomes, compared)
      ? revisionsExpectation(outcomes, compared)
      : plainExpectation(itemAt(outcomes, 0).outcome, compared);
    return expectation === "" ? line : `${line} ${expectation}`;
  });
}

/** Words in lines of at most 100 characters. */
function wrapped(words: string): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines.pop();
    if (last === undefined || last === "") lines.push(word);
    else if (last.length + word.length >= 100) lines.push(last, word);
    else lines.push(`${last} ${word}`);
  }
  return lines;
}

/** What a search of one GIC model found. */
export interface ModelFindings {
  readonly request: SearchRequest;
  readonly findings: readonly Finding[];
}

/** All that was found, as one trace: a regression test of both sides. */
export function suiteText(searches: readonly ModelFindings[]): string {
  const some = searches.filter(({ findings }) => findings.length > 0);
  const first = itemAt(some, 0);
  const isOneModel = some.length === 1;
  const head = declarations(first.request, isOneModel);
  const scenarios = some.flatMap(({ request, findings }) =>
    findings.map((finding) => findingText(request, finding, isOneModel)),
  );
  const [from, to] = first.request.sides.map(sideName);
  const title = `# What ${first.request.observer === "guest" ? "a guest" : "a guest or VMM"} observes differently on ${from} and ${to}.`;
  const text = (remarks: readonly string[]): string =>
    [title, ...remarks, ...head, "", ...scenarios].join("\n");
  return formattedText(text(silences(text([]))));
}

/** A writer would be told of accesses without effect; a search has tried those as well. */
function silences(text: string): string[] {
  const { diagnostics } = analyse(TraceDocument.of(text));
  const codes = [
    ...new Set(diagnostics.flatMap(({ code, severity }) => (severity === "error" ? [] : [code]))),
  ];
  return codes.length === 0
    ? []
    : [`# vgic-ignore-file[${codes.sort().join(", ")}]: a search found these lines`];
}

function findingText(request: SearchRequest, finding: Finding, isOneModel: boolean): string {
  const also = finding.seenAlso.length === 0 ? [] : [`Also seen when ${seenWords(finding.seenAlso)}.`];
  const remarks = [...entryRemarks(finding), ...also].flatMap(wrapped);
  return [...remarks.map((remark) => `# ${remark}`), ...scenarioLines(request, finding, isOneModel), ""].join(
    "\n",
  );
}

/** A difference as a scenario, without remarks. */
export function scenarioLines(
  request: SearchRequest,
  difference: Difference,
  isOneModel: boolean,
): readonly string[] {
  return [
    `scenario ${JSON.stringify(titleOf(difference, isOneModel ? undefined : request.model))}`,
    ...(isOneModel ? [] : [`gic ${request.model}`]),
    ...withAnswers(request, difference.lines),
  ];
}

/** What differs, in words: the cause, and what shows it. No two findings of a suite are called alike: their causes differ. */
export function titleOf(difference: Difference, model?: Model): string {
  const seen = model === undefined ? difference.seen : `${difference.seen} on GIC${model}`;
  const [first, ...others] = entriesOf(difference);
  const cause = difference.causes.join(" and ");
  const shown = cause === "" || cause === difference.seen ? seen : `${cause} (${seen})`;
  if (first === undefined) return shown;
  if (others.length > 0) return `${listed([first, ...others].map((entry) => entry.shown.id))}: ${shown}`;
  return cause === ""
    ? `from ${first.since}: ${first.shown.after} (${seen})`
    : `from ${first.since}: ${shown}`;
}

/** Accesses in words, those that do the same together: "the guest reads A, B and C; the VMM gets D". */
function seenWords(accesses: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const access of accesses) {
    const [, verb = access, register = ""] =
      /^(guest reads|VMM gets|VMM sets|VMM asks for) (.*)$/.exec(access) ?? [];
    groups.set(verb, [...(groups.get(verb) ?? []), register]);
  }
  return [...groups].map(([verb, registers]) => `the ${verb} ${listed(registers)}`.trimEnd()).join("; ");
}

/** The changes of kernels that a finding shows: one, or some of several. */
function entryRemarks(difference: Difference): string[] {
  const entries = entriesOf(difference);
  const remarks = entries.map(({ since, shown: { commits, after, before } }) => {
    const where = commits.length === 0 ? "" : ` (${commits.join(", ")})`;
    return `Since ${since}${where}: ${after}; before: ${before}.`;
  });
  return entries.length > 1 ? ["Due to these changes, or some of them:", ...remarks] : remarks;
}

function entriesOf({ entries }: Difference): readonly Entry[] {
  return entries.flatMap((id) => entryOf(id) ?? []);
}
