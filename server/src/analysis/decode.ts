/** What a value of a register says: its fields, or the interrupts that its bits stand for. */

import { type Operation, widthOf } from "../program/operation.ts";
import { firstByteOf, type InterruptsHeld, interruptsHeld } from "../rules/operations.ts";
import { hex } from "../rules/words.ts";
import { FIRST_LPI, FIRST_SPECIAL } from "../vgic/limits.ts";
import type { Field, RegisterMatch } from "../vgic/registers/register-table.ts";
import type { Cell } from "./table.ts";

/** Where a value lies: `width` bytes from byte `byte` of a register. */
export interface ValuePlace {
  readonly register: RegisterMatch;
  readonly byte: number;
  readonly width: number;
}

/** Where the value of an operation lies; undefined when it is not about a register. */
export function valuePlaceOf(operation: Operation): ValuePlace | undefined {
  const register = "register" in operation ? operation.register : undefined;
  return register && { register, byte: firstByteOf(operation), width: widthOf(operation) };
}

/** The interrupts that a value is about; undefined when its register is not about single interrupts. */
export function interruptsOf({ register, byte, width }: ValuePlace): InterruptsHeld | undefined {
  return interruptsHeld(register, byte, width);
}

/** What a value says, a row a field or kind of interrupt. */
export function decode(value: bigint, place: ValuePlace): Cell[] {
  const { fields } = place.register.row;
  if (fields.length > 0) return fields.flatMap((field) => decodeField(value, field, place));
  const held = interruptsOf(place);
  if (held === undefined) return [];
  switch (held.bits) {
    case 1:
      return [
        { name: "INTIDs with 1", text: intidWords(withBits(value, held, 1n)) },
        { name: "INTIDs with 0", text: intidWords(withBits(value, held, 0n)) },
      ];
    case 2:
      return [
        { name: "edge", text: intidWords(withBits(value >> 1n, held, 1n)) },
        { name: "level", text: intidWords(withBits(value >> 1n, held, 0n)) },
      ];
    default:
      return Array.from({ length: held.count }, (_, i) => ({
        name: `INTID ${held.first + i}`,
        text: hex((value >> BigInt(i * held.bits)) & ((1n << BigInt(held.bits)) - 1n), held.bits / 8),
      }));
  }
}

/** The INTIDs that the set bits of a value stand for, and of a field named INTID its value; at most 64. */
export function intidsIn(value: bigint, place: ValuePlace): number[] {
  const held = interruptsOf(place);
  if (held !== undefined) return held.bits > 2 ? intidsHeld(held) : withAnyBit(value, held);
  const field = place.register.row.fields.find(({ name, low }) => name === "INTID" && low === 0);
  if (field === undefined) return [];
  const intid = Number((value >> BigInt(field.low)) & maskOf(field));
  return intid < FIRST_SPECIAL || intid >= FIRST_LPI ? [intid] : [];
}

/** "32–35, 40"; "none". */
export function intidWords(intids: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const intid of intids) {
    const run = runs[runs.length - 1];
    if (run !== undefined && run.last === intid - 1) run.last = intid;
    else runs.push({ first: intid, last: intid });
  }
  if (runs.length === 0) return "none";
  return runs.map(({ first, last }) => (first === last ? String(first) : `${first}–${last}`)).join(", ");
}

/** Bits of a field: "[23:16]", "[4]". */
export function bitsWords({ high, low }: Field): string {
  return high === low ? `[${low}]` : `[${high}:${low}]`;
}

function decodeField(value: bigint, field: Field, { byte, width }: ValuePlace): Cell[] {
  const low = field.low - byte * 8;
  if (low < 0 || low >= width * 8) return [];
  const part = (value >> BigInt(low)) & maskOf(field);
  const text = part < 10n || field.name === "INTID" ? part.toString() : `0x${part.toString(16)}`;
  return [{ name: `${field.name} ${bitsWords(field)}`, text }];
}

function maskOf({ high, low }: Field): bigint {
  return (1n << BigInt(high - low + 1)) - 1n;
}

/** The interrupts whose lowest bit of a value is `bit`. */
function withBits(value: bigint, held: InterruptsHeld, bit: bigint): number[] {
  return intidsHeld(held).filter((_, i) => ((value >> BigInt(i * held.bits)) & 1n) === bit);
}

function withAnyBit(value: bigint, held: InterruptsHeld): number[] {
  const mask = (1n << BigInt(held.bits)) - 1n;
  return intidsHeld(held).filter((_, i) => ((value >> BigInt(i * held.bits)) & mask) !== 0n);
}

function intidsHeld({ first, count }: InterruptsHeld): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}
