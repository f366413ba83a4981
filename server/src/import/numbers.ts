/** Numbers as logs print them. */

/** The `name=value` pairs of a line. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** So many digits, decimal or hexadecimal, are a number without rounding. */
const mostExact = 13;

/** A decimal number, or a hexadecimal one with 0x; undefined if it is none. */
export function parseInteger(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^-?(?:0[xX][\da-fA-F]+|\d+)$/.test(text)) return undefined;
  if (text.startsWith("-")) return -BigInt(text.slice(1));
  // To make a BigInt of a text takes several times as long.
  return text.length <= mostExact ? BigInt(Number(text)) : BigInt(text);
}

/** The same as a number, which is rounded above 53 bits. */
export function parseRounded(text: string | undefined): number | undefined {
  const value = parseInteger(text);
  return value === undefined ? undefined : Number(value);
}

/** An address or a register's value: hexadecimal, with or without 0x; undefined if it is none of 64 bits. */
export function parseAddress(text: string | undefined): bigint | undefined {
  const digits = /^(?:0[xX])?([\da-fA-F]{1,16})$/.exec(text ?? "")?.[1];
  if (digits === undefined) return undefined;
  return digits.length <= mostExact ? BigInt(Number.parseInt(digits, 16)) : BigInt(`0x${digits}`);
}

/** Reads `name=value` pairs; of `gpa=0x10 (16)` the first number, of `level=(1)` the only one. */
export function fieldsOf(text: string): Fields {
  const fields: Record<string, string | undefined> = Object.create(null);
  for (const { 1: name = "", 2: value } of text.matchAll(/(\w+)=\(?(-?\w+)\)?/g)) fields[name] = value;
  return fields;
}

/** A number as traces spell values. */
export function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
