/** Operations to the steps that a real kernel is driven with (KVM's device API, Documentation/virt/kvm). */

import type { Operation } from "../program/operation.ts";
import type { Setup } from "../program/setup.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { FRAMES } from "../vgic/frame-table.ts";
import { iidr } from "../vgic/kernels/revisions.ts";
import { lineNumber } from "../vgic/kvm-abi.ts";
import { attributeOf } from "../vgic/kvm-attribute.ts";
import { GICD_IIDR } from "../vgic/registers/gicd-iidr.ts";
import type { Step } from "./records.ts";

/** What a VM is made of. */
type VmSetup = Pick<Setup, "model" | "cpus" | "irqs" | "bases">;

const IIDR = BigInt(GICD_IIDR.offset);

/** Makes a VM as a VMM does, and writes the revision into GICD_IIDR if there is one. */
export function newVm({ model, cpus, irqs, bases }: VmSetup, revision: number | undefined): Step[] {
  const second = model === "v3" ? bases.redist : bases.cpu;
  const vm: Step = {
    kind: "new-vm",
    width: model === "v3" ? 3 : 2,
    cpu: cpus,
    argument: irqs,
    address: BigInt(bases.dist),
    value: BigInt(second),
  };
  return revision === undefined ? [vm] : [vm, writeIidr(revision)];
}

/** The VMM writes a revision into GICD_IIDR. */
export function writeIidr(revision: number): Step {
  return {
    kind: "set",
    width: 4,
    argument: FRAMES.GICD.group,
    address: IIDR,
    value: BigInt(iidr(revision)),
  };
}

/** The VMM reads GICD_IIDR. */
export const readIidr: Step = { kind: "get", width: 4, argument: FRAMES.GICD.group, address: IIDR };

/** The steps of an operation; undefined when a kernel under test cannot be made to do it. */
export function stepsOf(
  operation: Operation,
  setup: VmSetup,
  revision: number | undefined,
): Step[] | undefined {
  switch (operation.kind) {
    case "mmio": {
      const { cpu, write, width, address } = operation;
      return [
        { kind: write ? "write" : "read", cpu, width, address: BigInt(address), value: written(operation) },
      ];
    }
    case "sysreg": {
      const { cpu, write, register } = operation;
      return [{ kind: write ? "msr" : "mrs", cpu, argument: register.offset, value: written(operation) }];
    }
    case "user":
      return [
        {
          kind: operation.verb,
          width: FRAMES[operation.frame].attributeBytes,
          argument: FRAMES[operation.frame].group,
          address: attributeOf(operation, setup.model),
          value: written(operation),
        },
      ];
    case "line":
      return operation.byKernel ? undefined : lineSteps(operation);
    case "run":
      return [{ kind: "enter", cpu: operation.cpu }];
    case "settle":
      return [...entriesOfAll(setup.cpus), ...entriesOfAll(setup.cpus)];
    case "new-vm":
      return newVm(setup, operation.revision ?? revision);
    case "migrate":
    case "memory":
    case "memory-fill":
    case "its-command":
    case "msi":
    case "tables":
    case "setting":
    case "init":
      return undefined;
    default:
      return unreachable(operation);
  }
}

function written({ low, high }: { readonly low: number; readonly high: number }): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function entriesOfAll(cpus: number): Step[] {
  return Array.from({ length: cpus }, (_, cpu) => ({ kind: "enter", cpu }));
}

function lineSteps(operation: Extract<Operation, { kind: "line" }>): Step[] {
  const argument = lineNumber(operation.intid, operation.cpu);
  const high: Step = { kind: "line", argument, value: 1n };
  const low: Step = { kind: "line", argument };
  if (operation.level === "pulse") return [high, low];
  return [operation.level === "high" ? high : low];
}
