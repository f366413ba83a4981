/** Host kernels, as traces name them: `linux-6.12`, `linux-6.12.117`, `linux-6.12+iidr-fix`. */
import {
  CHANGES,
  compareVersions,
  LAST_MINOR,
  NEWEST_KERNEL,
  OLDEST_KERNEL,
  type Question,
  traitsOf,
  type Version,
  type VersionTraits,
  versionHas,
  versionText,
} from "./kernels.ts";
import { PROFILES, type Profile } from "./revisions.ts";

/** Flags of downstream kernels: revision 1 selectable; groups that nobody can write, under revision 1. */
const REVISION_1 = "revision-1";
const FIXED_GROUPS = "fixed-groups";
const IIDR_FIX = "iidr-fix";

/** Every flag that a host's name can have: one for each backported change, and those of downstream kernels. */
export const HOST_FLAGS: readonly string[] = [
  ...new Set([IIDR_FIX, REVISION_1, FIXED_GROUPS, ...CHANGES.flatMap(({ flag }) => flag ?? [])]),
];

/** A host kernel: what it shows under which revision is its profile, everything else its traits. */
export interface Host {
  /** As written in a trace: "linux-6.12+iidr-fix". */
  readonly name: string;
  readonly version: Version;
  readonly flags: readonly string[];
  readonly profile: Profile;
  readonly traits: VersionTraits;
  /** Flags that say what the version, or another flag, says already. */
  readonly redundantFlags: readonly string[];
  /** The kernel that stands in for one that is older or newer than all that are known. */
  readonly modelledAs: Version | undefined;
}

/**
 * Why a name is no host: it is not written as one; a flag that does not exist; flags that exclude each other; point
 * release 0; or a mainline release that was never made.
 */
export type HostProblem =
  | "not-a-host"
  | "unknown-flag"
  | "conflicting-flags"
  | "no-point-release"
  | "no-such-release";

const SHAPE = /^linux-(\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?((?:\+[a-z0-9-]+)*)$/;

/** Reads a host name such as `linux-6.12.117+revision-1`; a reason when it names none. */
export function parseHost(name: string): Host | HostProblem {
  const match = SHAPE.exec(name);
  if (!match) return "not-a-host";
  const version: Version = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (match[3] !== undefined && version[2] === 0) return "no-point-release";
  if (version[0] < 3 || version[1] > (LAST_MINOR[version[0]] ?? Number.POSITIVE_INFINITY))
    return "no-such-release";
  const flags = match[4].split("+").slice(1);
  if (flags.some((flag) => !HOST_FLAGS.includes(flag))) return "unknown-flag";
  if (flags.includes(FIXED_GROUPS) && (flags.includes(REVISION_1) || flags.includes(IIDR_FIX))) {
    return "conflicting-flags";
  }
  return hostOf(name, version, flags);
}

function hostOf(name: string, version: Version, flags: readonly string[]): Host {
  const modelledAs =
    compareVersions(version, OLDEST_KERNEL) < 0
      ? OLDEST_KERNEL
      : version[0] > NEWEST_KERNEL[0] || (version[0] === NEWEST_KERNEL[0] && version[1] > NEWEST_KERNEL[1])
        ? NEWEST_KERNEL
        : undefined;
  const traits = traitsOf(modelledAs ?? version, flags);
  return {
    name,
    version,
    flags,
    profile: PROFILES[profileOf(flags) ?? traits.profile],
    traits,
    redundantFlags: flags.filter((flag, index) => isRedundant(flag, index, version, flags)),
    modelledAs,
  };
}

/** The profile of a downstream kernel. */
function profileOf(flags: readonly string[]): "E" | "fixed-groups" | undefined {
  if (flags.includes(FIXED_GROUPS)) return "fixed-groups";
  return flags.includes(REVISION_1) ? "E" : undefined;
}

function isRedundant(flag: string, index: number, version: Version, flags: readonly string[]): boolean {
  if (flags.indexOf(flag) < index) return true;
  // A kernel that lets the VMM select revision 1 takes the revision that is written.
  if (flag === IIDR_FIX && flags.includes(REVISION_1)) return true;
  return CHANGES.some((change) => change.flag === flag && versionHas(change, version));
}

/** Whether two names mean the same kernel: the order of flags says nothing. */
export function sameHost(one: Host, other: Host): boolean {
  return (
    one.name === other.name ||
    (compareVersions(one.version, other.version) === 0 &&
      one.flags.length === other.flags.length &&
      one.flags.every((flag) => other.flags.includes(flag)))
  );
}

/** Whether a kernel treats GICD_IIDR and groups as its version says: a downstream one does not. */
export function isUpstream({ profile, traits }: Host): boolean {
  return profile.name === traits.profile;
}

/** A kernel that answers one question of the emulator otherwise. @param value one of the question's answers */
export function withAnswer(host: Host, question: Question, value: unknown): Host {
  const traits = { ...host.traits, ...Object.fromEntries([[question, value]]) };
  return { ...host, traits, profile: question === "profile" ? PROFILES[traits.profile] : host.profile };
}

/** A host's name without the flags that say nothing, and a release that exists. */
export function hostName(version: Version, flags: readonly string[]): string {
  return ["linux-", versionText(version), ...flags.map((flag) => `+${flag}`)].join("");
}

/** The host of a trace that declares none: every revision from 1 can be selected on it. */
export const DEFAULT_HOST: Host = hostOf("linux-7.1+revision-1", [7, 1, 0], [REVISION_1]);
