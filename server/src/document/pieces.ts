/** Work that can be done in pieces, between which other things can be done. */

/** Runs it to its end at once. */
export function finishedPieces<T>(pieces: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}
