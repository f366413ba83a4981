/** A migration: a VMM saves a VM, makes another on the destination host, and restores what it saved. */

import type { Manager } from "../program/manager.ts";
import type { Ending } from "../vgic/answer.ts";
import type { Ineffective } from "../vgic/current-access.ts";
import { FRAMES } from "../vgic/frame-table.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import { iidr } from "../vgic/kernels/revisions.ts";
import { type Decision, TIMER_PPIS } from "../vgic/machine.ts";
import { GICD_IIDR } from "../vgic/registers/gicd-iidr.ts";
import type { Vgic } from "../vgic/vgic.ts";
import { type Order, orderOf } from "./managers.ts";
import { type AttributeWrite, spellOut } from "./order.ts";

export interface MigrationRequest {
  /** Absent: the host that the VM is on. */
  readonly to?: Host;
  /** What a VMM that writes GICD_IIDR writes there instead of what it saved. */
  readonly revision?: number;
  /** Absent: faithful. */
  readonly by?: Manager;
}

/** One write of the restore, and what came of it. */
export interface Restored {
  readonly write: AttributeWrite;
  readonly ending: Ending;
  readonly decision: Decision | undefined;
  /** Why the register took nothing of it; undefined if it did. */
  readonly ineffective: Ineffective | undefined;
}

/** The calls of a migration that name no register, as KVM calls them. */
export type TablesCall = "SAVE_PENDING_TABLES" | "SAVE_TABLES" | "RESTORE_TABLES";

export interface Migration {
  /** "ok", or why it stopped. */
  readonly ending: Ending;
  /** Absent where the VMM saves nothing. */
  readonly order?: Order;
  /** The call that stopped it, if it was not the last of `restored`. */
  readonly failedCall?: TablesCall;
  /** The writes that were done; a failed one is the last. */
  readonly restored: readonly Restored[];
  /** How many writes were done before RESTORE_TABLES; absent where there was none. */
  readonly tablesAt?: number;
}

/** Bits [31:0] and [63:32]. */
interface Saved {
  readonly low: number;
  readonly high: number;
}

const ALL_ONES = 0xffffffff;

/** Migrates a VM. A restore that fails stops there, and leaves the VM as far as it came. */
export function migrate(vgic: Vgic, request: MigrationRequest): Migration {
  return migrateInOrder(vgic, orderOf(request.by ?? "faithful", vgic.options.model), request);
}

/** Migrates a VM in some order. @param order absent: nothing is saved */
export function migrateInOrder(
  vgic: Vgic,
  order: Order | undefined,
  { to, revision, by = "faithful" }: MigrationRequest,
): Migration {
  const actions = order ? spellOut(order, vgic.options) : [];
  const restored: Restored[] = [];
  let failedCall: TablesCall | undefined;
  let tablesAt: number | undefined;
  const ending: Ending = vgic.asOne(() => {
    const lines = linesOf(vgic);
    const tables = saveInMemory(vgic, by, order);
    if (tables !== "ok") {
      failedCall = tables.call;
      return tables.ending;
    }
    const saved = new Map<AttributeWrite, Saved>();
    for (const action of actions) {
      if (action.kind === "attribute") saved.set(action, valueToWrite(vgic, saves(action, order), revision));
    }
    vgic.newVm({ host: to, setUp: vgic.setUp, keepsMemory: true });
    for (const action of actions) {
      if (action.kind === "tables") {
        tablesAt = restored.length;
        const result = vgic.restoreTables();
        if (result === "ok") continue;
        failedCall = "RESTORE_TABLES";
        return result;
      }
      if (action.kind === "lines") {
        for (const { intid, cpu, byKernel } of lines) {
          if (!byKernel) vgic.setLine(intid, intid < 32 ? cpu : undefined, "high", false);
        }
        continue;
      }
      const { low, high } = saved.get(action) ?? { low: 0, high: 0 };
      if (action.written === "unless-zero" && low === 0) continue;
      const result = vgic.userSet(action.frame, action.cpu, action.offset, low, high);
      const { decision, ineffective } = vgic;
      restored.push({ write: action, ending: result, decision, ineffective });
      if (result !== "ok") return result;
    }
    // The kernel's own devices come along: the VMM restores them with the vCPU's registers.
    for (const { intid, cpu, byKernel } of lines)
      if (byKernel) vgic.setLine(intid, intid < 32 ? cpu : undefined, "high", true);
    return "ok";
  });
  return { ending, order, failedCall, restored, tablesAt };
}

/** The VMM has the kernel write LPIs and the ITS's tables into guest memory, which it then takes along. */
function saveInMemory(
  vgic: Vgic,
  by: string,
  order: Order | undefined,
): "ok" | { readonly call: TablesCall; readonly ending: Ending } {
  if (vgic.options.its !== true) return "ok";
  for (const what of order?.save ?? []) {
    const ending = what === "pending" ? vgic.savePendingTables() : vgic.saveTables();
    // QEMU reports an error and goes on (kvm_arm_its_pre_save).
    if (ending === "host-failure" || (ending !== "ok" && !by.startsWith("qemu")))
      return { call: what === "pending" ? "SAVE_PENDING_TABLES" : "SAVE_TABLES", ending };
  }
  return "ok";
}

/** What is read at the source for a write: of some VMMs it is vCPU 0's. */
function saves(write: AttributeWrite, order: Order | undefined): AttributeWrite {
  return order?.savesFirstCpuForAll && FRAMES[write.frame].isPrivate ? { ...write, cpu: 0 } : write;
}

function valueToWrite(vgic: Vgic, { frame, cpu, offset, written }: AttributeWrite, revision?: number): Saved {
  if (written === "ones") return { low: ALL_ONES, high: 0 };
  if (written === "zero") return { low: 0, high: 0 };
  if (frame === "GICD" && offset === GICD_IIDR.offset && revision !== undefined)
    return { low: iidr(revision), high: 0 };
  vgic.userGet(frame, cpu, offset);
  const { low, high } = vgic;
  if (written !== "without-lines") return { low, high };
  // A device's line makes a level-sensitive interrupt pending; it needs no latch for it.
  const { state, layout } = vgic;
  const word = layout.bitWord(cpu, (offset & 0x7f) >>> 2);
  const lines = state.words[layout.bits.line + word] & ~state.words[layout.bits.edge + word];
  return { low: (low & ~lines) >>> 0, high };
}

/** An input that is high. */
interface Line {
  readonly intid: number;
  readonly cpu: number;
  /** Driven by an in-kernel device. */
  readonly byKernel: boolean;
}

function linesOf({ state, layout }: Vgic): Line[] {
  const lines: Line[] = [];
  for (let slot = 0; slot < layout.slots; slot++) {
    const byKernel = state.bit(layout.bits.output, slot);
    const intid = layout.intid(slot);
    // A timer's output counts even while its line was taken into a list register.
    const isTimer = byKernel && TIMER_PPIS.some((ppi) => ppi === intid);
    if (!isTimer && !state.bit(layout.bits.line, slot)) continue;
    lines.push({ intid, cpu: layout.owner(slot) ?? 0, byKernel });
  }
  return lines;
}
