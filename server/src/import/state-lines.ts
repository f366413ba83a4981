/** The state of a VM as the calls that restore it: what stands before a piece of a log. */
import { orderOf } from "../evaluate/managers.ts";
import { type AttributeWrite, spellOut } from "../evaluate/order.ts";
import type { Vgic } from "../vgic/vgic.ts";
import { nameOf } from "./names.ts";
import { hex } from "./numbers.ts";

const GICD_IIDR = 0x8;
/** Bytes from a clear register to its set register. */
const CLEAR_TO_SET = -0x80;
/** From GICD_CPENDSGIR to GICD_SPENDSGIR. */
const SENDERS = { clear: 0xf10, toSet: 0x10 } as const;

/**
 * Restores into a fresh VM what another one has, in the order of a VMM that loses nothing.
 * @returns the lines of the trace that do so; what is as in a fresh VM needs none
 */
export function stateLines(from: Vgic, into: Vgic): string[] {
  const { model } = from.options;
  const order = orderOf("faithful", model);
  const read = (vgic: Vgic, { frame, cpu }: AttributeWrite, offset: number) =>
    vgic.userGet(frame, cpu, offset) === "ok" ? vgic.value : undefined;
  const lines: string[] = [];
  for (const action of order === undefined ? [] : spellOut(order, from.options)) {
    if (action.kind !== "attribute" || (action.frame === "GICD" && action.offset === GICD_IIDR)) continue;
    const { frame, cpu, offset, written } = action;
    const clears = written === "ones";
    const twin =
      offset +
      (frame === "GICD" && offset >= SENDERS.clear && offset < SENDERS.clear + SENDERS.toSet
        ? SENDERS.toSet
        : CLEAR_TO_SET);
    const at = clears ? twin : offset;
    const wanted = read(from, action, at);
    const now = read(into, action, at);
    if (wanted === undefined || wanted === now) continue;
    const value = clears ? 0xffff_ffffn : wanted;
    if (into.userSet(frame, cpu, offset, Number(value & 0xffff_ffffn), Number(value >> 32n)) !== "ok")
      continue;
    const owner = frame === "GICD" && model === "v3" ? undefined : cpu;
    const name = nameOf(model, { frame, offset, cpu: owner }, 0);
    if (name !== undefined) lines.push(`user set    ${name} ${hex(value)}`);
  }
  return lines;
}
