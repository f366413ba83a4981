/** The two machines that a search compares: a host kernel and, where the VMM writes one, a revision. */
import { DEFAULT_HOST, type Host, parseHost } from "../vgic/kernels/hosts.ts";
import { questionsBetween } from "../vgic/kernels/kernels.ts";
import { REVISIONS, selectableRevisions } from "../vgic/kernels/revisions.ts";

export interface Side {
  readonly host: Host;
  /** What the VMM writes into GICD_IIDR; absent: nothing, the host's default shows. */
  readonly revision?: number;
}

/** Why a text names no side; `host` is the part that is no host. */
export type SideProblem =
  | { readonly kind: "not-a-side" }
  | {
      readonly kind: "host";
      readonly host: string;
      readonly problem: Extract<ReturnType<typeof parseHost>, string>;
    }
  | { readonly kind: "revision"; readonly revision: number; readonly side: Host };

/**
 * Reads `rev1`, `linux-6.12`, or both as in a trace: `linux-7.1+revision-1 revision 1`.
 * @param named hosts that the configuration names
 */
export function parseSide(text: string, named: ReadonlyMap<string, Host> = new Map()): Side | SideProblem {
  const alone = /^rev(\d+)$/.exec(text);
  if (alone !== null) return withRevision(DEFAULT_HOST, Number(alone[1]));
  const [, name, revision] = /^(\S+)(?: revision (\d+))?$/.exec(text.trim().replace(/\s+/g, " ")) ?? [];
  if (name === undefined) return { kind: "not-a-side" };
  const host = named.get(name) ?? parseHost(name);
  if (typeof host === "string") return { kind: "host", host: name, problem: host };
  return revision === undefined ? { host } : withRevision(host, Number(revision));
}

export function isSide(side: Side | SideProblem): side is Side {
  return !("kind" in side);
}

/** A side as it is typed on the command line. */
export function sideName({ host, revision }: Side): string {
  if (revision === undefined) return host.name;
  return host === DEFAULT_HOST ? `rev${revision}` : `${host.name} revision ${revision}`;
}

/** The revision that a VM of the side shows. */
export function shownRevision({ host, revision }: Side): number {
  return revision ?? host.profile.defaultRevision;
}

export function isSameSide(one: Side, other: Side): boolean {
  return one.host.name === other.host.name && shownRevision(one) === shownRevision(other);
}

/** Whether the emulator answers as both in everything, so that nothing can be found. */
export function areAlike(one: Side, other: Side): boolean {
  return (
    one.host.profile === other.host.profile &&
    questionsBetween(one.host.traits, other.host.traits).length === 0 &&
    shownRevision(one) === shownRevision(other)
  );
}

function withRevision(host: Host, revision: number): Side | SideProblem {
  const isKnown = REVISIONS.some((known) => known === revision);
  if (!isKnown || !selectableRevisions(host.profile).includes(revision)) {
    return { kind: "revision", revision, side: host };
  }
  return { host, revision };
}
