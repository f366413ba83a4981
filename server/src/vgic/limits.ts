/** How large a VM's vGIC can be, and what INTIDs stand for. */
import type { Model } from "./kvm-abi.ts";

/** What KVM allows per model. */
export interface Limits {
  /** vCPUs, from 1. */
  readonly mostCpus: number;
  /** A VMM gives a frame an address that is a multiple of this. */
  readonly baseAlignment: number;
}

export const LIMITS: Readonly<Record<Model, Limits>> = {
  v2: { mostCpus: 8, baseAlignment: 0x1000 },
  v3: { mostCpus: 512, baseAlignment: 0x10000 },
};

/** INTIDs of a VM (KVM_DEV_ARM_VGIC_GRP_NR_IRQS): a multiple of `step` from `least` to `most`. */
export const IRQS = { least: 64, most: 992, step: 32 } as const;

/** Bits of a guest physical address. */
export const ADDRESS_BITS = 48;

/** INTIDs below are SGIs. */
export const FIRST_PPI = 16;
/** INTIDs below are private to a vCPU. */
export const FIRST_SPI = 32;
/** INTIDs from here on are LPIs. */
export const FIRST_LPI = 8192;
/** INTIDs from here to 1023 stand for no interrupt (IHI 0069, 2.2.1). */
export const FIRST_SPECIAL = 1020;
