/** What an operation does to which register on whose behalf, in words that leave index, vCPU and value out. */
import type { Operation } from "../program/operation.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { DEFAULT_RAM } from "../vgic/options.ts";
import type { RegisterMatch } from "../vgic/registers/register-table.ts";

const VERBS = { get: "gets", set: "sets", has: "asks for" } as const;

/** "guest writes GICD_IGROUPR", "VMM gets ICC_PMR_EL1", "device drives a line". Coverage counts these. */
export function subjectOf(operation: Operation): string {
  switch (operation.kind) {
    case "mmio":
      if (operation.register === undefined && operation.address >= DEFAULT_RAM.start) {
        return `guest ${operation.write ? "writes" : "reads"} its memory`;
      }
      return `guest ${operation.write ? "writes" : "reads"} ${registerName(operation.register)}`;
    case "sysreg":
      return `guest ${operation.write ? "writes" : "reads"} ${registerName(operation.register)}`;
    case "user":
      return `VMM ${VERBS[operation.verb]} ${registerName(operation.register)}`;
    case "line":
      return operation.byKernel ? "kernel drives a timer's line" : "device drives a line";
    case "run":
    case "settle":
      return "vCPU enters";
    case "new-vm":
      return "VMM makes a fresh VM";
    case "migrate":
      return "VMM migrates the VM";
    case "memory":
    case "memory-fill":
      return `VMM ${operation.kind === "memory" && !operation.write ? "reads" : "writes"} guest memory`;
    case "its-command":
      return `guest has the ITS do ${operation.command.name}`;
    case "msi":
      return "device signals an MSI";
    case "tables":
      return `VMM has tables: ${operation.action}`;
    case "setting":
      return `VMM ${VERBS[operation.verb]} ${operation.setting}`;
    case "init":
      return operation.verb === "do" ? "VMM initialises the vGIC" : "VMM asks for init";
    default:
      return unreachable(operation);
  }
}

function registerName(register: RegisterMatch | undefined): string {
  return register?.row.name ?? "an address without a register";
}
