/** The grammar of what a VMM asks of the vGIC's device. */
import { wordAt } from "../leaves.ts";
import type { Expression, OperationStatement, TablesAction, Word } from "../statement.ts";
import { acceptOutcome, acceptValueless } from "./outcomes.ts";
import type { TokenReader } from "./token-reader.ts";
import { readTarget, readValue, startsValue } from "./values.ts";

export function readUserCall(tokens: TokenReader): OperationStatement {
  const { start } = tokens;
  tokens.accept("user");
  if (tokens.accept("get") !== undefined) return readGet(tokens, start);
  if (tokens.accept("set") !== undefined) return readSet(tokens, start);
  if (tokens.accept("has") !== undefined) return readHas(tokens, start);
  if (tokens.accept("init") !== undefined) return readInit(tokens, start, "do");
  const action = readTablesAction(tokens);
  const outcome = acceptValueless(tokens);
  return { kind: "tables", start, end: tokens.end, action, outcome };
}

function readGet(tokens: TokenReader, start: number): OperationStatement {
  const setting = acceptSetting(tokens);
  if (setting === undefined) {
    const target = readTarget(tokens);
    const outcome = acceptOutcome(tokens);
    return { kind: "user", start, end: tokens.end, verb: "get", target, outcome };
  }
  const region = acceptRegion(tokens, setting);
  const outcome = acceptOutcome(tokens);
  return { kind: "setting", start, end: tokens.end, verb: "get", setting, region, outcome };
}

function readSet(tokens: TokenReader, start: number): OperationStatement {
  const setting = acceptSetting(tokens);
  if (setting === undefined) {
    const target = readTarget(tokens);
    const value = readValue(tokens, "writtenValue");
    const outcome = acceptValueless(tokens);
    return { kind: "user", start, end: tokens.end, verb: "set", target, value, outcome };
  }
  const value = readValue(tokens, "writtenValue");
  const outcome = acceptValueless(tokens);
  return { kind: "setting", start, end: tokens.end, verb: "set", setting, value, outcome };
}

function readHas(tokens: TokenReader, start: number): OperationStatement {
  if (tokens.accept("init") !== undefined) return readInit(tokens, start, "has");
  const setting = acceptSetting(tokens);
  if (setting === undefined) {
    const target = readTarget(tokens);
    const outcome = acceptValueless(tokens);
    return { kind: "user", start, end: tokens.end, verb: "has", target, outcome };
  }
  const outcome = acceptValueless(tokens);
  return { kind: "setting", start, end: tokens.end, verb: "has", setting, outcome };
}

function readInit(tokens: TokenReader, start: number, verb: "do" | "has"): OperationStatement {
  const outcome = acceptValueless(tokens);
  return { kind: "init", start, end: tokens.end, verb, outcome };
}

function readTablesAction(tokens: TokenReader): TablesAction {
  if (tokens.accept("save") !== undefined) {
    if (tokens.accept("pending") !== undefined) return "save pending";
    tokens.take("its", "saved");
    return "save its";
  }
  const isRestore = tokens.accept("restore") !== undefined;
  if (!isRestore) tokens.take("reset", "verb");
  tokens.take("its", "tables");
  return isRestore ? "restore its" : "reset its";
}

/** A setting's name, which is no register where a setting may stand. */
function acceptSetting(tokens: TokenReader): Word | undefined {
  const token = tokens.accept("setting");
  return token && wordAt(token.text, token.start);
}

/** A region is named by its index, and nothing else is. */
function acceptRegion(tokens: TokenReader, { text }: Word): Expression | undefined {
  if (text === "REDIST_REGION") return readValue(tokens, "region");
  // `always` could be a name, but says of what an outcome is asked.
  if (!startsValue(tokens) || tokens.kind === "quantifier") return undefined;
  const message = `\`${text}\` has no index: to expect a value, write \`==\` before it`;
  return tokens.refuse(readValue(tokens), message);
}
