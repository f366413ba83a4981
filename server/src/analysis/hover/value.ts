/** What a value is: in every base, as fields or interrupts, and the state of those interrupts; as Markdown. */

import { Environment } from "../../program/environment.ts";
import type { Operation } from "../../program/operation.ts";
import type { Setup } from "../../program/setup.ts";
import type { PlacedEvaluation } from "../../rules/operations.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { FIRST_LPI } from "../../vgic/limits.ts";
import { decode, interruptsOf, intidsIn, valuePlaceOf } from "../decode.ts";
import type { Role } from "../part.ts";
import { interruptName, interruptState } from "../state/interrupt-state.ts";
import { idsNamed, translationState } from "../state/its-state.ts";
import { type Column, table, variantColumns } from "../table.ts";
import { type Interrupt, sgisSent } from "./sgi-targets.ts";

const mostStates = 4;

/** A number in every base, with the bits that are set. */
export function numberLine(value: bigint): string {
  const bits = setBits(value);
  const digits = value.toString(2);
  const first = digits.slice(0, digits.length % 4);
  const nibbles = digits.slice(first.length).match(/.{4}/g) ?? [];
  const binary = `0b${[...(first === "" ? [] : [first]), ...nibbles].join("_")}`;
  const shown =
    bits.length === 0 || bits.length > 16 ? "" : ` · bit${bits.length > 1 ? "s" : ""} ${bits.join(", ")}`;
  return `\`${value}\` · \`0x${value.toString(16)}\` · \`${binary}\`${shown}`;
}

/** What the value of an operation says: its fields or interrupts. Empty when it is only a number. */
export function meaningSection(value: bigint, role: Role, operation: Operation): string {
  const place = valuePlaceOf(operation);
  if (place === undefined || !isOfRegister(role)) return "";
  const cells = decode(value, place).filter(({ name }) => name !== "INTIDs with 0");
  return cells.length === 0 ? "" : table([{ heading: place.register.name, cells }]);
}

/** The interrupts that a value stands for in an operation. */
export function interruptsMeant(value: bigint, role: Role, operation: Operation, setup: Setup): Interrupt[] {
  const cpu = cpuMeant(operation, setup);
  if (role === "interrupt") return [{ cpu, intid: Number(value) }];
  const place = valuePlaceOf(operation);
  if (place === undefined) return [];
  if (role === "offset") return interruptsAccessed(operation, setup);
  if (!isOfRegister(role)) return [];
  const sent = role === "written" ? sgisSent(place.register.name, value, cpu, setup) : undefined;
  return sent ?? intidsIn(value, place).map((intid) => ({ cpu, intid }));
}

/** The interrupts whose state an access of a register shows, when they are few. */
export function interruptsAccessed(operation: Operation, setup: Setup): Interrupt[] {
  const place = valuePlaceOf(operation);
  const held = place && interruptsOf(place);
  if (held === undefined || held.count > mostStates) return [];
  const cpu = cpuMeant(operation, setup);
  return Array.from({ length: held.count }, (_, i) => ({ cpu, intid: held.first + i }));
}

/** The vCPU whose private interrupts an operation means. */
export function cpuMeant(operation: Operation, setup: Setup): number {
  if (operation.kind === "mmio")
    return new Environment(setup).placeOf(operation.address, operation.width)?.cpu ?? operation.cpu;
  return "cpu" in operation ? (operation.cpu ?? 0) : 0;
}

/**
 * The whole state of some interrupts once `done` operations of the scenario are done, under each revision where it
 * differs. Empty when there are none, or too many for a table.
 */
export function statesSection(
  { evaluation }: PlacedEvaluation,
  done: number,
  interrupts: readonly Interrupt[],
): string {
  const { setup } = evaluation.scenario;
  const isKnown = ({ intid }: Interrupt) => intid < setup.irqs || (intid >= FIRST_LPI && setup.its === true);
  const known = interrupts.filter(isKnown);
  if (known.length === 0 || known.length > mostStates) return "";
  const vgics = evaluation.stateBefore(done);
  const declared = itemAt(vgics, 0);
  const ids = evaluation.variants.map(({ id }) => id);
  const columns = known.flatMap(({ cpu, intid }): Column[] => {
    const slot = declared.layout.slot(cpu, intid);
    const title = interruptName(declared, slot);
    const merged = variantColumns(
      ids,
      vgics.map((vgic) => interruptState(vgic, slot)),
    );
    const isOne = merged.length === 1;
    return merged.map(({ heading, cells }) => ({ heading: isOne ? title : `${title}, ${heading}`, cells }));
  });
  return table(columns);
}

/**
 * What the ids that a command or an MSI names mean to the ITS once `done` operations of the scenario are done, under each
 * variant where it differs. Empty where an operation names none.
 */
export function translationSection(
  { evaluation }: PlacedEvaluation,
  done: number,
  operation: Operation,
): string {
  const named = idsNamed(operation);
  if (named === undefined) return "";
  const ids = evaluation.variants.map(({ id }) => id);
  const columns = variantColumns(
    ids,
    evaluation.stateBefore(done).map((vgic) => translationState(vgic, named)),
  );
  if (columns.every(({ cells }) => cells.length === 0)) return "";
  return table(columns.length === 1 ? columns.map(({ cells }) => ({ heading: "", cells })) : columns);
}

function isOfRegister(role: Role): boolean {
  return role === "written" || role === "expected" || role === "mask";
}

function setBits(value: bigint): number[] {
  return Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (value >> BigInt(bit)) & 1n);
}
