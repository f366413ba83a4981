/** The guest's memory in a snapshot, or in a file beside it: read where it is asked for, never as a whole. */
import type { ByteSource } from "../byte-source.ts";

/** A stretch of guest physical addresses, in bytes. */
export interface Stretch {
  readonly start: bigint;
  readonly size: bigint;
}

export interface GuestRam {
  /** Where the guest has memory, in the order of addresses. */
  readonly stretches: readonly Stretch[];
  /** The bytes of a stretch; undefined where not all of it is memory, or not all of it is in the file. */
  read(address: bigint, length: number): Uint8Array | undefined;
}

/** A part of guest memory. */
export interface MemoryPart {
  /** For people: "the device table". */
  readonly what: string;
  readonly start: bigint;
  readonly bytes: Uint8Array;
}

/** What is known of the guest memory that an ITS and LPIs need. */
export interface ItsMemory {
  readonly parts: readonly MemoryPart[];
  /** What is not among them, and why. */
  readonly missing: readonly string[];
}

/** Memory that lies in a file as one stretch after the other. */
export function flatRam(source: ByteSource, stretches: readonly Stretch[]): GuestRam {
  return {
    stretches: inOrder(stretches),
    read(address, length) {
      let offset = 0n;
      for (const { start, size } of stretches) {
        if (isWithin(address, length, { start, size })) {
          const bytes = source.read(Number(offset + address - start), length);
          return bytes.length === length ? bytes.slice() : undefined;
        }
        offset += size;
      }
      return undefined;
    },
  };
}

export function isWithin(address: bigint, length: number, { start, size }: Stretch): boolean {
  return address >= start && address + BigInt(length) <= start + size;
}

/** Stretches in the order of addresses, those that touch as one. */
export function inOrder(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const one of [...stretches].sort((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = joined.at(-1);
    if (last !== undefined && last.start + last.size === one.start)
      joined[joined.length - 1] = { start: last.start, size: last.size + one.size };
    else joined.push(one);
  }
  return joined;
}
