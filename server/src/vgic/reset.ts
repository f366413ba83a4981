/** The state of a VM whose vGIC was just initialised. */
import { resetItsRegisters } from "./its/reset.ts";
import type { Machine } from "./machine.ts";
import { idBitsField } from "./registers/system-registers.ts";
import { CPU, VM } from "./state.ts";

const SGIS = 0xffff;
const ALL = 0xffffffff;
const PENDBASER_RESET = 0x580;
const PROPBASER_RESET = 0x580;

/** Puts everything into reset state: default revision, lines low, SGIs enabled, SPIs edge triggered. */
/** @param keepsMemory guest memory stays as it is */
export function reset(m: Machine, keepsMemory = false): void {
  const { state, layout } = m;
  state.words.fill(0);
  state.sparse?.clear(keepsMemory);
  state.setVm(VM.revision, m.host.profile.defaultRevision);
  const bitWords = layout.slots / 32;
  for (let word = 0; word < bitWords; word++) {
    const isPrivate = word < layout.cpus;
    state.setWord(layout.bits.enabled + word, isPrivate ? SGIS : 0);
    state.setWord(layout.bits.edge + word, isPrivate ? SGIS : ALL);
    state.setWord(layout.bits.group + word, m.model === "v3" ? ALL : 0);
  }
  for (let slot = 0; slot < layout.slots; slot++) {
    state.setHalf(layout.halves.target + slot, (layout.owner(slot) ?? 0) + 1);
  }
  for (let cpu = 0; cpu < layout.cpus; cpu++) {
    state.setCpu(CPU.priorityBits, cpu, m.hardware.priorityBits);
    state.setCpu(CPU.idBits, cpu, idBitsField(m));
    if (m.model === "v3") state.setCpu(CPU.pendbaserLow, cpu, PENDBASER_RESET);
  }
  if (m.hasIts) {
    // Creating an ITS resets the VM's configuration table (KVM behaviour).
    state.setVm(VM.propbaserLow, PROPBASER_RESET);
    resetItsRegisters(m);
  }
  state.forgetChanges();
}
