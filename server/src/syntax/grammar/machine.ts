/** The grammar of what else VMMs and devices do: memory, messages, lines, new VMs, migration. */
import type { IntegerLiteral, OperationStatement } from "../statement.ts";
import { readDevice, readEvent } from "./its-commands.ts";
import { acceptOutcome, acceptValueless, readHost } from "./outcomes.ts";
import type { TokenReader } from "./token-reader.ts";
import { readAddress, readInteger, readValue } from "./values.ts";
import { widthOf } from "./width.ts";

/** Only `faithful` has no versions. */
const managerForm = /^(?:faithful|(?:qemu|firecracker|cloud-hypervisor|crosvm)(?:-\d+(?:\.\d+)?)?)$/;

export function readMemoryOperation(tokens: TokenReader): OperationStatement {
  const { start } = tokens;
  tokens.accept("memory");
  const { kind } = tokens;
  switch (kind) {
    case "read": {
      const width = widthOf(tokens.take(kind, "memoryAccess"));
      const target = readAddress(tokens);
      const outcome = acceptOutcome(tokens);
      return { kind: "memory", start, end: tokens.end, write: false, width, target, outcome };
    }
    case "write": {
      const width = widthOf(tokens.take(kind, "memoryAccess"));
      const target = readAddress(tokens);
      const value = readValue(tokens, "writtenValue");
      return { kind: "memory", start, end: tokens.end, write: true, width, target, value };
    }
    case "fill": {
      tokens.accept(kind);
      const target = readAddress(tokens);
      const length = readValue(tokens, "length");
      const byte = readValue(tokens, "byte");
      return { kind: "memory-fill", start, end: tokens.end, target, length, byte };
    }
    default:
      return tokens.fail("memoryAccess");
  }
}

export function readMsi(tokens: TokenReader): OperationStatement {
  const { start } = tokens;
  tokens.accept("msi");
  const device = readDevice(tokens);
  const event = readEvent(tokens);
  const outcome = acceptOutcome(tokens);
  return { kind: "msi", start, end: tokens.end, device, event, outcome };
}

export function readLine(tokens: TokenReader): OperationStatement {
  const { start } = tokens;
  tokens.accept("line");
  const intid = readValue(tokens);
  const cpu = tokens.accept("@") && tokens.takeCpu();
  const { text } = tokens.take("level", "level");
  const level = text === "high" || text === "low" ? text : "pulse";
  const byKernel = tokens.accept("by") !== undefined;
  if (byKernel) tokens.takeOneOf("kernel");
  const outcome = acceptValueless(tokens);
  return { kind: "line", start, end: tokens.end, intid, cpu, level, byKernel, outcome };
}

export function readSettle(tokens: TokenReader): OperationStatement {
  const { start } = tokens;
  tokens.accept("settle");
  const outcome = acceptValueless(tokens);
  return { kind: "settle", start, end: tokens.end, outcome };
}

export function readNewVm(tokens: TokenReader): OperationStatement {
  const { start } = tokens;
  tokens.accept("new");
  tokens.takeOneOf("machine");
  const keepsMemory = tokens.accept("keeping") !== undefined;
  if (keepsMemory) tokens.take("memory", "kept");
  const revision = acceptRevision(tokens);
  return { kind: "new-vm", start, end: tokens.end, keepsMemory, revision };
}

export function readMigration(tokens: TokenReader): OperationStatement {
  const { start } = tokens;
  tokens.accept("migrate");
  const to = tokens.accept("to") && readHost(tokens);
  const revision = acceptRevision(tokens);
  const by = tokens.accept("by") && tokens.takeWord("manager", (text) => managerForm.test(text));
  const outcome = acceptValueless(tokens);
  return { kind: "migrate", start, end: tokens.end, to, revision, by, outcome };
}

function acceptRevision(tokens: TokenReader): IntegerLiteral | undefined {
  return tokens.accept("revision") && readInteger(tokens);
}
