/** Words and numbers that several rules use. */

import { compareVariants, type VariantId } from "../evaluate/variant.ts";
import type { Ending, Outcome } from "../vgic/answer.ts";
import type { Decision } from "../vgic/machine.ts";
import type { Cause, Subject, VariantOutcome } from "./finding.ts";

/** "1, 2 and 3". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/** "revision 1", "revisions 2 and 3", "revision 1 and linux-5.10". */
export function variantWords(variants: readonly VariantId[]): string {
  const revisions: number[] = [];
  const hosts: string[] = [];
  for (const id of variants) {
    if (id.kind === "revision") revisions.push(id.revision);
    else hosts.push(id.host);
  }
  revisions.sort((a, b) => a - b);
  const plural = revisions.length > 1 ? "s" : "";
  const words = revisions.length === 0 ? [] : [`revision${plural} ${listed(revisions.map(String))}`];
  return listed([...words, ...hosts]);
}

/** `0x` and as many digits as the access is wide (in bytes). */
export function hex(value: bigint, width: number): string {
  return `0x${value.toString(16).padStart(width * 2, "0")}`;
}

/** An outcome as the command prints it: a value, "ok", an errno's name, "abort" or "exit". */
export function outcomeText(outcome: Outcome, width: number): string {
  return outcome.value === undefined ? outcome.ending : hex(outcome.value, width);
}

/** What an operation did, in a sentence about it: "reads 0x1", "fails with EINVAL". */
export function outcomePhrase(outcome: Outcome, subject: Subject): string {
  const { ending, value } = outcome;
  switch (ending) {
    case "ok":
      return value === undefined ? "succeeds" : `reads ${hex(value, subject.width)}`;
    case "abort":
      return "gives the guest an abort";
    case "exit":
      return "exits to the VMM";
    case "host-failure":
      return "never returns";
    default:
      return `fails with ${ending}`;
  }
}

/** What an operation should have come to, other than success: "an abort", "EINVAL". */
export function endingNoun(ending: Exclude<Ending, "ok">): string {
  switch (ending) {
    case "abort":
      return "an abort";
    case "exit":
      return "an exit to the VMM";
    default:
      return ending;
  }
}

/** Items by what they have in common, in the order of the first of each. */
export function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, [T, ...T[]]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** "reads 0x0 under revision 1 and 0x1 under revisions 2 and 3". */
export function outcomesPhrase(outcomes: readonly VariantOutcome[], subject: Subject): string {
  const inOrder = [...outcomes].sort((a, b) => compareVariants(a.variant, b.variant));
  const groups = [...grouped(inOrder, ({ outcome }) => outcomePhrase(outcome, subject)).values()];
  const phrases = groups.map((members, i) => {
    const [{ outcome }] = members;
    const before = groups[i - 1]?.[0].outcome;
    const repeatsVerb = outcome.value !== undefined && before?.value !== undefined;
    const phrase = repeatsVerb ? outcomeText(outcome, subject.width) : outcomePhrase(outcome, subject);
    return `${phrase} under ${variantWords(members.map(({ variant }) => variant))}`;
  });
  return listed(phrases);
}

const MOST_NAMED = 8;

/** Names the fields or INTIDs whose bits differ: "CES: 1, expected 0" or "INTIDs 33, 35 and 37". */
export function differingParts(subject: Subject, actual: bigint, expected: bigint): string {
  const difference = actual ^ expected;
  const parts = subject.fields
    .map((field) => ({ field, mask: (1n << BigInt(field.high - field.low + 1)) - 1n }))
    .filter(({ field, mask }) => ((difference >> BigInt(field.low)) & mask) !== 0n)
    .map(({ field, mask }) => {
      const shift = BigInt(field.low);
      return `${field.name} is ${show((actual >> shift) & mask)}, expected ${show((expected >> shift) & mask)}`;
    });
  if (parts.length > 0) return parts.join("; ");
  return subject.interrupts ? differingInterrupts(subject.interrupts, difference) : "";
}

function show(value: bigint): string {
  return value < 10n ? value.toString() : `0x${value.toString(16)}`;
}

function differingInterrupts({ first, bits }: { first: number; bits: number }, difference: bigint): string {
  const intids: string[] = [];
  const mask = (1n << BigInt(bits)) - 1n;
  for (let i = 0; i * bits < 64; i++) {
    if (((difference >> BigInt(i * bits)) & mask) !== 0n) intids.push(String(first + i));
  }
  if (intids.length === 0) return "";
  if (intids.length > MOST_NAMED)
    return `${intids.length} INTIDs differ, from ${intids[0]} to ${intids[intids.length - 1]}`;
  return `INTID${intids.length > 1 ? "s" : ""} ${listed(intids)} differ${intids.length > 1 ? "" : "s"}`;
}

/** What was done and who decided what: "GICD_IGROUPR1: revision 1 ignored the write; revisions 2 and 3 stored it". */
export function decidedPhrase(decisions: Cause["decisions"], name: string): string {
  const phrase = decisionsPhrase(decisions, name);
  return phrase === "" ? name : `${name}: ${phrase}`;
}

/** Who decided what: "revision 1 ignored the write; revisions 2 and 3 stored it". */
export function decisionsPhrase(decisions: Cause["decisions"], name: string): string {
  const inOrder = decisions
    .filter(({ decision }) => decision !== undefined)
    .sort((a, b) => compareVariants(a.variant, b.variant));
  const groups = grouped(inOrder, ({ decision }) => decision ?? "nothing");
  return [...groups.values()]
    .map((members, i) => {
      const write = i === 0 ? "the write" : "it";
      return `${variantWords(members.map(({ variant }) => variant))} ${verb(members[0].decision, write, name)}`;
    })
    .join("; ");
}

/** Says what was decided of a write ("the write", "it"), or of a read, of the register with a name. */
type Verb = (write: string, name: string) => string;

const VERBS: Readonly<Record<Decision, Verb>> = {
  "groups-stored": (write) => `stored ${write}`,
  "groups-ignored": (write) => `ignored ${write}`,
  "groups-read-as-ones": () => "read groups as all ones",
  "invalidate-shown": () => "showed that LPIs can be invalidated by registers",
  "invalidate-hidden": () => "did not show that LPIs can be invalidated by registers",
  "iidr-selected": () => "took the revision written",
  "iidr-ignored": (write) => `accepted ${write} without effect`,
  "iidr-refused": (write) => `refused ${write}`,
  "sgi-pending": (write) => `let ${write} reach the SGIs`,
  "timer-pending": (write) => `let ${write} reach the timers' interrupts`,
  "sgi-register-undefined": (_write, name) => `had ${name} undefined`,
  "register-missing": (_write, name) => `had no ${name} yet`,
  "revision-0-shown": () => "showed revision 0",
  "revision-1-shown": () => "showed revision 1",
  "revision-2-shown": () => "showed revision 2",
  "revision-3-shown": () => "showed revision 3",
  "last-hidden": () => "did not show the VMM which redistributor is the last",
};

function verb(decision: Decision | undefined, write: string, name: string): string {
  return decision === undefined ? "did not" : VERBS[decision](write, name);
}
