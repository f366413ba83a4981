/** A line of a trace, kept by its text: a text that was read before is not read again. */
import { parseLine } from "./parse.ts";
import type { ParsedLine } from "./statement.ts";

/** A line with what it says. Lines of the same text are usually the same object; it is never changed. */
export interface TraceLine {
  /** Without the line end. */
  readonly text: string;
  readonly parsed: ParsedLine;
  /** Whether a scenario starts here, even if its title cannot be read. */
  readonly opensScenario: boolean;
  /** Whether the line ends in CRLF. */
  readonly carriageReturn: boolean;
}

/** Lines that were read already, by their text with a final CR. Forgotten all at once when they are many. */
const known = new Map<string, TraceLine>();
const mostKnown = 200_000;

/** Reads a line with a final CR but without its LF. */
export function readLine(raw: string): TraceLine {
  const before = known.get(raw);
  if (before !== undefined) return before;
  const carriageReturn = raw.endsWith("\r");
  const text = carriageReturn ? raw.slice(0, -1) : raw;
  const parsed = parseLine(text);
  const line: TraceLine = { text, parsed, opensScenario: opensScenario(parsed), carriageReturn };
  if (known.size >= mostKnown) known.clear();
  known.set(raw, line);
  return line;
}

function opensScenario({ statement, attempt }: ParsedLine): boolean {
  return statement === undefined ? attempt?.keyword === "scenario" : statement.kind === "scenario";
}
