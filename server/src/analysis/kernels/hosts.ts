/** The host kernels that traces can name, and what they do: the tables of `vgic/kernels` in words. */
import { formattedText } from "../../document/format.ts";
import { type Host, isUpstream, parseHost } from "../../vgic/kernels/hosts.ts";
import {
  CHANGES,
  type Change,
  compareVersions,
  entriesBetween,
  questionsBetween,
  type Shown,
  TRAITS,
  type Witness,
} from "../../vgic/kernels/kernels.ts";
import {
  iidr,
  PROFILES,
  type Profile,
  REVISIONS,
  selectableRevisions,
  writeIidr,
} from "../../vgic/kernels/revisions.ts";
import { kernelExample } from "./kernel-examples.ts";

/** A family of kernels, as `vgic-trace hosts` shows it. */
export interface HostRow {
  readonly profile: string;
  readonly kernels: string;
  /** A name to write in a trace; absent where no such kernel was built. */
  readonly example?: string;
  readonly defaultRevision: number;
  /** The revisions that a guest can be shown. */
  readonly revisions: readonly number[];
  /** What writing each revision into GICD_IIDR of a fresh VM does: "EINVAL", or the revision that then shows. */
  readonly iidrWrites: readonly { readonly written: number; readonly outcome: number | "EINVAL" }[];
  /** When a VMM's write of a GICv2's groups is stored: "after GICD_IIDR" was written, "from rev 2". */
  readonly userGroupsV2: string;
  /** When a guest's write of groups is stored, and a VMM's on GICv3. */
  readonly groups: string;
  /** When GICR_CTLR shows CES and IR. */
  readonly invalidateShown: string;
}

/** A change of behaviour that came with a kernel's version. */
export interface VersionRow {
  readonly id: string;
  readonly since: string;
  /** First point releases that are known to carry it. */
  readonly backports: readonly string[];
  /** The host flag that says that a kernel carries it. */
  readonly flag: string | null;
  readonly seenBy: readonly Witness[];
  readonly commits: readonly string[];
  readonly after: string;
  readonly before: string;
  /** On which side the host's kernel fails, if on one. */
  readonly hostFails?: "before" | "after";
}

/** What differs between two hosts, and the shortest trace that shows it. */
export interface HostDifference extends VersionRow {
  /** The host that does as from the change on, and the one that does as before. */
  readonly newer: string;
  readonly older: string;
  readonly trace: string;
}

export function hostRows(): HostRow[] {
  return Object.values(PROFILES).map(rowOf);
}

function rowOf(profile: Profile): HostRow {
  return {
    profile: profile.name,
    kernels: profile.kernels,
    example: profile.example,
    defaultRevision: profile.defaultRevision,
    revisions: selectableRevisions(profile),
    iidrWrites: REVISIONS.map((written) => ({ written, outcome: outcomeOf(profile, written) })),
    userGroupsV2: USER_GROUPS[profile.userGroupsV2],
    groups: fromRevision(profile.groupsWritableFrom),
    invalidateShown: fromRevision(profile.invalidateShownFrom),
  };
}

/** Every change of the table, oldest first. */
export function versionRows(): VersionRow[] {
  return CHANGES.flatMap((change) => change.shows.map((shown) => versionRow(change, shown)));
}

function versionRow({ since, backports = [], flag }: Change, shown: Shown): VersionRow {
  return { since, backports, flag: flag ?? null, ...shown };
}

/** A trace whose lines say of two hosts alone what they answer: with the cases of all kernels they are long. */
function forHosts(trace: string, older: string, newer: string): string {
  return formattedText(`${trace.split("\n").map(lineForHosts).join("\n")}\n`).trimEnd();

  function lineForHosts(line: string): string {
    const [start = "", written = ""] = line.split(" == ", 2);
    const head = start.trimEnd();
    const cases = /^(?:before|from) /.test(written) ? written.split(/, (?=before |from )/) : [];
    const [old, now] = [answerOf(older, cases), answerOf(newer, cases)];
    if (old === undefined || now === undefined) return line;
    if (old === now)
      return old === "ok" ? head : `${head} ${/^(?:fails|aborts|exits)/.test(old) ? "" : "== "}${old}`;
    const byHost = `host ${older}: ${old}, host ${newer}: ${now}`;
    const isLonger = cases.length === 2 && byHost.length > written.length;
    return `${head} == ${isLonger ? written : byHost}`;
  }
}

/** What the first case says that covers a host. */
function answerOf(host: string, cases: readonly string[]): string | undefined {
  const version = versionOf(host);
  for (const one of cases) {
    const [, relation, bound = "", answer] = /^(before|from) (\S+): (.*)$/.exec(one) ?? [];
    const order = version && compareVersions(version, versionOf(bound) ?? version);
    if (order !== undefined && (relation === "before" ? order < 0 : order >= 0)) return answer;
  }
  return undefined;
}

function versionOf(name: string): Host["version"] | undefined {
  const host = parseHost(name);
  return typeof host === "string" ? undefined : host.version;
}

/** Every modelled difference between two kernels that their versions and flags make, oldest first. */
export function differencesBetween(one: Host, other: Host): HostDifference[] {
  // What a downstream kernel does with GICD_IIDR and groups no version says.
  const questions = questionsBetween(one.traits, other.traits).filter(
    (question) => question !== "profile" || [one, other].every(isUpstream),
  );
  const differences = questions.flatMap((question) => {
    const { oldest, steps } = TRAITS[question];
    const answers: readonly unknown[] = [oldest, ...steps.map(({ becomes }) => becomes)];
    const isForward = answers.lastIndexOf(one.traits[question]) < answers.lastIndexOf(other.traits[question]);
    return entriesBetween(question, one.traits, other.traits).map(({ change, shown }): HostDifference => {
      const [older, newer] = isForward ? [one.name, other.name] : [other.name, one.name];
      const trace = forHosts(kernelExample(shown.id, newer, older), older, newer);
      return { ...versionRow(change, shown), older, newer, trace };
    });
  });
  const order = CHANGES.map(({ since }) => since);
  return differences.sort((a, b) => order.indexOf(a.since) - order.indexOf(b.since));
}

/** What a host lets the VMM select, and who can write groups there. */
export function hostRow({ name, profile }: Host): HostRow {
  return { ...rowOf(profile), example: name };
}

const USER_GROUPS: Readonly<Record<Profile["userGroupsV2"], string>> = {
  never: "never",
  "after-iidr-write": "after GICD_IIDR",
  "by-revision": "from rev 2",
};

function outcomeOf(profile: Profile, written: number): number | "EINVAL" {
  const { accepted, revision } = writeIidr(profile, profile.defaultRevision, iidr(written));
  return accepted ? revision : "EINVAL";
}

function fromRevision(revision: number): string {
  if (revision === Number.POSITIVE_INFINITY) return "never";
  return revision === 0 ? "always" : `from rev ${revision}`;
}
