/** Where a snapshot's registers say that the ITS and LPIs have their tables in guest memory. */
import type { Ram } from "../../vgic/guest-memory.ts";
import type { Stretch } from "./guest-ram.ts";
import type { ItsRegisters, Snapshot } from "./snapshot.ts";

/** What a trace declares for the ITS of a snapshot. */
export type ItsDeclaration =
  | { readonly kind: "none" }
  /** Without `ram`: no register names a table, and the memory that an ITS comes with will do. */
  | { readonly kind: "declared"; readonly ram?: Ram }
  /** A table is where a trace can have no memory: KVM could not restore it there. */
  | { readonly kind: "left-out"; readonly address: bigint };

/** Said where memory is declared that the file does not hold. */
export const UNKNOWN_MEMORY =
  "Guest memory is not in this file and reads as zero here: the ITS restores no device, collection or LPI from it.";

const GIGABYTE = 0x4000_0000n;
/** Guest physical addresses of a trace have 48 bits. */
const END_OF_MEMORY = 1n << 48n;
const VALID = 1n << 63n;
const INDIRECT = 1n << 62n;
const FIRST_LPI = 0x2000n;
const MOST_LPI_BITS = 16n;

const GITS_CBASER = 0x80;
const GITS_CWRITER = 0x88;
const GITS_CREADR = 0x90;
const GITS_BASER0 = 0x100;
const GITS_BASER1 = 0x108;
const GICR_PROPBASER = 0x70;
const GICR_PENDBASER = 0x78;

/** The ITS with whole gigabytes of guest memory around everything that its registers and those of LPIs name. */
export function itsDeclaration(snapshot: Snapshot): ItsDeclaration {
  const { translation } = snapshot;
  if (translation === undefined) return { kind: "none" };
  const isPossible = ({ start, size }: Stretch) => start + size <= END_OF_MEMORY;
  const ofIts = tablesOfIts(translation);
  const impossible = ofIts.find((table) => !isPossible(table));
  if (impossible !== undefined) return { kind: "left-out", address: impossible.start };
  const all = [...ofIts, ...lpiTables(snapshot).filter(isPossible)];
  const known = snapshot.ram?.find(({ start, size }) => all.every((one) => isInside(one, { start, size })));
  if (known !== undefined)
    return { kind: "declared", ram: { start: Number(known.start), size: Number(known.size) } };
  if (all.length === 0) return { kind: "declared" };
  const lowest = all.map(({ start }) => start).reduce((least, one) => (one < least ? one : least));
  const highest = all.map(({ start, size }) => start + size).reduce((most, one) => (one > most ? one : most));
  const start = (lowest / GIGABYTE) * GIGABYTE;
  const end = ((highest + GIGABYTE - 1n) / GIGABYTE) * GIGABYTE;
  return { kind: "declared", ram: { start: Number(start), size: Number(end - start) } };
}

function isInside(one: Stretch, { start, size }: Stretch): boolean {
  return one.start >= start && one.start + one.size <= start + size;
}

/** The queue and the tables that are valid. */
function tablesOfIts(registers: ItsRegisters): Stretch[] {
  return [queueOf(registers), tableOf(registers, 0), tableOf(registers, 1)].filter(
    (one) => one !== undefined,
  );
}

/** The command queue as KVM reads GITS_CBASER; undefined if it is not valid. */
export function queueOf(registers: ItsRegisters): Stretch | undefined {
  const queue = registers.get(GITS_CBASER) ?? 0n;
  return isValid(queue) ? { start: queue & 0xf_ffff_ffff_0000n, size: pages(queue) * 0x1000n } : undefined;
}

/** The commands between GITS_CREADR and GITS_CWRITER, which the restored ITS does when it is enabled. */
export function commandsLeft(registers: ItsRegisters, { start, size }: Stretch): Stretch[] {
  const offsetIn = (register: number) => (registers.get(register) ?? 0n) & 0xf_ffe0n;
  const [read, written] = [offsetIn(GITS_CREADR), offsetIn(GITS_CWRITER)];
  if (read >= size || written >= size || read === written) return [];
  if (read < written) return [{ start: start + read, size: written - read }];
  return [
    { start: start + read, size: size - read },
    { start, size: written },
  ];
}

/** A table of the ITS, of devices or of collections. */
export interface ItsTable extends Stretch {
  /** It names pages of entries; only that of devices can. */
  readonly isIndirect: boolean;
}

/** A table as KVM reads GITS_BASERn, whose pages have 64 KiB: 0 of devices, 1 of collections; undefined if not valid. */
export function tableOf(registers: ItsRegisters, n: 0 | 1): ItsTable | undefined {
  const table = registers.get(n === 0 ? GITS_BASER0 : GITS_BASER1) ?? 0n;
  if (!isValid(table)) return undefined;
  return {
    // Bits [51:48] of the address stand in bits [15:12] of the register.
    start: (table & 0xffff_ffff_0000n) | (((table >> 12n) & 0xfn) << 48n),
    size: pages(table) * 0x1_0000n,
    isIndirect: n === 0 && (table & INDIRECT) !== 0n,
  };
}

function isValid(register: bigint): boolean {
  return (register & VALID) !== 0n;
}

/** Bits [7:0] hold the number of pages - 1. */
function pages(register: bigint): bigint {
  return (register & 0xffn) + 1n;
}

/** A table of LPIs. */
export interface LpiTable extends Stretch {
  readonly what: string;
  readonly isPending: boolean;
}

/** The tables of configuration and of pending LPIs; GICR_PROPBASER.IDbits says how many LPIs there can be. */
export function lpiTables(snapshot: Snapshot): LpiTable[] {
  return Array.from({ length: snapshot.cpus }, (_, cpu): LpiTable[] => {
    const configuration = redistributorRegister(snapshot, cpu, GICR_PROPBASER);
    const pending = redistributorRegister(snapshot, cpu, GICR_PENDBASER);
    const bits = (configuration & 0x1fn) + 1n;
    const intids = 1n << (bits < MOST_LPI_BITS ? bits : MOST_LPI_BITS);
    return [
      {
        what: "the configuration of LPIs",
        isPending: false,
        start: configuration & 0xf_ffff_ffff_f000n,
        size: intids > FIRST_LPI ? intids - FIRST_LPI : 1n,
      },
      {
        what: `pending LPIs of vCPU ${cpu}`,
        isPending: true,
        start: pending & 0xf_ffff_ffff_0000n,
        size: intids / 8n,
      },
    ].filter(({ start }) => start !== 0n);
  }).flat();
}

/** A register of 64 bits, which is saved in two words. */
function redistributorRegister({ calls }: Snapshot, cpu: number, register: number): bigint {
  const word = (offset: number) => {
    const call = calls.find(
      (one) => one.kind === "attribute" && one.frame === "GICR" && one.cpu === cpu && one.offset === offset,
    );
    return call?.kind === "attribute" ? call.value : 0n;
  };
  return word(register) | (word(register + 4) << 32n);
}
