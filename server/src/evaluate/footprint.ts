/** What an operation touches, and with that which earlier operations a difference in it comes from. */

import type { Operation } from "../program/operation.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { FIRST_LPI, FIRST_SPECIAL } from "../vgic/limits.ts";
import { interruptsAt, type RegisterRow } from "../vgic/registers/register-table.ts";
import type { Vgic } from "../vgic/vgic.ts";
import type { Divergence, Footprint } from "./divergence.ts";
import type { Outcomes } from "./outcomes.ts";

/** The root causes of a differing answer; none where only the revision itself is to blame. */
export function causesOf(
  operation: Operation,
  index: number,
  variant: number,
  decidedOtherwise: boolean,
  divergence: Divergence,
  outcomes: Outcomes,
  vgic: Vgic,
): readonly number[] {
  if (decidedOtherwise) return divergence.revisionCauses();
  const footprint = footprintOf(operation, vgic);
  const returned = returnedInterrupts(operation, index, variant, outcomes);
  if (returned.length === 0) return divergence.causesOf(footprint);
  const cpu = footprint.cpu ?? 0;
  return divergence.causesOf({ cpu, slots: returned.map((intid) => vgic.layout.slot(cpu, intid)) });
}

/** What an operation touches. */
export function footprintOf(operation: Operation, vgic: Vgic): Footprint {
  switch (operation.kind) {
    case "mmio": {
      const { register, address, width } = operation;
      const place = vgic.locate(address, width);
      if (!register || !place) return { cpu: operation.cpu };
      const { cpu = operation.cpu, offset } = place;
      return { cpu, slots: slotsOf(vgic, cpu, register.row, offset, width) };
    }
    case "user": {
      const { cpu, register, offset } = operation;
      if (!register) return { cpu };
      // LEVEL_INFO is named by INTID; its row holds a word for 32 of them.
      const at = register.row.frame === "LEVEL" ? offset / 8 : offset;
      return { cpu, slots: slotsOf(vgic, cpu, register.row, at, 4) };
    }
    case "line":
      return { cpu: operation.cpu, slots: [vgic.layout.slot(operation.cpu ?? 0, operation.intid)] };
    case "msi": {
      const lpi = vgic.its?.event(operation.device, operation.event)?.lpi;
      return lpi === undefined ? {} : { slots: [vgic.layout.slot(0, lpi)] };
    }
    case "sysreg":
    case "run":
      return { cpu: operation.cpu };
    case "its-command":
    case "memory":
    case "memory-fill":
    case "tables":
    case "setting":
    case "init":
    case "settle":
    case "new-vm":
    case "migrate":
      return {};
    default:
      return unreachable(operation);
  }
}

function slotsOf({ layout }: Vgic, cpu: number, row: RegisterRow, offset: number, width: number): number[] {
  const slots: number[] = [];
  const interrupts = interruptsAt(row, offset, width);
  for (let i = 0; interrupts && i < interrupts.count; i++) {
    const intid = interrupts.first + i;
    if (intid < layout.irqs) slots.push(layout.slot(cpu, intid));
  }
  return slots;
}

/** The INTIDs that an acknowledge gave under either variant. */
function returnedInterrupts(
  operation: Operation,
  index: number,
  variant: number,
  outcomes: Outcomes,
): number[] {
  const register = operation.kind === "mmio" || operation.kind === "sysreg" ? operation.register : undefined;
  const role = register?.row.role;
  if (role !== "acknowledge" && role !== "highest-pending") return [];
  const intids: number[] = [];
  for (const v of [0, variant]) {
    const outcome = outcomes.at(index, v);
    if (outcome.value === undefined) continue;
    // GICC_IAR has the sender of an SGI above its INTID.
    const intid = Number(outcome.value & (register?.row.frame === "GICC" ? 0x3ffn : 0xff_ffffn));
    if (intid < FIRST_SPECIAL || intid >= FIRST_LPI) intids.push(intid);
  }
  return intids;
}
