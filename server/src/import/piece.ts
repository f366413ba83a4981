/** A piece of a log: a stretch of time, one vCPU, one interrupt. */
import { interruptsAt, type RegisterRow } from "../vgic/registers/register-table.ts";

/** What is asked for; absent: all. */
export interface Piece {
  /** Seconds, as the log prints them. */
  readonly since?: number;
  readonly until?: number;
  readonly vcpu?: number;
  readonly intid?: number;
}

export type Phase = "before" | "within" | "after";

const units: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3 };

/** A time as logs print it, in seconds: `1042.118201`, `1043us`, `3.5ms`; undefined if it is none. */
export function secondsOf(time: string | undefined): number | undefined {
  const parts = /^(?<number>\d+(?:\.\d+)?)(?<unit>us|ms)?$/.exec(time ?? "")?.groups;
  if (parts === undefined) return undefined;
  return Number(parts.number) * (units[parts.unit ?? ""] ?? 1);
}

/** Where a line is; one without a time is where the line before it was. */
export function phaseOf({ since, until }: Piece, time: string | undefined, before: Phase): Phase {
  if (since === undefined && until === undefined) return "within";
  const seconds = secondsOf(time);
  if (seconds === undefined) return before;
  if (since !== undefined && seconds < since) return "before";
  return until !== undefined && seconds > until ? "after" : "within";
}

/** Why an operation of a vCPU on a register is left out; undefined if it is asked for. */
export function leftOutOf(
  { vcpu, intid }: Piece,
  cpu: number | undefined,
  place: { readonly row?: RegisterRow; readonly offset: number; readonly width: number },
): string | undefined {
  if (vcpu !== undefined && cpu !== undefined && cpu !== vcpu) return "operations of other vCPUs (--vcpu)";
  if (intid === undefined) return undefined;
  const { row, offset, width } = place;
  const meant = row && interruptsAt(row, offset, width);
  if (meant === undefined) return undefined;
  // A register of private interrupts has the same INTIDs on every vCPU.
  const isMeant = intid >= meant.first && intid < meant.first + meant.count;
  return isMeant ? undefined : "accesses about other interrupts (--intid)";
}

/** Why the line of an interrupt is left out; undefined if it is asked for. */
export function lineLeftOutOf(
  { vcpu, intid }: Piece,
  line: { readonly intid: number; readonly cpu?: number },
): string | undefined {
  if (intid !== undefined && line.intid !== intid) return "lines of other interrupts (--intid)";
  const isOther = vcpu !== undefined && line.cpu !== undefined && line.cpu !== vcpu;
  return isOther ? "lines of other vCPUs' interrupts (--vcpu)" : undefined;
}
