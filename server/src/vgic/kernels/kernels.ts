/**
 * What a kernel's version changes in KVM's vGIC, whatever GICD_IIDR says: one table. The emulator asks its questions
 * (`VersionTraits`); `hosts`, docs/kernels.md and the host flags of traces read the same rows.
 *
 * "since" is the mainline release that brought a change. "backports" are the point releases that brought it to stable
 * series, by the logs of these and by what real kernels answered; a series that is not named has not got it, or nothing
 * is known of it. For those a flag of the host's name says that a kernel has it.
 */

import { ITS_TRAITS, type ItsVersionTraits } from "./its-kernels.ts";
import type { Shown, Step, Trait } from "./kernel-trait.ts";

export type { Shown, Step, Trait, Witness } from "./kernel-trait.ts";

/** A kernel's version: mainline M.N is [M, N, 0]. */
export type Version = readonly [major: number, minor: number, point: number];

/** A version as it is written: "6.12", "6.12.117". */
export function versionText([major, minor, point]: Version): string {
  return `${major}.${minor}${point === 0 ? "" : `.${point}`}`;
}

/** Below 0: the one is older. */
export function compareVersions(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/** Reads "6.12" or "6.12.117" of this table. */
export function versionOf(text: string): Version {
  const [major, minor, point = 0] = text.split(".").map(Number);
  return [major, minor, point];
}

/** The oldest and the newest kernel whose behaviour is in the table. */
export const OLDEST_KERNEL: Version = [4, 18, 0];
export const NEWEST_KERNEL: Version = [7, 3, 4];

/** The last release of each major version that has ended. */
export const LAST_MINOR: Readonly<Record<number, number>> = { 3: 19, 4: 20, 5: 19, 6: 19 };

/** The families of kernels by what they do with GICD_IIDR and groups: see `revisions.ts`. */
export type UpstreamProfile = "A" | "B" | "C" | "D";

/** What the emulator asks of the kernel that it is. */
export interface VersionTraits extends ItsVersionTraits {
  readonly profile: UpstreamProfile;
  /** Whether ICC_SGI0R_EL1 and ICC_ASGI1R_EL1 raise SGIs of Group 0; else they are undefined in the guest. */
  readonly groupSgiRegisters: boolean;
  /**
   * What writes of GICv2 I[SC]PENDR do to SGIs and, by the VMM, to interrupts of the arch timers: reach SGIs as any
   * other, from guest and VMM, and not the timers; reach neither; or, by the VMM, both, an SGI with a sender.
   */
  readonly pendingWritesV2: "sgis-without-sender" | "no-sgis" | "by-vmm";
  /** What a guest's read of I[SC]PENDR shows of an arch timer's interrupt: KVM's own state, or the device's output. */
  readonly mappedPending: "virtual" | "device";
  /** Which interrupts get list registers before others: see `list-registers/`. */
  readonly firstInListRegisters: "active" | "pending";
  /**
   * What becomes of the end of an active interrupt that has no list register: it is lost; or the first active interrupt of
   * the queue is ended, of all of it or of the part without list registers.
   */
  readonly endsOutside: "lost" | "from the head" | "from the tail";
  /** Whether ICC_DIR_EL1 traps to KVM where the hardware alone would not find the interrupt. */
  readonly deactivationTraps: boolean;
  /** Whether KVM emulates GICC_DIR, rather than the hardware. */
  readonly giccDirEmulated: boolean;
  /** Whether PENDBASER.PTZ reads back as it was written. */
  readonly ptzReadsBack: boolean;
  /** Whether GICD_TYPER2 exists. */
  readonly typer2: boolean;
  /** What a VMM's write of another value than its own to GICD_TYPER2 gives. */
  readonly typer2Refusal: "EINVAL" | "EBUSY";
  /** Whether the VMM sees GICR_TYPER.Last. */
  readonly lastShownToUser: boolean;
  /** Whether GICR_INVLPIR, INVALLR and SYNCR exist. */
  readonly invalidateRegisters: boolean;
  /** Whether the VMM reaches GICD_IIDR and GICD_TYPER2 of a GICv3 before it is initialised. */
  readonly earlyIdentification: boolean;
  /** Whether a GICv3 has the attribute of its maintenance interrupt, and until when that can be read. */
  readonly maintenanceIrq: "absent" | "until initialised" | "always";
  /** Whether an address is compared with the size of guest memory with all of its frame. */
  readonly addressRangeChecked: boolean;
  /** What setting the address of the redistributors a second time fails with. */
  readonly secondRedistAddress: "EINVAL" | "EEXIST";
  /** Whether a region of redistributors can follow those whose address was set. */
  readonly regionAfterAddress: boolean;
  /** Whether redistributors that are refused, since they lie over the distributor, are forgotten. */
  readonly refusedRegionForgotten: boolean;
  /** Whether the guest still finds earlier redistributors when a region of them is refused. */
  readonly refusedRegionKeepsOthers: boolean;
  /** Whether a VM whose first run of a vCPU fails is dead: every call fails with EIO. */
  readonly failedRunEndsVm: boolean;
  /** Whether GICR_TYPER.Last is not set where another region follows at once. */
  readonly lastAcrossRegions: boolean;
  /** What a VMM's access to a system register that KVM does not save fails with. */
  readonly unsavedRegister: "ENXIO" | "ENOENT";
}

/** The questions that are answered with yes or no. */
export type YesOrNo = {
  [Question in keyof VersionTraits]: VersionTraits[Question] extends boolean ? Question : never;
}[keyof VersionTraits];

const GUEST = ["guest"] as const;
const VMM = ["vmm"] as const;
const BOTH = ["guest", "vmm"] as const;

export const TRAITS: { readonly [Question in keyof VersionTraits]: Trait<VersionTraits[Question]> } = {
  profile: {
    about: "GICD_IIDR and groups",
    oldest: "A",
    steps: [
      {
        since: "4.19",
        becomes: "B",
        shows: [
          {
            id: "revision-2",
            seenBy: BOTH,
            commits: ["d53c2c29ae0d"],
            after: "GICD_IIDR shows revision 2, and IGROUPR is writable by the guest",
            before: "GICD_IIDR shows revision 0, and IGROUPR reads as all ones and ignores writes",
          },
          {
            id: "iidr-checked",
            seenBy: VMM,
            commits: ["b489edc36169"],
            after: "a VMM's write of GICD_IIDR other than its value fails with EINVAL",
            before: "it is ignored and succeeds",
          },
        ],
      },
      {
        since: "5.19",
        becomes: "C",
        shows: [
          {
            id: "revision-3",
            seenBy: BOTH,
            commits: ["49a1a2c70a7f"],
            after: "GICD_IIDR shows revision 3, and GICR_CTLR shows CES and IR",
            before: "GICD_IIDR shows revision 2, and GICR_CTLR neither",
          },
          {
            id: "iidr-revision-ignored",
            seenBy: VMM,
            commits: ["49a1a2c70a7f"],
            after: "a VMM's write of GICD_IIDR with another revision succeeds and changes nothing",
            before: "it fails with EINVAL",
          },
        ],
      },
      {
        since: "7.1",
        // It was reviewed for 6.1.173, which then became a release of one other fix.
        backports: ["6.1.175", "6.6.140", "6.12.88", "6.18.30", "7.0.7"],
        flag: "iidr-fix",
        becomes: "D",
        shows: [
          {
            id: "iidr-fix",
            seenBy: BOTH,
            commits: ["a0e6ae45af17"],
            after: "a VMM's write of GICD_IIDR selects revision 2 or 3, and others fail with EINVAL",
            before: "the revision that is written is ignored, and the guest keeps revision 3",
          },
        ],
      },
    ],
  },
  groupSgiRegisters: {
    about: "ICC_SGI0R_EL1 and ICC_ASGI1R_EL1",
    oldest: false,
    steps: [
      {
        since: "4.19",
        becomes: true,
        shows: [
          {
            id: "group-sgi-registers",
            seenBy: GUEST,
            commits: [],
            after: "ICC_SGI0R_EL1 and ICC_ASGI1R_EL1 raise SGIs of Group 0",
            before: "they are undefined in the guest",
          },
        ],
      },
    ],
  },
  pendingWritesV2: {
    about: "writes of GICv2 ISPENDR0 and ICPENDR0",
    oldest: "sgis-without-sender",
    steps: [
      {
        since: "5.3",
        backports: ["4.19.70", "5.2.12"],
        flag: "sgi-pending-ignored",
        becomes: "no-sgis",
        shows: [
          {
            id: "sgi-pending-ignored",
            seenBy: BOTH,
            commits: ["82e40f558de5"],
            after: "writes of GICv2 ISPENDR0 and ICPENDR0 do not reach SGIs, the VMM's neither",
            before: "they set and clear the latch of SGIs that nobody sent",
          },
        ],
      },
      {
        since: "5.7",
        backports: ["5.6.14"],
        becomes: "by-vmm",
        shows: [
          {
            id: "sgi-pending-by-vmm",
            seenBy: VMM,
            commits: ["ba1ed9e17b58"],
            after: "a VMM's writes of GICv2 ISPENDR0 and ICPENDR0 reach SGIs, with the named vCPU as sender",
            before: "they do not, so that a VMM cannot restore pending SGIs with them",
          },
          {
            id: "timer-pending-by-vmm",
            seenBy: VMM,
            commits: ["ba1ed9e17b58"],
            after: "a VMM's writes of GICv2 ISPENDR0 and ICPENDR0 reach the arch timers' interrupts",
            before: "they do not, once the vCPU has run",
          },
        ],
      },
    ],
  },
  mappedPending: {
    about: "pending bits of the arch timers' interrupts",
    oldest: "virtual",
    steps: [
      {
        since: "5.17",
        backports: ["5.10.104", "5.15.27", "5.16.13"],
        flag: "timer-pending",
        becomes: "device",
        shows: [
          {
            id: "timer-pending",
            seenBy: GUEST,
            commits: ["5bfa685e62e9"],
            after:
              "a guest's ISPENDR0 shows what an arch timer drives, also after the interrupt was acknowledged",
            before:
              "it shows the latch and line that KVM keeps: 0 after the acknowledgement, and what the guest wrote",
          },
        ],
      },
    ],
  },
  ptzReadsBack: {
    about: "GICR_PENDBASER.PTZ",
    oldest: true,
    steps: [
      {
        since: "5.6",
        flag: "ptz",
        becomes: false,
        shows: [
          {
            id: "ptz",
            seenBy: BOTH,
            commits: [],
            after: "GICR_PENDBASER.PTZ (bit 62) reads as zero",
            before: "it reads back as it was written",
          },
        ],
      },
    ],
  },
  typer2: {
    about: "GICD_TYPER2",
    oldest: false,
    steps: [
      {
        since: "5.7",
        becomes: true,
        shows: [
          {
            id: "typer2",
            seenBy: VMM,
            commits: ["2291ff2f2a56"],
            after: "GICD_TYPER2 exists: 0 without GICv4.1, and a VMM's write of another value fails",
            before: "it has no attribute, and ignores writes",
          },
        ],
      },
    ],
  },
  lastShownToUser: {
    about: "GICR_TYPER.Last",
    oldest: false,
    steps: [
      {
        since: "5.13",
        becomes: true,
        shows: [
          {
            id: "last-shown",
            seenBy: VMM,
            commits: ["28e9d4bce3be"],
            after: "the VMM sees GICR_TYPER.Last",
            before: "only the guest does",
          },
        ],
      },
    ],
  },
  invalidateRegisters: {
    about: "GICR_INVLPIR, GICR_INVALLR and GICR_SYNCR",
    oldest: false,
    steps: [
      {
        since: "5.19",
        becomes: true,
        shows: [
          {
            id: "invalidate-registers",
            seenBy: BOTH,
            commits: ["4645d11f4a55"],
            after: "GICR_INVLPIR, GICR_INVALLR and GICR_SYNCR exist, under every revision",
            before: "they do not",
          },
        ],
      },
    ],
  },
  unsavedRegister: {
    about: "system registers that are not saved",
    oldest: "ENXIO",
    steps: [
      {
        // ENXIO was seen on 5.10, ENOENT on 6.1 and later.
        since: "6.0",
        becomes: "ENOENT",
        shows: [
          {
            id: "unsaved-register",
            seenBy: VMM,
            commits: [],
            after: "a VMM's access to a system register that KVM does not save fails with ENOENT",
            before: "it fails with ENXIO",
          },
        ],
      },
    ],
  },
  firstInListRegisters: {
    about: "list registers",
    oldest: "active",
    steps: [
      {
        since: "6.19",
        becomes: "pending",
        shows: [
          {
            id: "pending-first",
            seenBy: GUEST,
            commits: ["05984ba67eb6", "33c1f60b3213"],
            after:
              "with more interrupts than list registers, a pending one is signalled however many are active",
            before: "active ones keep it out of the list registers",
          },
          {
            id: "enabled-group-first",
            seenBy: GUEST,
            commits: ["05984ba67eb6"],
            after: "with more interrupts than list registers, those of an enabled group get them first",
            before: "those of a disabled group keep them out",
          },
          {
            id: "sgi-hides-nothing",
            seenBy: GUEST,
            commits: ["05984ba67eb6"],
            after: "a GICv2 SGI that is wanted more than once holds back no interrupt of a lower priority",
            before: "no such interrupt is signalled while it waits",
          },
          {
            id: "vcpu-never-returns",
            seenBy: GUEST,
            commits: ["05984ba67eb6", "33c1f60b3213"],
            after:
              "a vCPU never comes back when more interrupts are pending than there are list registers, and none of those in them can be signalled",
            before: "it comes back, and none is signalled",
            hostFails: "after",
          },
        ],
      },
    ],
  },
  endsOutside: {
    about: "ends of interrupts without list registers",
    oldest: "lost",
    steps: [
      {
        since: "6.19",
        becomes: "from the head",
        shows: [
          {
            id: "eoi-replayed",
            seenBy: GUEST,
            commits: ["3cfd59f81e0f", "281c6c06e2a7"],
            after: "the end of an active interrupt that has no list register deactivates it",
            before: "it stays active",
          },
        ],
      },
      {
        since: "7.0",
        backports: ["6.19.9"],
        becomes: "from the tail",
        shows: [
          {
            id: "eoi-replayed-outside",
            seenBy: GUEST,
            commits: ["6da5e537f5af"],
            after: "the end of an active interrupt that has no list register deactivates one that has none",
            before: "it deactivates the first active one, which may be in a list register",
          },
        ],
      },
    ],
  },
  deactivationTraps: {
    about: "ICC_DIR_EL1",
    oldest: false,
    steps: [
      {
        since: "6.19",
        becomes: true,
        shows: [
          {
            id: "dir-without-list-register",
            seenBy: GUEST,
            commits: ["cd4f6ee99b28"],
            after: "ICC_DIR_EL1 deactivates an active interrupt that has no list register",
            before: "it stays active",
          },
          {
            id: "dir-by-another-vcpu",
            seenBy: GUEST,
            commits: ["cd4f6ee99b28", "1c3b3cadcd69"],
            after: "ICC_DIR_EL1 deactivates an SPI that another vCPU has acknowledged",
            before: "the SPI stays active",
          },
        ],
      },
    ],
  },
  giccDirEmulated: {
    about: "GICC_DIR",
    oldest: false,
    steps: [
      {
        since: "6.19",
        becomes: true,
        shows: [
          {
            id: "gicc-dir-attribute",
            seenBy: VMM,
            commits: ["07bb1c5622a5"],
            after: "GICC_DIR has an attribute",
            before: "KVM_HAS_DEVICE_ATTR fails with ENXIO",
          },
          {
            id: "gicc-dir-sender",
            seenBy: GUEST,
            commits: ["07bb1c5622a5", "255de897e7fb"],
            after: "a GICv2 SGI is deactivated only by a GICC_DIR write that names its sender",
            before: "the sender is ignored",
          },
          {
            id: "gicc-dir-by-another-vcpu",
            seenBy: GUEST,
            commits: ["255de897e7fb"],
            after:
              "GICC_DIR deactivates an SPI that another vCPU has acknowledged, or that has no list register",
            before: "the SPI stays active",
          },
        ],
      },
    ],
  },
  typer2Refusal: {
    about: "a refused write of GICD_TYPER2",
    oldest: "EINVAL",
    steps: [
      {
        since: "6.17",
        becomes: "EBUSY",
        shows: [
          {
            id: "typer2-busy",
            seenBy: VMM,
            commits: ["f26e6af75782", "c652887a9288"],
            after: "a VMM's write of another value to GICD_TYPER2 fails with EBUSY",
            before: "it fails with EINVAL",
          },
        ],
      },
    ],
  },
  earlyIdentification: {
    about: "a vGIC that is not initialised",
    oldest: false,
    steps: [
      {
        since: "6.17",
        becomes: true,
        shows: [
          {
            id: "early-iidr",
            seenBy: VMM,
            commits: ["f26e6af75782", "c652887a9288"],
            after: "the VMM reads and writes GICD_IIDR and GICD_TYPER2 before the vGIC is initialised",
            before: "that fails with EBUSY",
          },
        ],
      },
    ],
  },
  maintenanceIrq: {
    about: "the maintenance interrupt",
    oldest: "absent",
    steps: [
      {
        since: "6.15",
        becomes: "until initialised",
        shows: [
          {
            id: "maintenance-interrupt",
            seenBy: VMM,
            commits: ["faf7714a47a2"],
            after: "a GICv3 has the attribute group of the maintenance interrupt",
            before: "an access to it fails with ENXIO",
          },
        ],
      },
      {
        since: "6.17",
        becomes: "always",
        shows: [
          {
            id: "maintenance-interrupt-read",
            seenBy: VMM,
            commits: [],
            after: "the VMM reads the maintenance interrupt of an initialised vGIC",
            before: "that fails with EBUSY",
          },
        ],
      },
    ],
  },
  addressRangeChecked: {
    about: "addresses of frames",
    oldest: false,
    steps: [
      {
        since: "5.16",
        becomes: true,
        shows: [
          {
            id: "address-range",
            seenBy: VMM,
            commits: ["f25c5e4dafd8", "4612d98f58c7"],
            after:
              "a frame whose end is beyond guest memory is refused with E2BIG, and a second address with EEXIST, whatever it is",
            before:
              "only the frame's start is compared, and a misaligned second address is refused with EINVAL",
          },
        ],
      },
    ],
  },
  secondRedistAddress: {
    about: "the address of the redistributors",
    oldest: "EINVAL",
    steps: [
      {
        since: "5.13",
        becomes: "EEXIST",
        shows: [
          {
            id: "second-redistributor-address",
            seenBy: VMM,
            commits: ["d9b201e99c61"],
            after: "setting the address of the redistributors a second time fails with EEXIST",
            before: "it fails with EINVAL",
          },
        ],
      },
    ],
  },
  regionAfterAddress: {
    about: "regions beside the address of the redistributors",
    oldest: false,
    steps: [
      {
        since: "5.13",
        becomes: true,
        shows: [
          {
            id: "region-after-address",
            seenBy: VMM,
            commits: ["d9b201e99c61"],
            after: "a region of redistributors can follow those whose address was set",
            before: "it fails with EINVAL",
          },
        ],
      },
    ],
  },
  refusedRegionForgotten: {
    about: "redistributors that are refused",
    oldest: false,
    steps: [
      {
        since: "5.13",
        becomes: true,
        shows: [
          {
            id: "refused-region-forgotten",
            seenBy: VMM,
            commits: ["8542a8f95a67"],
            after: "redistributors that are refused, since they lie over the distributor, are forgotten",
            before: "they stay",
          },
        ],
      },
    ],
  },
  refusedRegionKeepsOthers: {
    about: "redistributors beside those that are refused",
    oldest: false,
    steps: [
      {
        // "KVM: arm64: vgic-v3: Roll back assignments from the new region", of 7.4.
        since: "7.3.4",
        backports: ["6.12.117"],
        flag: "refused-region-fix",
        becomes: true,
        shows: [
          {
            id: "refused-region-fix",
            seenBy: GUEST,
            commits: [],
            after: "when a region of redistributors is refused, the guest reaches those of earlier regions",
            before: "its accesses to them exit, also when another region is set instead",
          },
        ],
      },
    ],
  },
  failedRunEndsVm: {
    about: "a VM whose first run of a vCPU failed",
    oldest: false,
    steps: [
      {
        since: "6.12",
        backports: ["6.1.115", "6.6.59", "6.11.6"],
        flag: "failed-run-ends-vm",
        becomes: true,
        shows: [
          {
            id: "failed-run-ends-vm",
            seenBy: VMM,
            commits: ["df5fd75ee305"],
            after: "when the first run of a vCPU fails, every further call for the VM fails with EIO",
            before: "the VMM can go on",
          },
        ],
      },
    ],
  },
  lastAcrossRegions: {
    about: "GICR_TYPER.Last and regions",
    oldest: false,
    steps: [
      {
        since: "5.13",
        becomes: true,
        shows: [
          {
            id: "last-across-regions",
            seenBy: BOTH,
            commits: ["28e9d4bce3be"],
            after: "GICR_TYPER.Last is clear where a region that is in use follows at once",
            before: "it is set at the end of every region",
          },
        ],
      },
    ],
  },
  ...ITS_TRAITS,
};

/** A step of some trait, whatever its values. */
export type Change = Omit<Step<unknown>, "becomes">;

/** Every change of the table, oldest first. */
export const CHANGES: readonly Change[] = Object.values(TRAITS)
  .flatMap(({ steps }): readonly Change[] => steps)
  .sort((a, b) => compareVersions(versionOf(a.since), versionOf(b.since)));

/** The first release with a change. */
export function sinceOf({ since }: Change): Version {
  return versionOf(since);
}

/** Whether a kernel's version alone, without flags, says that it has a change. */
export function versionHas({ since, backports = [] }: Change, version: Version): boolean {
  if (compareVersions(version, versionOf(since)) >= 0) return true;
  return backports.map(versionOf).some(([major, minor, point]) => {
    return version[0] === major && version[1] === minor && version[2] >= point;
  });
}

/** Whether a kernel has a change. */
function has(change: Change, version: Version, flags: readonly string[]): boolean {
  return versionHas(change, version) || (change.flag !== undefined && flags.includes(change.flag));
}

function answer<Value>({ oldest, steps }: Trait<Value>, version: Version, flags: readonly string[]): Value {
  const last = steps.findLast((step) => has(step, version, flags));
  return last === undefined ? oldest : last.becomes;
}

type Answers = { -readonly [Question in keyof VersionTraits]?: VersionTraits[Question] };

function isQuestion(name: string): name is keyof VersionTraits {
  return name in TRAITS;
}

function isComplete(answers: Answers): answers is VersionTraits {
  return QUESTIONS.every((question) => question in answers);
}

/** Something that is seen differently, with the change that brought it. */
export interface Entry {
  readonly since: string;
  readonly change: Change;
  readonly shown: Shown;
}

const ENTRIES: ReadonlyMap<string, Entry> = new Map(
  CHANGES.flatMap((change) =>
    change.shows.map((shown) => [shown.id, { since: change.since, change, shown }] as const),
  ),
);

/** What the table has by its id. */
export function entryOf(id: string): Entry | undefined {
  return ENTRIES.get(id);
}

/** The release before another: of mainline, or of the same stable series. */
export function releaseBefore([major, minor, point]: Version): Version {
  if (point > 0) return [major, minor, point - 1];
  return minor > 0 ? [major, minor - 1, 0] : [major - 1, LAST_MINOR[major - 1] ?? 0, 0];
}

/** The mainline release after a kernel. */
export function releaseAfter([major, minor]: Version): Version {
  return minor === LAST_MINOR[major] ? [major + 1, 0, 0] : [major, minor + 1, 0];
}

/** A question of the emulator. */
export type Question = keyof VersionTraits;

/** All of them, in the order of the table. */
export const QUESTIONS: readonly Question[] = Object.keys(TRAITS).filter(isQuestion);

/** The questions that two kernels answer differently. */
export function questionsBetween(one: VersionTraits, other: VersionTraits): Question[] {
  return QUESTIONS.filter((question) => one[question] !== other[question]);
}

/** What is seen differently between two answers to a question, with the release that brought it, oldest first. */
export function entriesBetween(
  question: Question,
  one: VersionTraits,
  other: VersionTraits,
): readonly Entry[] {
  const { oldest, steps } = TRAITS[question];
  const answers: readonly unknown[] = [oldest, ...steps.map(({ becomes }) => becomes)];
  const places = [one, other].map((traits) => answers.lastIndexOf(traits[question]));
  const crossed = steps.slice(Math.min(...places), Math.max(...places));
  return crossed.flatMap((change) => change.shows.map((shown) => ({ since: change.since, change, shown })));
}

/** What holds on a kernel of a version with some backported changes, given by their flags. */
export function traitsOf(version: Version, flags: readonly string[]): VersionTraits {
  const answers: Answers = {};
  const ask = <Question extends keyof VersionTraits>(question: Question) => {
    answers[question] = answer<VersionTraits[Question]>(TRAITS[question], version, flags);
  };
  QUESTIONS.forEach(ask);
  if (!isComplete(answers)) throw new Error("a question without an answer");
  return answers;
}
