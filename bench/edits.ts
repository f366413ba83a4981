/** Edits of one character, spread over a part of a file; each second one undoes the one before it. */
import type { Edit } from "./language-client.ts";

/** Where digits stand that can be another: the last character that each expression matches. */
export interface Digits {
  readonly value: RegExp;
  readonly comment: RegExp;
}

export const traceDigits: Digits = {
  value: /^(?:cpu\d+ write[bl]|user set) \S+ 0x[0-9a-f]+/,
  comment: /^.*# step \d+/,
};

export const cDigits: Digits = { value: /^.*[^~]0x[0-9a-f]+(?=u)/, comment: /^.*step \d+/ };

/** Two of three edits change a value, the third a comment. */
export function edits(
  lines: readonly string[],
  part: [number, number],
  count: number,
  digits: Digits,
): Edit[] {
  const [from, to] = part.map((share) => Math.floor(lines.length * share));
  const places = count / 2;
  return Array.from({ length: places }, (_, index) => {
    const pattern = index % 3 === 2 ? digits.comment : digits.value;
    let line = from + Math.floor(((to - from) * (index + 0.5)) / places);
    while (!pattern.test(lines[line])) line++;
    const character = (pattern.exec(lines[line])?.[0].length ?? 0) - 1;
    const text = lines[line][character];
    const other = index % 3 === 2 ? (Number(text) + 1) % 10 : Number.parseInt(text, 16) ^ 8;
    return [
      { line, character, text: other.toString(16) },
      { line, character, text },
    ];
  }).flat();
}
