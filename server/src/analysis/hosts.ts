/** The host kernels that traces can name, and what they do: the tables of `vgic/revisions.ts` in words. */
import { CHANGES } from "../vgic/kernels.ts";
import {
  iidr,
  PROFILES,
  type Profile,
  REVISIONS,
  selectableRevisions,
  writeIidr,
} from "../vgic/revisions.ts";

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

/** A change of behaviour that came with a kernel's version and not with a revision. */
export interface VersionRow {
  readonly since: string;
  readonly change: string;
}

export function hostRows(): HostRow[] {
  return Object.values(PROFILES).map((profile) => ({
    profile: profile.name,
    kernels: profile.kernels,
    example: profile.example,
    defaultRevision: profile.defaultRevision,
    revisions: selectableRevisions(profile),
    iidrWrites: REVISIONS.map((written) => ({ written, outcome: outcomeOf(profile, written) })),
    userGroupsV2: USER_GROUPS[profile.userGroupsV2],
    groups: fromRevision(profile.groupsWritableFrom),
    invalidateShown: fromRevision(profile.invalidateShownFrom),
  }));
}

export function versionRows(): VersionRow[] {
  return CHANGES.flatMap(({ since, shows }) =>
    shows.map(({ after, before }) => ({ since, change: `${after}; before, ${before}` })),
  );
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
