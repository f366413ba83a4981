/** A timeline as one SVG picture that stands for itself, and what it shows as text. */

import { counted } from "../syntax/counted.ts";
import { itemAt } from "../syntax/item-at.ts";
import {
  drawHead,
  drawRows,
  escaped,
  headHeight,
  heightOf,
  OWN_STYLE,
  PATTERNS,
  placesOf,
} from "./drawing.ts";
import type { Lane, Timeline, TimelineRow } from "./timeline.ts";

const UNIT = 22;
/** Pictures wider than this get narrower columns, down to one pixel each. */
const WIDEST = 20_000;
const TITLE = 24;
const LEGEND = 28;
const BETWEEN = 16;
const MINIMAL_WIDTH = 120;

/** Timelines as one picture, one below the other. */
export function timelinesSvg(timelines: readonly Timeline[]): string {
  let top = 0;
  const pictures = timelines.map((timeline) => {
    const picture = pictureOf(timeline);
    const place = { ...picture, top };
    top += picture.height + BETWEEN;
    return place;
  });
  const width = Math.max(MINIMAL_WIDTH, ...pictures.map((picture) => picture.width));
  const height = Math.max(top - BETWEEN, BETWEEN);
  const texts = timelines.map((timeline) =>
    [titleOf(timeline), ...rowTexts(timeline)].map(escaped).join("\n"),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" class="vgic" role="img" aria-labelledby="vgic-title vgic-text" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title id="vgic-title">${escaped(timelines.map(titleOf).join("; "))}</title>
<desc id="vgic-text">${texts.join("\n\n")}</desc>
<style>${OWN_STYLE}</style>
${PATTERNS}
<rect class="ground" width="${width}" height="${height}"/>
${pictures.map((picture) => `<g transform="translate(0 ${picture.top})">${picture.content}</g>`).join("\n")}
</svg>
`;
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly content: string;
}

function titleOf({ title, variants }: Timeline): string {
  return `${title || "Timeline"} (${variants.join(", ")})`;
}

function pictureOf(timeline: Timeline): Picture {
  const columns = timeline.operations.length + 1;
  const unit = Math.max(1, Math.min(UNIT, WIDEST / columns));
  const view = { first: 0, last: columns, unit };
  const names = Math.max(60, ...timeline.rows.map(({ name }) => name.length * 6.8 + 16));
  const head = headHeight(timeline, unit);
  const places = placesOf(timeline);
  const labels = timeline.rows.map(
    ({ name }, index) => `<text x="8" y="${itemAt(places, index).top + 20}">${escaped(name)}</text>`,
  );
  const [title, legend] = [titleOf(timeline), legendOf(timeline)];
  const height = TITLE + head + heightOf(timeline) + LEGEND;
  const widestText = Math.max(title.length, legend.length) * 6.8 + 16;
  return {
    width: Math.ceil(Math.max(names + columns * unit + 12, widestText)),
    height: Math.ceil(height),
    content: `<text x="8" y="16" class="title">${escaped(title)}</text>
<g transform="translate(${names} ${TITLE})">${drawHead(timeline, view)}</g>
<g transform="translate(0 ${TITLE + head})">${labels.join("")}<g transform="translate(${names} 0)">${drawRows(timeline, view)}</g></g>
<text class="quiet" x="8" y="${Math.ceil(height) - 10}">${escaped(legend)}</text>`,
  };
}

/** What the marks mean, as far as they occur. */
export function legendOf({ operations, looks, configuredOnly }: Timeline): string {
  const marks = [
    "low hatched: pending",
    "full: active",
    "broken line: disabled",
    ...(operations.some(({ fails }) => fails) ? ["✗ not as expected"] : []),
    ...(operations.some(({ differs }) => differs) ? ["≠ answers differ"] : []),
    ...(operations.some(({ parts }) => parts) ? ["◇ states diverge"] : []),
    ...(looks.some(({ shape }) => shape === "ended") ? ["✕ the host has failed"] : []),
    ...(configuredOnly === 0
      ? []
      : [
          `${counted(configuredOnly, "interrupt that was", "interrupts that were")} only configured ${configuredOnly === 1 ? "is" : "are"} left out`,
        ]),
  ];
  return marks.join(" · ");
}

/** Each row in a sentence: "SPI 40: pending, enabled, … from line 12; inactive, … from line 15." */
export function rowTexts(timeline: Timeline): string[] {
  return timeline.rows.map((row) => `${row.name}: ${sentence(timeline, row)}.`);
}

function sentence(timeline: Timeline, { lanes: [declared, ...others] }: TimelineRow): string {
  const parts = [phrases(timeline, declared).join("; ")];
  for (const lane of others) {
    const who = lane.variants.map((variant) => timeline.variants[variant]).join(" and ");
    parts.push(`under ${who} ${phrases(timeline, lane).join("; ")}`);
  }
  return parts.join("; ");
}

function phrases({ operations, looks }: Timeline, { spans }: Lane): string[] {
  return spans.map(({ start, end, look }) => {
    const lineBefore = (column: number) => itemAt(operations, column - 1).line + 1;
    const from = start === 0 ? "at first" : `from line ${lineBefore(start)}`;
    const until = end > operations.length ? "" : ` until line ${lineBefore(end)}`;
    return `${itemAt(looks, look).text} ${from}${until}`;
  });
}
