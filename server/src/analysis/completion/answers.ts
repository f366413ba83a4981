/** What the emulator answers, as completions after `==`, in a case, after `fails`, or after an operation. */
import { covers } from "../../evaluate/cases.ts";
import type { HostCondition } from "../../program/operation.ts";
import {
  type Compared,
  needsCases,
  plainExpectation,
  revisionsExpectation,
} from "../../rules/expectation-text.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { isErrno } from "../../vgic/errno.ts";
import { parseHost } from "../../vgic/kernels/hosts.ts";
import type { Analysis } from "../analysis.ts";
import { namesAt } from "../place.ts";
import { type Probe, probe } from "../probe.ts";
import type { CompletionItem } from "./item.ts";

const declaredDetail = "what the declared revision answers";

/** After `==`: the value, what is named like it, and a case for each revision where they differ. */
export function expectedItems(analysis: Analysis, line: number, before: string): CompletionItem[] {
  const tried = probe(analysis, line, `${before}rev0: ok`);
  if (tried === undefined) return [];
  const items = expectations(tried).map((item) => ({ ...item, label: item.label.replace(/^== /, "") }));
  const { outcome } = itemAt(tried.outcomes, 0);
  if (outcome.value === undefined) return items.filter(({ label }) => label.includes(":"));
  const value = tried.mask === undefined ? outcome.value : outcome.value & tried.mask;
  const same = namesAt(analysis, line).filter(({ declaration }) => declaration.value === value);
  return [
    ...items,
    ...same.map(({ name }): CompletionItem => ({ label: name, kind: "name", detail: declaredDetail })),
  ];
}

/** After a whole operation: the outcome that it has. */
export function outcomeItems(analysis: Analysis, line: number, before: string): CompletionItem[] {
  const tried = probe(analysis, line, before);
  return tried === undefined ? [] : expectations(tried).filter(({ label }) => label !== "");
}

function expectations({ outcomes, ...compared }: Probe): CompletionItem[] {
  if (outcomes.some(({ outcome }) => outcome.ending === "host-failure")) return [];
  const plain: CompletionItem = {
    label: plainExpectation(itemAt(outcomes, 0).outcome, compared),
    kind: "value",
    detail: declaredDetail,
  };
  if (!needsCases(outcomes, compared)) return [plain];
  const text = revisionsExpectation(outcomes, compared);
  return [{ label: text, kind: "value", detail: "what each revision answers" }, plain];
}

const caseInFront =
  /(?:rev[ \t]*(?<first>\d+)[ \t]*(?<range>\+|-[ \t]*(?<last>\d+))?)?[ \t]*(?:(?<relation>before|from|host)[ \t]+(?<host>linux-[\w.+-]+))?[ \t]*:[ \t]*$/;

/** After `rev1-2:` or `before linux-6.19:`: what these revisions and hosts answer. */
export function caseItems(analysis: Analysis, line: number, before: string): CompletionItem[] {
  const groups = caseInFront.exec(before)?.groups;
  const tried = probe(analysis, line, `${before}ok`);
  if (groups === undefined || tried === undefined) return [];
  const first = Number(groups.first ?? 0);
  const open = groups.range === "+" || groups.first === undefined;
  const last = open ? Number.POSITIVE_INFINITY : Number(groups.last ?? groups.first);
  const host = groups.host === undefined ? undefined : parseHost(groups.host);
  if (typeof host === "string") return [];
  const relation = relationOf(groups.relation);
  const when = host && relation && { relation, host };
  const compared: Compared = tried;
  const answers = tried.outcomes
    .filter((_, variant) => covers({ first, last, when }, itemAt(tried.shown, variant)))
    .map(({ outcome }) => plainExpectation(outcome, compared).replace(/^== /, "") || "ok");
  return [...new Set(answers)].map((label) => ({
    label,
    kind: "value",
    detail: "what the emulator answers",
  }));
}

function relationOf(text: string | undefined): HostCondition["relation"] | undefined {
  return text === "before" || text === "from" || text === "host" ? text : undefined;
}

/** After `fails`: the errno, if the operation fails. */
export function errnoAnswered(analysis: Analysis, line: number, before: string): string | undefined {
  const ending = probe(analysis, line, `${before}EINVAL`)?.outcomes[0]?.outcome.ending;
  return ending !== undefined && isErrno(ending) ? ending : undefined;
}
