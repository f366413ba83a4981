/** The parts of a statement that findings are about: what editors underline. */
import { isOperation, type OperationStatement, type Span, type Statement } from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";
import type { Skipped } from "../vgic/its/skipped.ts";

/**
 * `verb`: `readl`, `writeb`, … `target`: the register, address, line or command. `value`: what is written. `answer`:
 * what is expected; where nothing is, the target. `itt`, `collection`: that operand of a command of the ITS, the target
 * of anything else. `manager`, `destination`, `revision`: what a migration is done by, where it goes, what it asks for.
 * A reason why a command of the ITS was skipped: the operand that it is about.
 */
export type Part =
  | "verb"
  | "target"
  | "value"
  | "answer"
  | "itt"
  | "collection"
  | "manager"
  | "destination"
  | "revision"
  | Skipped;

/** The columns of a part of a line's statement: of the whole statement where it has no such part. */
export function partOf(statement: Statement | undefined, text: string, part?: Part): Span {
  if (statement === undefined) return { start: 0, end: text.length };
  const { start, end } = (part && isOperation(statement) && named(statement, text, part)) || statement;
  return { start, end };
}

/** An access whose target is one word, and the word. */
const PLAIN_ACCESS =
  /^[ \t]*(?:cpu\d+[ \t]+(?:(?:read|write)[bwlq]|mrs|msr)|user[ \t]+(?:get|set|has))[ \t]+(\w+)(?=[ \t]*(?:#|$)|[ \t]+[\w=])/;

/**
 * A part of a line as `partOf` finds it, where the text alone shows it: reading a line takes long, and many findings are
 * about plain accesses.
 */
export function plainPartOf(text: string, part: Part): Span | undefined {
  if (part !== "target" && (part !== "answer" || text.includes("="))) return undefined;
  const [access, target] = PLAIN_ACCESS.exec(text) ?? [];
  if (access === undefined || target === undefined) return undefined;
  return { start: access.length - target.length, end: access.length };
}

function named(statement: OperationStatement, text: string, part: Part): Span | undefined {
  switch (part) {
    case "verb": {
      const found = /\b(?:read|write)[bwlq]\b/.exec(text.slice(0, statement.end));
      return found === null ? undefined : { start: found.index, end: found.index + found[0].length };
    }
    case "target":
      return targetOf(statement, text);
    case "value":
      return "value" in statement ? statement.value : undefined;
    case "answer":
      return ("outcome" in statement ? statement.outcome : undefined) ?? targetOf(statement, text);
    case "itt":
    case "collection":
      return statement.kind === "its-command"
        ? (statement.operands[part] ?? statement.command)
        : targetOf(statement, text);
    case "manager":
      return statement.kind === "migrate" ? statement.by : undefined;
    case "destination":
      return statement.kind === "migrate" ? statement.to : undefined;
    case "revision":
      return statement.kind === "migrate" || statement.kind === "new-vm" ? statement.revision : undefined;
    default:
      return statement.kind === "its-command" ? operandOf(statement, part) : targetOf(statement, text);
  }
}

function targetOf(statement: OperationStatement, text: string): Span | undefined {
  switch (statement.kind) {
    case "mmio":
    case "user":
    case "memory":
    case "memory-fill":
      return statement.target;
    case "sysreg":
      return statement.register;
    case "setting":
      return statement.setting;
    case "its-command":
      return statement.command;
    case "line":
      return statement.intid;
    case "run":
      return statement.cpu;
    case "msi":
      return { start: text.lastIndexOf("device", statement.device.start), end: statement.event.end };
    case "settle":
    case "new-vm":
    case "migrate":
    case "tables":
    case "init":
      return undefined;
    default:
      return unreachable(statement);
  }
}

/** The operand of a command that is why it was skipped. */
function operandOf(
  { command, operands }: Extract<OperationStatement, { kind: "its-command" }>,
  why: Skipped,
): Span {
  const { device, event, lpi, collection, itt, bits } = operands;
  switch (why) {
    case "device-unmapped":
    case "device-out-of-range":
      return device ?? command;
    case "event-unmapped":
    case "event-mapped":
    case "event-out-of-range":
      return event ?? command;
    case "event-outside-memory":
      return event ?? itt ?? command;
    case "collection-unmapped":
    case "collection-out-of-range":
    case "new-collection-unmapped":
      return collection ?? command;
    case "lpi-out-of-range":
    case "lpi-shared":
    case "lpi-tables-outside-memory":
      return lpi ?? event ?? command;
    case "too-many-event-bits":
      return bits ?? command;
    case "its-disabled":
    case "lpis-disabled":
    case "unknown-command":
    case "outside-memory":
    case "no-such-cpu":
    case "no-memory":
      return command;
    default:
      return unreachable(why);
  }
}
