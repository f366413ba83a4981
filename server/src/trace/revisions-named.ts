/** The revisions that the per-revision expectations of operations speak of. */
import { REVISIONS } from "../vgic/revisions.ts";
import type { Operation } from "./program.ts";

/** How many cases name each revision: counted, so that operations can come and go. */
export type RevisionsNamed = ReadonlyMap<number, number>;

/** The counts once some operations have come and others are gone. */
export function countRevisions(
  before: RevisionsNamed,
  { come, gone }: { readonly come: readonly Operation[]; readonly gone: readonly Operation[] },
): RevisionsNamed {
  const counts = new Map(before);
  for (const operation of come) count(counts, operation, 1);
  for (const operation of gone) count(counts, operation, -1);
  return counts;
}

function count(counts: Map<number, number>, operation: Operation, by: 1 | -1): void {
  const expectation = "expectation" in operation ? operation.expectation : undefined;
  if (expectation === undefined || expectation.declaredOnly) return;
  for (const { first, last } of expectation.cases) {
    for (const revision of REVISIONS) {
      if (revision < first || revision > last) continue;
      const left = (counts.get(revision) ?? 0) + by;
      if (left > 0) counts.set(revision, left);
      else counts.delete(revision);
    }
  }
}
