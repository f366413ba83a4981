/**
 * The commands of the ITS: one row each, which the emulator, the language and the editor read. Checks stand in the order in
 * which KVM makes them (vgic-its.c). The guest is not told of a command that does nothing.
 */

import { FIRST_LPI } from "../limits.ts";
import { lpiField, setLpiFlag } from "../lpi-record.ts";
import {
  lpiLimit,
  lpisOf,
  lpiTarget,
  mapLpi,
  readConfiguration,
  readConfigurations,
  setLpiTarget,
} from "../lpis.ts";
import type { Machine } from "../machine.ts";
import { LPI, LPI_FLAGS } from "../sparse-state.ts";
import { type CommandFieldName, type CommandWords, FIELDS, fieldOf, setField } from "./command-fields.ts";
import { collectionFits, deviceEntry, ENTRY, eventProblem } from "./id-checks.ts";
import { writeEntry } from "./its-state.ts";
import {
  addCollection,
  addDevice,
  addEvent,
  collectionOf,
  collectionTarget,
  eventLpi,
  findDevice,
  hasCollection,
  isMapped,
  ittAddress,
  removeCollection,
  removeDevice,
  removeEvent,
  retargetCollection,
  setEventCollection,
  takeEventBack,
  unlinkCollection,
} from "./mapping.ts";
import type { Skipped } from "./skipped.ts";
import { forgetTranslations } from "./translation-cache.ts";
import { injectEvent } from "./translations.ts";

/** A command as a trace writes it. Devices, events and LPIs have 32 bits, collections 16; vCPUs by their number. */
export type ItsCommand =
  | { readonly name: "mapd"; readonly device: number; readonly itt?: number; readonly bits?: number }
  | { readonly name: "mapc"; readonly collection: number; readonly to?: number }
  | {
      readonly name: "mapti";
      readonly device: number;
      readonly event: number;
      readonly lpi: number;
      readonly collection: number;
    }
  | {
      readonly name: "mapi" | "movi";
      readonly device: number;
      readonly event: number;
      readonly collection: number;
    }
  | { readonly name: "movall"; readonly from: number; readonly to: number }
  | { readonly name: "int" | "clear" | "inv" | "discard"; readonly device: number; readonly event: number }
  | { readonly name: "invall"; readonly collection: number }
  | { readonly name: "sync"; readonly to: number };

export type CommandName = ItsCommand["name"];

export interface CommandRow {
  readonly name: CommandName;
  readonly opcode: number;
  readonly title: string;
  /** The fields that count, in the order of a trace. */
  readonly fields: readonly CommandFieldName[];
  readonly doc: string;
  /** What makes it do nothing, in words and in the order of the checks. */
  readonly checks: readonly string[];
  readonly run: (m: Machine, words: CommandWords) => Skipped | undefined;
}

/** The device of a command. */
const deviceOf = (words: CommandWords) => fieldOf(words, FIELDS.device);
const eventOf = (words: CommandWords) => fieldOf(words, FIELDS.event);
const collectionIn = (words: CommandWords) => fieldOf(words, FIELDS.collection);

/** An event that is mapped, or why there is none. */
function find(m: Machine, words: CommandWords): { place: number; event: number } | Skipped {
  const place = findDevice(m, deviceOf(words));
  const event = eventOf(words);
  if (place === undefined) return "device-unmapped";
  return isMapped(m, place, event) ? { place, event } : "event-unmapped";
}

function mapDevice(m: Machine, words: CommandWords): Skipped | undefined {
  const id = deviceOf(words);
  const isValid = fieldOf(words, FIELDS.valid) === 1;
  const bits = fieldOf(words, FIELDS.size) + 1;
  const entry = deviceEntry(m, id);
  if (entry === undefined) return "device-out-of-range";
  if (isValid && bits > 16) return "too-many-event-bits";
  const known = findDevice(m, id);
  if (known !== undefined) removeDevice(m, known);
  if (isValid) {
    const itt = fieldOf(words, FIELDS.itt) * 0x100;
    m.noticeOutside("itt", itt, 2 ** bits * ENTRY);
    const place = addDevice(m, id, itt, bits);
    return place === undefined ? "no-memory" : undefined;
  }
  if (m.traits.unmapClearsEntry) writeEntry(m, entry, 0, 0);
  return undefined;
}

function mapCollection(m: Machine, words: CommandWords): Skipped | undefined {
  const id = collectionIn(words);
  const target = fieldOf(words, FIELDS.target);
  const isValid = fieldOf(words, FIELDS.valid) === 1;
  if (target >= m.cpus && (isValid || m.traits.unmapNeedsTarget)) return "no-such-cpu";
  if (!isValid) {
    removeCollection(m, id);
    forgetTranslations(m);
    return undefined;
  }
  if (hasCollection(m, id)) {
    retargetCollection(m, id, target + 1);
    return undefined;
  }
  if (!collectionFits(m, id)) return "collection-out-of-range";
  addCollection(m, id, target + 1);
  return undefined;
}

function mapEvent(m: Machine, words: CommandWords, lpi: number): Skipped | undefined {
  const place = findDevice(m, deviceOf(words));
  const event = eventOf(words);
  const collection = collectionIn(words);
  if (place === undefined) return "device-unmapped";
  const problem = eventProblem(m, place, event);
  if (problem !== undefined) return problem;
  if (lpi < FIRST_LPI || lpi >= lpiLimit(m)) return "lpi-out-of-range";
  if (isMapped(m, place, event)) return "event-mapped";
  if (m.traits.sharedLpiRefused && lpiField(m, lpi, LPI.events) !== 0) return "lpi-shared";
  const isNew = !hasCollection(m, collection);
  if (isNew) {
    if (!collectionFits(m, collection)) return "collection-out-of-range";
    addCollection(m, collection, 0);
  }
  const added = addEvent(m, place, event, lpi, collection);
  const failure = added ? mapLpi(m, lpi, collectionTarget(m, collection)) : "ENOMEM";
  if (failure === undefined) return undefined;
  if (added) takeEventBack(m, place, event);
  if (isNew) unlinkCollection(m, collection);
  return added ? "lpi-tables-outside-memory" : "no-memory";
}

function moveEvent(m: Machine, words: CommandWords): Skipped | undefined {
  const found = find(m, words);
  if (typeof found === "string") return found;
  const { place, event } = found;
  if (collectionTarget(m, collectionOf(m, place, event)) === 0) return "collection-unmapped";
  const collection = collectionIn(words);
  const target = collectionTarget(m, collection);
  if (target === 0) return "new-collection-unmapped";
  setEventCollection(m, place, event, collection);
  forgetTranslations(m);
  setLpiTarget(m, eventLpi(m, place, event), target);
  return undefined;
}

function moveAll(m: Machine, words: CommandWords): Skipped | undefined {
  const from = fieldOf(words, FIELDS.target);
  const to = fieldOf(words, FIELDS.newTarget);
  if (from >= m.cpus || to >= m.cpus) return "no-such-cpu";
  if (from === to) return undefined;
  for (const intid of lpisOf(m)) {
    if (m.traits.movallMovesAll || lpiTarget(m, intid) === from + 1) setLpiTarget(m, intid, to + 1);
  }
  forgetTranslations(m);
  return undefined;
}

function discard(m: Machine, words: CommandWords): Skipped | undefined {
  const found = find(m, words);
  if (typeof found === "string") return found;
  const { place, event } = found;
  const collection = collectionOf(m, place, event);
  const isLost = m.traits.discardNeedsTarget
    ? collectionTarget(m, collection) === 0
    : collection === undefined;
  if (isLost) return "collection-unmapped";
  forgetTranslations(m);
  removeEvent(m, place, event);
  if (m.traits.unmapClearsEntry) writeEntry(m, ittAddress(m, place) + event * ENTRY, 0, 0);
  return undefined;
}

function clear(m: Machine, words: CommandWords): Skipped | undefined {
  const found = find(m, words);
  if (typeof found === "string") return found;
  setLpiFlag(m, eventLpi(m, found.place, found.event), LPI_FLAGS.latch, false);
  return undefined;
}

function invalidate(m: Machine, words: CommandWords): Skipped | undefined {
  const found = find(m, words);
  if (typeof found === "string") return found;
  const failure = readConfiguration(m, eventLpi(m, found.place, found.event));
  return failure === undefined ? undefined : "lpi-tables-outside-memory";
}

function invalidateAll(m: Machine, words: CommandWords): Skipped | undefined {
  const target = collectionTarget(m, collectionIn(words));
  if (target === 0) return "collection-unmapped";
  readConfigurations(m, target - 1);
  return undefined;
}

const DEVICE_UNMAPPED = "the device is not mapped";
const EVENT_UNMAPPED = "the event is not mapped";
const EVENT_CHECKS = [DEVICE_UNMAPPED, EVENT_UNMAPPED] as const;
const MAP_CHECKS = [
  DEVICE_UNMAPPED,
  "the event has more bits than the device's events, or its entry in the ITT is not in memory",
  "the LPI is below 8192, or has more bits than GICR_PROPBASER.IDbits says",
  "the event is mapped already: the first mapping stays",
  "the collection is unknown so far and beyond the collection table",
  "the LPI's byte in the configuration table, or in its vCPU's pending table, is not in memory",
] as const;

export const COMMANDS: Readonly<Record<CommandName, CommandRow>> = {
  mapd: {
    name: "mapd",
    opcode: 0x08,
    title: "Map a device",
    fields: ["device", "itt", "size", "valid"],
    doc: "Gives a device a table for its events (ITT), or takes it away with all its events. A device that is mapped already loses its events.",
    checks: ["the device is beyond the device table", "its events have more than 16 bits"],
    run: mapDevice,
  },
  mapc: {
    name: "mapc",
    opcode: 0x09,
    title: "Map a collection",
    fields: ["collection", "target", "valid"],
    doc: "Says which vCPU a collection is for, or forgets it: its events then have none, even after the collection is mapped again.",
    checks: ["no vCPU has the number", "the collection is unknown so far and beyond the collection table"],
    run: mapCollection,
  },
  mapti: {
    name: "mapti",
    opcode: 0x0a,
    title: "Map an event to an LPI",
    fields: ["device", "event", "lpi", "collection"],
    doc: "An MSI of the device with that event makes the LPI pending on the collection's vCPU. The LPI's configuration is read now, and its pending bit moves from memory to the LPI.",
    checks: MAP_CHECKS,
    run: (m, words) => mapEvent(m, words, fieldOf(words, FIELDS.lpi)),
  },
  mapi: {
    name: "mapi",
    opcode: 0x0b,
    title: "Map an event to the LPI of the same number",
    fields: ["device", "event", "collection"],
    doc: "As MAPTI; the event is the LPI's INTID, so it is 8192 or above.",
    checks: MAP_CHECKS,
    run: (m, words) => mapEvent(m, words, eventOf(words)),
  },
  movi: {
    name: "movi",
    opcode: 0x01,
    title: "Move an event to another collection",
    fields: ["device", "event", "collection"],
    doc: "The LPI goes to the other collection's vCPU, what is pending too.",
    checks: [...EVENT_CHECKS, "its collection is not mapped", "the new collection is not mapped"],
    run: moveEvent,
  },
  movall: {
    name: "movall",
    opcode: 0x0e,
    title: "Move all LPIs of a vCPU",
    fields: ["target", "newTarget"],
    doc: "LPIs go from one vCPU to another. Collections stay where they are: a later MAPTI or MOVI goes by them.",
    checks: ["no vCPU has one of the numbers"],
    run: moveAll,
  },
  int: {
    name: "int",
    opcode: 0x03,
    title: "Make an event's LPI pending",
    fields: ["device", "event"],
    doc: "As an MSI of the device with that event.",
    checks: [...EVENT_CHECKS, "its collection is not mapped", "its vCPU has LPIs disabled"],
    run: (m, words) => injectEvent(m, deviceOf(words), eventOf(words)),
  },
  clear: {
    name: "clear",
    opcode: 0x04,
    title: "Make an event's LPI not pending",
    fields: ["device", "event"],
    doc: "What the vCPU has acknowledged stays active.",
    checks: EVENT_CHECKS,
    run: clear,
  },
  inv: {
    name: "inv",
    opcode: 0x0c,
    title: "Read an LPI's configuration again",
    fields: ["device", "event"],
    doc: "After its byte in the configuration table was changed: without it the LPI goes on as before.",
    checks: EVENT_CHECKS,
    run: invalidate,
  },
  invall: {
    name: "invall",
    opcode: 0x0d,
    title: "Read the configuration of all LPIs of a collection's vCPU again",
    fields: ["collection"],
    doc: "Of all LPIs that go to the vCPU now, whatever their collection.",
    checks: ["the collection is not mapped"],
    run: invalidateAll,
  },
  discard: {
    name: "discard",
    opcode: 0x0f,
    title: "Unmap an event",
    fields: ["device", "event"],
    doc: "What is pending already is still delivered.",
    checks: [...EVENT_CHECKS, "its collection is not mapped"],
    run: discard,
  },
  sync: {
    name: "sync",
    opcode: 0x05,
    title: "Wait for a vCPU",
    fields: ["target"],
    doc: "Does nothing: commands are done when GITS_CWRITER is written.",
    checks: [],
    run: () => undefined,
  },
};

/** Whether a word names a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}

const BY_OPCODE = new Map(Object.values(COMMANDS).map((row) => [row.opcode, row]));

/** The command with an opcode; others do nothing. */
export function commandOf(words: CommandWords): CommandRow | undefined {
  return BY_OPCODE.get(fieldOf(words, FIELDS.opcode));
}

/** The words of a command. */
export function encode(command: ItsCommand): CommandWords {
  const words = new Uint32Array(8);
  const set = (field: CommandFieldName, value: number) => setField(words, FIELDS[field], value);
  set("opcode", COMMANDS[command.name].opcode);
  if ("device" in command) set("device", command.device);
  if ("event" in command) set("event", command.event);
  if ("lpi" in command) set("lpi", command.lpi);
  if ("collection" in command) set("collection", command.collection);
  switch (command.name) {
    case "mapd":
      if (command.itt === undefined) break;
      set("itt", command.itt / 0x100);
      set("size", (command.bits ?? 1) - 1);
      set("valid", 1);
      break;
    case "mapc":
      if (command.to === undefined) break;
      set("target", command.to);
      set("valid", 1);
      break;
    case "movall":
      set("target", command.from);
      set("newTarget", command.to);
      break;
    case "sync":
      set("target", command.to);
      break;
  }
  return words;
}
