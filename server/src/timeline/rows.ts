/** The rows of a picture from what became of each interrupt and vCPU. */

import { itemAt } from "../syntax/item-at.ts";
import { FIRST_LPI } from "../vgic/limits.ts";
import type { Layout } from "../vgic/state.ts";
import type { Histories, History } from "./histories.ts";
import type { Lane, Lanes, Look, Span, TimelineRow } from "./timeline.ts";

export interface RowOptions {
  /** How many columns there are. */
  readonly columns: number;
  readonly looks: readonly Look[];
  readonly layout: Layout;
  /** With more vCPUs than these, only those with a history have a row. */
  readonly mostCpus: number;
}

/** Interrupts of one kind and owner with the same lanes. */
interface Alike {
  readonly kind: string;
  readonly owner: number | undefined;
  readonly intids: number[];
  readonly lanes: Lanes;
}

/**
 * The vCPUs, then the interrupts: those that were pending or active first.
 * @param all one a variant, the declared one first
 */
export function rowsOf(
  all: readonly Histories[],
  { columns, looks, layout, mostCpus }: RowOptions,
): { readonly rows: TimelineRow[]; readonly configuredOnly: number } {
  const cpus = Array.from({ length: layout.cpus }, (_, cpu) => ({
    cpu,
    lanes: lanesOf(
      all.map(({ cpus }) => itemAt(cpus, cpu)),
      columns,
    ),
  }))
    .filter(({ lanes }) => layout.cpus <= mostCpus || hasChanged(lanes))
    .map(({ cpu, lanes }): TimelineRow => ({ kind: "cpu", name: `cpu${cpu}`, lanes }));

  const slots = [...new Set(all.flatMap(({ interrupts }) => [...interrupts.keys()]))].sort((a, b) => a - b);
  const groups = new Map<string, Alike>();
  let configuredOnly = 0;
  for (const slot of slots) {
    const lanes = lanesOf(
      all.map((histories) => histories.interrupts.get(slot) ?? histories.untouched(slot)),
      columns,
    );
    if (
      lanes.length === 1 &&
      !isEver(lanes, looks, (look) => isBusy(look) || (look.shape === "inactive" && !look.isDisabled))
    ) {
      configuredOnly++;
      continue;
    }
    const intid = layout.intid(slot);
    const owner = layout.owner(slot);
    const kind = intid < 16 ? "SGI" : intid < 32 ? "PPI" : intid < FIRST_LPI ? "SPI" : "LPI";
    const key = `${kind} ${owner} ${JSON.stringify(lanes)}`;
    const alike = groups.get(key);
    if (alike) alike.intids.push(intid);
    else groups.set(key, { kind, owner, intids: [intid], lanes });
  }
  const interrupts = [...groups.values()].map(
    (alike): TimelineRow => ({ kind: "interrupt", name: nameOf(alike), lanes: alike.lanes }),
  );
  const isEverBusy = ({ lanes }: TimelineRow) => isEver(lanes, looks, isBusy);
  return {
    rows: [...cpus, ...interrupts.filter(isEverBusy), ...interrupts.filter((row) => !isEverBusy(row))],
    configuredOnly,
  };
}

function isBusy({ shape }: Look): boolean {
  return shape !== "inactive" && shape !== "ended";
}

function hasChanged([declared, ...others]: Lanes): boolean {
  return declared.spans.length > 1 || others.length > 0;
}

function isEver(lanes: readonly Lane[], looks: readonly Look[], condition: (look: Look) => boolean): boolean {
  return lanes.some(({ spans }) => spans.some(({ look }) => condition(itemAt(looks, look))));
}

const MOST_RANGES = 3;

/** "SPI 40", "SPIs 32–39, 41–63", "16 SPIs in 32–62", "SGI 3 of cpu1". */
function nameOf({ kind, owner, intids }: Alike): string {
  const ranges: { first: number; last: number }[] = [];
  for (const intid of intids) {
    const last = ranges.at(-1);
    if (last !== undefined && last.last === intid - 1) last.last = intid;
    else ranges.push({ first: intid, last: intid });
  }
  const ofCpu = owner === undefined ? "" : ` of cpu${owner}`;
  const last = intids[intids.length - 1];
  if (ranges.length > MOST_RANGES) return `${intids.length} ${kind}s in ${intids[0]}–${last}${ofCpu}`;
  const words = ranges.map(({ first, last }) => (first === last ? String(first) : `${first}–${last}`));
  return `${kind}${intids.length > 1 ? "s" : ""} ${words.join(", ")}${ofCpu}`;
}

/** The lane of the declared variant, and those of variants that differ from it, alike ones together. */
function lanesOf(histories: readonly History[], columns: number): Lanes {
  const declared = itemAt(histories, 0);
  const same: number[] = [0];
  const diverged = new Map<string, { variants: number[]; spans: readonly Span[] }>();
  for (const [variant, history] of histories.entries()) {
    if (variant === 0) continue;
    const spans = differingSpans(history, declared, columns);
    if (spans.length === 0) {
      same.push(variant);
      continue;
    }
    const key = JSON.stringify(spans);
    const lane = diverged.get(key);
    if (lane) lane.variants.push(variant);
    else diverged.set(key, { variants: [variant], spans });
  }
  return [{ variants: same, spans: spansOf(declared, columns) }, ...diverged.values()];
}

function spansOf(history: History, columns: number): Span[] {
  return history.map(({ column, look }, i) => ({
    start: column,
    end: history[i + 1]?.column ?? columns,
    look,
  }));
}

/** The spans of a history in which it is not as another. */
function differingSpans(history: History, other: History, columns: number): Span[] {
  const spans: Span[] = [];
  let own = 0;
  let its = 0;
  for (let start = 0; start < columns; ) {
    const end = Math.min(history[own + 1]?.column ?? columns, other[its + 1]?.column ?? columns);
    const { look } = itemAt(history, own);
    if (look !== itemAt(other, its).look) {
      const last = spans.at(-1);
      if (last !== undefined && last.end === start && last.look === look)
        spans[spans.length - 1] = { ...last, end };
      else spans.push({ start, end, look });
    }
    if (history[own + 1]?.column === end) own++;
    if (other[its + 1]?.column === end) its++;
    start = end;
  }
  return spans;
}
