/** Delta debugging: what can be taken away while something stays true. */

/**
 * The smallest sublist found that passes, by taking away ever smaller runs. The result passes, and nothing in it can
 * be taken away alone. The order stays.
 * @param passes whether a sublist still does; the whole list must
 */
export function minimise<Item>(
  items: readonly Item[],
  passes: (kept: readonly Item[]) => boolean,
): readonly Item[] {
  let kept = items;
  let size = Math.ceil(kept.length / 2);
  while (size >= 1 && kept.length > 0) {
    const before = kept.length;
    // From the end: what comes later depends on what comes earlier.
    for (let end = kept.length; end > 0; end -= size) {
      const start = Math.max(0, end - size);
      const fewer = [...kept.slice(0, start), ...kept.slice(end)];
      if (passes(fewer)) kept = fewer;
    }
    // One that stayed because of a later one may go now.
    if (size > 1) size = Math.ceil(size / 2);
    else if (kept.length === before) break;
  }
  return kept;
}
