/** What a guest could notice of its vGIC at a point in time: what its registers read, and what it would be given. */

import { FRAMES, type Frame, isInMemory } from "../vgic/frame-table.ts";
import type { VgicOptions } from "../vgic/options.ts";
import { interruptsAt, type RegisterRow } from "../vgic/registers/register-table.ts";
import { registers } from "../vgic/registers/registers.ts";
import type { Vgic } from "../vgic/vgic.ts";
import { interruptsOffered } from "./offer.ts";

/** A register that the guest can read, and where. */
export interface Look {
  /** As a trace would name it: "GICR_CTLR@cpu1". */
  readonly name: string;
  readonly frame: Frame;
  /** The vCPU that owns the register; 0 for one that all share. */
  readonly cpu: number;
  /** Bytes in the frame; the code of a system register. */
  readonly offset: number;
  /** Bytes. */
  readonly width: 4 | 8;
  readonly showsRevision: boolean;
}

export interface Observation {
  /** What each register read, in the order of the looks. */
  readonly values: readonly bigint[];
  /** By vCPU: what it would acknowledge with nothing masked, in that order: "IRQ 40", "FIQ 33". */
  readonly offered: readonly (readonly string[])[];
}

/** Reading the others acts, or shows what `offered` does, or the state of another register once more. */
function isLookedAt({ role, clears }: RegisterRow): boolean {
  return role === undefined && clears === undefined;
}

/** Everything that a guest can read without acting, in the order of the tables. */
export function looksOf({ model, cpus, irqs, its = false }: VgicOptions): Look[] {
  const index = registers(model);
  const everyCpu = Array.from({ length: cpus }, (_, cpu) => cpu);
  const looks: Look[] = [];
  for (const name of index.names()) {
    const match = index.find(name);
    if (!match || !isLookedAt(match.row)) continue;
    const { row, offset } = match;
    if (row.frame === "GITS" && !its) continue;
    if (FRAMES[row.frame].addressedBy === "intid" || !row.behaviour.read) continue;
    const held = interruptsAt(row, offset, row.size);
    const isPrivate = FRAMES[row.frame].isPrivate || (held !== undefined && held.first < 32);
    if (held && row.frame === "GICD" && (held.first >= irqs || (model === "v3" && isPrivate))) continue;
    for (const cpu of isPrivate ? everyCpu : [0]) {
      const shown = isPrivate && cpus > 1 ? `${name}@cpu${cpu}` : name;
      const showsRevision = row.showsRevision === true;
      looks.push({ name: shown, frame: row.frame, cpu, offset, width: row.size, showsRevision });
    }
  }
  return looks;
}

/** Looks at a VM as its guest would. The VM itself is left alone. */
export function observe(vgic: Vgic, looks: readonly Look[]): Observation {
  const guest = vgic.copy();
  guest.settle();
  const values = looks.map(({ frame, cpu, offset, width }) => {
    if (frame === "ICC") guest.readSystemRegister(cpu, offset);
    else if (isInMemory(frame)) guest.guestRead(cpu, guest.addressOf(frame, cpu, offset), width);
    return guest.value;
  });
  return { values, offered: interruptsOffered(guest) };
}
