/** What a kernel's version changes in KVM's ITS and LPIs: the part of the table in kernels.ts that is about them. */
import type { Shown, Trait, Witness } from "./kernel-trait.ts";

/** What the emulator asks about the ITS and LPIs of the kernel that it is. */
export interface ItsVersionTraits {
  /** What clearing GICR_CTLR.EnableLPIs takes from the vCPU's LPIs: nothing, their place on its queue, what is pending too. */
  readonly lpiDisableDrops: "nothing" | "queue" | "pending";
  /** Whether the active state of an LPI ends when its vCPU leaves the guest. */
  readonly activeLpisForgotten: boolean;
  /** Whether KVM remembers translations, which an MSI then uses without asking the ITS. */
  readonly translationCache: boolean;
  /** Whether DISCARD asks for a target of the event's collection. */
  readonly discardNeedsTarget: boolean;
  /** Whether the entry of an event in the ITT has to be in memory. */
  readonly eventEntryChecked: boolean;
  /** Whether a restore of the tables that fails forgets what was there and what it restored. */
  readonly failedRestoreForgets: boolean;
  /** Whether restoring a collection that the table cannot hold fails; else it is left out. */
  readonly restoredCollectionChecked: boolean;
  /** Whether a restore of the tables ends a table where an entry leads out of it; else it goes on behind the table. */
  readonly restoreStaysInTable: boolean;
  /** Whether MAPC asks for an existing target when it unmaps. */
  readonly unmapNeedsTarget: boolean;
  /** Whether KVM goes through LPIs in the order in which they were created, and not by INTID. */
  readonly lpisInOrderOfCreation: boolean;
  /** Whether the scan of a pending table leaves out LPIs of other vCPUs. */
  readonly pendingScanSkipsOthers: boolean;
  /** Whether MOVALL moves the LPIs of all vCPUs. */
  readonly movallMovesAll: boolean;
  /** Whether GICR_INVLPIR takes an SPI for an LPI. */
  readonly invalidatesSpis: boolean;
  /** Whether MAPD and DISCARD write 0 to the entry in memory. */
  readonly unmapClearsEntry: boolean;
  /** Whether a device with more than 16 event bits can be restored. */
  readonly wideDevicesRestored: boolean;
  /** What saving an event whose collection is gone does. */
  readonly lostCollectionSave: "crash" | "zero";
  /** Whether GITS_BASERn with another value, and not just without its valid bit, makes the ITS forget what is mapped. */
  readonly baserChangeForgets: boolean;
  /** Whether saving leaves out devices that the device table cannot hold, and does not fail. */
  readonly unreachableDevicesSkipped: boolean;
  /** Whether an LPI that an event has is refused to another. */
  readonly sharedLpiRefused: boolean;
  /** Whether the distance to the next event, when saved, leaves out events whose collection is gone. */
  readonly nextSkipsLostCollections: boolean;
}

type Rows = { readonly [Question in keyof ItsVersionTraits]: Trait<ItsVersionTraits[Question]> };

const GUEST = ["guest"] as const;
const VMM = ["vmm"] as const;
const BOTH = ["guest", "vmm"] as const;

function shown(
  id: string,
  seenBy: readonly Witness[],
  commits: readonly string[],
  after: string,
  before: string,
  hostFails?: Shown["hostFails"],
): readonly Shown[] {
  const told = { id, seenBy, commits, after, before };
  return [hostFails === undefined ? told : { ...told, hostFails }];
}

export const ITS_TRAITS: Rows = {
  lpiDisableDrops: {
    about: "clearing GICR_CTLR.EnableLPIs",
    oldest: "nothing",
    steps: [
      {
        since: "5.1",
        becomes: "queue",
        shows: shown(
          "lpis-dropped",
          GUEST,
          ["96085b949672"],
          "clearing GICR_CTLR.EnableLPIs takes pending LPIs from the vCPU",
          "they are delivered",
        ),
      },
      {
        // 7.0.13 was seen without it. Nothing is known of 6.6.y, 5.15.y and 5.10.y after October 2026.
        since: "7.2",
        backports: ["6.1.191", "6.12.114", "6.18.40", "7.1.5"],
        flag: "lpis-no-longer-pending",
        becomes: "pending",
        shows: shown(
          "lpis-no-longer-pending",
          GUEST,
          ["7258770e5814"],
          "clearing GICR_CTLR.EnableLPIs makes the vCPU's LPIs not pending",
          "INV, INVALL or an MSI brings them back",
        ),
      },
    ],
  },
  activeLpisForgotten: {
    about: "LPIs that are acknowledged and not ended",
    oldest: false,
    steps: [
      {
        since: "6.19",
        becomes: true,
        shows: shown(
          "active-lpi-forgotten",
          GUEST,
          ["73c9726975af"],
          "an LPI is no longer active once its vCPU leaves the guest",
          "it stays active until its end, and for ever if that does not reach it",
        ),
      },
    ],
  },
  translationCache: {
    about: "MSIs that KVM has translated before",
    oldest: false,
    steps: [
      {
        since: "5.4",
        becomes: true,
        shows: shown(
          "translation-cache",
          BOTH,
          ["24cab82c34aa"],
          "an MSI that came before reaches a vCPU whose LPIs are off, once MAPC has moved its collection there",
          "it fails with EBUSY",
        ),
      },
    ],
  },
  discardNeedsTarget: {
    about: "DISCARD",
    oldest: false,
    steps: [
      {
        since: "5.6",
        becomes: true,
        shows: shown(
          "discard-needs-target",
          GUEST,
          [],
          "DISCARD of an event whose collection has no target does nothing",
          "it unmaps the event",
        ),
      },
    ],
  },
  eventEntryChecked: {
    about: "ITT entries outside memory",
    oldest: false,
    steps: [
      {
        since: "5.19",
        becomes: true,
        shows: shown(
          "event-entry-checked",
          GUEST,
          ["cafe7e544d49"],
          "MAPTI of an event whose entry in the ITT is not in memory does nothing",
          "it maps the event, and saving the tables fails with EFAULT",
        ),
      },
    ],
  },
  failedRestoreForgets: {
    about: "restores of the ITS tables that fail",
    oldest: false,
    steps: [
      {
        since: "5.19",
        becomes: true,
        shows: shown(
          "failed-restore",
          VMM,
          ["8c5e74c90bb5"],
          "a restore of the ITS tables that fails forgets all collections, and all devices where those fail",
          "what was mapped and what was restored stays",
        ),
      },
    ],
  },
  restoredCollectionChecked: {
    about: "restored collections",
    oldest: false,
    steps: [
      {
        since: "5.19",
        becomes: true,
        shows: shown(
          "restored-collection-checked",
          VMM,
          ["a1ccfd6f6e06"],
          "restoring a collection that the collection table cannot hold fails with EINVAL",
          "the collection is left out, and the restore goes on",
        ),
      },
    ],
  },
  restoreStaysInTable: {
    about: "restoring entries that lead out of their table",
    oldest: false,
    steps: [
      {
        since: "6.1",
        backports: ["5.10.152", "5.15.76", "6.0.6"],
        flag: "table-scan-fix",
        becomes: true,
        shows: shown(
          "table-scan-fix",
          VMM,
          ["c000a2607145"],
          "restoring ITS tables ends a table, or a page of it, where the next entry is beyond it; of an ITT of 29 event bits or more one entry is read",
          "the memory behind it is taken for more of it, and the restore mostly fails; nothing is read of such an ITT",
        ),
      },
    ],
  },
  unmapNeedsTarget: {
    about: "MAPC without the valid bit",
    oldest: true,
    steps: [
      {
        since: "6.7",
        becomes: false,
        shows: shown(
          "unmap-needs-target",
          GUEST,
          ["d455d366c451"],
          "MAPC without the valid bit ignores the target",
          "it does nothing where no vCPU has the target's number",
        ),
      },
    ],
  },
  lpisInOrderOfCreation: {
    about: "the order of LPIs",
    oldest: true,
    steps: [
      {
        since: "6.9",
        becomes: false,
        shows: shown(
          "lpi-order",
          GUEST,
          ["1d6f83f60f79"],
          "INVALL and EnableLPIs queue LPIs of equal priority in the order of their INTIDs",
          "in the order in which they were mapped",
        ),
      },
    ],
  },
  pendingScanSkipsOthers: {
    about: "setting GICR_CTLR.EnableLPIs",
    oldest: true,
    steps: [
      {
        since: "6.10",
        becomes: false,
        shows: shown(
          "pending-scan",
          GUEST,
          ["720f73b750e6"],
          "setting EnableLPIs queues pending LPIs of other vCPUs, too",
          "it looks at the vCPU's own LPIs only",
        ),
      },
    ],
  },
  movallMovesAll: {
    about: "MOVALL",
    oldest: false,
    steps: [
      {
        since: "6.10",
        becomes: true,
        shows: shown(
          "movall-moves-all",
          GUEST,
          ["11f4f8f3e6e0"],
          "MOVALL moves the LPIs of all vCPUs",
          "it moves those of the named vCPU",
        ),
      },
      {
        // 6.18.56 as it was sent out for review.
        since: "7.3",
        backports: ["6.12.113", "6.18.56", "7.2.10"],
        flag: "movall-fix",
        becomes: false,
        shows: shown(
          "movall-fix",
          GUEST,
          ["751f4641560b"],
          "MOVALL moves the LPIs of the named vCPU",
          "it moves those of all vCPUs",
        ),
      },
    ],
  },
  invalidatesSpis: {
    about: "GICR_INVLPIR of an SPI",
    oldest: true,
    steps: [
      {
        since: "6.13",
        backports: ["6.1.120", "6.6.64", "6.11.11", "6.12.2"],
        flag: "invlpir-checked",
        becomes: false,
        shows: shown(
          "invlpir-checked",
          ["guest"],
          ["d561491ba927"],
          "GICR_INVLPIR ignores an INTID below 8192",
          "an SPI is enabled and gets a priority by the byte that lies as far in front of the LPIs' configuration (an SGI or PPI brings the host down, which is not shown)",
        ),
      },
    ],
  },
  unmapClearsEntry: {
    about: "entries of the ITS tables after MAPD and DISCARD",
    oldest: false,
    steps: [
      {
        since: "6.13",
        backports: ["5.4.287", "5.10.231", "5.15.174", "6.1.120", "6.6.64", "6.11.11", "6.12.2"],
        flag: "unmap-clears",
        becomes: true,
        shows: shown(
          "unmap-clears",
          BOTH,
          ["e9649129d33d", "7602ffd1d5e8"],
          "MAPD without the valid bit and DISCARD write 0 to the entry in memory",
          "the entry stays, and a restore takes it for a mapping",
        ),
      },
    ],
  },
  wideDevicesRestored: {
    about: "restored devices",
    oldest: true,
    steps: [
      {
        since: "7.1",
        // It did not apply to 5.10.y and 5.15.y.
        backports: ["6.1.175", "6.6.142", "6.12.92", "6.18.34", "7.0.11"],
        flag: "event-bits-checked",
        becomes: false,
        shows: shown(
          "event-bits-checked",
          VMM,
          ["9ce754ed8e7a"],
          "restoring a device with more than 16 event bits fails with EINVAL",
          "it succeeds",
        ),
      },
    ],
  },
  lostCollectionSave: {
    about: "saving events whose collection is gone",
    oldest: "crash",
    steps: [
      {
        // Reviewed in September 2026 for 5.10.y, 5.15.y and 6.6.y, too; which of their releases has it is not known.
        since: "7.3",
        backports: ["6.1.191", "6.12.113", "6.18.51", "7.2.5"],
        flag: "lost-collection-fix",
        becomes: "zero",
        shows: shown(
          "lost-collection-fix",
          BOTH,
          ["c6c156d931c3"],
          "saving the ITS tables writes 0 for an event whose collection is gone",
          "the host's kernel crashes",
          "before",
        ),
      },
    ],
  },
  baserChangeForgets: {
    about: "GITS_BASER0 and 1",
    oldest: false,
    steps: [
      {
        // 6.1.192 has not got it; of 6.6.y nothing was found.
        since: "7.3",
        backports: ["6.12.112", "6.18.55", "7.2.9"],
        flag: "baser-fix",
        becomes: true,
        shows: shown(
          "baser-fix",
          BOTH,
          ["8cd92f77ae4f"],
          "another value in GITS_BASER0 or 1 makes the ITS forget its devices or collections",
          "only a value without the valid bit does",
        ),
      },
    ],
  },
  unreachableDevicesSkipped: {
    about: "saving devices that the table cannot hold",
    oldest: false,
    steps: [
      {
        // 6.1.192 has not got it.
        since: "7.3",
        backports: ["6.6.158", "6.12.112", "6.18.55", "7.2.9"],
        flag: "unreachable-device-fix",
        becomes: true,
        shows: shown(
          "unreachable-device-fix",
          VMM,
          ["cc5d96036e01"],
          "saving the ITS tables leaves out a device that its table cannot hold",
          "it fails with EINVAL",
        ),
      },
    ],
  },
  sharedLpiRefused: {
    about: "LPIs of several events",
    oldest: false,
    steps: [
      {
        // "KVM: arm64: vgic-its: Don't map an LPI from more than one event", of 7.4.
        since: "7.3.4",
        becomes: true,
        shows: shown(
          "shared-lpi-refused",
          BOTH,
          [],
          "MAPTI of an LPI that another event has does nothing, and a restore leaves that event out",
          "both events have it",
        ),
      },
    ],
  },
  nextSkipsLostCollections: {
    about: "distances in a saved ITT",
    oldest: false,
    steps: [
      {
        since: "7.3",
        becomes: true,
        shows: shown(
          "next-skips-lost-collections",
          VMM,
          ["ad1e686e2378"],
          "a saved ITT's distance to the next event leaves out events whose collection is gone",
          "it counts them; and without `lost-collection-fix` the host's kernel crashes",
          "before",
        ),
      },
    ],
  },
};
