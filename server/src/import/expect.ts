/** What of an observed answer a trace can ask for. */

import type { Frame } from "../vgic/frame-table.ts";
import type { RegisterRow } from "../vgic/registers/register-table.ts";

/** What the log shows of what leads to an answer. */
export interface Knowledge {
  /** The answers are QEMU's own model's. */
  readonly stimulusOnly: boolean;
  /** Events are missing before this one. */
  readonly lost: boolean;
  /** Accesses of the guest show. */
  readonly guest: boolean;
}

/** What is read. */
export interface AskedPlace {
  readonly frame: Frame;
  /** Absent in a gap between registers. */
  readonly row?: RegisterRow;
}

/** How a line ends: an outcome, words for its comment, both. */
export interface Asked {
  readonly outcome: string;
  /** What a `vgic-ignore[expectation]` is to say. */
  readonly ignore?: string;
  readonly remark?: string;
}

/** Registers whose value follows from acknowledgements, which do not trap. */
const acknowledged = /^(?:GICC_A?IAR|GICC_A?HPPIR|GICC_RPR|GICC_N?S?APR|ICC_(?:IAR|HPPIR|RPR|AP[01]R))/;

const knownRows = new WeakMap<RegisterRow, boolean>();

function followsFromAcknowledging(row: RegisterRow): boolean {
  const known = knownRows.get(row);
  if (known !== undefined) return known;
  const { name, shows } = row;
  const follows = shows.includes("active") || shows.includes("latch") || acknowledged.test(name);
  knownRows.set(row, follows);
  return follows;
}

/**
 * What to ask of a read.
 * @param observed what the log says it answered
 * @param emulated what the emulator answers to the trace as far as it is written; undefined: with no value
 */
export function askOf(
  observed: bigint,
  emulated: bigint | undefined,
  place: AskedPlace,
  knows: Knowledge,
): Asked {
  const text = hexadecimal(observed);
  if (knows.stimulusOnly) return { outcome: "", remark: `QEMU's own GIC answered ${text}` };
  const { row, frame } = place;
  if (row !== undefined && followsFromAcknowledging(row)) {
    return { outcome: "", remark: `was ${text}; acknowledgements are not in the log` };
  }
  if (observed === emulated) return { outcome: ` == ${text}` };
  const unknown = unknownReason(frame, knows);
  if (unknown !== undefined) return { outcome: "", remark: `was ${text}; ${unknown}` };
  const answer = emulated === undefined ? "no value" : hexadecimal(emulated);
  return { outcome: ` == ${text}`, ignore: `the log shows this, the emulator answers ${answer}` };
}

/** Why the log does not tell all that an answer depends on; undefined if it does. */
function unknownReason(frame: Frame, { lost, guest }: Knowledge): string | undefined {
  if (lost) return "events are lost before it";
  if (!guest) return "the guest's accesses are not in the log";
  if (frame === "GICC" || frame === "ICC") return "the guest's accesses to the CPU interface do not trap";
  if (frame === "LEVEL") return "not all that drives lines is in the log";
  return undefined;
}

function hexadecimal(value: bigint): string {
  return `0x${value.toString(16)}`;
}
