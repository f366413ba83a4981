/**
 * The part of the state that is mostly empty: guest memory, LPIs, and what the ITS has mapped. Each region has words at
 * fixed places, as the dense part of the state has, and its words are numbered after those of it.
 */

import { MEMORY_PAGE_WORDS } from "./guest-memory.ts";
import { FIRST_LPI } from "./limits.ts";
import { type SparseSnapshot, SparseWords } from "./sparse-words.ts";

/** Words of an LPI, by INTID - 8192. */
export const LPI = {
  /** Bits: see LPI_FLAGS; [15:8] priority; [31:16] target: vCPU + 1, 0 for none. */
  flags: 0,
  /** The vCPU on whose queue it is, + 1; 0 for none. */
  queuedOn: 1,
  /** The slot + 1 of what follows on that queue. */
  next: 2,
  /** How many events are mapped to it. */
  events: 3,
  /** INTID - 8191 of the LPI that was created before, and after; 0 for none. */
  older: 4,
  newer: 5,
} as const;
/** Words of a collection, by its id. */
export const COLLECTION = {
  /** The vCPU + 2; 1 for a collection without a target, 0 for none at all. */
  target: 0,
  /** The id + 1 of the collection that appeared before, and after; 0 for none. */
  previous: 1,
  next: 2,
} as const;
/** Words of a device, by its place: mostly its id. */
export const DEVICE = {
  /** Event bits, 1 to 32; 0 where there is no device. */
  bits: 0,
  id: 1,
  /** Address of the ITT, bits [39:8] and [51:40]. */
  ittLow: 2,
  ittHigh: 3,
  /** How many events are mapped. */
  events: 4,
  /** The place + 1 of the next device with the same id; 0 for none. */
  next: 5,
  /** At the place of an id: the place + 1 of the first device with that id; 0 for none. */
  first: 6,
} as const;
/** Words of an event, by its device's place and its id. */
export const EVENT = {
  /** Bits: see EVENT_FLAGS; [15:0] the collection. */
  flags: 0,
  lpi: 1,
} as const;

export const LPI_FLAGS = { exists: 1 << 0, enabled: 1 << 1, latch: 1 << 2, active: 1 << 3 } as const;
export const EVENT_FLAGS = { exists: 1 << 31, hasCollection: 1 << 30 } as const;

const LPI_WORDS = 8;
const COLLECTION_WORDS = 4;
const DEVICE_WORDS = 8;
const EVENT_WORDS = 2;
/** Places for devices: one an id, and more for those that a restore adds after one with the same id. */
export const DEVICE_PLACES = 1 << 18;
/**
 * Most devices have few events. The first ones of all devices stand together, so that a page has those of many devices;
 * after them come the others, in blocks.
 */
const FIRST_EVENTS = 4;
const EVENT_BLOCK = 128;
/** Translations that stand in one word. */
const TRANSLATION_BITS = 32;
/** Small enough to copy when a checkpoint shares it, large enough that thousands of devices need few. */
const PAGE_WORDS = 256;

export function lpiWord(intid: number, field: number): number {
  return (intid - FIRST_LPI) * LPI_WORDS + field;
}

export function collectionWord(id: number, field: number): number {
  return id * COLLECTION_WORDS + field;
}

export function deviceWord(place: number, field: number): number {
  return place * DEVICE_WORDS + field;
}

export function eventWord(place: number, event: number, field: number): number {
  return eventRecord(place, event) * EVENT_WORDS + field;
}

function eventRecord(place: number, event: number): number {
  if (event < FIRST_EVENTS) return place * FIRST_EVENTS + event;
  const block = Math.floor(event / EVENT_BLOCK) * DEVICE_PLACES + place;
  return FIRST_EVENTS * DEVICE_PLACES + block * EVENT_BLOCK + (event % EVENT_BLOCK);
}

/** The event that a word is of. */
export function eventAt(word: number): { readonly place: number; readonly event: number } {
  const record = Math.floor(word / EVENT_WORDS);
  const later = record - FIRST_EVENTS * DEVICE_PLACES;
  if (later < 0) return { place: Math.floor(record / FIRST_EVENTS), event: record % FIRST_EVENTS };
  const block = Math.floor(later / EVENT_BLOCK);
  const first = Math.floor(block / DEVICE_PLACES) * EVENT_BLOCK;
  return { place: block % DEVICE_PLACES, event: first + (later % EVENT_BLOCK) };
}

/** The first event of those that stand together with one, and the first after them. */
export function eventBlock(event: number): { readonly first: number; readonly end: number } {
  if (event < FIRST_EVENTS) return { first: 0, end: FIRST_EVENTS };
  const start = Math.floor(event / EVENT_BLOCK) * EVENT_BLOCK;
  return { first: Math.max(start, FIRST_EVENTS), end: start + EVENT_BLOCK };
}

/** The word with the translation of an event, and its bit there. */
export function translationBit(
  place: number,
  event: number,
): { readonly word: number; readonly bit: number } {
  const word = Math.floor(event / TRANSLATION_BITS) * DEVICE_PLACES + place;
  return { word, bit: 1 << (event % TRANSLATION_BITS) };
}

/** The first event whose translation is in a word. */
function translatedAt(word: number): { readonly place: number; readonly event: number } {
  return { place: word % DEVICE_PLACES, event: Math.floor(word / DEVICE_PLACES) * TRANSLATION_BITS };
}

/** What a word of the sparse state holds. */
export type SparseMeaning =
  | { readonly kind: "memory"; readonly address: number }
  | { readonly kind: "lpi"; readonly intid: number }
  | { readonly kind: "collection"; readonly collection: number }
  | { readonly kind: "device"; readonly place: number }
  | { readonly kind: "event"; readonly place: number; readonly event: number };

/** The regions in order: how many words each may have. Guest physical addresses have 48 bits. */
const SIZES = {
  memory: 2 ** 46,
  lpis: 2 ** 32 * LPI_WORDS,
  collections: 2 ** 16 * COLLECTION_WORDS,
  devices: DEVICE_PLACES * DEVICE_WORDS,
  events: (2 ** 32 + FIRST_EVENTS) * DEVICE_PLACES * EVENT_WORDS,
  /** The translations that KVM remembers, a bit an event. */
  translations: (2 ** 32 / TRANSLATION_BITS) * DEVICE_PLACES,
} as const;

export type SparseStateSnapshot = readonly SparseSnapshot[];

export class SparseState {
  readonly memory: SparseWords;
  readonly lpis: SparseWords;
  readonly collections: SparseWords;
  readonly devices: SparseWords;
  readonly events: SparseWords;
  readonly translations: SparseWords;
  readonly #regions: readonly SparseWords[];

  /**
   * @param base the index of the first word among all words of the state
   * @param changes takes note of the index of each word that changes
   */
  constructor(base: number, changes: number[]) {
    let at = base;
    const region = (size: number, pageWords: number) => {
      const words = new SparseWords(at, pageWords, changes);
      at += size;
      return words;
    };
    this.memory = region(SIZES.memory, MEMORY_PAGE_WORDS);
    this.lpis = region(SIZES.lpis, PAGE_WORDS);
    this.collections = region(SIZES.collections, PAGE_WORDS);
    this.devices = region(SIZES.devices, PAGE_WORDS);
    this.events = region(SIZES.events, PAGE_WORDS);
    this.translations = region(SIZES.translations, PAGE_WORDS);
    this.#regions = [this.memory, this.lpis, this.collections, this.devices, this.events, this.translations];
  }

  /** The word at an index among all words of the state. */
  word(index: number): number {
    const region = this.#regionOf(index);
    return region.get(index - region.base);
  }

  setWord(index: number, value: number): void {
    const region = this.#regionOf(index);
    region.set(index - region.base, value);
  }

  meaning(index: number): SparseMeaning {
    const region = this.#regionOf(index);
    const at = index - region.base;
    if (region === this.memory) return { kind: "memory", address: at * 4 };
    if (region === this.lpis) return { kind: "lpi", intid: FIRST_LPI + Math.floor(at / LPI_WORDS) };
    if (region === this.collections)
      return { kind: "collection", collection: Math.floor(at / COLLECTION_WORDS) };
    if (region === this.devices) return { kind: "device", place: Math.floor(at / DEVICE_WORDS) };
    return { kind: "event", ...(region === this.events ? eventAt(at) : translatedAt(at)) };
  }

  /** Empties all regions, of guest memory only where it does not stay. */
  clear(keepsMemory: boolean): void {
    for (const region of this.#regions) if (region !== this.memory || !keepsMemory) region.clear();
  }

  /** The state of another with the same regions becomes this one's. */
  share(other: SparseState): void {
    this.restore(other.snapshot());
  }

  snapshot(): SparseStateSnapshot {
    return this.#regions.map((region) => region.snapshot());
  }

  restore(snapshot: SparseStateSnapshot): void {
    this.#regions.forEach((region, i) => {
      region.restore(snapshot[i]);
    });
  }

  equals(snapshot: SparseStateSnapshot): boolean {
    return this.#regions.every((region, i) => region.equals(snapshot[i]));
  }

  #regionOf(index: number): SparseWords {
    return this.#regions.findLast(({ base }) => index >= base) ?? this.memory;
  }
}
