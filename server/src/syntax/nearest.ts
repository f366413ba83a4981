/** Finds the known word that a mistyped one was probably meant to be. */

/**
 * The candidate with the fewest edits to `word` (insert, delete, replace or swap a character), or undefined
 * when none is near: at most one edit in words of up to four characters, two up to eleven, three beyond.
 * Upper and lower case differ by less than an edit. Among equals the first candidate wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = word.length <= 4 ? 1 : word.length <= 11 ? 2 : 3;
  const lower = word.toLowerCase();
  const characters = charactersOf(word);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    // An edit brings and takes one character at most: this rules out nearly all candidates.
    const others = charactersOf(candidate);
    if (countBits(characters & ~others) > limit || countBits(others & ~characters) > limit) continue;
    const distance =
      editDistance(lower, candidate.toLowerCase(), limit) + (sharedPrefix(word, candidate) > 0 ? 0 : 0.5);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The characters of a word as bits, whatever their case; some share a bit. */
function charactersOf(word: string): number {
  let characters = 0;
  for (let at = 0; at < word.length; at++) characters |= 1 << (word.charCodeAt(at) & 31);
  return characters;
}

function countBits(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/** Up to so many names are all compared with a word; among more, only those one edit away are found. */
const mostCompared = 200;

const letters = Array.from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

/**
 * The name that a word was probably meant to be, as `nearest` has it. What it costs does not grow with the number of
 * names: where there are very many, the words one edit away are looked up instead.
 */
export function nearestName(
  word: string,
  names: { readonly size: number; has(name: string): boolean; keys(): Iterable<string> },
): string | undefined {
  if (names.size <= mostCompared) return nearest(word, names.keys());
  if (word.length > longestWord) return undefined;
  for (const one of wordsOneEditAway(word)) if (names.has(one)) return one;
  return undefined;
}

/** Longer words are not looked up: each has too many others one edit away. */
const longestWord = 64;

function* wordsOneEditAway(word: string): Generator<string> {
  for (let at = 0; at < word.length; at++) {
    const [before, after] = [word.slice(0, at), word.slice(at + 1)];
    yield before + after;
    if (after !== "") yield before + after[0] + word[at] + after.slice(1);
    for (const letter of letters) yield before + letter + after;
  }
  for (let at = 0; at <= word.length; at++) {
    for (const letter of letters) yield word.slice(0, at) + letter + word.slice(at);
  }
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** The optimal string alignment distance; anything above a limit once it is known to be above it. */
function editDistance(a: string, b: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const replace = previous[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      let distance = Math.min(replace, previous[column] + 1, current[column - 1] + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, beforePrevious[column - 2] + 1);
      }
      current.push(distance);
      least = Math.min(least, distance);
    }
    // A swap reaches over one row, and costs one.
    if (least > limit + 1) return least;
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length];
}
