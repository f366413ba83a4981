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
  const attempts = minimising(items);
  let attempt = attempts.next();
  while (!attempt.done) attempt = attempts.next(passes(attempt.value) ? attempt.value : undefined);
  return attempt.value;
}

/**
 * The same, attempt by attempt, where taking some away lets others go with them. It yields a sublist, and is told what is
 * left of it once it passes, in its order; undefined if it does not.
 */
export function* minimising<Item>(
  items: readonly Item[],
): Generator<readonly Item[], readonly Item[], readonly Item[] | undefined> {
  let kept = items;
  let size = Math.ceil(kept.length / 2);
  while (size >= 1 && kept.length > 0) {
    const before = kept.length;
    // From the end: what comes later depends on what comes earlier.
    for (let end = kept.length; end > 0; ) {
      const start = Math.max(0, end - size);
      kept = (yield [...kept.slice(0, start), ...kept.slice(end)]) ?? kept;
      end = Math.min(start, kept.length);
    }
    // One that stayed because of a later one may go now.
    if (size > 1) size = Math.ceil(size / 2);
    else if (kept.length === before) break;
  }
  return kept;
}
