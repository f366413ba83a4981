/**
 * Guest memory in QEMU's migration stream: an index of the pages, made in one walk over the records in front of the
 * devices' (migration/ram.c). Later pages replace earlier ones: a VM that ran while it was saved sent them again.
 */
import { ByteReader, type ByteSource } from "../byte-source.ts";
import { type GuestRam, inOrder, isWithin, type Stretch } from "./guest-ram.ts";

/** `-M virt` has its memory from here on. */
const RAM_BASE = 0x4000_0000n;
const CHUNK = 1 << 20;
/** More memory than this would need an index of more than 256 MB. */
const MOST_RAM = 128n << 30n;
const LONGEST_NAME = 256;
const MOST_BLOCKS = 1024;

const RECORD = {
  start: 0x01,
  part: 0x02,
  end: 0x03,
  full: 0x04,
  subsection: 0x05,
  configuration: 0x07,
  command: 0x08,
  footer: 0x7e,
} as const;

const FLAG = { zero: 0x02n, size: 0x04n, page: 0x08n, end: 0x10n, again: 0x20n, flush: 0x200n } as const;
const FLAGS = 0xfffn;

/** Why memory cannot be read. */
class NoRam extends Error {}

/** Reads forward, in large pieces. */
class Cursor {
  offset: number;
  readonly #source: ByteSource;
  #window: Uint8Array = new Uint8Array();
  #from = 0;

  constructor(source: ByteSource, offset: number) {
    this.#source = source;
    this.offset = offset;
  }

  number(size: 1 | 2 | 4): number {
    return Number(this.unsigned(size));
  }

  unsigned(size: 1 | 2 | 4 | 8): bigint {
    const value = new ByteReader(this.#bytes(size), this.offset - this.#from, false).unsigned(size);
    this.offset += size;
    return value;
  }

  text(length: number): string {
    const text = new ByteReader(this.#bytes(length), this.offset - this.#from, false).text(length);
    this.offset += length;
    return text;
  }

  #bytes(length: number): Uint8Array {
    const at = this.offset - this.#from;
    if (at < 0 || at + length > this.#window.length) {
      this.#window = this.#source.read(this.offset, CHUNK).slice();
      this.#from = this.offset;
      if (this.#window.length < length) throw new NoRam("it is cut off");
    }
    return this.#window;
  }
}

/** A piece of the machine's memory, by QEMU's name for it. */
interface Block {
  readonly name: string;
  readonly size: bigint;
  /** Where each page stands in the file; 0: it is all zero; a negative number: all of it is that byte. */
  readonly pages?: Float64Array;
  /** With mapped-ram: where the bitmap of its pages and the pages stand. */
  readonly mapped?: { readonly bitmap: number; readonly pages: number };
}

/** What is no memory of the guest's: flash, tables of the firmware, option ROMs, screens. */
const OTHER = /^(?:virt\.flash|\/rom@|pvtime|vga|ramfb|.*\.rom$|.*\.(?:flash|mmio|msix))/;

/** Guest memory of a stream that begins at an offset, or why it cannot be read. */
export function readQemuRam(source: ByteSource, start: number): GuestRam | string {
  try {
    return new Walk(source, start).ram();
  } catch (error) {
    if (error instanceof NoRam) return error.message;
    throw error;
  }
}

class Walk {
  readonly #source: ByteSource;
  readonly #cursor: Cursor;
  #pageBits = 12;
  readonly #capabilities = new Set<string>();
  readonly #blocks = new Map<string, Block>();
  /** The last that was named, in whatever section. */
  #block: Block | undefined;
  /** Bytes of memory that the index is for. */
  #indexed = 0n;

  constructor(source: ByteSource, start: number) {
    this.#source = source;
    // Behind the magic and the version.
    this.#cursor = new Cursor(source, start + 8);
  }

  ram(): GuestRam {
    const cursor = this.#cursor;
    if (cursor.number(1) !== RECORD.configuration) throw new NoRam("it does not begin with a configuration");
    const machine = cursor.text(this.#lengthOf(4));
    if (!machine.startsWith("virt"))
      throw new NoRam(`where a machine ${machine} has its memory is not known`);
    for (;;) {
      const type = cursor.number(1);
      if (type === RECORD.subsection) this.#subsection();
      else if (type === RECORD.command) {
        cursor.number(2);
        cursor.offset += cursor.number(2);
      } else if (type === RECORD.footer) cursor.number(4);
      else if (type === RECORD.part || type === RECORD.end) this.#section();
      else if ((type === RECORD.start || type === RECORD.full) && this.#isRam()) this.#data();
      else break;
    }
    return this.#result();
  }

  #lengthOf(size: 1 | 4): number {
    const length = this.#cursor.number(size);
    if (length > LONGEST_NAME) throw new NoRam("it has a name that is too long");
    return length;
  }

  #subsection(): void {
    const cursor = this.#cursor;
    const name = cursor.text(this.#lengthOf(1));
    cursor.number(4);
    if (name === "configuration/target-page-bits") this.#pageBits = cursor.number(4);
    else if (name === "configuration/capabilities") {
      const count = cursor.number(4);
      for (let i = 0; i < Math.min(count, MOST_BLOCKS); i++)
        this.#capabilities.add(cursor.text(this.#lengthOf(1)));
    } else if (name === "configuration/uuid") cursor.offset += 16;
    else throw new NoRam(`its ${name} is not known`);
    if (this.#pageBits < 12 || this.#pageBits > 16)
      throw new NoRam("its pages have a size that no Arm machine has");
  }

  #section(): void {
    this.#cursor.number(4);
    this.#data();
  }

  /** Whether a section that begins is that of RAM. */
  #isRam(): boolean {
    const cursor = this.#cursor;
    cursor.number(4);
    const name = cursor.text(this.#lengthOf(1));
    cursor.number(4);
    cursor.number(4);
    return name === "ram";
  }

  #data(): void {
    const cursor = this.#cursor;
    const pageBytes = 1 << this.#pageBits;
    for (;;) {
      const item = cursor.unsigned(8);
      const flags = item & FLAGS;
      const address = item & ~FLAGS;
      if (flags === FLAG.end) return;
      if (flags === FLAG.flush) continue;
      if (flags === FLAG.size) {
        this.#sizes(address);
        continue;
      }
      const kind = flags & ~FLAG.again;
      if (kind !== FLAG.zero && kind !== FLAG.page)
        throw new NoRam(`its pages are not stored as they are (flags 0x${flags.toString(16)})`);
      if ((flags & FLAG.again) === 0n) this.#block = this.#blocks.get(cursor.text(this.#lengthOf(1)));
      const block = this.#block;
      const page = Number(address >> BigInt(this.#pageBits));
      const isKnown = block?.pages !== undefined && page < block.pages.length;
      if (kind === FLAG.zero) {
        const fill = cursor.number(1);
        if (isKnown) block?.pages?.fill(-fill, page, page + 1);
      } else {
        if (isKnown) block?.pages?.fill(cursor.offset, page, page + 1);
        cursor.offset += pageBytes;
      }
    }
  }

  /** The blocks with their sizes, which sum up to a total. */
  #sizes(total: bigint): void {
    const cursor = this.#cursor;
    const isMapped = this.#capabilities.has("mapped-ram");
    let left = total;
    while (left > 0n) {
      const name = cursor.text(this.#lengthOf(1));
      const size = cursor.unsigned(8);
      if (size === 0n || size > left || this.#blocks.size >= MOST_BLOCKS)
        throw new NoRam("the sizes of its memory do not add up");
      left -= size;
      if (this.#capabilities.has("x-ignore-shared")) cursor.unsigned(8);
      const mapped = isMapped ? this.#mapping(size) : undefined;
      this.#blocks.set(name, { name, size, mapped, pages: isMapped ? undefined : this.#pagesOf(name, size) });
    }
  }

  /** Behind a block's pages the next block begins. */
  #mapping(size: bigint): Block["mapped"] {
    const cursor = this.#cursor;
    cursor.number(4);
    cursor.unsigned(8);
    const [bitmap, pages] = [cursor.unsigned(8), cursor.unsigned(8)];
    if (pages > BigInt(this.#source.length) || bitmap > pages)
      throw new NoRam("its memory is beyond its end");
    cursor.offset = Number(pages + size);
    return { bitmap: Number(bitmap), pages: Number(pages) };
  }

  #pagesOf(name: string, size: bigint): Float64Array | undefined {
    if (OTHER.test(name)) return undefined;
    this.#indexed += size;
    if (this.#indexed > MOST_RAM) throw new NoRam("the machine has more than 128 GB of memory");
    return new Float64Array(Number(size >> BigInt(this.#pageBits)));
  }

  /** Which blocks are the guest's memory, in the order of addresses. */
  #guestBlocks(): Block[] {
    const blocks = [...this.#blocks.values()].filter(({ name }) => !OTHER.test(name));
    const nodeOf = ({ name }: Block) => Number(/(?:^|\/)ram-node(\d+)$/.exec(name)?.[1] ?? Number.NaN);
    const nodes = blocks.filter((block) => !Number.isNaN(nodeOf(block)));
    if (nodes.length > 0) return nodes.sort((a, b) => nodeOf(a) - nodeOf(b));
    const named = blocks.find(({ name }) => name === "mach-virt.ram");
    const best = named ?? (blocks.length === 1 ? blocks[0] : undefined);
    if (best === undefined) throw new NoRam("which of its blocks is the guest's memory is not known");
    return [best];
  }

  #result(): GuestRam {
    const blocks: { readonly block: Block; readonly at: Stretch }[] = [];
    let start = RAM_BASE;
    for (const block of this.#guestBlocks()) {
      blocks.push({ block, at: { start, size: block.size } });
      start += block.size;
    }
    return {
      stretches: inOrder(blocks.map(({ at }) => at)),
      read: (address, length) => {
        const bytes = new Uint8Array(length);
        const pageBytes = 1 << this.#pageBits;
        for (let done = 0; done < length; ) {
          const at = address + BigInt(done);
          const found = blocks.find((one) => isWithin(at, 1, one.at));
          if (found === undefined) return undefined;
          const inBlock = Number(at - found.at.start);
          const count = Math.min(length - done, pageBytes - (inBlock % pageBytes));
          this.#copy(found.block, inBlock, bytes.subarray(done, done + count));
          done += count;
        }
        return bytes;
      },
    };
  }

  /** Bytes of one page. */
  #copy({ pages, mapped }: Block, inBlock: number, into: Uint8Array): void {
    const pageBytes = 1 << this.#pageBits;
    const page = Math.floor(inBlock / pageBytes);
    if (mapped !== undefined) {
      const bits = this.#source.read(mapped.bitmap + (page >> 3), 1)[0] ?? 0;
      if ((bits >> (page & 7)) & 1) into.set(this.#source.read(mapped.pages + inBlock, into.length));
      return;
    }
    const place = pages?.[page] ?? 0;
    if (place < 0) into.fill(-place);
    else if (place > 0) into.set(this.#source.read(place + (inBlock % pageBytes), into.length));
  }
}
