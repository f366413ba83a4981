/**
 * What a VMM sets up of a vGIC before the guest runs: the attribute groups NR_IRQS, ADDR, MAINT_IRQ and CTRL, with KVM's
 * checks in KVM's order (arch/arm64/kvm/vgic: vgic-kvm-device.c, vgic-init.c, vgic-mmio-v3.c). Not modelled: what kernels
 * before df5fd75ee305 take down of a vGIC when the first run fails.
 */
import type { Ending } from "./answer.ts";
import { type Bases, FRAMES } from "./frame-table.ts";
import type { VersionTraits } from "./kernels/kernels.ts";
import { ADDRESS_TYPES, ATTRIBUTE_GROUPS, type Model } from "./kvm-abi.ts";
import { ADDRESS_BITS, IRQS, LIMITS } from "./limits.ts";

/** Attributes with which a VMM sets up a vGIC. */
export const SETTINGS = [
  ...(["NR_IRQS", "ADDR_DIST", "ADDR_CPU", "ADDR_REDIST", "ADDR_ITS", "REDIST_REGION", "MAINT_IRQ"] as const),
];
export type Setting = (typeof SETTINGS)[number];

/** Redistributors one after the other. */
export interface RedistributorRegion {
  readonly base: number;
  /** 0: as many as there are vCPUs, set by ADDR_REDIST. */
  readonly count: number;
}

/** How far a vGIC is set up. It is never changed: a call gives another one. */
export interface SetUp {
  /** Absent: not set yet. */
  readonly irqs?: number;
  readonly dist?: number;
  readonly cpu?: number;
  readonly its?: number;
  readonly regions: readonly RedistributorRegion[];
  /** How many of the regions the guest does not find any more, the first ones, since a later one was refused. */
  readonly lostRegions?: number;
  /** A region was refused and stays, without redistributors: some vCPUs will never have one. */
  readonly unusableRegion?: true;
  readonly maintenanceIrq: number;
  readonly initialised: boolean;
  /** A vCPU has run: the frames are where the guest finds them. */
  readonly ready: boolean;
  /** The first run of a vCPU has failed, and the kernel refuses all calls since then. */
  readonly dead?: true;
}

/** A device that was created, and nothing else. */
export const CREATED: SetUp = { regions: [], maintenanceIrq: 0, initialised: false, ready: false };

/** The number of INTIDs of a vGIC that is initialised without one. */
const LEGACY_IRQS = 256;

/** What a call came to: an error, or the new state and what is read. */
export interface Called {
  readonly ending: Ending;
  readonly setUp?: SetUp;
  readonly value?: bigint;
}

/** What the calls depend on beside the state. */
export interface SettingVm {
  readonly model: Model;
  readonly cpus: number;
  readonly traits: VersionTraits;
  /** Whether there is an ITS, whose device has the address of its own. */
  readonly its: boolean;
}

const UNDEFINED_ADDRESS = 0xffff_ffff_ffff_ffffn;
const PHYSICAL_SIZE = 1n << BigInt(ADDRESS_BITS);
/** What ends there has wrapped around for the kernel, whose addresses have 64 bits. */
const ALL_ADDRESSES = 1n << 64n;
const ITS_BYTES = 0x20000n;

/** The frame that an address attribute places, and its model; ADDR_ITS is the ITS's own. */
const ADDRESSES = {
  ADDR_DIST: { frame: "GICD", key: "dist" },
  ADDR_CPU: { frame: "GICC", key: "cpu" },
} as const;

/** The attribute of KVM's device API that a setting is, in its group: ADDR_ITS is one of the ITS's own device. */
export function settingAttribute(
  setting: Setting,
  model: Model,
): { readonly group: number; readonly attribute: number } {
  const { dist2, cpu, dist3, redist, its, redistRegion } = ADDRESS_TYPES;
  const { addresses: group, irqs, maintenanceInterrupt } = ATTRIBUTE_GROUPS;
  switch (setting) {
    case "NR_IRQS":
      return { group: irqs, attribute: 0 };
    case "ADDR_DIST":
      return { group, attribute: model === "v2" ? dist2 : dist3 };
    case "ADDR_CPU":
      return { group, attribute: cpu };
    case "ADDR_REDIST":
      return { group, attribute: redist };
    case "ADDR_ITS":
      return { group, attribute: its };
    case "REDIST_REGION":
      return { group, attribute: redistRegion };
    case "MAINT_IRQ":
      return { group: maintenanceInterrupt, attribute: 0 };
  }
}

/** The word of REDIST_REGION (KVM's ABI). */
export function regionWord({ base, count }: RedistributorRegion, index: number): bigint {
  return (BigInt(count) << COUNT_SHIFT) | BigInt(base) | BigInt(index);
}

/** Whether the VM's devices have an attribute. */
export function hasSetting(setting: Setting, vm: SettingVm): boolean {
  switch (setting) {
    case "NR_IRQS":
    case "ADDR_DIST":
      return true;
    case "ADDR_CPU":
      return vm.model === "v2";
    case "ADDR_REDIST":
    case "REDIST_REGION":
      return vm.model === "v3";
    case "ADDR_ITS":
      return vm.its;
    case "MAINT_IRQ":
      return vm.model === "v3" && vm.traits.maintenanceIrq !== "absent";
  }
}

/** KVM_GET_DEVICE_ATTR. @param region the index in the payload, of REDIST_REGION */
export function getSetting(setting: Setting, region: bigint, setUp: SetUp, vm: SettingVm): Called {
  if (!hasSetting(setting, vm)) return { ending: "ENXIO" };
  const address = (value: number | undefined): Called => ({
    ending: "ok",
    value: value === undefined ? UNDEFINED_ADDRESS : BigInt(value),
  });
  switch (setting) {
    case "NR_IRQS":
      return { ending: "ok", value: BigInt(setUp.irqs ?? 32) };
    case "ADDR_DIST":
      return address(setUp.dist);
    case "ADDR_CPU":
      return address(setUp.cpu);
    case "ADDR_ITS":
      return address(setUp.its);
    case "ADDR_REDIST":
      return address(setUp.regions.at(0)?.base);
    case "REDIST_REGION": {
      const index = Number(region & INDEX_MASK);
      const found = setUp.regions.at(index);
      if (found === undefined) return { ending: "ENOENT" };
      return { ending: "ok", value: regionWord(found, index) };
    }
    case "MAINT_IRQ":
      if (setUp.initialised && vm.traits.maintenanceIrq === "until initialised") return { ending: "EBUSY" };
      return { ending: "ok", value: BigInt(setUp.maintenanceIrq) };
  }
}

/** KVM_SET_DEVICE_ATTR. */
export function setSetting(setting: Setting, value: bigint, setUp: SetUp, vm: SettingVm): Called {
  if (!hasSetting(setting, vm)) return { ending: "ENXIO" };
  switch (setting) {
    case "NR_IRQS": {
      const irqs = Number(value);
      // KVM refuses INTIDs from 1020 on, which are special.
      if (irqs < IRQS.least || irqs > IRQS.most || irqs % 32 !== 0) return { ending: "EINVAL" };
      if (setUp.irqs !== undefined) return { ending: "EBUSY" };
      return { ending: "ok", setUp: { ...setUp, irqs } };
    }
    case "ADDR_DIST":
    case "ADDR_CPU": {
      const { frame, key } = ADDRESSES[setting];
      const bytes = BigInt(FRAMES[frame].bytes[vm.model]);
      const ending = checkAddress(setUp[key], value, bytes, vm);
      return ending === "ok" ? { ending, setUp: { ...setUp, [key]: Number(value) } } : { ending };
    }
    case "ADDR_ITS": {
      const ending = checkAddress(setUp.its, value, ITS_BYTES, vm);
      return ending === "ok" ? { ending, setUp: { ...setUp, its: Number(value) } } : { ending };
    }
    case "ADDR_REDIST":
      return addRegion(0, value, 0, setUp, vm);
    case "REDIST_REGION": {
      const count = Number(value >> COUNT_SHIFT);
      if (count === 0 || (value & FLAGS_MASK) !== 0n) return { ending: "EINVAL" };
      return addRegion(Number(value & INDEX_MASK), value & BASE_MASK, count, setUp, vm);
    }
    case "MAINT_IRQ":
      if (setUp.initialised) return { ending: "EBUSY" };
      if (value < 16n || value > 31n) return { ending: "EINVAL" };
      return { ending: "ok", setUp: { ...setUp, maintenanceIrq: Number(value) } };
  }
}

/** KVM_DEV_ARM_VGIC_CTRL_INIT; doing it again does nothing. */
export function initialise(setUp: SetUp): SetUp {
  if (setUp.initialised) return setUp;
  return { ...setUp, irqs: setUp.irqs ?? LEGACY_IRQS, initialised: true };
}

// The word of REDIST_REGION: count [63:52], base [51:16], flags [15:12], index [11:0] (KVM's ABI).
const COUNT_SHIFT = 52n;
const BASE_MASK = 0x000f_ffff_ffff_0000n;
const FLAGS_MASK = 0xf000n;
/** The field has twelve bits, of which KVM keeps eight. */
const INDEX_MASK = 0xffn;

/** KVM's check of a frame's address (vgic_check_iorange): set already, misaligned, beyond the guest's memory. */
function checkAddress(
  known: number | undefined,
  base: bigint,
  bytes: bigint,
  { model, traits }: SettingVm,
): Ending {
  const isBeyond = base >= PHYSICAL_SIZE || base + bytes > PHYSICAL_SIZE;
  const isMisaligned = base % BigInt(LIMITS[model].baseAlignment) !== 0n;
  if (!traits.addressRangeChecked) {
    if (base >= PHYSICAL_SIZE) return "E2BIG";
    if (isMisaligned) return "EINVAL";
    return known === undefined ? "ok" : "EEXIST";
  }
  if (known !== undefined) return "EEXIST";
  if (isMisaligned || base + bytes >= ALL_ADDRESSES) return "EINVAL";
  return isBeyond ? "E2BIG" : "ok";
}

/** Another region of redistributors (vgic_v3_set_redist_base); `count` 0 is the one of ADDR_REDIST. */
function addRegion(index: number, base: bigint, count: number, setUp: SetUp, vm: SettingVm): Called {
  const { regions } = setUp;
  const last = regions.at(-1);
  const { addressRangeChecked, secondRedistAddress, regionAfterAddress } = vm.traits;
  const bytes = count === 0 && !addressRangeChecked ? 0n : bytesOf({ count }, vm.cpus);
  if (base + bytes >= ALL_ADDRESSES) return { ending: "EINVAL" };
  if (last === undefined) {
    if (index !== 0) return { ending: "EINVAL" };
  } else {
    if (last.count === 0 && count === 0) return { ending: secondRedistAddress };
    if (last.count === 0 && !regionAfterAddress) return { ending: "EINVAL" };
    // A region may follow the redistributors of ADDR_REDIST, and not the other way round.
    if (count === 0 || index !== regions.length) return { ending: "EINVAL" };
  }
  if (regions.some((region) => overlap(region, vm.cpus, base, bytes))) return { ending: "EINVAL" };
  const ending = checkAddress(undefined, base, bytes, vm);
  if (ending !== "ok") return { ending };
  const next: SetUp = { ...setUp, regions: [...regions, { base: Number(base), count }] };
  // The redistributors of vCPUs that had none appear at once, and must fit.
  if (room(regions, vm.cpus) >= vm.cpus || fits(next, vm)) return { ending: "ok", setUp: next };
  return { ending: "EINVAL", setUp: afterRefusal(setUp, next, vm) };
}

/**
 * What a refused region leaves behind (vgic_register_all_redist_iodevs): to undo it, kernels took the redistributors of
 * all vCPUs from the guest, those in earlier regions, too.
 * @param next with the region
 */
function afterRefusal(setUp: SetUp, next: SetUp, { traits }: SettingVm): SetUp {
  const lostRegions = traits.refusedRegionKeepsOthers ? setUp.lostRegions : setUp.regions.length;
  return traits.refusedRegionForgotten
    ? { ...setUp, lostRegions }
    : { ...next, lostRegions, unusableRegion: true };
}

/** How many redistributors there is room for. */
function room(regions: readonly RedistributorRegion[], cpus: number): number {
  return regions.reduce((sum, { count }) => sum + (count === 0 ? cpus : count), 0);
}

const REDISTRIBUTOR_BYTES = FRAMES.GICR.bytes.v3;

function bytesOf({ count }: Pick<RedistributorRegion, "count">, cpus: number): bigint {
  return BigInt((count === 0 ? cpus : count) * REDISTRIBUTOR_BYTES);
}

function overlap(region: RedistributorRegion, cpus: number, base: bigint, bytes: bigint): boolean {
  const start = BigInt(region.base);
  return base + bytes > start && base < start + bytesOf(region, cpus);
}

/** Whether the regions are inside the guest's memory and beside the distributor (vgic_v3_check_base). */
function fits({ regions, dist }: SetUp, { cpus, traits }: SettingVm): boolean {
  const isInside =
    !traits.addressRangeChecked ||
    regions.every((region) => BigInt(region.base) + bytesOf(region, cpus) <= PHYSICAL_SIZE);
  if (!isInside || dist === undefined) return isInside;
  const bytes = BigInt(FRAMES.GICD.bytes.v3);
  return !regions.some((region) => overlap(region, cpus, BigInt(dist), bytes));
}

/** Where the redistributor of each vCPU is: the regions are filled in order. */
export function redistributors(
  setUp: SetUp,
  cpus: number,
): { readonly address: number; readonly region: number }[] {
  return setUp.regions
    .flatMap(({ base, count }, region) =>
      Array.from({ length: count === 0 ? cpus : Math.min(count, cpus) }, (_, index) => ({
        address: base + index * REDISTRIBUTOR_BYTES,
        region,
      })),
    )
    .slice(0, cpus);
}

/**
 * The vCPUs whose GICR_TYPER.Last is set: the last that has a redistributor in its region, unless the region is full and
 * one that is in use follows where it ends.
 */
export function lastOfRegions(setUp: SetUp, { cpus, traits }: SettingVm): boolean[] {
  const places = redistributors(setUp, cpus);
  return places.map(({ address, region }, cpu) => {
    if (places.at(cpu + 1)?.region === region) return false;
    const { base, count } = setUp.regions[region];
    const end = address + REDISTRIBUTOR_BYTES;
    const isFull = count > 0 && end === base + count * REDISTRIBUTOR_BYTES;
    const goesOn = places.some((other) => other.address === end && other.region !== region);
    return !(isFull && goesOn && traits.lastAcrossRegions);
  });
}

/** What the first run of a vCPU fails with, and the vGIC after it (kvm_vgic_map_resources). */
export function firstRun(setUp: SetUp, vm: SettingVm): Called {
  const run = triedRun(setUp, vm);
  if (run.ending === "ok" || !vm.traits.failedRunEndsVm) return run;
  return { ...run, setUp: { ...setUp, dead: true } };
}

function triedRun(setUp: SetUp, vm: SettingVm): Called {
  const { model, cpus } = vm;
  const { dist, cpu, regions, unusableRegion } = setUp;
  const ready = { ...initialise(setUp), ready: true };
  if (model === "v2") {
    if (dist === undefined || cpu === undefined) return { ending: "ENXIO" };
    const { GICD, GICC } = FRAMES;
    const areApart = dist + GICD.bytes.v2 <= cpu || cpu + GICC.bytes.v2 <= dist;
    return areApart ? { ending: "ok", setUp: ready } : { ending: "EINVAL" };
  }
  if (room(regions, cpus) < cpus || unusableRegion || dist === undefined) return { ending: "ENXIO" };
  if (!fits(setUp, vm)) return { ending: "EINVAL" };
  return setUp.initialised ? { ending: "ok", setUp: ready } : { ending: "EBUSY" };
}

/** Whether two vGICs are set up alike. */
export function sameSetUp(one: SetUp, other: SetUp): boolean {
  if (one === other) return true;
  return setUpKey(one) === setUpKey(other);
}

function setUpKey({
  irqs,
  dist,
  cpu,
  its,
  regions,
  lostRegions = 0,
  unusableRegion,
  maintenanceIrq,
  initialised,
  ready,
  dead,
}: SetUp): string {
  const places = [dist, cpu, its, regions, lostRegions, unusableRegion];
  return JSON.stringify([irqs, places, maintenanceIrq, initialised, ready, dead]);
}

/** The vGIC of a VM that is set up with these values, and ready. */
export function setUpWith(
  model: Model,
  irqs: number,
  bases: Bases,
  regions: readonly RedistributorRegion[] | undefined,
): SetUp {
  const { dist, redist, cpu, its } = bases;
  const common = { irqs, dist, its, maintenanceIrq: 0, initialised: true, ready: true };
  return model === "v2"
    ? { ...common, cpu, regions: [] }
    : { ...common, regions: regions ?? [{ base: redist, count: 0 }] };
}
