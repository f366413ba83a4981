/** Draws a timeline as SVG: pure text, for the command as for the page that a person moves about in. */

import { itemAt } from "../syntax/item-at.ts";
import type { Lane, Look, Span, Timeline, TimelineOperation, TimelineRow } from "./timeline.ts";

/** Pixels. A row has its lane for the declared variant, and a lower one for each group of variants that diverge. */
const LANE = 28;
const GAP = 8;
/** Pixels that a character of the labels takes: in most fonts, or a little more. */
const CHARACTER = 6.6;
/** With columns at least this wide the operations stand over them in words. */
const WIDE_COLUMN = 15;
/** Where a label does not fit, shorter beginnings than this say nothing. */
const SHORTEST_CLIPPED = 8;
const MOST_OPERATION_CHARACTERS = 48;

/** What part of a picture is drawn, and how large. */
export interface View {
  /** The columns first … last - 1. */
  readonly first: number;
  readonly last: number;
  /** Pixels a column. */
  readonly unit: number;
}

/** Where a row stands, in pixels from the top of the rows. */
export interface RowPlace {
  readonly top: number;
  readonly height: number;
}

export function placesOf({ rows }: Timeline): RowPlace[] {
  let top = GAP;
  return rows.map(({ lanes }) => {
    const place = { top, height: lanes.length * LANE };
    top += place.height + GAP;
    return place;
  });
}

/** Pixels from the top of the first row to the bottom of the last. */
export function heightOf(timeline: Timeline): number {
  const last = placesOf(timeline).at(-1);
  return last === undefined ? GAP : last.top + last.height + GAP;
}

/** Pixels that the head over the rows takes: the operations, or their line numbers. */
export function headHeight({ operations }: Timeline, unit: number): number {
  if (unit < WIDE_COLUMN) return 40;
  const longest = operations.reduce((most, operation) => Math.max(most, headWords(operation).length), 0);
  const digits = String((operations.at(-1)?.line ?? 0) + 1).length;
  // There is room for a line number of three digits.
  return 56 + (longest + Math.max(digits - 3, 0)) * CHARACTER;
}

/** The colours of a picture, as CSS says them. */
export interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly grid: string;
  readonly ground: string;
  readonly pending: string;
  readonly active: string;
  readonly signal: string;
  /** Where variants diverge, or an answer is not as expected. */
  readonly diverged: string;
  /** The operation that is looked at. */
  readonly chosen: string;
}

const LIGHT: Palette = {
  ink: "#1f2328",
  quiet: "#57606a",
  grid: "#d8dee4",
  ground: "#ffffff",
  pending: "#9a6700",
  active: "#1a7f37",
  signal: "#0969da",
  diverged: "#a40e26",
  chosen: "#0969da",
};
const DARK: Palette = {
  ink: "#e6edf3",
  quiet: "#9da7b1",
  grid: "#30363d",
  ground: "#0d1117",
  pending: "#d29922",
  active: "#3fb950",
  signal: "#58a6ff",
  diverged: "#ff7b72",
  chosen: "#58a6ff",
};

/** What the classes of a picture look like. Plain values: not everything that shows SVG knows CSS variables. */
export function styleOf(palette: Palette): string {
  const { ink, quiet, grid, ground, pending, active, signal, diverged, chosen } = palette;
  return `.vgic text { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: ${ink}; }
.vgic .title { font-weight: bold; }
.vgic .quiet { fill: ${quiet}; }
.vgic .grid { stroke: ${grid}; }
.vgic .ground { fill: ${ground}; }
.vgic .mark { font-weight: bold; fill: ${diverged}; }
.vgic .off { stroke: ${quiet}; stroke-width: 1.5; fill: none; }
.vgic .box { stroke-width: 1.5; }
.vgic .disabled { stroke-dasharray: 3 3; }
.vgic .pending { stroke: ${pending}; fill: url(#vgic-pending); }
.vgic .hatch-pending { stroke: ${pending}; stroke-width: 2; stroke-opacity: .6; }
.vgic .active { stroke: ${active}; fill: ${active}; fill-opacity: .3; }
.vgic .irq { stroke: ${signal}; fill: ${signal}; fill-opacity: .3; }
.vgic .fiq { stroke: ${signal}; fill: url(#vgic-fiq); }
.vgic .hatch-fiq { stroke: ${signal}; stroke-width: 1.5; stroke-opacity: .6; }
.vgic .ended { stroke: ${diverged}; fill: ${diverged}; fill-opacity: .12; }
.vgic .edge { stroke: ${diverged}; stroke-width: 2; }
.vgic .diverged-label { fill: ${diverged}; }
.vgic .chosen { fill: ${chosen}; fill-opacity: .16; stroke: ${chosen}; }
`;
}

/** Colours for a page or picture that stands for itself, light or dark as the person who looks at it prefers. */
export const OWN_STYLE = `.vgic { color: ${LIGHT.ink}; background: ${LIGHT.ground}; --ground: ${LIGHT.ground}; color-scheme: light dark; }
${styleOf(LIGHT)}@media (prefers-color-scheme: dark) {
.vgic { color: ${DARK.ink}; background: ${DARK.ground}; --ground: ${DARK.ground}; }
${styleOf(DARK)}}
`;

/** Patterns that shapes are filled with, so that colour alone says nothing. Once a page. */
export const PATTERNS = `<defs>
<pattern id="vgic-pending" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch-pending" d="M0 0V6"/></pattern>
<pattern id="vgic-fiq" width="5" height="5" patternUnits="userSpaceOnUse"><path class="hatch-fiq" d="M0 2.5H5"/></pattern>
</defs>`;

/** The operations, or their line numbers, over their columns. Pixels are counted from column 0 and the head's top. */
export function drawHead(timeline: Timeline, { first, last, unit }: View): string {
  const { operations } = timeline;
  const height = headHeight(timeline, unit);
  const isWide = unit >= WIDE_COLUMN;
  const widest = String((operations.at(-1)?.line ?? 0) + 1).length * CHARACTER + 6;
  const step = isWide ? 1 : Math.ceil(widest / unit);
  const parts: string[] = [];
  for (let column = Math.max(first, 1); column < last; column++) {
    const operation = itemAt(operations, column - 1);
    const middle = (column + 0.5) * unit;
    const mark = markOf(operation);
    if (mark !== "")
      parts.push(`<text class="mark" x="${round(middle - 4)}" y="${height - 4}">${mark}</text>`);
    if (isWide) {
      const words = headWords(operation);
      const number = String(operation.line + 1);
      parts.push(
        `<text transform="translate(${round(middle + 4)} ${height - 20}) rotate(-90)"><title>${escaped(titleOf(operation))}</title><tspan class="quiet">${number}</tspan> ${escaped(words)}</text>`,
      );
    } else if ((column - 1) % step === 0) {
      parts.push(
        `<text class="quiet" x="${round(column * unit)}" y="16">${operation.line + 1}</text>`,
        `<path class="grid" d="M${round(column * unit)} 20V${height}"/>`,
      );
    }
  }
  return parts.join("");
}

function titleOf(operation: TimelineOperation): string {
  return `line ${operation.line + 1}: ${wordsOver(operation)}`;
}

/** An operation with its answer, on one line, without columns of its own and digits that say nothing. */
export function wordsOver({ text, answer }: TimelineOperation): string {
  const short = answer.replaceAll(/0x0+(?=[\da-f])/g, "0x");
  return `${text.replaceAll(/\s+/g, " ")}${answer === "ok" ? "" : ` → ${short}`}`;
}

/** What stands over a column: where there is no room for what other variants answer, what the declared one does. */
function headWords(operation: TimelineOperation): string {
  const words = wordsOver(operation);
  if (words.length <= MOST_OPERATION_CHARACTERS) return words;
  const whole = words.lastIndexOf(" · ", MOST_OPERATION_CHARACTERS);
  return whole === -1 ? clipped(words, MOST_OPERATION_CHARACTERS) : words.slice(0, whole);
}

/** A mark for each kind of thing that a person looks for. */
function markOf({ fails, differs, parts }: TimelineOperation): string {
  if (fails) return "✗";
  if (differs) return "≠";
  return parts ? "◇" : "";
}

/** The rows in some columns. Pixels are counted from column 0 and the first row's top. */
export function drawRows(timeline: Timeline, view: View): string {
  const places = placesOf(timeline);
  const height = heightOf(timeline);
  const { first, last, unit } = view;
  const grid =
    unit >= WIDE_COLUMN
      ? Array.from(
          { length: last - first },
          (_, i) => `<path class="grid" d="M${round((first + i) * unit)} 0V${height}"/>`,
        )
      : [];
  const rows = timeline.rows.map((row, index) => drawRow(timeline, row, itemAt(places, index), view));
  return [...grid, ...rows].join("");
}

function drawRow(timeline: Timeline, row: TimelineRow, { top }: RowPlace, view: View): string {
  const [declared] = row.lanes;
  const lanes = row.lanes.map((lane, index) => {
    const y = top + index * LANE;
    const inView = lane.spans.filter(({ start, end }) => end > view.first && start < view.last);
    return inView
      .map((span) =>
        drawSpan(
          itemAt(timeline.looks, span.look),
          span,
          y,
          view,
          index === 0
            ? { text: wordsOf(itemAt(timeline.looks, span.look)) }
            : divergedLabel(timeline, lane, span, declared),
        ),
      )
      .join("");
  });
  return `<g>${lanes.join("")}</g>`;
}

/** What is written into a span. */
interface Label {
  readonly text: string;
  /** Where variants diverge: who does, which stands alone where there is no room for what. */
  readonly names?: string;
}

/** What is written where variants diverge. */
function divergedLabel({ looks, variants }: Timeline, lane: Lane, span: Span, declared: Lane): Label {
  const look = itemAt(looks, span.look);
  const beside = declared.spans.findLast(({ start }) => start <= span.start) ?? itemAt(declared.spans, 0);
  const its = itemAt(looks, beside.look).text.split(", ");
  const own = look.text.split(", ").filter((part) => !its.includes(part));
  const names = lane.variants
    .map((variant) => itemAt(variants, variant).replace("revision", "rev"))
    .join(", ");
  return { text: `${names}: ${own.join(", ")}`, names };
}

function wordsOf({ shape }: Look): string {
  switch (shape) {
    case "inactive":
    case "quiet":
      return "";
    case "active-pending":
      return "active+pending";
    case "irq":
      return "IRQ";
    case "fiq":
      return "FIQ";
    case "irq-fiq":
      return "IRQ+FIQ";
    case "ended":
      return "✕ failed";
    default:
      return shape;
  }
}

function drawSpan(
  look: Look,
  { start, end }: Span,
  y: number,
  { first, last, unit }: View,
  { text: label, names }: Label,
): string {
  // A little beyond what is in sight, so that edges stand only where something begins.
  const left = Math.max(start, first - 1) * unit;
  const right = Math.min(end, last + 1) * unit;
  const isDashed = look.isDisabled ? " disabled" : "";
  const bottom = y + LANE - 3;
  const line = `<path class="off${isDashed}" d="M${round(left)} ${bottom}H${round(right)}"/>`;
  const box = (kind: string, height: number) =>
    `<rect class="box ${kind}${isDashed}" x="${round(left)}" y="${bottom - height}" width="${round(right - left)}" height="${height}"/>`;
  const full = LANE - 5;
  const half = Math.floor(full / 3);
  const edge = names !== undefined ? `<path class="edge" d="M${round(left)} ${y + 1}V${bottom}"/>` : "";
  const fitting = Math.floor((right - left - 4) / CHARACTER);
  const words = fittingLabel({ text: label, names }, fitting);
  const text =
    words === ""
      ? ""
      : `<text${names === undefined ? "" : ' class="diverged-label"'} x="${round(left + 4)}" y="${y + 12}">${escaped(words)}</text>`;
  return `<g><title>${escaped(look.text)}</title>${shapeOf(look, { line, box, full, half })}${edge}${text}</g>`;
}

/** As much of a label as fits into so many characters and says something. */
function fittingLabel({ text, names = "" }: Label, fitting: number): string {
  if (text.length <= fitting) return text;
  // Of what they do differently a few letters must be left: "rev 2, rev 3: Gr…".
  if (names !== "" && names.length <= fitting && fitting < names.length + 5) return names;
  return fitting < SHORTEST_CLIPPED ? "" : clipped(text, fitting);
}

interface Strokes {
  readonly line: string;
  readonly box: (kind: string, height: number) => string;
  readonly full: number;
  readonly half: number;
}

function shapeOf({ shape }: Look, { line, box, full, half }: Strokes): string {
  switch (shape) {
    case "inactive":
    case "quiet":
      return line;
    case "pending":
      return box("pending", half);
    case "active":
      return box("active", full);
    case "active-pending":
      return box("active", full) + box("pending", half);
    case "irq":
      return box("irq", full);
    case "fiq":
      return box("fiq", full);
    case "irq-fiq":
      return box("irq", full) + box("fiq", half);
    case "ended":
      return box("ended", full);
  }
}

/** At most so many characters. */
function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** Text for SVG and HTML, without what no document may hold. */
export function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\ufffe\uffff]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
