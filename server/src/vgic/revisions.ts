/**
 * What each GICD_IIDR revision shows the guest, and which revisions each host kernel can be made to show.
 * This is the only file that compares revision numbers or kernel versions; the rest asks the questions below.
 */
import type { Model } from "./register-table.ts";

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

export type ProfileName = "A" | "B" | "C" | "D" | "E" | "F" | "fixed-groups";

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

export const HOST_FLAGS = ["iidr-fix", "revision-1", "fixed-groups"] as const;

/** A host kernel: its version decides what is not tied to the revision, its profile what is. */
export interface Host {
  /** As written in a trace: "linux-6.12+iidr-fix". */
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  readonly profile: Profile;
}

export type HostProblem = "not-a-host" | "unknown-flag" | "conflicting-flags";

/** Reads a host name such as `linux-6.12+iidr-fix`; a reason when it names none. */
export function parseHost(name: string): Host | HostProblem {
  const match = /^linux-(\d{1,3})\.(\d{1,3})((?:\+[a-z0-9-]+)*)$/.exec(name);
  if (!match) return "not-a-host";
  const flags = match[3].split("+").slice(1);
  if (flags.some((flag) => !HOST_FLAGS.some((known) => known === flag))) return "unknown-flag";
  const major = Number(match[1]);
  const minor = Number(match[2]);
  const fixedGroups = flags.includes("fixed-groups");
  if (fixedGroups && flags.length > 1) return "conflicting-flags";
  const version = major * 1000 + minor;
  const profile = fixedGroups
    ? PROFILES["fixed-groups"]
    : flags.includes("revision-1")
      ? PROFILES.E
      : flags.includes("iidr-fix") || version >= 7001
        ? PROFILES.D
        : version >= 5019
          ? PROFILES.C
          : version >= 4019
            ? PROFILES.B
            : PROFILES.A;
  return { name, major, minor, profile };
}

/** The host of a trace that declares none: every revision from 1 can be selected on it. */
export const DEFAULT_HOST: Host = {
  name: "linux-7.1+revision-1",
  major: 7,
  minor: 1,
  profile: PROFILES.E,
};

/** Behaviour that changed with the kernel's version and not with the revision. */
export interface VersionTraits {
  /** ICC_SGI0R_EL1 and ICC_ASGI1R_EL1 raise SGIs of Group 0; else they are undefined in the guest. */
  readonly groupSgiRegisters: boolean;
  /** A guest's GICv2 I[SC]PENDR0 write reaches SGIs. */
  readonly sgiPendingByGuest: boolean;
  /** GICD_TYPER2 exists. */
  readonly typer2: boolean;
  /** The VMM sees GICR_TYPER.Last. */
  readonly lastShownToUser: boolean;
  /** GICR_INVLPIR, INVALLR and SYNCR exist. */
  readonly invalidateRegisters: boolean;
  /** A VMM's access to a system register that KVM does not save fails with ENOENT; else with ENXIO. */
  readonly unsavedIsEnoent: boolean;
}

export interface VersionChange {
  /** The first kernel with the change: major and minor. */
  readonly since: readonly [number, number];
  /** What the trait is from then on; before it is the opposite. */
  readonly becomes: boolean;
  readonly doc: string;
}

/** What each version brings, whatever revision its guests see (KVM behaviour, change log). */
export const VERSION_CHANGES: Readonly<Record<keyof VersionTraits, VersionChange>> = {
  groupSgiRegisters: {
    since: [4, 19],
    becomes: true,
    doc: "ICC_SGI0R_EL1 and ICC_ASGI1R_EL1 raise SGIs of Group 0; before, they are undefined in the guest",
  },
  sgiPendingByGuest: {
    since: [5, 4],
    becomes: false,
    doc: "a GICv2 guest's writes of ISPENDR0 and ICPENDR0 no longer reach SGIs (82e40f558de5)",
  },
  typer2: { since: [5, 8], becomes: true, doc: "GICD_TYPER2 exists" },
  lastShownToUser: {
    since: [5, 13],
    becomes: true,
    doc: "the VMM sees GICR_TYPER.Last (28e9d4bce3be)",
  },
  invalidateRegisters: {
    since: [5, 19],
    becomes: true,
    doc: "GICR_INVLPIR, GICR_INVALLR and GICR_SYNCR exist",
  },
  // ENXIO was seen on 5.10, ENOENT on 6.1 and later.
  unsavedIsEnoent: {
    since: [6, 0],
    becomes: true,
    doc: "a VMM's access to a system register that is not saved fails with ENOENT; before, with ENXIO",
  },
};

/** What holds on a host because of its version. */
export function versionTraits(host: Host): VersionTraits {
  const holds = ({ since: [major, minor], becomes }: VersionChange) =>
    (host.major > major || (host.major === major && host.minor >= minor)) === becomes;
  const changes = VERSION_CHANGES;
  return {
    groupSgiRegisters: holds(changes.groupSgiRegisters),
    sgiPendingByGuest: holds(changes.sgiPendingByGuest),
    typer2: holds(changes.typer2),
    lastShownToUser: holds(changes.lastShownToUser),
    invalidateRegisters: holds(changes.invalidateRegisters),
    unsavedIsEnoent: holds(changes.unsavedIsEnoent),
  };
}

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
