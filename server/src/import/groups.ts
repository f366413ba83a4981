/** The named groups of patterns. */

/** The groups of a match: those of `Always` are in every one. */
export type Groups<Always extends string> = Readonly<
  Record<Always, string> & Record<string, string | undefined>
>;

/**
 * The named groups of a pattern in a text; undefined where it does not match.
 * @param always the groups that no match goes without
 */
export function groupsOf<Always extends string>(
  pattern: RegExp,
  text: string,
  always: readonly Always[],
): Groups<Always> | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const groups: Record<string, string | undefined> = match.groups ?? {};
  if (!hasAll(groups, always)) throw new RangeError(`not in every match of ${pattern}: ${always.join(", ")}`);
  return groups;
}

function hasAll<Name extends string>(
  groups: Record<string, string | undefined>,
  names: readonly Name[],
): groups is Groups<Name> {
  return names.every((name) => groups[name] !== undefined);
}
