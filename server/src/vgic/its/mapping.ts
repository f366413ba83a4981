/**
 * What the ITS has mapped: devices with their events, and collections. KVM keeps lists; here each stands at a place of its
 * own, so that finding one costs the same however many there are.
 */
import { setLpiTarget, unmapLpi } from "../lpis.ts";
import type { Machine } from "../machine.ts";
import {
  COLLECTION,
  collectionWord,
  DEVICE,
  DEVICE_PLACES,
  deviceWord,
  EVENT,
  EVENT_FLAGS,
  eventAt,
  eventBlock,
  eventWord,
} from "../sparse-state.ts";
import { VM } from "../state.ts";
import { mappings } from "./its-state.ts";
import { forgetTranslations } from "./translation-cache.ts";

/** Places for devices that have an id of their own: 16 bits. */
const IDS = 1 << 16;
/** So that a trace cannot fill the memory of whoever runs it. A kernel would run out of it, too. */
const MOST_EVENTS = 1 << 20;

/** Where an event is. */
type Place = readonly [place: number, event: number];

function device(m: Machine, place: number, field: number): number {
  return mappings(m).devices.get(deviceWord(place, field));
}

function setDevice(m: Machine, place: number, field: number, value: number): void {
  mappings(m).devices.set(deviceWord(place, field), value);
}

/** The place of the device with an id, of the first one if there are several; undefined if there is none. */
export function findDevice(m: Machine, id: number): number | undefined {
  if (id >= IDS) return undefined;
  const first = device(m, id, DEVICE.first);
  return first === 0 ? undefined : first - 1;
}

export function deviceId(m: Machine, place: number): number {
  return device(m, place, DEVICE.id);
}

/** How many bits the events of a device have. */
export function eventBits(m: Machine, place: number): number {
  return device(m, place, DEVICE.bits);
}

/** The address of a device's interrupt translation table. */
export function ittAddress(m: Machine, place: number): number {
  return device(m, place, DEVICE.ittHigh) * 2 ** 40 + device(m, place, DEVICE.ittLow) * 2 ** 8;
}

/** Adds a device, after others with its id. Undefined if there is no room for so many with ids that others have. */
export function addDevice(m: Machine, id: number, itt: number, bits: number): number | undefined {
  let place = id;
  if (device(m, id, DEVICE.bits) !== 0) {
    place = IDS + m.state.vm(VM.duplicateDevices);
    if (place >= DEVICE_PLACES) return undefined;
    m.state.setVm(VM.duplicateDevices, place - IDS + 1);
  }
  setDevice(m, place, DEVICE.bits, bits);
  setDevice(m, place, DEVICE.id, id);
  setDevice(m, place, DEVICE.ittLow, Math.floor(itt / 2 ** 8) % 2 ** 32);
  setDevice(m, place, DEVICE.ittHigh, Math.floor(itt / 2 ** 40));
  const first = findDevice(m, id);
  if (first === undefined) setDevice(m, id, DEVICE.first, place + 1);
  else setDevice(m, lastInChain(m, first), DEVICE.next, place + 1);
  return place;
}

function lastInChain(m: Machine, first: number): number {
  let place = first;
  for (let next = device(m, place, DEVICE.next); next !== 0; next = device(m, place, DEVICE.next))
    place = next - 1;
  return place;
}

/** Devices with the same id stand the other way round from now on. */
export function reverseDuplicates(m: Machine): void {
  if (m.state.vm(VM.duplicateDevices) === 0) return;
  for (const id of new Set(devicesOf(m).map((place) => deviceId(m, place)))) {
    let turned = 0;
    for (let next = device(m, id, DEVICE.first); next !== 0; ) {
      const following = device(m, next - 1, DEVICE.next);
      setDevice(m, next - 1, DEVICE.next, turned);
      turned = next;
      next = following;
    }
    setDevice(m, id, DEVICE.first, turned);
  }
}

/** The devices with an id, first one first. */
export function devicesWithId(m: Machine, id: number): number[] {
  const places: number[] = [];
  for (let next = device(m, id, DEVICE.first); next !== 0; next = device(m, next - 1, DEVICE.next))
    places.push(next - 1);
  return places;
}

/** Forgets a device and its events. */
export function removeDevice(m: Machine, place: number): void {
  for (const event of eventsOf(m, place)) removeEvent(m, place, event);
  forgetTranslations(m);
  const id = deviceId(m, place);
  const following = device(m, place, DEVICE.next);
  const first = findDevice(m, id);
  if (first === place || first === undefined) setDevice(m, id, DEVICE.first, following);
  else {
    let before = first;
    while (device(m, before, DEVICE.next) !== place + 1) before = device(m, before, DEVICE.next) - 1;
    setDevice(m, before, DEVICE.next, following);
  }
  for (const field of Object.values(DEVICE)) if (field !== DEVICE.first) setDevice(m, place, field, 0);
}

/** The places of all devices. */
export function devicesOf(m: Machine): number[] {
  const { devices } = mappings(m);
  const places: number[] = [];
  const end = deviceWord(DEVICE_PLACES, 0);
  for (let word = devices.nextNonZero(0, end); word < end; ) {
    const place = Math.floor(word / deviceWord(1, 0));
    if (device(m, place, DEVICE.bits) !== 0) places.push(place);
    word = devices.nextNonZero(deviceWord(place + 1, 0), end);
  }
  return places;
}

export function removeDevices(m: Machine): void {
  for (const place of devicesOf(m)) removeDevice(m, place);
  m.state.setVm(VM.duplicateDevices, 0);
}

/** The words of an event; `flags` is 0 where nothing is mapped. */
export function eventFlags(m: Machine, place: number, event: number): number {
  return mappings(m).events.get(eventWord(place, event, EVENT.flags));
}

export function eventLpi(m: Machine, place: number, event: number): number {
  return mappings(m).events.get(eventWord(place, event, EVENT.lpi));
}

export function isMapped(m: Machine, place: number, event: number): boolean {
  return eventFlags(m, place, event) !== 0;
}

/** The collection of an event; undefined where it has lost it. */
export function collectionOf(m: Machine, place: number, event: number): number | undefined {
  const flags = eventFlags(m, place, event);
  return (flags & EVENT_FLAGS.hasCollection) === 0 ? undefined : flags & 0xffff;
}

/** Adds an event. False if there is no room for more. */
export function addEvent(m: Machine, place: number, event: number, lpi: number, collection: number): boolean {
  const count = m.state.vm(VM.mappedEvents);
  if (count >= MOST_EVENTS) return false;
  m.state.setVm(VM.mappedEvents, count + 1);
  setDevice(m, place, DEVICE.events, device(m, place, DEVICE.events) + 1);
  setEventCollection(m, place, event, collection);
  mappings(m).events.set(eventWord(place, event, EVENT.lpi), lpi);
  return true;
}

/** @param collection undefined: the event has lost it */
export function setEventCollection(
  m: Machine,
  place: number,
  event: number,
  collection: number | undefined,
): void {
  const of = collection === undefined ? 0 : EVENT_FLAGS.hasCollection | collection;
  mappings(m).events.set(eventWord(place, event, EVENT.flags), EVENT_FLAGS.exists | of);
}

/** Forgets an event, and its LPI if nothing else needs that. */
export function removeEvent(m: Machine, place: number, event: number): void {
  const lpi = eventLpi(m, place, event);
  takeEventBack(m, place, event);
  unmapLpi(m, lpi);
}

/** Forgets an event that has got no LPI. */
export function takeEventBack(m: Machine, place: number, event: number): void {
  const { events } = mappings(m);
  events.set(eventWord(place, event, EVENT.flags), 0);
  events.set(eventWord(place, event, EVENT.lpi), 0);
  setDevice(m, place, DEVICE.events, device(m, place, DEVICE.events) - 1);
  m.state.setVm(VM.mappedEvents, m.state.vm(VM.mappedEvents) - 1);
}

/** The events of a device in order. */
export function eventsOf(m: Machine, place: number): number[] {
  const { events } = mappings(m);
  const count = device(m, place, DEVICE.events);
  const found: number[] = [];
  for (let event = 0; found.length < count; ) {
    const word = events.nextNonZero(eventWord(place, event, 0), Number.MAX_SAFE_INTEGER);
    const next = eventAt(word);
    // Events stand in blocks, a block of every device before the next one of any: it may be another device's.
    if (next.place < place) event = eventBlock(next.event).first;
    else if (next.place > place) event = eventBlock(next.event).end;
    else {
      if (isMapped(m, place, next.event)) found.push(next.event);
      event = next.event + 1;
    }
  }
  return found;
}

function collection(m: Machine, id: number, field: number): number {
  return mappings(m).collections.get(collectionWord(id, field));
}

function setCollection(m: Machine, id: number, field: number, value: number): void {
  mappings(m).collections.set(collectionWord(id, field), value);
}

export function hasCollection(m: Machine, id: number): boolean {
  return collection(m, id, COLLECTION.target) !== 0;
}

/** The vCPU that a collection is for (n+1; 0: none, or there is no such collection). */
export function collectionTarget(m: Machine, id: number | undefined): number {
  return id === undefined ? 0 : Math.max(collection(m, id, COLLECTION.target) - 1, 0);
}

/** Adds a collection after all others. @param target n+1 for vCPU n; 0: none */
export function addCollection(m: Machine, id: number, target: number): void {
  const last = m.state.vm(VM.lastCollection);
  setCollection(m, id, COLLECTION.target, target + 1);
  setCollection(m, id, COLLECTION.previous, last);
  if (last === 0) m.state.setVm(VM.firstCollection, id + 1);
  else setCollection(m, last - 1, COLLECTION.next, id + 1);
  m.state.setVm(VM.lastCollection, id + 1);
}

/** A collection is for another vCPU now, and so are the LPIs of its events. @param target n+1 for vCPU n */
export function retargetCollection(m: Machine, id: number, target: number): void {
  setCollection(m, id, COLLECTION.target, target + 1);
  for (const [place, event] of eventsIn(m, id)) setLpiTarget(m, eventLpi(m, place, event), target);
}

/** Forgets a collection, if there is such a one. Its events stay and have none. */
export function removeCollection(m: Machine, id: number): void {
  if (!hasCollection(m, id)) return;
  loseCollection(m, eventsIn(m, id));
  unlinkCollection(m, id);
}

/** Events have no collection any more. */
function loseCollection(m: Machine, events: readonly Place[]): void {
  for (const [place, event] of events) setEventCollection(m, place, event, undefined);
  if (events.length === 0) return;
  const [[place, event]] = events;
  m.notices.push({ kind: "events-lost", device: deviceId(m, place), event, others: events.length - 1 });
}

/** Forgets a collection that no event has. */
export function unlinkCollection(m: Machine, id: number): void {
  const previous = collection(m, id, COLLECTION.previous);
  const next = collection(m, id, COLLECTION.next);
  if (previous === 0) m.state.setVm(VM.firstCollection, next);
  else setCollection(m, previous - 1, COLLECTION.next, next);
  if (next === 0) m.state.setVm(VM.lastCollection, previous);
  else setCollection(m, next - 1, COLLECTION.previous, previous);
  for (const field of Object.values(COLLECTION)) setCollection(m, id, field, 0);
}

/** Forgets all collections. Events stay and have none. */
export function removeCollections(m: Machine): void {
  const events = devicesOf(m).flatMap((place) => eventsOf(m, place).map((event): Place => [place, event]));
  loseCollection(
    m,
    events.filter(([place, event]) => collectionOf(m, place, event) !== undefined),
  );
  for (const id of collectionsOf(m)) unlinkCollection(m, id);
}

/** The ids of all collections, in the order in which they appeared. */
export function collectionsOf(m: Machine): number[] {
  const ids: number[] = [];
  for (let next = m.state.vm(VM.firstCollection); next !== 0; next = collection(m, next - 1, COLLECTION.next))
    ids.push(next - 1);
  return ids;
}

function eventsIn(m: Machine, id: number): Place[] {
  return devicesOf(m).flatMap((place) =>
    eventsOf(m, place)
      .filter((event) => collectionOf(m, place, event) === id)
      .map((event): Place => [place, event]),
  );
}
