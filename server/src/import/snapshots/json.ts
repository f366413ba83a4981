/** JSON from outside: bounded, with 64-bit integers kept, and read piece by piece with the place of what is wrong. */
import { decode } from "cborg/json";
import { NotAsSpecified } from "./snapshot.ts";

/** Of a text, in bytes. */
export const MOST_JSON = 32 << 20;
const MOST_DEPTH = 64;
const MOST_CONTAINERS = 1_000_000;

/** Why a text is no JSON that is read; undefined if it may be. */
export function jsonTooDeep(bytes: Uint8Array): string | undefined {
  let depth = 0;
  let containers = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      containers++;
      if (depth > MOST_DEPTH) return `its JSON is nested more than ${MOST_DEPTH} deep at byte ${i}`;
      if (containers > MOST_CONTAINERS) return `its JSON has more than ${MOST_CONTAINERS} objects and arrays`;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return undefined;
}

/** The value of a text whose integers may have 64 bits. */
export function parseJson(text: string, what: string): unknown {
  const bytes = new TextEncoder().encode(text);
  const why = jsonTooDeep(bytes);
  if (why !== undefined) throw new NotAsSpecified(`${what}: ${why}`);
  try {
    const value: unknown = decode(bytes, { allowBigInt: true });
    return value;
  } catch (error) {
    throw new NotAsSpecified(`${what} is no JSON: ${error instanceof Error ? error.message : "unreadable"}`);
  }
}

/** An object's property; undefined for what is no object or has none. */
export function member(value: unknown, name: string): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

/** The names of an object's properties. */
export function membersOf(value: unknown): string[] {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
}

/** An unsigned integer of so many bits. */
export function unsigned(value: unknown, bits: 32 | 64, what: string): bigint {
  const isInteger = typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
  const number = isInteger ? BigInt(value) : -1n;
  if (number >= 0n && number < 1n << BigInt(bits)) return number;
  throw new NotAsSpecified(`${what} is ${shown(value)}, not an unsigned number of ${bits} bits`);
}

/** A list of unsigned integers. */
export function unsignedList(value: unknown, bits: 32 | 64, what: string): bigint[] {
  if (!Array.isArray(value)) throw new NotAsSpecified(`${what} is ${shown(value)}, not a list of numbers`);
  return value.map((item: unknown, i) => unsigned(item, bits, `${what}[${i}]`));
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return `${value}`;
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return Array.isArray(value) ? "a list" : "an object";
}
