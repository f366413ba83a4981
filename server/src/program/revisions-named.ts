/** The revisions that the per-revision expectations of operations speak of. */
import type { Template } from "./template.ts";

/** How many operations name each revision: counted, so that operations can come and go. */
export type RevisionsNamed = ReadonlyMap<number, number>;

/** The counts once some operations have come and others are gone. */
export function countRevisions(
  before: RevisionsNamed,
  { come, gone }: { readonly come: readonly Template[]; readonly gone: readonly Template[] },
): RevisionsNamed {
  const counts = new Map(before);
  for (const template of come) count(counts, template, 1);
  for (const template of gone) count(counts, template, -1);
  return counts;
}

function count(counts: Map<number, number>, { revisionsNamed }: Template, by: 1 | -1): void {
  for (const revision of revisionsNamed) {
    const left = (counts.get(revision) ?? 0) + by;
    if (left > 0) counts.set(revision, left);
    else counts.delete(revision);
  }
}
