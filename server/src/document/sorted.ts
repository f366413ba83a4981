/** Search in what is sorted. */

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
