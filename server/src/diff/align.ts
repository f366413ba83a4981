/** Which statements of a scenario are the same before and after a change, and which were edited. */
import { diffArrays } from "diff";
import type { Side, Statement } from "./statements.ts";

/** The parts of a file that a scenario is made of. */
export const PARTS = ["head", "own"] as const;

/** A statement of both sides, or an edit: a statement that came, went, or stands for another. */
export interface Item {
  readonly part: (typeof PARTS)[number];
  readonly isSame: boolean;
  readonly before?: Statement;
  readonly after?: Statement;
}

/** So many statements on one side only are still told apart; where there are more, all are edited. */
const MOST_EDITS = 5000;

/** All statements of both sides of a scenario, in order. */
export function align(before: Side, after: Side): Item[] {
  return PARTS.flatMap((part) =>
    alignStatements(before[part], after[part]).map((item): Item => ({ part, ...item })),
  );
}

type Aligned = Omit<Item, "part">;

function alignStatements(before: readonly Statement[], after: readonly Statement[]): Aligned[] {
  const keysOf = (side: readonly Statement[]) => side.map(({ key }) => key);
  const parts = diffArrays(keysOf(before), keysOf(after), { maxEditLength: MOST_EDITS });
  if (parts === undefined) return edits(before, after);
  const items: Aligned[] = [];
  let came: readonly Statement[] = [];
  let went: readonly Statement[] = [];
  let [b, a] = [0, 0];
  const close = (): void => {
    for (const edit of edits(went, came)) items.push(edit);
    [went, came] = [[], []];
  };
  for (const { added, removed, value } of parts) {
    if (removed) {
      went = before.slice(b, b + value.length);
      b += value.length;
    } else if (added) {
      came = after.slice(a, a + value.length);
      a += value.length;
    } else {
      close();
      for (let i = 0; i < value.length; i++)
        items.push({ isSame: true, before: before[b++], after: after[a++] });
    }
  }
  close();
  return items;
}

/** One statement for one as long as both sides have them, then the rest one by one. */
function edits(went: readonly Statement[], came: readonly Statement[]): Aligned[] {
  return Array.from({ length: Math.max(went.length, came.length) }, (_, index) => ({
    isSame: false,
    before: went[index],
    after: came[index],
  }));
}
