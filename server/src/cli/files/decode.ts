import { itemAt } from "../../syntax/item-at.ts";
/** Bytes of a file to the text of a trace. */

/** The text, or why the bytes are none. */
export type Decoded = { readonly text: string } | { readonly problem: string };

/** Reads UTF-8 (a byte order mark is allowed) without NUL bytes. */
export function decodeTrace(bytes: Uint8Array): Decoded {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { problem: "it is UTF-16; a trace is UTF-8 text. Save it as UTF-8" };
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    return { problem: `there is a NUL byte at byte ${nul} (${placeOf(bytes, nul)}); a trace is UTF-8 text` };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const at = firstInvalid(bytes);
    const byte = itemAt(bytes, at).toString(16).padStart(2, "0");
    return {
      problem: `it is not UTF-8: byte 0x${byte} at byte ${at} (${placeOf(bytes, at)}). Save it as UTF-8`,
    };
  }
}

function placeOf(bytes: Uint8Array, offset: number): string {
  let line = 1;
  for (let at = bytes.indexOf(10); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) line++;
  return `line ${line}`;
}

/** The offset of the first byte that no UTF-8 text has there. */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) break;
    at += length;
  }
  return Math.min(at, bytes.length - 1);
}

/** The bytes of the character at an offset; 0 when there is none (Unicode, table 3-7). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = itemAt(bytes, at);
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = itemAt(bytes, at + 1);
  if (second < least || second > most) return 0;
  const others = bytes.subarray(at + 2, at + length);
  return others.every((byte) => (byte & 0xc0) === 0x80) ? length : 0;
}
