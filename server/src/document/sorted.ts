/** Search in what is sorted. */

import { itemAt } from "../syntax/item-at.ts";

/** The first index from 0 that satisfies a condition which all later ones satisfy, too; `length` if none does. */
export function firstIndex(length: number, satisfies: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (satisfies(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The last of some parts of a text, in its order, that begins on a line or above it; undefined above the first. */
export function lastBegun<T extends { readonly firstLine: number }>(
  parts: readonly T[],
  line: number,
): T | undefined {
  return parts[firstIndex(parts.length, (index) => itemAt(parts, index).firstLine > line) - 1];
}
