/**
 * The grammar: a statement of the tokens of a line. Each decision looks at one token, and nothing is recovered, because
 * a broken line costs only itself. Where a line can go wrong the place is named (places.ts); syntax-problem.ts turns
 * that into words.
 */
import type { Statement } from "../statement.ts";
import type { Token } from "../tokens.ts";
import { acceptDeclaration, readScenario } from "./declarations.ts";
import { readGuestOperation } from "./guest.ts";
import { readLine, readMemoryOperation, readMigration, readMsi, readNewVm, readSettle } from "./machine.ts";
import { type Reading, readAll, type TokenReader } from "./token-reader.ts";
import { readUserCall } from "./user-calls.ts";

/** Reads the tokens of a line; there is at least one. */
export function readStatement(tokens: readonly Token[]): Reading<Statement> {
  return readAll(tokens, statement);
}

function statement(tokens: TokenReader): Statement {
  switch (tokens.kind) {
    case "scenario":
      return readScenario(tokens);
    case "cpu":
      return readGuestOperation(tokens);
    case "user":
      return readUserCall(tokens);
    case "line":
      return readLine(tokens);
    case "settle":
      return readSettle(tokens);
    case "new":
      return readNewVm(tokens);
    case "migrate":
      return readMigration(tokens);
    case "memory":
      return readMemoryOperation(tokens);
    case "msi":
      return readMsi(tokens);
    default:
      return acceptDeclaration(tokens) ?? tokens.fail("statement");
  }
}
