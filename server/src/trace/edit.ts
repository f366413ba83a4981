/** Where two lists part: what an edit of a text, or of anything made of its lines, has replaced. */

/** Items [start, end) stand where [start, endBefore) stood. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly endBefore: number;
}

/** The smallest edit that makes one list of the other; items are the same when they are the same object. */
export function editBetween(before: readonly object[], after: readonly object[]): Edit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = after.length;
  let endBefore = before.length;
  while (end > start && endBefore > start && after[end - 1] === before[endBefore - 1]) {
    end--;
    endBefore--;
  }
  return { start, end, endBefore };
}
