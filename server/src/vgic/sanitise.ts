/** What KVM makes of the memory attributes in registers that name a table (vgic_sanitise_field, KVM behaviour). */

/** Shareability: outer becomes inner. */
export function shareability(value: number): number {
  return value === 2 ? 1 : value;
}

/** Inner cacheability: device and non-cacheable become RaWb. */
export function innerCacheability(value: number): number {
  return value < 2 ? 3 : value;
}

/** Outer cacheability: only "as inner" and non-cacheable stay. */
export function outerCacheability(value: number): number {
  return value < 2 ? value : 0;
}
