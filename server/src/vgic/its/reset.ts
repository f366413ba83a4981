/** KVM_DEV_ARM_ITS_CTRL_RESET (vgic_its_reset): the registers of the ITS, and what it has mapped. */
import type { Machine } from "../machine.ts";
import { VM } from "../state.ts";
import { removeCollections, removeDevices } from "./mapping.ts";

/** GITS_BASERn after reset: what each table holds (bits [58:56]), entries of 8 bytes, RaWb, 64 KiB pages. */
export const DEVICE_TABLE_RESET = { low: 0x00000600, high: 0x19070000 } as const;
export const COLLECTION_TABLE_RESET = { low: 0x00000600, high: 0x1c070000 } as const;
const NOT_VALID = 0x7fffffff;

/** Puts the registers of a fresh VM into their reset state. */
export function resetItsRegisters(m: Machine): void {
  const { state } = m;
  state.setVm(VM.deviceTableLow, DEVICE_TABLE_RESET.low);
  state.setVm(VM.deviceTableHigh, DEVICE_TABLE_RESET.high);
  state.setVm(VM.collectionTableLow, COLLECTION_TABLE_RESET.low);
  state.setVm(VM.collectionTableHigh, COLLECTION_TABLE_RESET.high);
}

/** The tables lose their valid bit only; redistributors, LPIs that are pending and guest memory stay as they are. */
export function resetIts(m: Machine): void {
  const { state } = m;
  state.setVm(VM.deviceTableHigh, state.vm(VM.deviceTableHigh) & NOT_VALID);
  state.setVm(VM.collectionTableHigh, state.vm(VM.collectionTableHigh) & NOT_VALID);
  for (const field of [VM.cbaserLow, VM.cbaserHigh, VM.creadr, VM.cwriter, VM.itsEnabled])
    state.setVm(field, 0);
  removeDevices(m);
  removeCollections(m);
}
