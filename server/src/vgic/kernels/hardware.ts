/** What the host's GIC hardware is like, as far as a guest can tell. */
export interface Hardware {
  /** List registers of each virtual CPU interface: 1 to 16. */
  readonly lrs: number;
  /** Bits of virtual priority that are implemented: 5 to 8. GICv2 hardware has 5. */
  readonly priorityBits: number;
  /** Bits of virtual INTIDs: 16 or 24. */
  readonly idBits: number;
}

/** The recorded machine, which is like most. */
export const DEFAULT_HARDWARE: Hardware = { lrs: 4, priorityBits: 5, idBits: 24 };

/** How a virtual CPU interface keeps priorities (IHI 0069, 4.8). */
export interface PriorityFormat {
  /** The bits of a priority mask that are implemented. */
  readonly mask: number;
  readonly minBinaryPoint0: number;
  readonly minBinaryPoint1: number;
  /** A preemption level is a group priority without so many low bits. */
  readonly levelShift: number;
  /** Active priorities registers of each group: 32 levels each. */
  readonly registers: number;
}

/** The format of an interface with so many priority bits; at most 7 of them decide preemption. */
export function priorityFormat(priorityBits: number): PriorityFormat {
  const preemptionBits = Math.min(priorityBits, 7);
  return {
    mask: (0xff << (8 - priorityBits)) & 0xff,
    minBinaryPoint0: 7 - preemptionBits,
    minBinaryPoint1: 8 - preemptionBits,
    levelShift: 8 - preemptionBits,
    registers: 1 << (preemptionBits - 5),
  };
}

/** The values that each can have. */
export const HARDWARE_VALUES: Readonly<Record<keyof Hardware, readonly number[]>> = {
  lrs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  priorityBits: [5, 6, 7, 8],
  idBits: [16, 24],
};
