/** What cannot be so of the guest memory of a healthy snapshot, and what the VMM probably did. */
import { isWithin, type Stretch } from "./guest-ram.ts";
import { queueOf, tableOf } from "./memory.ts";
import type { ItsRegisters, Snapshot } from "./snapshot.ts";

const GITS_CTLR = 0x0;
const ENABLED = 1n;

/** The findings about what the ITS has in guest memory. @param vmm for people: "QEMU" */
export function checkItsMemory(snapshot: Snapshot, vmm: string): string[] {
  const { translation, ram } = snapshot;
  if (translation === undefined || ram === undefined) return [];
  const outside = itsTables(translation).filter(({ at }) => !ram.some((one) => isInside(at, one)));
  if (outside.length > 0) {
    const shown = outside.map(({ what, at }) => `${what} at 0x${at.start.toString(16)}`).join(", ");
    return [
      `${shown}: not in the guest's memory, so that RESTORE_TABLES fails or finds nothing. ${vmm} probably saved these registers from other places, or this is not the memory of this VM.`,
    ];
  }
  return savedBeforeTables(snapshot, vmm);
}

function itsTables(registers: ItsRegisters): { readonly what: string; readonly at: Stretch }[] {
  const named = [
    ["the command queue (GITS_CBASER)", queueOf(registers)],
    ["the device table (GITS_BASER0)", tableOf(registers, 0)],
    ["the collection table (GITS_BASER1)", tableOf(registers, 1)],
  ] as const;
  return named.flatMap(([what, at]) => (at === undefined ? [] : [{ what, at }]));
}

function isInside(at: Stretch, one: Stretch): boolean {
  return isWithin(at.start, Number(at.size), one);
}

/** A guest that enabled its ITS has collections: where the table has none, it was not written. */
function savedBeforeTables({ translation, memory }: Snapshot, vmm: string): string[] {
  const table = translation && tableOf(translation, 1);
  const isEnabled = ((translation?.get(GITS_CTLR) ?? 0n) & ENABLED) !== 0n;
  if (table === undefined || memory === undefined || !isEnabled) return [];
  const found = memory.parts.find(({ start }) => start === table.start);
  if (found === undefined || found.bytes.length > 0) return [];
  return [
    `The ITS is enabled, and its collection table at 0x${table.start.toString(16)} is empty: ${vmm} probably saved the guest's memory before SAVE_TABLES wrote the tables into it, or left out the pages that KVM wrote. Every MSI is lost after the restore.`,
  ];
}
