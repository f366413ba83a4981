/** Does one operation of a trace on a vGIC. */
import type { Operation } from "../program/operation.ts";
import { operationRow } from "../syntax/operations.ts";
import type { TablesAction } from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";
import type { Ending, Outcome } from "../vgic/answer.ts";
import type { Vgic } from "../vgic/vgic.ts";
import { migrate } from "./migration.ts";
import type { Variant } from "./variant.ts";

/** Whether a successful operation comes with a value. */
export function returnsValue(operation: Operation): boolean {
  return operationRow(operation).returns;
}

/** Performs an operation and gives what it answered as a value. For use outside the loop over all operations. */
export function outcomeOf(vgic: Vgic, operation: Operation, variant: Variant): Outcome {
  const ending = perform(vgic, operation, variant);
  return ending === "ok" && returnsValue(operation) ? { ending, value: vgic.value } : { ending };
}

/** What the VMM does without asking the kernel about this VM. */
const WITHOUT_VM: ReadonlySet<Operation["kind"]> = new Set(["new-vm", "memory", "memory-fill"]);

/** Performs an operation; a value that it returns is the vGIC's last value. */
export function perform(vgic: Vgic, operation: Operation, variant: Variant): Ending {
  if (vgic.hasFailed) return vgic.stayFailed();
  if (vgic.isDead && !WITHOUT_VM.has(operation.kind)) return vgic.stayDead();
  const ending = performed(vgic, operation, variant);
  return vgic.hasFailed ? "host-failure" : ending;
}

function performed(vgic: Vgic, operation: Operation, variant: Variant): Ending {
  switch (operation.kind) {
    case "mmio": {
      const { cpu, address, width, low, high } = operation;
      return operation.write
        ? vgic.guestWrite(cpu, address, width, low, high)
        : vgic.guestRead(cpu, address, width);
    }
    case "sysreg": {
      const { cpu, register, low, high } = operation;
      return operation.write
        ? vgic.writeSystemRegister(cpu, register.offset, low, high)
        : vgic.readSystemRegister(cpu, register.offset);
    }
    case "user": {
      const { frame, cpu, offset, low, high } = operation;
      if (operation.verb === "get") return vgic.userGet(frame, cpu, offset);
      if (operation.verb === "has") return vgic.userHas(frame, cpu, offset);
      return vgic.userSet(frame, cpu, offset, low, high);
    }
    case "line":
      return vgic.setLine(operation.intid, operation.cpu, operation.level, operation.byKernel);
    case "run":
      return vgic.run(operation.cpu);
    case "settle":
      return vgic.settle();
    case "new-vm":
      return vgic.newVm({
        revision: operation.revision ?? variant.revision,
        keepsMemory: operation.keepsMemory,
      });
    case "migrate":
      return migrate(vgic, operation).ending;
    case "memory": {
      const { address, width, low, high } = operation;
      return operation.write ? vgic.memoryWrite(address, width, low, high) : vgic.memoryRead(address, width);
    }
    case "memory-fill":
      return vgic.memoryFill(operation.address, operation.length, operation.byte);
    case "its-command":
      return vgic.itsCommand(operation.cpu, operation.command);
    case "msi":
      return vgic.signalMsi(operation.device, operation.event);
    case "tables":
      return tablesCall(vgic, operation.action);
    case "setting": {
      const { verb, setting, region, low, high } = operation;
      return vgic.setting(verb, setting, region, low, high);
    }
    case "init":
      // KVM has the attribute whatever the state of the vGIC.
      return operation.verb === "do" ? vgic.init() : "ok";
    default:
      return unreachable(operation);
  }
}

/** Has a VMM's call on the tables in guest memory done. */
export function tablesCall(vgic: Vgic, action: TablesAction): Ending {
  switch (action) {
    case "save its":
      return vgic.saveTables();
    case "restore its":
      return vgic.restoreTables();
    case "reset its":
      return vgic.resetIts();
    case "save pending":
      return vgic.savePendingTables();
    default:
      return unreachable(action);
  }
}
