/** Names that are declared and never used. */
import type { Lines } from "../document/lines.ts";
import type { Problem } from "./problem.ts";
import type { Name } from "./program.ts";

interface Section {
  readonly lines: Lines;
  readonly names: ReadonlyMap<string, Name>;
  readonly problems: readonly Problem[];
}

/**
 * Reports the names of a section that nothing uses.
 * @param within the section, and others that can use its names: a line that cannot be read may be the one that does
 */
export function unusedNames(
  names: Section["names"],
  within: readonly Omit<Section, "names">[],
  isUsed: (name: string) => boolean,
): Problem[] {
  const candidates = [...names].filter(([name]) => !isUsed(name));
  if (candidates.length === 0) return [];
  const words = new Set(within.flatMap(unreadWords));
  return candidates.flatMap(([name, { start, end, line }]): Problem[] =>
    words.has(name) ? [] : [{ code: "unused-name", name, start, end, line }],
  );
}

/** The words of the lines that cannot be read. */
function unreadWords({ lines, problems }: Omit<Section, "names">): string[] {
  return problems.flatMap(({ code, line }) => (code === "syntax" ? wordsOf(lines.at(line).text) : []));
}

/** The words of a line that may be names. */
export function wordsOf(text: string): string[] {
  return text.match(/[A-Za-z_]\w*/g) ?? [];
}
