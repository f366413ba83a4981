/** Finds what became of each scenario: it kept its name, took another, or moved. */
import type { Side } from "./statements.ts";

/** A scenario before and after a change; one of them is absent where it is new or gone. */
export interface Pair {
  readonly before?: Side;
  readonly after?: Side;
}

/** Both sides of a file, as git pairs them. */
export interface FilePair {
  readonly before: readonly Side[];
  readonly after: readonly Side[];
}

/** Scenarios that have less in common are two: the share of statements that git takes for lines of files. */
const LEAST_COMMON = 0.5;

/** More scenarios without a counterpart are not compared each with each. */
const MOST_COMPARED = 200;

/** Pairs the scenarios of files: by file and title, by title alone, by what they say, by most of what they say. */
export function pairScenarios(files: readonly FilePair[]): Pair[] {
  const pairs: Pair[] = [];
  const left = files.map((file) => match(file, titleKeys, pairs));
  const inFiles = left.map((file) => match(file, contentKeys, pairs));
  const similar = inFiles.map((file) => matchSimilar(file, pairs));
  const everywhere = {
    before: similar.flatMap(({ before }) => before),
    after: similar.flatMap(({ after }) => after),
  };
  const rest = matchSimilar(match(match(everywhere, namedKeys, pairs), contentKeys, pairs), pairs);
  for (const before of rest.before) pairs.push({ before });
  for (const after of rest.after) pairs.push({ after });
  return pairs;
}

/** The key of each, which no other one of the list has; undefined for those that have none. */
type Keys = (sides: readonly Side[]) => readonly (string | undefined)[];

const titleOf = ({ placed }: Side): string => placed.evaluation.scenario.title;

/** Several of one title are told apart by their order. */
const titleKeys: Keys = (sides) => {
  const seen = new Map<string, number>();
  return sides.map((side) => {
    const title = titleOf(side);
    const count = seen.get(title) ?? 0;
    seen.set(title, count + 1);
    return `${count} ${title}`;
  });
};

/** Titles that one scenario alone has. */
const namedKeys: Keys = (sides) =>
  onlyOnce(sides.map((side) => (titleOf(side) === "" ? undefined : titleOf(side))));

const contentKeys: Keys = (sides) =>
  onlyOnce(
    sides.map(({ head, own }) =>
      own.length === 0 ? undefined : [...head, ...own].map(({ key }) => key).join("\n"),
    ),
  );

function onlyOnce(keys: readonly (string | undefined)[]): readonly (string | undefined)[] {
  const counts = new Map<string | undefined, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return keys.map((key) => (counts.get(key) === 1 ? key : undefined));
}

/** Pairs those with the same key. @returns what is left */
function match({ before, after }: FilePair, keysOf: Keys, pairs: Pair[]): FilePair {
  const afterKeys = keysOf(after);
  const byKey = new Map(after.map((side, index) => [afterKeys[index], side]));
  byKey.delete(undefined);
  const beforeKeys = keysOf(before);
  const taken = new Set<Side>();
  const left = before.filter((side, index) => {
    const other = byKey.get(beforeKeys[index]);
    if (other === undefined) return true;
    taken.add(other);
    pairs.push({ before: side, after: other });
    return false;
  });
  return { before: left, after: after.filter((side) => !taken.has(side)) };
}

/** Pairs those that have most in common first. @returns what is left */
function matchSimilar({ before, after }: FilePair, pairs: Pair[]): FilePair {
  if (before.length > MOST_COMPARED || after.length > MOST_COMPARED) return { before, after };
  const candidates = before
    .flatMap((one) => after.map((other) => ({ one, other, common: commonShare(one, other) })))
    .filter(({ common }) => common >= LEAST_COMMON)
    .sort((a, b) => b.common - a.common);
  const taken = new Set<Side>();
  for (const { one, other } of candidates) {
    if (taken.has(one) || taken.has(other)) continue;
    taken.add(one).add(other);
    pairs.push({ before: one, after: other });
  }
  return {
    before: before.filter((side) => !taken.has(side)),
    after: after.filter((side) => !taken.has(side)),
  };
}

/** The share of operations that two scenarios have in common, from 0 to 1. */
function commonShare(one: Side, other: Side): number {
  const own = operationKeys(one);
  const others = operationKeys(other);
  if (own.length === 0 || others.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const key of own) counts.set(key, (counts.get(key) ?? 0) + 1);
  let common = 0;
  for (const key of others) {
    const count = counts.get(key) ?? 0;
    if (count === 0) continue;
    counts.set(key, count - 1);
    common++;
  }
  return (2 * common) / (own.length + others.length);
}

function operationKeys({ own }: Side): string[] {
  return own.filter(({ operation }) => operation !== undefined).map(({ key }) => key);
}
