/** What a revision or a set of them that a trace names can mean. */

import type { RevisionSet } from "../syntax/statement.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import { REVISIONS, selectableRevisions } from "../vgic/kernels/revisions.ts";

/** The revision of that number, or undefined if no kernel has it. */
export function knownRevision(value: bigint): number | undefined {
  return REVISIONS.find((revision) => BigInt(revision) === value);
}

/** Whether a set names a revision that exists. */
export function namesRevision({ first, last }: RevisionSet): boolean {
  return REVISIONS.some((revision) => revision >= first && revision <= last);
}

/** A revision set as it is written: `rev2+`. */
export function revisionsText({ first, last }: RevisionSet): string {
  if (last === Number.POSITIVE_INFINITY) return `rev${first}+`;
  return first === last ? `rev${first}` : `rev${first}-${last}`;
}

/** Revision 0 exists only where it is the default: no kernel lets the VMM select it. */
export function isOfOlderHost(revision: number, { profile }: Host): boolean {
  return revision === REVISIONS[0] && !selectableRevisions(profile).includes(revision);
}
