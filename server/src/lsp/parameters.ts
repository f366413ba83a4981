/** What the parameters of requests must be. A client may send anything. */
import { ErrorCodes, Position, Range, ResponseError } from "vscode-languageserver";
import { Given } from "../config/given.ts";

interface Kind {
  readonly is: (value: unknown) => boolean;
  readonly words: string;
}

const TEXT: Kind = { is: (value) => typeof value === "string", words: "text" };
const BOOLEAN: Kind = { is: (value) => typeof value === "boolean", words: "true or false" };

function listOf(is: (value: unknown) => boolean, words: string): Kind {
  return { is: (value) => Array.isArray(value) && value.every(is), words: `a list of ${words}` };
}

/** Every parameter that a handler reads, by its name: in all methods it is the same. */
const PARAMETERS = {
  position: { is: Position.is, words: "a position" },
  positions: listOf(Position.is, "positions"),
  range: { is: Range.is, words: "a range" },
  context: { is: isContext, words: "a context" },
  newName: TEXT,
  query: TEXT,
  previousResultId: TEXT,
  previousResultIds: listOf(isResultId, "ids of results"),
  variant: TEXT,
  code: TEXT,
  host: TEXT,
  from: TEXT,
  to: TEXT,
  by: TEXT,
  back: BOOLEAN,
  path: TEXT,
  before: TEXT,
  name: TEXT,
  text: TEXT,
  bytes: TEXT,
  uri: TEXT,
  head: listOf((value) => Number.isInteger(value), "bytes"),
} satisfies Record<string, Kind>;

const KINDS: ReadonlyMap<string, Kind> = new Map(Object.entries(PARAMETERS));

/** Names of parameters that a request of some shape cannot be answered without. */
export type Needed<P> = Extract<keyof P, keyof typeof PARAMETERS>;

/**
 * Refuses parameters that are not what they must be, or lack one that is needed.
 * @throws a refusal in the protocol's words
 */
export function checkParameters<P>(params: unknown, needed: readonly Needed<P>[]): void {
  const given = new Given(params).entries;
  for (const name of needed) if (given.get(name) === undefined) throw refusal(`\`${name}\` is missing`);
  for (const [name, value] of given) {
    const kind = KINDS.get(name);
    // What is not needed may also be said to be nothing.
    if (kind === undefined || value === undefined) continue;
    if (value === null && !needed.some((one) => one === name)) continue;
    if (!kind.is(value)) throw refusal(`\`${name}\` is not ${kind.words}`);
  }
}

/** The address of the trace that a request is about. @throws a refusal where it names none */
export function uriIn(params: unknown): string {
  const uri = new Given(params).object("textDocument").text("uri");
  if (uri === undefined) throw refusal("`textDocument.uri` is missing or no text");
  return uri;
}

/** A refusal of parameters, with what is wrong with them. */
export function refusal(flaw: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidParams, flaw);
}

function isContext(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const only = new Given(value).entries.get("only");
  return only === undefined || (Array.isArray(only) && only.every((kind) => typeof kind === "string"));
}

function isResultId(value: unknown): boolean {
  const given = new Given(value);
  return given.text("uri") !== undefined && given.text("value") !== undefined;
}
