import { isSide, parseSide, type Side } from "../../server/src/explore/side.ts";

/** A side of a search, as the command line has it. */
export function side(text: string): Side {
  const parsed = parseSide(text);
  if (!isSide(parsed)) throw new Error(`${text} is no side`);
  return parsed;
}
