/** What an edit of a list has replaced: of the lines of a text, or of anything made of them. */

/** Items [start, end) stand where [start, endBefore) stood. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly endBefore: number;
}

/** How far items after an edit have moved. */
export function shiftOf({ end, endBefore }: Edit): number {
  return end - endBefore;
}

/** Where an item that stood at an index stands after an edit; undefined if the edit has replaced it. */
export function indexAfter(edit: Edit, index: number): number | undefined {
  if (index < edit.start) return index;
  return index >= edit.endBefore ? index + shiftOf(edit) : undefined;
}

/** Two edits, the second of what the first left, as one that covers both. */
export function combined(first: Edit, second: Edit): Edit {
  const endBetween = Math.max(first.end, second.endBefore);
  return {
    start: Math.min(first.start, second.start),
    end: endBetween + shiftOf(second),
    endBefore: endBetween - shiftOf(first),
  };
}

/** Items [start, end) of a list. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** More arguments at once could overflow the stack. */
const fewItems = 1000;

/** Replaces some items of a list by others. */
export function replaceItems<T>(list: T[], { start, end }: Span, items: readonly T[]): void {
  if (items.length === end - start) {
    for (let i = 0; i < items.length; i++) list[start + i] = items[i];
  } else if (items.length <= fewItems) {
    list.splice(start, end - start, ...items);
  } else {
    const rest = list.slice(end);
    list.length = start;
    for (const item of items) list.push(item);
    for (const item of rest) list.push(item);
  }
}

/** The smallest edit that makes one list of the other; items are the same when they are the same object. */
export function editBetween(before: readonly object[], after: readonly object[]): Edit {
  const whole = { start: 0, end: after.length, endBefore: before.length };
  return narrowed(whole, (own, other) => after[own] === before[other]);
}

/**
 * An edit without the items at its two ends that are the same before and after.
 * @param isSame whether an item after the edit is the same as one before it
 */
export function narrowed(edit: Edit, isSame: (own: number, before: number) => boolean): Edit {
  let { start, end, endBefore } = edit;
  while (start < end && start < endBefore && isSame(start, start)) start++;
  while (end > start && endBefore > start && isSame(end - 1, endBefore - 1)) {
    end--;
    endBefore--;
  }
  return { start, end, endBefore };
}
