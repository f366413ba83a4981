/**
 * Guest memory: the bytes in which the ITS's command queue and the tables of the ITS and of LPIs live. Little endian;
 * what was not written reads as zero. A guest physical address is inside or it is nothing: KVM's memory slots.
 */
import type { SparseWords } from "./sparse-words.ts";

/** A stretch of guest physical addresses that is memory, in bytes. */
export interface Ram {
  readonly start: number;
  readonly size: number;
}

/** KVM asks of a page, not of a byte, whether it is memory. */
const PAGE = 0x1000;

export class GuestMemory {
  readonly ram: Ram;
  readonly #words: SparseWords;

  constructor(ram: Ram, words: SparseWords) {
    this.ram = ram;
    this.#words = words;
  }

  /** Whether `length` bytes from an address on are all in memory. */
  has(address: number, length: number): boolean {
    return address >= this.ram.start && address + length <= this.ram.start + this.ram.size;
  }

  /** Whether the page with an address is in memory (kvm_is_visible_gfn). */
  hasPage(address: number): boolean {
    return this.has(Math.floor(address / PAGE) * PAGE, PAGE);
  }

  /** Up to four bytes, the first in bits [7:0]. */
  read(address: number, length: number): number {
    const index = Math.floor(address / 4);
    const shift = (address & 3) * 8;
    let value = this.#words.get(index) >>> shift;
    if (shift + length * 8 > 32) value |= this.#words.get(index + 1) << (32 - shift);
    return length === 4 ? value >>> 0 : value & ((1 << (length * 8)) - 1);
  }

  /** Writes up to four bytes, the first from bits [7:0]. */
  write(address: number, length: number, value: number): void {
    const index = Math.floor(address / 4);
    const shift = (address & 3) * 8;
    const mask = length === 4 ? 0xffffffff : (1 << (length * 8)) - 1;
    this.#merge(index, mask << shift, value << shift);
    if (shift + length * 8 > 32)
      this.#merge(index + 1, mask >>> (32 - shift), (value & mask) >>> (32 - shift));
  }

  /** Sets bytes to one value. Of whole pages no change is noted: whoever did the same has the same there. */
  fill(address: number, length: number, byte: number): void {
    const end = address + length;
    const word = Math.imul(byte, 0x01010101) >>> 0;
    const firstPage = Math.ceil(address / PAGE);
    const endPage = Math.floor(end / PAGE);
    if (firstPage < endPage) {
      this.#fillBytes(address, firstPage * PAGE, byte, word);
      this.#words.fillPages(firstPage, endPage, word);
      this.#fillBytes(endPage * PAGE, end, byte, word);
    } else this.#fillBytes(address, end, byte, word);
  }

  /** The first multiple of 8 in [from, end) at which not all of the 8 bytes are 0; `end` if there is none. */
  nextEntry(from: number, end: number): number {
    return Math.min(Math.floor(this.#words.nextNonZero(from / 4, end / 4) / 2) * 8, end);
  }

  #fillBytes(from: number, end: number, byte: number, word: number): void {
    let at = from;
    while (at < end) {
      if ((at & 3) === 0 && at + 4 <= end) {
        this.#words.set(at / 4, word);
        at += 4;
      } else this.write(at++, 1, byte);
    }
  }

  #merge(index: number, mask: number, value: number): void {
    this.#words.set(index, (this.#words.get(index) & ~mask) | (value & mask));
  }
}

/** Words of a page of guest memory. */
export const MEMORY_PAGE_WORDS = PAGE / 4;
