/** The state that the parts of the ITS share. */
import { GuestMemory } from "../guest-memory.ts";
import type { Machine } from "../machine.ts";
import { SparseState } from "../sparse-state.ts";

/** What a VM without an ITS has mapped, and its memory: nothing, and nobody asks. */
const NO_MAPPINGS = new SparseState(0, []);
const NO_MEMORY = new GuestMemory({ start: 0, size: 0 }, NO_MAPPINGS.memory);

/** What a VM with an ITS has mapped. */
export function mappings(m: Machine): SparseState {
  return m.state.sparse ?? NO_MAPPINGS;
}

export function memoryOf(m: Machine): GuestMemory {
  return m.memory ?? NO_MEMORY;
}

/** The 8 bytes at an address, in two halves; undefined where they are not in memory. */
export function readEntry(m: Machine, address: number): { low: number; high: number } | undefined {
  const memory = memoryOf(m);
  if (!memory.has(address, 8)) return undefined;
  return { low: memory.read(address, 4), high: memory.read(address + 4, 4) };
}

/** Writes 8 bytes; false where they are not in memory. */
export function writeEntry(m: Machine, address: number, low: number, high: number): boolean {
  const memory = memoryOf(m);
  if (!memory.has(address, 8)) return false;
  memory.write(address, 4, low);
  memory.write(address + 4, 4, high);
  return true;
}
