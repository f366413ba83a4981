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
  return minimiseWith(items, (kept) => (passes(kept) ? kept : undefined));
}

/**
 * The same where taking some away lets others go with them.
 * @param pass what is left of a sublist once it passes, in its order; undefined if it does not
 */
export function minimiseWith<Item>(
  items: readonly Item[],
  pass: (kept: readonly Item[]) => readonly Item[] | undefined,
): readonly Item[] {
  let kept = items;
  let size = Math.ceil(kept.length / 2);
  while (size >= 1 && kept.length > 0) {
    const before = kept.length;
    // From the end: what comes later depends on what comes earlier.
    for (let end = kept.length; end > 0; ) {
      const start = Math.max(0, end - size);
      kept = pass([...kept.slice(0, start), ...kept.slice(end)]) ?? kept;
      end = Math.min(start, kept.length);
    }
    // One that stayed because of a later one may go now.
    if (size > 1) size = Math.ceil(size / 2);
    else if (kept.length === before) break;
  }
  return kept;
}
