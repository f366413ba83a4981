/** Operations to the steps that a real kernel is driven with (KVM's device API, Documentation/virt/kvm). */

import { type Operation, settingWidth } from "../program/operation.ts";
import type { Setup } from "../program/setup.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { TablesAction } from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { FRAMES } from "../vgic/frame-table.ts";
import { encode } from "../vgic/its/commands.ts";
import { iidr } from "../vgic/kernels/revisions.ts";
import { ATTRIBUTE_GROUPS, lineNumber, type Model } from "../vgic/kvm-abi.ts";
import { attributeOf } from "../vgic/kvm-attribute.ts";
import { DEFAULT_RAM } from "../vgic/options.ts";
import { GICD_IIDR } from "../vgic/registers/gicd-iidr.ts";
import { type RedistributorRegion, regionWord, type Setting, settingAttribute } from "../vgic/set-up.ts";
import type { Step } from "./records.ts";

/** What a VM is made of. */
type VmSetup = Pick<Setup, "model" | "cpus" | "irqs" | "bases"> &
  Partial<Pick<Setup, "its" | "ram" | "regions" | "created">>;

const IIDR = BigInt(GICD_IIDR.offset);

/**
 * Makes a VM as a VMM does, and writes the revision into GICD_IIDR if there is one; or a VM whose vGIC is only created.
 * @param keepsMemory guest memory is what it was in the VM before
 */
export function newVm(
  { model, cpus, irqs, bases, its, ram, created, regions }: VmSetup,
  revision: number | undefined,
  keepsMemory = false,
): Step[] {
  const second = model === "v3" ? bases.redist : bases.cpu;
  const vm: Step = {
    kind: "new-vm",
    width: model === "v3" ? 3 : 2,
    cpu: cpus,
    argument: created || regions !== undefined ? 0 : irqs,
    address: BigInt(bases.dist),
    value: BigInt(second),
  };
  const memory = ram ?? (its ? DEFAULT_RAM : undefined);
  const withRam: Step[] =
    memory === undefined
      ? []
      : [
          {
            kind: "with-ram",
            argument: keepsMemory ? 1 : 0,
            address: BigInt(memory.start),
            value: BigInt(memory.size),
          },
        ];
  const withIts: Step[] = its ? [{ kind: "with-its", address: BigInt(bases.its) }] : [];
  const iidr: Step[] = revision === undefined ? [] : [writeIidr(revision)];
  const inRegions = created || regions === undefined ? [] : setUpInRegions({ irqs, bases, its }, regions);
  return [...withRam, ...withIts, vm, ...inRegions, ...iidr];
}

/** What the VMM sets of a VM that is only created, where its redistributors lie in regions. */
function setUpInRegions(
  { irqs, bases, its }: Pick<VmSetup, "irqs" | "bases" | "its">,
  regions: readonly RedistributorRegion[],
): Step[] {
  const set = (setting: Setting, value: bigint): Step => settingStep("set", setting, "v3", value);
  return [
    set("NR_IRQS", BigInt(irqs)),
    set("ADDR_DIST", BigInt(bases.dist)),
    ...regions.map((region, index) => set("REDIST_REGION", regionWord(region, index))),
    init,
    ...(its ? [set("ADDR_ITS", BigInt(bases.its))] : []),
  ];
}

/** KVM_DEV_ARM_VGIC_CTRL_INIT. */
const init: Step = { kind: "set", width: 8, argument: ATTRIBUTE_GROUPS.control, address: 0n };

function settingStep(verb: "get" | "set" | "has", setting: Setting, model: Model, value: bigint): Step {
  const { group, attribute } = settingAttribute(setting, model);
  return { kind: verb, width: settingWidth(setting), argument: group, address: BigInt(attribute), value };
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
      return newVm(setup, operation.revision ?? revision, operation.keepsMemory);
    case "memory": {
      const { write, width, address } = operation;
      return [{ kind: write ? "store" : "load", width, address: BigInt(address), value: written(operation) }];
    }
    case "memory-fill": {
      const { address, length, byte } = operation;
      return [{ kind: "fill", argument: byte, address: BigInt(address), value: BigInt(length) }];
    }
    case "its-command":
      return commandSteps(operation);
    case "msi": {
      const address = BigInt(setup.bases.its + GITS_TRANSLATER);
      return [{ kind: "msi", argument: operation.device, address, value: BigInt(operation.event) }];
    }
    case "tables": {
      const attribute = TABLES_CALLS[operation.action];
      return [{ kind: "set", width: 8, argument: ATTRIBUTE_GROUPS.control, address: BigInt(attribute) }];
    }
    case "setting": {
      const { verb, setting, region } = operation;
      return [settingStep(verb, setting, setup.model, verb === "get" ? BigInt(region) : written(operation))];
    }
    case "init":
      return [operation.verb === "has" ? { ...init, kind: "has" } : init];
    case "migrate":
      return undefined;
    default:
      return unreachable(operation);
  }
}

const GITS_TRANSLATER = 0x10040;

/** Attributes of KVM_DEV_ARM_VGIC_GRP_CTRL: of the ITS, and KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES of the vGIC. */
export const TABLES_CALLS: Readonly<Record<TablesAction, number>> = {
  "save its": 1,
  "restore its": 2,
  "save pending": 3,
  "reset its": 4,
};

/** A driver's four stores of 64 bits, and the one of GITS_CWRITER. */
function commandSteps({ cpu, command }: Extract<Operation, { kind: "its-command" }>): Step[] {
  const words = encode(command);
  const stores = [0, 1, 2, 3].map(
    (word): Step => ({
      kind: "queue",
      cpu,
      argument: word,
      value: written({ low: itemAt(words, word * 2), high: itemAt(words, word * 2 + 1) }),
    }),
  );
  return [...stores, { kind: "advance", cpu }];
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
