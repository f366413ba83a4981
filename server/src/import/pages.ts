/** What was seen in memory, by pages. */
import { type Page, pageSize, type Seen } from "./survey.ts";

/** Bytes of a frame of GICv3. */
export const frameSize = 0x10000;

export function merge<Key>(all: readonly ReadonlyMap<Key, Page>[]): Map<Key, Page> {
  const merged = new Map<Key, Page>();
  for (const pages of all) {
    for (const [base, page] of pages) {
      merged.set(base, bothPages(merged.get(base) ?? new Map(), page));
    }
  }
  return merged;
}

export function bothPages(one: Page, other: Page): Page {
  const merged = new Map(one);
  for (const [offset, seen] of other) {
    const before = merged.get(offset);
    merged.set(offset, before === undefined ? seen : both(before, seen));
  }
  return merged;
}

/** Pages of 64 KB, as the frames of GICv3 are. */
export function regroup(small: ReadonlyMap<number, Page>): Map<number, Page> {
  const large = new Map<number, Page>();
  for (const address of small.keys()) {
    const base = address - (address % frameSize);
    if (!large.has(base)) large.set(base, pageAt(small, base));
  }
  return large;
}

/** What was seen in the 64 KB from an address on. */
export function pageAt(small: ReadonlyMap<number, Page>, base = Number.NaN): Page {
  const all: Page = new Map();
  for (let start = 0; start < frameSize; start += pageSize) {
    for (const [offset, seen] of small.get(base + start) ?? []) all.set(start + offset, seen);
  }
  return all;
}

function both(a: Seen, b: Seen): Seen {
  return {
    reads: a.reads + b.reads,
    writes: a.writes + b.writes,
    widths: a.widths | b.widths,
    value: a.value ?? b.value,
    untouched: a.value === undefined ? b.untouched : a.untouched,
  };
}

/** Whether offsets from one up to another were accessed, so as asked. */
export const within = (page: Page, from: number, to: number, test: (seen: Seen) => boolean = () => true) =>
  [...page].some(([offset, seen]) => offset >= from && offset < to && test(seen));
