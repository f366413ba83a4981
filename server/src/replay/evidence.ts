/**
 * Which entries of the table of kernels the answers of a real kernel speak for, and which against. An entry is asked
 * about by a scenario that the emulator answers differently as the host and as the host on the entry's other side.
 */
import { evaluate } from "../evaluate/lockstep.ts";
import { itemAt } from "../syntax/item-at.ts";
import { isSameOutcome, type Outcome } from "../vgic/answer.ts";
import { type Host, isUpstream, withAnswer } from "../vgic/kernels/hosts.ts";
import { type Change, QUESTIONS, type Shown, TRAITS } from "../vgic/kernels/kernels.ts";
import { selectableRevisions } from "../vgic/kernels/revisions.ts";
import type { StepAnswer } from "./answers.ts";
import { outcomeOf } from "./compare.ts";
import type { Selection } from "./kernel.ts";
import type { Run } from "./plan.ts";

/** A change that tells the host from another kernel, or what of it a scenario shows. */
export interface Claim {
  readonly change: Change;
  readonly shown: readonly Shown[];
  /** Whether the host has the change. */
  readonly isThere: boolean;
}

export interface Evidence {
  /** As the host should. */
  readonly confirmed: readonly Claim[];
  /** As a kernel on the other side of the change. */
  readonly contradicted: readonly Claim[];
  /** What no scenario asks about. */
  readonly open: readonly Claim[];
}

/** A claim, and the host as it would be without what it claims. */
interface Tested extends Claim {
  readonly other: Host;
}

/** What the answers of the runs that a kernel performed, and what it lets be selected, say of its being a host. */
export function evidenceOf(
  host: Host,
  selection: Selection,
  runs: readonly Run[],
  answers: ReadonlyMap<number, StepAnswer>,
): Evidence {
  const claims = claimsOf(host).flatMap((claim) => [...byEntry(claim), ...together(claim)]);
  const verdicts = new Map<Tested, boolean>();
  const note = (claim: Tested, isConfirmed: boolean | undefined): void => {
    if (isConfirmed !== undefined) verdicts.set(claim, (verdicts.get(claim) ?? true) && isConfirmed);
  };
  for (const claim of claims) if (claim.shown.length === 1) note(claim, selected(claim, host, selection));
  for (const run of runs) {
    const kernel = kernelAnswers(run, answers);
    const asHost = answersAs(run, host);
    const about = claimsAbout(run, claims);
    for (const claim of about) {
      if (!isPossible(run, claim.other)) continue;
      const asOther = answersAs(run, claim.other);
      note(claim, decided(kernel, asHost, asOther));
    }
  }
  return {
    confirmed: claims.filter((claim) => verdicts.get(claim) === true),
    contradicted: claims.filter((claim) => verdicts.get(claim) === false),
    open: claims.filter((claim) => !verdicts.has(claim) && claim.shown.length === 1),
  };
}

/** Every step of the table, as the host and as the kernels on its other side. */
function claimsOf(host: Host): Tested[] {
  // What a downstream kernel does with GICD_IIDR and groups no version says.
  return QUESTIONS.filter((question) => question !== "profile" || isUpstream(host)).flatMap((question) => {
    const { oldest, steps } = TRAITS[question];
    const values: readonly unknown[] = [oldest, ...steps.map(({ becomes }) => becomes)];
    const place = values.lastIndexOf(host.traits[question]);
    return steps.map((change, index): Tested => {
      const isThere = place > index;
      const other = withAnswer(host, question, values[isThere ? index : index + 1]);
      return { change, shown: change.shows, isThere, other };
    });
  });
}

/** One claim for each entry, since scenarios that are called like an entry ask about that one. */
function byEntry(claim: Tested): Tested[] {
  return claim.shown.map((shown) => ({ ...claim, shown: [shown] }));
}

/** One for several entries that came together. */
function together(claim: Tested): Tested[] {
  return claim.shown.length > 1 ? [claim] : [];
}

function claimsAbout({ placed }: Run, claims: readonly Tested[]): readonly Tested[] {
  const { title } = placed.evaluation.scenario;
  const named = claims.filter(({ shown }) => shown.some(({ id }) => id === title));
  if (named.length > 0) return named;
  // Another scenario does not say which of several things it shows that came together.
  return claims.filter(({ change, shown }) => change.shows.length === shown.length);
}

/** Whether what a kernel lets be selected confirms a claim; undefined where both sides let the same. */
function selected({ other }: Tested, host: Host, selection: Selection): boolean | undefined {
  const asHost = isSelection(host, selection);
  const asOther = isSelection(other, selection);
  return asHost === asOther ? undefined : asHost;
}

function isSelection({ profile }: Host, { defaultRevision, selectable }: Selection): boolean {
  const shown = selectableRevisions(profile);
  return (
    profile.defaultRevision === defaultRevision &&
    shown.length === selectable.length &&
    shown.every((revision) => selectable.includes(revision))
  );
}

/** Whether a host can show the revision of a run at all. */
function isPossible({ placed, variant, revision }: Run, { profile }: Host): boolean {
  return itemAt(placed.evaluation.variants, variant).revision === undefined
    ? profile.defaultRevision === revision
    : selectableRevisions(profile).includes(revision);
}

/** What several replays of a kernel say together. */
export function allEvidence(all: readonly Evidence[]): Evidence {
  const verdicts = new Map<string, { readonly claim: Claim; readonly verdict: keyof Evidence }>();
  for (const verdict of ["open", "confirmed", "contradicted"] as const) {
    for (const claim of all.flatMap((evidence) => evidence[verdict])) {
      verdicts.set(claim.shown.map(({ id }) => id).join(), { claim, verdict });
    }
  }
  const isDecided = (id: string): boolean => verdicts.get(id)?.verdict !== "open";
  // What is known of single entries says more than what is known of several together.
  const tells = ({ shown }: Claim): boolean => shown.length === 1 || !shown.some(({ id }) => isDecided(id));
  const of = (wanted: keyof Evidence): Claim[] =>
    [...verdicts.values()].flatMap(({ claim, verdict }) =>
      verdict === wanted && tells(claim) ? [claim] : [],
    );
  return { confirmed: of("confirmed"), contradicted: of("contradicted"), open: of("open") };
}

type Answers = readonly (Outcome | undefined)[];

function kernelAnswers({ starts }: Run, answers: ReadonlyMap<number, StepAnswer>): Answers {
  return starts
    .slice(0, -1)
    .map((start, operation) => outcomeOf(answers, start, itemAt(starts, operation + 1)));
}

/** What the emulator answers as a host to the operations of a run. */
function answersAs({ placed, variant, starts }: Run, host: Host): Answers {
  const { scenario, variants } = placed.evaluation;
  const { revision } = itemAt(variants, variant);
  const setup = { ...scenario.setup, host, revision, compare: { revisions: [], hosts: [] } };
  const evaluation = evaluate({ ...scenario, setup, revisionsNamed: new Map() });
  return starts.slice(0, -1).map((_, operation) => evaluation.outcome(operation, 0));
}

/** The first answer that tells two hosts apart: whether it is that of the first; undefined where there is none. */
function decided(kernel: Answers, host: Answers, other: Answers): boolean | undefined {
  for (const [operation, outcome] of kernel.entries()) {
    const [one, two] = [host[operation], other[operation]];
    if (outcome === undefined || one === undefined || two === undefined || isSameOutcome(one, two)) continue;
    if (isSameOutcome(outcome, one)) return true;
    if (isSameOutcome(outcome, two)) return false;
  }
  return undefined;
}
