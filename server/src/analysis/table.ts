/** Markdown tables whose columns are revisions, merged where they agree. */
import { compareVariants, labelOf, type VariantId } from "../evaluate/variant.ts";
import { variantWords } from "../rules/words.ts";
import { itemAt } from "../syntax/item-at.ts";

/** A row of one column. */
export interface Cell {
  readonly name: string;
  readonly text: string;
}

export interface Column {
  readonly heading: string;
  readonly cells: readonly Cell[];
}

/** The variants (by index) that have the same cells, first ones first. */
export function agreeing(variants: readonly (readonly Cell[])[]): number[][] {
  const groups = new Map<string, number[]>();
  variants.forEach((cells, variant) => {
    const key = JSON.stringify(cells.map(({ name, text }) => [name, text]));
    const group = groups.get(key);
    if (group) group.push(variant);
    else groups.set(key, [variant]);
  });
  return [...groups.values()];
}

/**
 * A column for each group of variants that agree, headed by their names ("revisions 2 and 3").
 * @param ids of the variants, the declared one first
 */
export function variantColumns(ids: readonly VariantId[], variants: readonly (readonly Cell[])[]): Column[] {
  const groups = agreeing(variants).map((members) => ({
    ids: members.map((variant) => itemAt(ids, variant)).sort(compareVariants),
    cells: itemAt(variants, itemAt(members, 0)),
  }));
  const own = itemAt(ids, 0);
  const declared = (group: readonly VariantId[]): string => {
    if (groups.length === 1 || !group.includes(own)) return "";
    return group.length === 1 ? " (declared)" : ` (declared: ${labelOf(own)})`;
  };
  return groups
    .sort((a, b) => compareVariants(itemAt(a.ids, 0), itemAt(b.ids, 0)))
    .map((group) => ({
      heading: `${variantWords(group.ids)}${declared(group.ids)}`,
      cells: group.cells,
    }));
}

/** The table of some columns; rows that only some columns have are empty in the others. */
export function table(columns: readonly Column[]): string {
  const names = [...new Set(columns.flatMap(({ cells }) => cells.map(({ name }) => name)))];
  const texts = columns.map(({ cells }) => new Map(cells.map(({ name, text }) => [name, text])));
  return [
    row(["", ...columns.map(({ heading }) => heading)]),
    `|${"---|".repeat(columns.length + 1)}`,
    ...names.map((name) => row([name, ...texts.map((column) => column.get(name) ?? "")])),
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
