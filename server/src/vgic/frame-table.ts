/**
 * The frames that registers stand in, one row per frame, and where an address lands. Everyone who asks about frames
 * reads these rows: the emulator, the language, imports, exports and replays.
 */
import { ATTRIBUTE_GROUPS, type Model } from "./kvm-abi.ts";

/** The frames in guest physical memory. */
export type MemoryFrame = "GICD" | "GICR" | "GICC" | "GITS";

/**
 * Where a register stands: in a frame in memory, among the AArch64 system registers (ICC), or in the VMM's attribute
 * group LEVEL_INFO (LEVEL).
 */
export type Frame = MemoryFrame | "ICC" | "LEVEL";

/** Where the frames are in guest physical memory, in bytes. */
export interface Bases {
  readonly dist: number;
  readonly redist: number;
  readonly cpu: number;
  readonly its: number;
}

/** Where QEMU's virt machine has them. */
export const DEFAULT_BASES: Bases = {
  dist: 0x08000000,
  redist: 0x080a0000,
  cpu: 0x08010000,
  its: 0x08080000,
};

export interface FrameRow {
  /** Bytes of one, by model; 0 where there is none in memory. */
  readonly bytes: Readonly<Record<Model, number>>;
  /** The models whose VMM can name its registers. */
  readonly models: readonly Model[];
  /** Which of the VM's bases it begins at; absent for a frame that is not in memory. */
  readonly base?: keyof Bases;
  /** Whether each vCPU has one at an address of its own, one after the other from the base on. */
  readonly isPerCpu: boolean;
  /** Whether all registers in it are a vCPU's own. */
  readonly isPrivate: boolean;
  /** Its KVM_DEV_ARM_VGIC_GRP_*. */
  readonly group: number;
  /** What names a register in it: bytes from its start, an attribute code, or the first INTID it is about. */
  readonly addressedBy: "offset" | "code" | "intid";
  /** Bytes of a value that the VMM gets or sets. */
  readonly attributeBytes: 4 | 8;
}

export const FRAMES: Readonly<Record<Frame, FrameRow>> = {
  GICD: {
    bytes: { v2: 0x1000, v3: 0x10000 },
    models: ["v2", "v3"],
    base: "dist",
    isPerCpu: false,
    isPrivate: false,
    group: ATTRIBUTE_GROUPS.distributor,
    addressedBy: "offset",
    attributeBytes: 4,
  },
  GICR: {
    // Two frames of 64 KiB: RD_base and SGI_base (IHI 0069, 12.10).
    bytes: { v2: 0, v3: 0x20000 },
    models: ["v3"],
    base: "redist",
    isPerCpu: true,
    isPrivate: true,
    group: ATTRIBUTE_GROUPS.redistributor,
    addressedBy: "offset",
    attributeBytes: 4,
  },
  GICC: {
    bytes: { v2: 0x2000, v3: 0 },
    models: ["v2"],
    base: "cpu",
    isPerCpu: false,
    isPrivate: true,
    group: ATTRIBUTE_GROUPS.cpuInterface,
    addressedBy: "offset",
    attributeBytes: 4,
  },
  GITS: {
    // Control, then translation with GITS_TRANSLATER (IHI 0069, 12.18).
    bytes: { v2: 0, v3: 0x20000 },
    models: ["v3"],
    base: "its",
    isPerCpu: false,
    isPrivate: false,
    group: ATTRIBUTE_GROUPS.its,
    addressedBy: "offset",
    attributeBytes: 8,
  },
  ICC: {
    bytes: { v2: 0, v3: 0 },
    models: ["v3"],
    isPerCpu: false,
    isPrivate: true,
    group: ATTRIBUTE_GROUPS.systemRegisters,
    addressedBy: "code",
    attributeBytes: 8,
  },
  LEVEL: {
    bytes: { v2: 0, v3: 0 },
    models: ["v3"],
    isPerCpu: false,
    isPrivate: false,
    group: ATTRIBUTE_GROUPS.levelInfo,
    addressedBy: "intid",
    attributeBytes: 4,
  },
};

/** Every frame, in the order of the rows. An access goes to the first that it lies in. */
export const FRAME_NAMES: readonly Frame[] = Object.keys(FRAMES).filter(isFrame);

function isFrame(name: string): name is Frame {
  return Object.hasOwn(FRAMES, name);
}

/** Whether a frame is in guest memory. */
export function isInMemory(frame: Frame): frame is MemoryFrame {
  return FRAMES[frame].base !== undefined;
}

/** The memory frame of that name, or undefined. */
export function frameNamed(name: string): MemoryFrame | undefined {
  return isFrame(name) && isInMemory(name) ? name : undefined;
}

/** The frames whose registers the VMM of a model can name. */
export function framesOf(model: Model): Frame[] {
  return FRAME_NAMES.filter((frame) => FRAMES[frame].models.includes(model));
}

/** What decides where the frames of a VM are. A frame without a base is nowhere. */
export interface FrameSetup {
  readonly model: Model;
  readonly cpus: number;
  readonly bases: Partial<Bases>;
  /** Regions of redistributors, filled in order; absent: one at `bases.redist`. A count of 0 stands for all vCPUs. */
  readonly regions?: readonly { readonly base: number; readonly count: number }[];
  /** Whether there is an ITS. */
  readonly its?: boolean;
}

/** A stretch of guest memory with one frame, or with the frames of all vCPUs one after the other. */
export interface MappedFrame {
  readonly frame: MemoryFrame;
  /** Guest physical: the first byte, and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** Bytes of one frame. */
  readonly bytes: number;
  readonly isPerCpu: boolean;
  /** Of frames per vCPU: whose is the first. */
  readonly firstCpu: number;
}

/** The frames of a VM in guest memory. Built once per VM, so that `mappedAt` makes no garbage. */
export function mapFrames(setup: FrameSetup): readonly MappedFrame[] {
  const { model, cpus, bases } = setup;
  return FRAME_NAMES.filter(isInMemory).flatMap((frame): MappedFrame[] => {
    const { base, bytes, isPerCpu } = FRAMES[frame];
    if (bytes[model] === 0) return [];
    if (frame === "GICR") return mapRedistributors(setup);
    const start = base && bases[base];
    if (start === undefined || (frame === "GITS" && setup.its !== true)) return [];
    const end = start + bytes[model] * (isPerCpu ? cpus : 1);
    return [{ frame, start, end, bytes: bytes[model], isPerCpu, firstCpu: 0 }];
  });
}

function mapRedistributors({ model, cpus, bases, regions }: FrameSetup): MappedFrame[] {
  const bytes = FRAMES.GICR.bytes[model];
  const all = regions ?? (bases.redist === undefined ? [] : [{ base: bases.redist, count: 0 }]);
  let firstCpu = 0;
  return all.flatMap(({ base, count }) => {
    const used = Math.min(count === 0 ? cpus : count, cpus - firstCpu);
    if (used === 0) return [];
    const end = base + bytes * used;
    const mapped: MappedFrame = { frame: "GICR", start: base, end, bytes, isPerCpu: true, firstCpu };
    firstCpu += used;
    return [mapped];
  });
}

/**
 * The mapped frame that all `width` bytes from an address on lie in; undefined where there is none (KVM behaviour). The
 * redistributor of each vCPU is a device of its own, and no access reaches two.
 */
export function mappedAt(
  map: readonly MappedFrame[],
  address: number,
  width: number,
): MappedFrame | undefined {
  for (let i = 0; i < map.length; i++) {
    const { start, end, bytes, isPerCpu } = map[i];
    if (address < start || address + width > end) continue;
    return isPerCpu && ((address - start) % bytes) + width > bytes ? undefined : map[i];
  }
  return undefined;
}

/** A place in a memory frame; `cpu` owns the frame where each vCPU has one. */
export interface FramePlace {
  readonly frame: MemoryFrame;
  /** Bytes from the start of the frame. */
  readonly offset: number;
  readonly cpu?: number;
}

/** Where `width` bytes at a guest physical address lie; undefined outside all frames, or across the end of one. */
export function placeOf(map: readonly MappedFrame[], address: number, width: number): FramePlace | undefined {
  const mapped = mappedAt(map, address, width);
  if (mapped === undefined) return undefined;
  const { frame, start, bytes, isPerCpu, firstCpu } = mapped;
  const offset = address - start;
  if (!isPerCpu) return { frame, offset };
  return { frame, offset: offset % bytes, cpu: firstCpu + Math.floor(offset / bytes) };
}

/** The guest physical address of a memory frame's first byte; of a frame per vCPU, that of vCPU `cpu`. */
export function baseOf(setup: FrameSetup, frame: MemoryFrame, cpu: number): number {
  const { model, bases } = setup;
  if (frame === "GICR") {
    const mapped = mapRedistributors(setup).findLast(({ firstCpu }) => firstCpu <= cpu);
    if (mapped !== undefined) return mapped.start + (cpu - mapped.firstCpu) * mapped.bytes;
  }
  const { base, bytes, isPerCpu } = FRAMES[frame];
  return ((base && bases[base]) ?? 0) + (isPerCpu ? bytes[model] * cpu : 0);
}
