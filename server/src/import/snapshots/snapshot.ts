/** What the snapshot of a VM says of its vGIC, whatever VMM wrote it. */
import type { Order } from "../../evaluate/managers.ts";
import { type Action, type AttributeWrite, type Shape, spellOut } from "../../evaluate/order.ts";
import type { Manager } from "../../program/manager.ts";
import type { ItsMemory, Stretch } from "./guest-ram.ts";

/** One call of the VMM while it restores the VM: KVM_SET_DEVICE_ATTR, or RESTORE_TABLES of the ITS. */
export type Call =
  | (Pick<AttributeWrite, "frame" | "cpu" | "offset"> & {
      readonly kind: "attribute";
      readonly value: bigint;
      /** The value is in the snapshot; else it is the VMM's own. */
      readonly saved: boolean;
    })
  | { readonly kind: "tables" };

/** The registers of an ITS, by byte offset in its frame. */
export type ItsRegisters = ReadonlyMap<number, bigint>;

export interface Snapshot extends Shape {
  /** For people: "a snapshot of cloud-hypervisor (v46.0 or later)". */
  readonly title: string;
  /** The VMM, as `migrate … by` names it. */
  readonly manager: Manager;
  /** Where the number of vCPUs and of interrupts come from. */
  readonly reasons: { readonly cpus: string; readonly irqs: string };
  /** The revision that GICD_IIDR shows; few formats hold it. */
  readonly revision?: number;
  readonly priorityBits: number;
  /** All that the VMM does to restore the vGIC, in its order. */
  readonly calls: readonly Call[];
  /** Present where the VM has an ITS. */
  readonly translation?: ItsRegisters;
  /** Where the guest has memory, where the snapshot tells it. */
  readonly ram?: readonly Stretch[];
  /** What the ITS and LPIs have in it, where the snapshot, or a file beside it, holds it. */
  readonly memory?: ItsMemory;
  /** The state is that of QEMU's own model, not KVM's. */
  readonly ownModel?: true;
  /** What the snapshot does not hold, and what its format means. */
  readonly remarks: readonly string[];
  /** What is wrong with it, and what the VMM probably did. */
  readonly findings: readonly string[];
}

/** Why a file that is a snapshot cannot be imported, with what can be done. */
export interface Refusal {
  readonly refusal: string;
  /** Set where what can be imported begins at this byte, compressed with gzip. */
  readonly gzipFrom?: number;
}

/** Thrown by readers where a snapshot is not as its format says; caught where a file is opened. */
export class NotAsSpecified extends Error {}

/** The registers of an ITS by their names. */
export function itsRegisters(values: {
  readonly ctlr: bigint;
  readonly iidr: bigint;
  readonly cbaser: bigint;
  readonly cwriter: bigint;
  readonly creadr: bigint;
  readonly baser: readonly bigint[];
}): ItsRegisters {
  return new Map<number, bigint>([
    [0x0, values.ctlr],
    [0x4, values.iidr],
    [0x80, values.cbaser],
    [0x88, values.cwriter],
    [0x90, values.creadr],
    ...values.baser.map((value, i): [number, bigint] => [0x100 + i * 8, value]),
  ]);
}

/** What a VMM writes itself, whatever it saved. */
const CONSTANTS: Readonly<Partial<Record<AttributeWrite["written"], bigint>>> = {
  ones: 0xffff_ffffn,
  zero: 0n,
};

/**
 * The calls of an order.
 * @param savedValue what the snapshot holds for a write; undefined: nothing, the call is left out
 */
export function callsOf(
  order: Order,
  shape: Shape,
  savedValue: (write: AttributeWrite) => bigint | undefined,
  its: ItsRegisters | undefined,
): Call[] {
  return spellOut(order, { ...shape, its: its !== undefined }).flatMap((action): Call[] => {
    if (action.kind === "lines") return [];
    if (action.kind === "tables") return [action];
    const constant = CONSTANTS[action.written];
    const value = constant ?? (isOfIts(action) ? its?.get(action.offset) : savedValue(action));
    if (value === undefined) return [];
    const { kind, frame, cpu, offset } = action;
    return [{ kind, frame, cpu, offset, value, saved: constant === undefined }];
  });
}

/** The calls of an order for a snapshot that holds the values alone, in that order. */
export function callsInOrder(
  order: Order,
  shape: Shape,
  values: readonly bigint[],
  its: ItsRegisters | undefined,
): Call[] {
  let next = 0;
  const calls = callsOf(order, shape, () => values[next++], its);
  if (next !== values.length)
    throw new NotAsSpecified(`it holds ${values.length} values where ${next} are expected`);
  return calls;
}

/** Whether a call is one of the ITS. */
export function isOfIts(call: Call | Action): boolean {
  return call.kind === "tables" || (call.kind === "attribute" && call.frame === "GITS");
}

/** The number of priority bits that ICC_CTLR_EL1 tells. */
export function priorityBitsOf(control: bigint): number {
  return Number((control >> 8n) & 7n) + 1;
}
