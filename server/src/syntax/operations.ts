/**
 * What may be said of each operation: one row per form, for statements and for the operations that they compile to. The
 * grammar, completion, `--update` and all words about operations read it. A new operation is a case in `formOf` and a row.
 */
import type { TablesAction } from "./statement.ts";
import { unreachable } from "./unreachable.ts";

/** How an operation can end other than with success. */
export type Failure = "aborts" | "exits" | "fails";

/** Who does an operation. */
export type Actor = "guest" | "vmm" | "device" | "every vCPU";

export interface OperationRow {
  /** Its keywords, after the vCPU of a guest. */
  readonly words: string;
  readonly actor: Actor;
  /** Whether its success comes with a value. */
  readonly returns: boolean;
  /** Whether it stores the value that it is given. */
  readonly writes: boolean;
  /** The failures that may be expected of it; none: it takes no outcome. */
  readonly failures: readonly Failure[];
}

/** KVM_RUN itself fails while the vGIC is only created. */
const guestFailures: readonly Failure[] = ["aborts", "exits", "fails"];
const callFailures: readonly Failure[] = ["fails"];
const none: readonly Failure[] = [];

function row(
  words: string,
  actor: Actor,
  failures: readonly Failure[],
  does?: "returns" | "writes",
): OperationRow {
  return { words, actor, failures, returns: does === "returns", writes: does === "writes" };
}

/** One row per form of an operation. */
export const OPERATIONS = {
  read: row("read", "guest", guestFailures, "returns"),
  write: row("write", "guest", guestFailures, "writes"),
  mrs: row("mrs", "guest", ["aborts", "fails"], "returns"),
  msr: row("msr", "guest", ["aborts", "fails"], "writes"),
  run: row("run", "guest", callFailures),
  "its-command": row("its", "guest", none),
  settle: row("settle", "every vCPU", callFailures),
  line: row("line", "device", callFailures),
  msi: row("msi", "device", callFailures, "returns"),
  "memory-read": row("memory read", "vmm", callFailures, "returns"),
  "memory-write": row("memory write", "vmm", none, "writes"),
  "memory-fill": row("memory fill", "vmm", none),
  "user-get": row("user get", "vmm", callFailures, "returns"),
  "user-set": row("user set", "vmm", callFailures, "writes"),
  "user-has": row("user has", "vmm", callFailures),
  "user-init": row("user init", "vmm", callFailures),
  "user-has-init": row("user has init", "vmm", callFailures),
  "save-its": row("user save its", "vmm", callFailures),
  "restore-its": row("user restore its", "vmm", callFailures),
  "reset-its": row("user reset its", "vmm", callFailures),
  "save-pending": row("user save pending", "vmm", callFailures),
  "new-vm": row("new vm", "vmm", none),
  migrate: row("migrate", "vmm", callFailures),
} as const satisfies Record<string, OperationRow>;

export type OperationForm = keyof typeof OPERATIONS;

/** What tells the forms apart; statements and compiled operations both have it. */
export type OperationHead =
  | { readonly kind: "mmio" | "sysreg" | "memory"; readonly write: boolean }
  | { readonly kind: "user" | "setting"; readonly verb: "get" | "set" | "has" }
  | { readonly kind: "init"; readonly verb: "do" | "has" }
  | { readonly kind: "tables"; readonly action: TablesAction }
  | {
      readonly kind: "run" | "its-command" | "settle" | "line" | "msi" | "memory-fill" | "new-vm" | "migrate";
    };

const userForms = { get: "user-get", set: "user-set", has: "user-has" } as const;
const tableForms = {
  "save its": "save-its",
  "restore its": "restore-its",
  "reset its": "reset-its",
  "save pending": "save-pending",
} as const satisfies Record<TablesAction, OperationForm>;

/** The form of an operation. */
export function formOf(operation: OperationHead): OperationForm {
  switch (operation.kind) {
    case "mmio":
      return operation.write ? "write" : "read";
    case "sysreg":
      return operation.write ? "msr" : "mrs";
    case "memory":
      return operation.write ? "memory-write" : "memory-read";
    case "user":
    case "setting":
      return userForms[operation.verb];
    case "init":
      return operation.verb === "do" ? "user-init" : "user-has-init";
    case "tables":
      return tableForms[operation.action];
    case "run":
    case "its-command":
    case "settle":
    case "line":
    case "msi":
    case "memory-fill":
    case "new-vm":
    case "migrate":
      return operation.kind;
    default:
      return unreachable(operation);
  }
}

/** What may be said of an operation. */
export function operationRow(operation: OperationHead): OperationRow {
  return OPERATIONS[formOf(operation)];
}
