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

/** The values that each can have. */
export const HARDWARE_VALUES: Readonly<Record<keyof Hardware, readonly number[]>> = {
  lrs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  priorityBits: [5, 6, 7, 8],
  idBits: [16, 24],
};
