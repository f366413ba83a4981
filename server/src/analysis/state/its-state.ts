/** What an ITS has mapped and what its LPIs are, in words. */

import type { Operation } from "../../program/operation.ts";
import { counted } from "../../syntax/counted.ts";
import type { LpiState, MappedEvent } from "../../vgic/its/view.ts";
import { VM } from "../../vgic/state.ts";
import type { Vgic } from "../../vgic/vgic.ts";
import type { Cell } from "../table.ts";

/** Rows of devices, events or collections; of more the rest is counted. */
const MOST_ROWS = 64;

/** What is known of an ITS: its queue, then a row for each collection, device and event. Empty without an ITS. */
export function itsState(vgic: Vgic): Cell[] {
  const { its, state } = vgic;
  if (its === undefined) return [];
  const waits = state.vm(VM.creadr) !== state.vm(VM.cwriter);
  return [
    { name: "enabled", text: state.vm(VM.itsEnabled) !== 0 ? "yes" : "no" },
    {
      name: "queue",
      text: `read to ${hex(state.vm(VM.creadr))}, written to ${hex(state.vm(VM.cwriter))}${waits ? ": commands wait" : ""}`,
    },
    ...rows(its.collections(), "collections", ({ collection, cpu }) => collectionCell(collection, cpu)),
    ...rows(its.devices(), "devices", ({ device, itt, bits }) => deviceCell(device, itt, bits)),
    ...rows(its.events(), "events", eventCell),
  ];
}

/** What some ids that a command or an MSI names mean to the ITS. */
export interface Named {
  readonly device?: number;
  readonly event?: number;
  readonly collection?: number;
  readonly lpi?: number;
}

/** The ids that a command of the ITS or an MSI names; undefined for other operations. */
export function idsNamed(operation: Operation): Named | undefined {
  switch (operation.kind) {
    case "msi":
      return operation;
    case "its-command": {
      const { command } = operation;
      if (command.name === "movall" || command.name === "sync") return undefined;
      return command.name === "mapi" ? { ...command, lpi: command.event } : command;
    }
    default:
      return undefined;
  }
}

/** A row each for what is named, and for what it leads to: an event's LPI and its collection. Empty without an ITS. */
export function translationState({ its }: Vgic, { device, event, collection, lpi }: Named): Cell[] {
  if (its === undefined) return [];
  const cells: Cell[] = [];
  const mappedDevice = device === undefined ? undefined : its.device(device);
  if (mappedDevice !== undefined)
    cells.push(deviceCell(mappedDevice.device, mappedDevice.itt, mappedDevice.bits));
  else if (device !== undefined) cells.push({ name: `device ${device}`, text: "not mapped" });
  const mapped = device === undefined || event === undefined ? undefined : its.event(device, event);
  if (mapped !== undefined) cells.push(eventCell(mapped));
  else if (device !== undefined && event !== undefined)
    cells.push({ name: `event ${event} of device ${device}`, text: "not mapped" });
  for (const id of new Set([collection, mapped?.collection])) {
    if (id === undefined) continue;
    const known = its.collection(id);
    cells.push(known ? collectionCell(id, known.cpu) : { name: `collection ${id}`, text: "not mapped" });
  }
  for (const intid of new Set([lpi, mapped?.lpi])) {
    if (intid === undefined) continue;
    const known = its.lpi(intid);
    cells.push({ name: `LPI ${intid}`, text: known ? lpiSummary(known) : "not mapped" });
  }
  return cells;
}

/** Every cell of an LPI's state; only its absence where nothing refers to it. */
export function lpiState(vgic: Vgic, intid: number): Cell[] {
  const lpi = vgic.its?.lpi(intid);
  if (lpi === undefined) return [{ name: "mapped", text: "no" }];
  return [
    { name: "enabled", text: yesNo(lpi.enabled) },
    { name: "pending", text: lpi.pending ? "yes (latch)" : "no" },
    { name: "active", text: yesNo(lpi.active) },
    { name: "group", text: "1" },
    { name: "priority", text: hex(lpi.priority) },
    { name: "target", text: targetWords(lpi.cpu) },
    { name: "queued on", text: targetWords(lpi.queuedOn) },
    { name: "events mapped to it", text: String(lpi.events) },
    { name: "configuration byte", text: configurationWords(lpi) },
  ];
}

/** An LPI in one line: "pending, enabled, prio 0xa0 → cpu1, Group 1". */
export function lpiSummary({ pending, active, enabled, priority, cpu }: LpiState): string {
  const status = [...(active ? ["active"] : []), ...(pending ? ["pending"] : [])].join(" and ");
  const target = cpu === undefined ? "" : ` → cpu${cpu}`;
  return `${status || "inactive"}, ${enabled ? "enabled" : "disabled"}, prio ${hex(priority)}${target}, Group 1`;
}

function configurationWords({ configuration, inMemory }: LpiState): string {
  const at = `at ${hex(configuration)}`;
  if (inMemory === undefined) return `${at}, which is not in memory`;
  return `${at}, ${inMemory.enabled ? "enabled" : "disabled"} with priority ${hex(inMemory.priority)}`;
}

function deviceCell(device: number, itt: number, bits: number): Cell {
  return {
    name: `device ${device}`,
    text: `ITT at ${hex(itt)}, events of ${counted(bits, "bit")}`,
  };
}

function eventCell({ device, event, lpi, collection }: MappedEvent): Cell {
  const of = collection === undefined ? "without a collection" : `collection ${collection}`;
  return { name: `event ${event} of device ${device}`, text: `LPI ${lpi}, ${of}` };
}

function collectionCell(collection: number, cpu: number | undefined): Cell {
  return { name: `collection ${collection}`, text: targetWords(cpu) };
}

function rows<T>(all: readonly T[], what: string, cell: (one: T) => Cell): Cell[] {
  const shown = all.slice(0, MOST_ROWS).map(cell);
  if (all.length <= MOST_ROWS) return shown;
  return [...shown, { name: `more ${what}`, text: String(all.length - MOST_ROWS) }];
}

function targetWords(cpu: number | undefined): string {
  return cpu === undefined ? "none" : `cpu${cpu}`;
}

function yesNo(on: boolean): string {
  return on ? "yes" : "no";
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
