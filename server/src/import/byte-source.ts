/** Bytes that are read piece by piece: a file of any size. */

export interface ByteSource {
  readonly length: number;
  /** The bytes from an offset on; fewer where the source ends. They may be overwritten by the next read. */
  read(offset: number, length: number): Uint8Array;
}

/** Bytes that are in memory already. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return { length: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

const CHUNK = 1 << 20;

/**
 * Where a byte stands, by chunks so that a large source needs little memory.
 * @param visit gets a window of the source and where its byte stands; the window has `context` bytes on both sides,
 *   fewer at the source's ends
 */
export function eachByte(
  source: ByteSource,
  byte: number,
  context: number,
  visit: (window: Uint8Array, at: number, offset: number) => void,
): void {
  for (let start = 0; start < source.length; start += CHUNK) {
    const from = Math.max(0, start - context);
    const window = source.read(from, CHUNK + 2 * context);
    const end = Math.min(start - from + CHUNK, window.length);
    for (
      let at = window.indexOf(byte, start - from);
      at >= 0 && at < end;
      at = window.indexOf(byte, at + 1)
    ) {
      visit(window, at, from + at);
    }
  }
}

/** Whether bytes stand at a place. */
export function standsAt(bytes: Uint8Array, at: number, sought: Uint8Array): boolean {
  if (at < 0 || at + sought.length > bytes.length) return false;
  return sought.every((byte, i) => bytes[at + i] === byte);
}

/** The bytes of a text of ASCII characters. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** A reader of integers, one after the other; what it reads beyond the end throws `EndOfBytes`. */
export class ByteReader {
  offset: number;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #littleEndian: boolean;

  constructor(bytes: Uint8Array, offset: number, littleEndian: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = offset;
    this.#littleEndian = littleEndian;
  }

  /** An unsigned integer of 1, 2, 4 or 8 bytes. */
  unsigned(size: 1 | 2 | 4 | 8): bigint {
    const at = this.#take(size);
    if (size === 8) return this.#view.getBigUint64(at, this.#littleEndian);
    if (size === 4) return BigInt(this.#view.getUint32(at, this.#littleEndian));
    return BigInt(size === 2 ? this.#view.getUint16(at, this.#littleEndian) : this.#view.getUint8(at));
  }

  /** An unsigned integer of at most 32 bits, as a number. */
  number(size: 1 | 2 | 4): number {
    return Number(this.unsigned(size));
  }

  text(length: number): string {
    const at = this.#take(length);
    return String.fromCharCode(...this.#bytes.subarray(at, at + length));
  }

  /** The next byte, which is not taken; undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.offset];
  }

  #take(length: number): number {
    const at = this.offset;
    if (at + length > this.#bytes.length) throw new EndOfBytes();
    this.offset = at + length;
    return at;
  }
}

/** Bytes end within what is read. */
export class EndOfBytes extends Error {}
