/** The devices, events, collections and LPIs that a command of the ITS or an MSI can name, as they are in front of a line. */

import { itemAt } from "../../syntax/item-at.ts";
import type { ItsView } from "../../vgic/its/view.ts";
import { FIRST_LPI } from "../../vgic/limits.ts";
import type { Analysis } from "../analysis.ts";
import { operationsAbove, scenarioAt } from "../place.ts";
import { type Named, translationState } from "../state/its-state.ts";
import type { CompletionItem } from "./item.ts";

/** How many ids of a kind are offered. */
const MOST_IDS = 50;

const idInFront = /\b(?<id>device|event|collection|lpi)[ \t]+$/;
const deviceInFront = /\bdevice[ \t]+(?<device>0x[\da-fA-F]+|\d+)\b/;

/** The ids that fit behind `device`, `event`, `collection` or `lpi`; none elsewhere. */
export function itsIdItems(analysis: Analysis, line: number, before: string): CompletionItem[] {
  const id = idInFront.exec(before)?.groups?.id;
  const placed = scenarioAt(analysis, line);
  if (id === undefined || placed === undefined || placed.evaluation.scenario.setup.its !== true) return [];
  const vgic = itemAt(placed.evaluation.stateBefore(operationsAbove(placed, line)), 0);
  const { its } = vgic;
  if (its === undefined) return [];
  const named = deviceInFront.exec(before)?.groups?.device;
  const device = named === undefined ? undefined : Number(named);
  const item = (label: number, about: Named): CompletionItem => ({
    label: String(label),
    kind: "value",
    detail: translationState(vgic, about).at(id === "event" ? 1 : 0)?.text,
  });
  switch (id) {
    case "device":
      return its
        .devices()
        .slice(0, MOST_IDS)
        .map(({ device }) => item(device, { device }));
    case "event":
      return its
        .events()
        .filter((one) => one.device === device)
        .slice(0, MOST_IDS)
        .map(({ device, event }) => item(event, { device, event }));
    case "collection":
      return its
        .collections()
        .slice(0, MOST_IDS)
        .map(({ collection }) => item(collection, { collection }));
    default:
      return [{ label: String(freeLpi(its)), kind: "value", detail: "no event is mapped to it" }];
  }
}

/** The lowest LPI that nothing refers to. */
function freeLpi(its: ItsView): number {
  let free = FIRST_LPI;
  while (its.lpi(free) !== undefined) free++;
  return free;
}
