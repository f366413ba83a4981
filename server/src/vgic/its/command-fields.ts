/** The 32 bytes of a command: four 64-bit words, of which each field has its bits (IHI 0069, 5.3; KVM behaviour). */

export interface CommandField {
  /** Which of the four words. */
  readonly word: 0 | 1 | 2 | 3;
  readonly high: number;
  readonly low: number;
  readonly doc: string;
}

export const FIELDS = {
  opcode: { word: 0, high: 7, low: 0, doc: "Which command it is." },
  device: { word: 0, high: 63, low: 32, doc: "The device: 16 bits are usable." },
  /** Event bits - 1. */
  size: { word: 1, high: 4, low: 0, doc: "How many bits the device's events have, less 1." },
  event: { word: 1, high: 31, low: 0, doc: "The event, as the device writes it into its MSI." },
  lpi: { word: 1, high: 63, low: 32, doc: "The LPI's INTID: 8192 or above." },
  collection: { word: 2, high: 15, low: 0, doc: "The collection." },
  /** Bits [51:8] of the address. */
  itt: { word: 2, high: 51, low: 8, doc: "The device's interrupt translation table, a multiple of 256." },
  target: { word: 2, high: 47, low: 16, doc: "The vCPU, by its number." },
  newTarget: { word: 3, high: 47, low: 16, doc: "The vCPU that LPIs go to, by its number." },
  valid: { word: 2, high: 63, low: 63, doc: "1: maps; 0: unmaps." },
} as const satisfies Readonly<Record<string, CommandField>>;

export type CommandFieldName = keyof typeof FIELDS;

export const COMMAND_BYTES = 32;

/** The words of a command, 32 bits each, lower half first. */
export type CommandWords = Uint32Array;

/** A field's value. Values of up to 44 bits are exact. */
export function fieldOf(words: CommandWords, { word, high, low }: CommandField): number {
  const lower = words[word * 2];
  const upper = words[word * 2 + 1];
  const width = high - low + 1;
  if (low >= 32) return bits(upper, low - 32, width);
  if (high < 32) return bits(lower, low, width);
  return bits(lower, low, 32 - low) + bits(upper, 0, high - 31) * 2 ** (32 - low);
}

/** Puts a value into a field that is 0. */
export function setField(words: CommandWords, { word, high, low }: CommandField, value: number): void {
  const width = high - low + 1;
  const fitting = width === 32 ? value % 2 ** 32 : value % 2 ** width;
  if (low >= 32) words[word * 2 + 1] |= fitting << (low - 32);
  else {
    words[word * 2] |= fitting << low;
    if (high >= 32) words[word * 2 + 1] |= Math.floor(fitting / 2 ** (32 - low));
  }
}

function bits(half: number, low: number, width: number): number {
  return width === 32 ? half >>> 0 : (half >>> low) & (2 ** width - 1);
}
