/** Device attributes of registers: the 64-bit number that a VMM passes, and the place that it means. */
import { FRAME_NAMES, FRAMES, type Frame } from "./frame-table.ts";
import { affinityOf, cpuOfAffinity, type Model } from "./kvm-abi.ts";
import { LIMITS } from "./limits.ts";

/** A place that a device attribute names. */
export interface AttributePlace {
  readonly frame: Frame;
  /** The vCPU that it names; 0 where KVM takes any. */
  readonly cpu: number;
  /** Bytes in the frame; the attribute code for ICC, the first INTID for LEVEL. */
  readonly offset: number;
}

/** The attribute of a place: the vCPU in the upper half (by number on GICv2, else by affinity), the register in the lower. */
export function attributeOf({ frame, cpu, offset }: AttributePlace, model: Model): bigint {
  const upper = model === "v2" ? cpu : frame === "GICD" ? 0 : affinityOf(cpu);
  return (BigInt(upper) << 32n) | BigInt(offset);
}

const INTID_MASK = 0x3ff;

/** The place that an attribute of a group means; undefined if the group is not about registers, or it names none. */
export function attributePlace(model: Model, group: number, attribute: bigint): AttributePlace | undefined {
  const frame = FRAME_NAMES.find((name) => FRAMES[name].group === group);
  if (frame === undefined) return undefined;
  const upper = Number((attribute >> 32n) & 0xffff_ffffn);
  const lower = Number(attribute & 0xffff_ffffn);
  const cpu = cpuNamed(model, frame, upper);
  if (cpu === undefined) return undefined;
  switch (FRAMES[frame].addressedBy) {
    case "offset":
      return { frame, cpu, offset: lower };
    case "code":
      return { frame, cpu, offset: lower & 0xffff };
    case "intid": {
      const intid = lower & INTID_MASK;
      return intid % 32 === 0 ? { frame, cpu, offset: intid } : undefined;
    }
  }
}

/** A GICv3's distributor is the same whatever vCPU is named (vgic_v3_parse_attr). */
function cpuNamed(model: Model, frame: Frame, upper: number): number | undefined {
  if (model === "v2" || frame === "GICC") return upper & 0xff;
  return frame === "GICD" ? 0 : cpuOfAffinity(upper, LIMITS.v3.mostCpus);
}
