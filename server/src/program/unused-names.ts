/** Names that are declared and never used. */
import type { Lines } from "../document/lines.ts";
import type { Problem } from "./problem.ts";
import type { Name } from "./program.ts";

interface Section {
  readonly lines: Lines;
  readonly names: ReadonlyMap<string, Name>;
  /** Its other problems: a line that cannot be read may be the one that uses a name. */
  readonly problems: readonly Problem[];
}

/** Reports the names of a section that nothing uses. */
export function unusedNames(
  { lines, names, problems }: Section,
  isUsed: (name: string) => boolean,
): Problem[] {
  const mayBeUsed = (name: string) =>
    problems.some(({ code, line }) => code === "syntax" && lines.at(line).text.includes(name));
  return [...names].flatMap(([name, { start, end, line }]): Problem[] =>
    isUsed(name) || mayBeUsed(name) ? [] : [{ code: "unused-name", name, start, end, line }],
  );
}
