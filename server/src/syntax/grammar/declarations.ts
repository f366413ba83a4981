/** The grammar of declarations and scenarios. */
import { revisionsAt, titleOf } from "../leaves.ts";
import type { Place } from "../places.ts";
import type { CompareItem, Declaration, Quantity, ScenarioStatement } from "../statement.ts";
import type { TokenKind } from "../tokens.ts";
import { readHost } from "./outcomes.ts";
import type { TokenReader } from "./token-reader.ts";
import { readInteger, readValue } from "./values.ts";

export function readScenario(tokens: TokenReader): ScenarioStatement {
  const { start } = tokens;
  tokens.accept("scenario");
  const title = tokens.take("string", "title");
  const { end } = title;
  return { kind: "scenario", start, end, title: titleOf(title.text), titleSpan: { start: title.start, end } };
}

type Reader = (tokens: TokenReader, start: number) => Declaration;

/** By the keyword, which is taken already. */
const declarations: Partial<Record<TokenKind, Reader>> = {
  gic: (tokens, start) => {
    const model = tokens.takeWord("model");
    return { kind: "gic", start, end: model.end, model };
  },
  revision: (tokens, start) => {
    const revision = readInteger(tokens);
    return { kind: "revision", start, end: revision.end, revision };
  },
  cpus: (tokens, start) => {
    const count = readInteger(tokens);
    return { kind: "cpus", start, end: count.end, count };
  },
  irqs: (tokens, start) => {
    const count = readInteger(tokens);
    return { kind: "irqs", start, end: count.end, count };
  },
  compare: (tokens, start) => {
    const items = readCompared(tokens);
    return { kind: "compare", start, end: tokens.end, items };
  },
  base: (tokens, start) => {
    const frame = tokens.takeOneOf("frame");
    const address = readValue(tokens);
    const count = tokens.accept("count") && readInteger(tokens);
    return { kind: "base", start, end: tokens.end, frame, address, count };
  },
  let: (tokens, start) => {
    const name = tokens.takeWord("name");
    tokens.take("=", "assign");
    const value = readValue(tokens);
    return { kind: "let", start, end: tokens.end, name, value };
  },
  host: (tokens, start) => {
    const host = readHost(tokens);
    return { kind: "host", start, end: host.end, host };
  },
  hardware: (tokens, start) => {
    const quantities: Quantity[] = [];
    do quantities.push(readQuantity(tokens));
    while (tokens.kind === "quantity");
    return { kind: "hardware", start, end: tokens.end, quantities };
  },
  created: ({ end }, start) => ({ kind: "created", start, end }),
  its: ({ end }, start) => ({ kind: "its", start, end }),
  ram: (tokens, start) => {
    const begin = readValue(tokens);
    const size = readValue(tokens, "size");
    return { kind: "ram", start, end: tokens.end, begin, size };
  },
};

/** The declaration that begins here; undefined where none does. */
export function acceptDeclaration(tokens: TokenReader): Declaration | undefined {
  const { kind, start } = tokens;
  const read = kind && declarations[kind];
  if (kind === undefined || read === undefined) return undefined;
  tokens.accept(kind);
  return read(tokens, start);
}

function readQuantity(tokens: TokenReader): Quantity {
  if (tokens.kind !== "quantity") return tokens.fail("quantity");
  const name = tokens.takeOneOf("quantity");
  const value = readInteger(tokens);
  return { start: name.start, end: value.end, name, value };
}

function readCompared(tokens: TokenReader): readonly CompareItem[] {
  if (tokens.isName) {
    tokens.takeOneOf("compared");
    return [];
  }
  const items = [readComparedItem(tokens, "compared")];
  while (tokens.accept(",") !== undefined) items.push(readComparedItem(tokens, "comparedItem"));
  return items;
}

function readComparedItem(tokens: TokenReader, place: Place): CompareItem {
  if (tokens.accept("host") !== undefined) return { kind: "host", host: readHost(tokens) };
  const { text, start } = tokens.take("revisions", place);
  return { kind: "revisions", revisions: revisionsAt(text, start) };
}
