/** The grammar of ITS commands, and of what names their operands. */
import { wordAt } from "../leaves.ts";
import type { CpuRef, Expression, ItsOperands, Word } from "../statement.ts";
import type { TokenKind } from "../tokens.ts";
import type { TokenReader } from "./token-reader.ts";
import { readValue } from "./values.ts";

/** By the command, or those like it. */
const operands: Partial<Record<TokenKind, (tokens: TokenReader) => ItsOperands>> = {
  mapd: (tokens) => ({ device: readDevice(tokens), ...readTable(tokens) }),
  mapc: (tokens) => ({ collection: readCollection(tokens), ...readRedistributor(tokens) }),
  mapti: (tokens) => {
    const device = readDevice(tokens);
    const event = readEvent(tokens);
    tokens.take("lpi", "lpi");
    const lpi = readValue(tokens);
    return { device, event, lpi, collection: readCollection(tokens) };
  },
  mapi: (tokens) => ({
    device: readDevice(tokens),
    event: readEvent(tokens),
    collection: readCollection(tokens),
  }),
  movall: (tokens) => ({ from: tokens.takeCpu(), to: readOtherCpu(tokens) }),
  int: (tokens) => ({ device: readDevice(tokens), event: readEvent(tokens) }),
  invall: (tokens) => ({ collection: readCollection(tokens) }),
  sync: (tokens) => ({ to: tokens.takeCpu() }),
};

export function readItsCommand(tokens: TokenReader): { command: Word; operands: ItsOperands } {
  const { kind } = tokens;
  const read = kind && operands[kind];
  if (kind === undefined || read === undefined) return tokens.fail("itsCommand");
  const { text, start } = tokens.take(kind, "itsCommand");
  return { command: wordAt(text, start), operands: read(tokens) };
}

function readTable(tokens: TokenReader): ItsOperands {
  if (tokens.accept("off") !== undefined) return {};
  tokens.take("itt", "table");
  const itt = readValue(tokens);
  tokens.take("bits", "bits");
  return { itt, bits: readValue(tokens) };
}

function readRedistributor(tokens: TokenReader): ItsOperands {
  if (tokens.accept("off") !== undefined) return {};
  return tokens.kind === "to" ? { to: readOtherCpu(tokens) } : tokens.fail("redistributor");
}

function readOtherCpu(tokens: TokenReader): CpuRef {
  tokens.take("to", "otherCpu");
  return tokens.takeCpu();
}

export function readDevice(tokens: TokenReader): Expression {
  tokens.take("device", "device");
  return readValue(tokens);
}

export function readEvent(tokens: TokenReader): Expression {
  tokens.take("event", "event");
  return readValue(tokens);
}

function readCollection(tokens: TokenReader): Expression {
  tokens.take("collection", "collection");
  return readValue(tokens);
}
