/** The grammar of what a guest does. */
import type { OperationStatement } from "../statement.ts";
import { readItsCommand } from "./its-commands.ts";
import { acceptOutcome, acceptValueless } from "./outcomes.ts";
import type { TokenReader } from "./token-reader.ts";
import { readTarget, readValue } from "./values.ts";
import { widthOf } from "./width.ts";

export function readGuestOperation(tokens: TokenReader): OperationStatement {
  const cpu = tokens.takeCpu();
  const { start } = cpu;
  const { kind } = tokens;
  switch (kind) {
    case "read": {
      const width = widthOf(tokens.take(kind, "access"));
      const target = readTarget(tokens);
      const outcome = acceptOutcome(tokens);
      return { kind: "mmio", start, end: tokens.end, cpu, write: false, width, target, outcome };
    }
    case "write": {
      const width = widthOf(tokens.take(kind, "access"));
      const target = readTarget(tokens);
      const value = readValue(tokens, "writtenValue");
      const outcome = acceptValueless(tokens);
      return { kind: "mmio", start, end: tokens.end, cpu, write: true, width, target, value, outcome };
    }
    case "mrs": {
      tokens.accept(kind);
      const register = tokens.takeWord("systemRegister");
      const outcome = acceptOutcome(tokens);
      return { kind: "sysreg", start, end: tokens.end, cpu, write: false, register, outcome };
    }
    case "msr": {
      tokens.accept(kind);
      const register = tokens.takeWord("systemRegister");
      const value = readValue(tokens, "writtenValue");
      const outcome = acceptValueless(tokens);
      return { kind: "sysreg", start, end: tokens.end, cpu, write: true, register, value, outcome };
    }
    case "run": {
      tokens.accept(kind);
      const outcome = acceptValueless(tokens);
      return { kind: "run", start, end: tokens.end, cpu, outcome };
    }
    case "its": {
      tokens.accept(kind);
      const { command, operands } = readItsCommand(tokens);
      return { kind: "its-command", start, end: tokens.end, cpu, command, operands };
    }
    default:
      return tokens.fail("access");
  }
}
