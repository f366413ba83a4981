/**
 * What each GICD_IIDR revision shows the guest, and which revisions each family of host kernels can be made to show.
 * This is the only file that compares revision numbers; the rest asks the questions below.
 */

import type { Model } from "../kvm-abi.ts";
import type { UpstreamProfile } from "./kernels.ts";

/** Every implementation revision that KVM ever showed in GICD_IIDR[15:12]. */
export const REVISIONS = [0, 1, 2, 3] as const;
export const LATEST_REVISION = 3;

const IIDR_FIXED = 0x4b00043b;
const IIDR_REVISION_MASK = 0xf000;

/** GICD_IIDR as it reads under a revision: ProductID 'K', implementer Arm (KVM behaviour). */
export function iidr(revision: number): number {
  return (IIDR_FIXED | (revision << 12)) >>> 0;
}

/** The revision nibble of a GICD_IIDR value. */
export function revisionOf(value: number): number {
  return (value & IIDR_REVISION_MASK) >>> 12;
}

/** What a VMM's write of GICD_IIDR does on a kernel. */
type IidrWrites =
  | { readonly kind: "ignored" } // succeeds, changes nothing
  | { readonly kind: "must-equal-current" }
  | { readonly kind: "nibble-ignored" } // the fixed bits are checked, the revision never changes
  | { readonly kind: "selects"; readonly revisions: readonly number[] };

/** When a VMM's write of GICv2 GICD_IGROUPRn is stored. */
type UserGroupsV2 = "never" | "after-iidr-write" | "by-revision";

export type ProfileName = UpstreamProfile | "E" | "F" | "fixed-groups";

/** How a family of host kernels treats the revision. */
export interface Profile {
  readonly name: ProfileName;
  readonly kernels: string;
  /** A host with this profile, as a trace names it; absent for kernels that nobody has built. */
  readonly example?: string;
  readonly defaultRevision: number;
  readonly iidrWrites: IidrWrites;
  readonly userGroupsV2: UserGroupsV2;
  /** The lowest revision under which a guest's IGROUPR write is stored; Infinity: never. */
  readonly groupsWritableFrom: number;
  /** The lowest revision under which GICR_CTLR shows CES and IR; Infinity: never. */
  readonly invalidateShownFrom: number;
}

/** The kernel profiles, one row each (KVM behaviour; E and F were proposed in May 2026). */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  A: {
    name: "A",
    kernels: "before 4.19",
    example: "linux-4.18",
    defaultRevision: 0,
    iidrWrites: { kind: "ignored" },
    userGroupsV2: "never",
    groupsWritableFrom: Number.POSITIVE_INFINITY,
    invalidateShownFrom: Number.POSITIVE_INFINITY,
  },
  B: {
    name: "B",
    kernels: "4.19 to 5.18",
    example: "linux-5.10",
    defaultRevision: 2,
    iidrWrites: { kind: "must-equal-current" },
    userGroupsV2: "after-iidr-write",
    groupsWritableFrom: 0,
    invalidateShownFrom: Number.POSITIVE_INFINITY,
  },
  C: {
    name: "C",
    kernels: "5.19 to 7.0",
    example: "linux-6.12",
    defaultRevision: 3,
    iidrWrites: { kind: "nibble-ignored" },
    userGroupsV2: "after-iidr-write",
    groupsWritableFrom: 0,
    invalidateShownFrom: 3,
  },
  D: {
    name: "D",
    kernels: "from 7.1, and stable kernels with the IIDR fix (+iidr-fix)",
    example: "linux-7.1",
    defaultRevision: 3,
    iidrWrites: { kind: "selects", revisions: [2, 3] },
    userGroupsV2: "after-iidr-write",
    groupsWritableFrom: 0,
    invalidateShownFrom: 3,
  },
  E: {
    name: "E",
    kernels: "with selectable revision 1 (+revision-1)",
    example: "linux-7.1+revision-1",
    defaultRevision: 3,
    iidrWrites: { kind: "selects", revisions: [1, 2, 3] },
    userGroupsV2: "by-revision",
    groupsWritableFrom: 2,
    invalidateShownFrom: 3,
  },
  F: {
    name: "F",
    kernels: "counter-proposal: revision 1 accepted without its behaviour",
    defaultRevision: 3,
    iidrWrites: { kind: "selects", revisions: [1, 2, 3] },
    userGroupsV2: "after-iidr-write",
    groupsWritableFrom: 0,
    invalidateShownFrom: 3,
  },
  "fixed-groups": {
    name: "fixed-groups",
    kernels: "downstream: 4.19 and later without configurable groups (+fixed-groups)",
    example: "linux-6.12+fixed-groups",
    defaultRevision: 1,
    iidrWrites: { kind: "must-equal-current" },
    userGroupsV2: "never",
    groupsWritableFrom: Number.POSITIVE_INFINITY,
    invalidateShownFrom: Number.POSITIVE_INFINITY,
  },
};

/** The outcome of a VMM's write of GICD_IIDR. */
export interface IidrWrite {
  readonly accepted: boolean;
  /** The revision after the write. */
  readonly revision: number;
}

/** Decides a VMM's write of GICD_IIDR (KVM behaviour: a refused write, EINVAL, changes nothing). */
export function writeIidr(profile: Profile, current: number, written: number): IidrWrite {
  const refused = { accepted: false, revision: current };
  const kept = { accepted: true, revision: current };
  const rule = profile.iidrWrites;
  if (rule.kind === "ignored") return kept;
  if (rule.kind === "must-equal-current") return written === iidr(current) ? kept : refused;
  if ((written & ~IIDR_REVISION_MASK) !== (IIDR_FIXED & ~IIDR_REVISION_MASK)) return refused;
  if (rule.kind === "nibble-ignored") return kept;
  const revision = revisionOf(written);
  return rule.revisions.includes(revision) ? { accepted: true, revision } : refused;
}

/** The revisions that a VM on this host can be made to show. */
export function selectableRevisions(profile: Profile): number[] {
  return REVISIONS.filter(
    (revision) =>
      revision === profile.defaultRevision ||
      writeIidr(profile, profile.defaultRevision, iidr(revision)).revision === revision,
  );
}

/** Whether a guest's write of IGROUPR is stored. GICv3 VMM writes follow the same rule. */
export function guestGroupsWritable(profile: Profile, revision: number): boolean {
  return revision >= profile.groupsWritableFrom;
}

/**
 * Whether a VMM's write of IGROUPR is stored.
 * @param armed whether the VMM has successfully written GICD_IIDR (v2_groups_user_writable)
 */
export function userGroupsWritable(
  profile: Profile,
  model: Model,
  revision: number,
  armed: boolean,
): boolean {
  if (model === "v3") return guestGroupsWritable(profile, revision);
  switch (profile.userGroupsV2) {
    case "never":
      return false;
    case "after-iidr-write":
      // The counter-proposal (F) keeps the opt-in and asks for revision 2 as well; B to D cannot show less.
      return armed && revision >= 2;
    case "by-revision":
      return revision >= 2;
  }
}

/** Revision 0 kernels answer GICv2 IGROUPR with all ones although everything is delivered as Group 0. */
export function groupsReadAsOnes(model: Model, revision: number): boolean {
  return model === "v2" && revision === 0;
}

/** The identification bits of GICR_CTLR: CES (bit 1) and IR (bit 2). */
export function redistributorCtlrBits(profile: Profile, revision: number): number {
  return revision >= profile.invalidateShownFrom ? 0x6 : 0;
}
