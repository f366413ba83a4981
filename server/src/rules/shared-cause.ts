/**
 * What several problems have in common: a declaration that is missing. One message says it for all of them, and what a
 * scenario answers without it says nothing.
 */
import type { Scenario } from "../program/program.ts";
import type { Finding } from "./finding.ts";
import { type Found, found } from "./found.ts";

/** The declaration that would mend a problem and all that are like it; undefined for a mistake in one line. */
export function missingFor(finding: Finding): string | undefined {
  switch (finding.code) {
    case "missing-declaration":
      return finding.declaration;
    case "unknown-name": {
      const isName = finding.is === undefined || finding.is === "declared-below";
      return isName ? `let ${finding.name}` : undefined;
    }
    case "unknown-register": {
      // What is named like no register may be a name.
      const isName = finding.nearest === undefined && !/^(?:GIC|GITS|ICC|LEVEL_INFO)/.test(finding.name);
      return isName ? `let ${finding.name}` : undefined;
    }
    case "invalid-value":
      if (finding.reason === "no-such-cpu") return "cpus";
      return finding.reason === "intid" && finding.intid >= 32n ? "irqs" : undefined;
    default:
      return undefined;
  }
}

/**
 * The first line of a scenario, counted from its own first, from which on nothing can be said of what its operations
 * answer; undefined where all is declared. Without `gic` and `revision` a scenario runs on as if it declared others. A
 * vCPU or interrupt that one line alone speaks of is a slip in that line: the others are evaluated without it.
 */
function doubtfulFrom({ declaresWrongly, lines, problems }: Scenario): number | undefined {
  if (declaresWrongly) return 0;
  const first = new Map<string, number>();
  let from: number | undefined;
  for (const problem of problems) {
    const missing = missingFor(problem);
    if (missing === undefined || missing === "gic" || missing === "revision") continue;
    // A `let` without a value matters where it is used.
    if (!lines.at(problem.line).isOperation) continue;
    const line = first.get(missing) ?? problem.line;
    if (problem.code !== "invalid-value" || first.has(missing)) from = Math.min(from ?? line, line);
    first.set(missing, line);
  }
  return from;
}

/** How many operations of a scenario answer what they would if all was declared; infinitely many for all. */
export function certainOperations(scenario: Scenario): number {
  const line = doubtfulFrom(scenario);
  return line === undefined ? Number.POSITIVE_INFINITY : scenario.operations.above(line);
}

/** Whether a declaration that a scenario needs is missing or wrong: then it is not tested. */
export function isUndeclared(scenario: Scenario): boolean {
  return doubtfulFrom(scenario) !== undefined;
}

/** The lines of a scenario that could not be read, or are operations that could not be done for what is said of them. */
export function unreadLines({ lines, operations, problems }: Scenario): ReadonlySet<number> {
  const unread = new Set<number>();
  for (const { code, line } of problems) {
    if (unread.has(line)) continue;
    const isUndone = () => operations.above(line) === operations.above(line + 1);
    if (code === "syntax" || (lines.at(line).isOperation && isUndone())) unread.add(line);
  }
  return unread;
}

/** The first of the problems that a missing declaration has caused, which says how many others there are. */
export function oncePerCause(all: readonly Found[]): readonly Found[] {
  const counts = new Map<string, number>();
  for (const one of all) {
    const missing = missingOf(one);
    if (missing !== undefined) counts.set(missing, (counts.get(missing) ?? 0) + 1);
  }
  if (counts.size === 0) return all;
  const [its, ram] = [counts.get("its"), counts.get("ram")];
  // An ITS brings guest memory with it.
  if (its !== undefined && ram !== undefined) {
    counts.set("its", its + ram);
    counts.delete("ram");
  }
  return all.flatMap((one) => {
    const missing = missingOf(one);
    if (missing === undefined) return one;
    const count = counts.get(missing);
    counts.delete(missing);
    if (count === undefined) return [];
    return count === 1 ? one : found({ ...one.finding, others: count - 1 });
  });
}

const CAUSED: ReadonlySet<Found["code"]> = new Set([
  "missing-declaration",
  "unknown-name",
  "unknown-register",
  "invalid-value",
]);

/** Of most findings the code tells that they have no such cause: then they need not be made. */
function missingOf(one: Found): string | undefined {
  return CAUSED.has(one.code) ? missingFor(one.finding) : undefined;
}
