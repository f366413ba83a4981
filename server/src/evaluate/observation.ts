/** What a guest could notice of its vGIC at a point in time: what its registers read, and what it would be given. */

import { FRAMES, type Frame, isInMemory } from "../vgic/frame-table.ts";
import type { MappedEvent } from "../vgic/its/view.ts";
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
  /** What an MSI of each event that was asked about comes to: "LPI 8192 of cpu0, priority 0xa0", "nothing". */
  readonly msis: readonly string[];
}

/** An event that a device would write as an MSI. */
export type Msi = Pick<MappedEvent, "device" | "event">;

/** So that looking at a VM costs the same however many events are mapped: those of the first devices. */
const MOST_EVENTS = 1024;

/** The events whose MSIs get somewhere. */
export function msisOf({ its }: Vgic): Msi[] {
  return its?.events(MOST_EVENTS) ?? [];
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

/** What an MSI comes to, on a VM that is used up by it. */
function msiText(vgic: Vgic, { device, event }: Msi): string {
  const ending = vgic.signalMsi(device, event);
  if (ending !== "ok") return ending;
  const intid = vgic.low === 0 ? undefined : vgic.its?.event(device, event)?.lpi;
  const lpi = intid === undefined ? undefined : vgic.its?.lpi(intid);
  if (lpi === undefined) return "nothing";
  const { enabled, priority, cpu } = lpi;
  const target = cpu === undefined ? "" : ` of cpu${cpu}`;
  return `LPI ${lpi.intid}${target}${enabled ? "" : ", disabled"}, priority 0x${priority.toString(16)}`;
}

/** Looks at a VM as its guest would. The VM itself is left alone. @param msis the events that are asked about */
export function observe(vgic: Vgic, looks: readonly Look[], msis: readonly Msi[]): Observation {
  const guest = vgic.copy();
  guest.settle();
  const values = looks.map(({ frame, cpu, offset, width }) => {
    if (frame === "ICC") guest.readSystemRegister(cpu, offset);
    else if (isInMemory(frame)) guest.guestRead(cpu, guest.addressOf(frame, cpu, offset), width);
    return guest.value;
  });
  const signalled = msis.length === 0 ? guest : vgic.copy();
  return {
    values,
    offered: interruptsOffered(guest),
    msis: msis.map((msi) => msiText(signalled, msi)),
  };
}
