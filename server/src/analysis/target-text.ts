/** What an operation is aimed at, by its register's name or by its place. */

import type { Environment } from "../program/environment.ts";
import type { Operation } from "../program/operation.ts";
import { firstByteOf } from "../rules/operations.ts";

/** An access by its register: "GICD_CTLR", "GICR_CTLR@cpu1", "GICD_IPRIORITYR10+1". */
export function namedTarget(operation: Operation, environment: Environment): string | undefined {
  if (operation.kind !== "mmio" && operation.kind !== "user") return undefined;
  if (operation.register === undefined) return undefined;
  const byte = firstByteOf(operation);
  const offset = byte === 0 ? "" : `+${byte}`;
  return `${operation.register.name}${ownerText(operation, environment)}${offset}`;
}

/** `@cpuN` where the vCPU is not the one that is meant without it. */
function ownerText(
  operation: Extract<Operation, { kind: "mmio" | "user" }>,
  environment: Environment,
): string {
  if (operation.kind === "user") return operation.cpu === 0 ? "" : `@cpu${operation.cpu}`;
  const owner = environment.placeOf(operation.address, operation.width)?.cpu ?? operation.cpu;
  return owner === operation.cpu ? "" : `@cpu${owner}`;
}
