/** A code frame: the lines that a finding speaks of, with carets under what is meant. */

import { itemAt } from "../../syntax/item-at.ts";
import { type Printable, printable } from "./printable.ts";
import type { Style } from "./terminal.ts";
import { wrapped } from "./wrap.ts";

/** Columns [start, end) of a line, in UTF-16 units; an empty range is marked with one caret. */
export interface Mark {
  /** Counted from 0. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Whether it is what the finding is about, or a place related to it. */
  readonly primary: boolean;
  /** Said after the marker. */
  readonly label: string;
}

export type Paint = (text: string) => string;

/** How many columns the line numbers of a frame take. */
export function gutterWidth(marks: readonly Mark[]): number {
  return String(Math.max(...marks.map(({ line }) => line + 1))).length;
}

/** The frame's rows, without a title. `paint` colours the primary markers. */
export function frame(
  textOf: (line: number) => string,
  marks: readonly Mark[],
  { colors, width }: Style,
  paint: Paint,
): string[] {
  const gutter = gutterWidth(marks);
  const bar = colors.dim("│");
  const empty = `${" ".repeat(gutter)} ${bar}`;
  const rows = [empty];
  let previous: number | undefined;
  for (const [line, ofLine] of byLine(marks)) {
    if (previous !== undefined && line > previous + 1) rows.push(`${" ".repeat(gutter)} ${colors.dim("┆")}`);
    previous = line;
    const { start: anchor } = ofLine.find(({ primary }) => primary) ?? itemAt(ofLine, 0);
    const excerpt = clip(textOf(line), anchor, width - gutter - 4);
    rows.push(`${colors.dim(String(line + 1).padStart(gutter))} ${bar} ${excerpt.text}`.trimEnd());
    for (const mark of ofLine) {
      const from = excerpt.column(mark.start);
      const length = Math.max(1, excerpt.column(mark.end) - from);
      const marker = mark.primary ? paint("^".repeat(length)) : colors.blue("-".repeat(length));
      const colored = (text: string) => (mark.primary ? text : colors.blue(text));
      const room = width - gutter - 3 - from - length - 1;
      const label = mark.label === "" ? [] : wrapped(mark.label, Math.max(room, 20));
      // What finds no room after the marker stands below it.
      const [beside, ...below] =
        room >= 30 || label.length <= 1 ? label : ["", ...wrapped(mark.label, width - gutter - 5)];
      rows.push(
        `${empty} ${" ".repeat(from)}${marker} ${beside === undefined ? "" : colored(beside)}`.trimEnd(),
      );
      const shift = room >= 30 || label.length <= 1 ? from + length + 1 : 2;
      for (const text of below) rows.push(`${empty} ${" ".repeat(shift)}${colored(text)}`);
    }
  }
  rows.push(empty);
  return rows;
}

function byLine(marks: readonly Mark[]): [number, Mark[]][] {
  const lines = new Map<number, Mark[]>();
  for (const mark of marks) {
    const there = lines.get(mark.line);
    if (there) there.push(mark);
    else lines.set(mark.line, [mark]);
  }
  return [...lines].sort(([a], [b]) => a - b);
}

/** The part of a line around an offset that fits into some columns. */
function clip(text: string, anchor: number, width: number): Printable {
  // A character takes at most two columns, a tab four: what is cut here would not fit anyway.
  const from = anchor < width / 2 ? 0 : wholeCharacter(text, anchor - Math.floor(width / 4));
  const start = from > 0 && text.length > width ? from : 0;
  const whole = printable(text.slice(start, start + width));
  const cutEnd = start + width < text.length || whole.column(width) > width;
  if (start === 0 && !cutEnd) return whole;
  let end = Math.min(width, text.length - start);
  while (end > 0 && whole.column(end) > width - 2) end--;
  const kept = printable(text.slice(start, wholeCharacter(text, start + end)));
  const before = start > 0 ? "…" : "";
  return {
    text: `${before}${kept.text}${cutEnd ? "…" : ""}`,
    column: (offset) => before.length + kept.column(Math.min(Math.max(offset - start, 0), end)),
  };
}

/** The offset, moved before the character that it would cut in two. */
function wholeCharacter(text: string, offset: number): number {
  const unit = text.charCodeAt(offset);
  return unit >= 0xdc00 && unit <= 0xdfff ? offset - 1 : offset;
}
