/** Words that several commands print. */

/** "1 file", "3 files". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What a variant is called: `rev 1`, or the name of a compared host. */
export function variantName(label: string): string {
  return /^\d+$/.test(label) ? `rev ${label}` : label;
}
