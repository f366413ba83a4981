/** Pieces of C that all exported tests are made of. */

/** A string literal. */
export function cString(text: string): string {
  const escaped = text.replace(/[\\"?]/g, "\\$&").replace(/[^\x20-\x7e]/g, "?");
  return `"${escaped}"`;
}

/** A comment's text: what would end the comment early is taken apart. */
export function cComment(text: string): string {
  return text.replace(/\*\//g, "* /").replace(/[^\x20-\x7e]/g, "?");
}

/** A hexadecimal literal, long where it needs to be. */
export function hexLiteral(value: bigint | number): string {
  const digits = `0x${value.toString(16)}`;
  return BigInt(value) > 0xffff_ffffn ? `${digits}ull` : digits;
}

/** Function names made of titles: lower case, each once. */
export class Names {
  /** The names that are used, and for each the number that may be free next. */
  readonly #used = new Map<string, number>();

  take(title: string): string {
    const word = title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "");
    const base = word === "" ? "scenario" : /^\d/.test(word) ? `scenario_${word}` : word;
    const first = `test_${base}`;
    let name = first;
    let number = this.#used.get(first) ?? 2;
    while (this.#used.has(name)) name = `${first}_${number++}`;
    this.#used.set(first, number);
    if (name !== first) this.#used.set(name, 2);
    return name;
  }
}
