/** Why a migration loses something of an ITS or of LPIs: what the VMM's order of saving and restoring does to it. */
import { FRAMES, type Frame } from "../vgic/frame-table.ts";
import type { Migration, Restored } from "./migration.ts";

export type ItsLoss =
  /** The VMM's order has no RESTORE_TABLES. */
  | "tables-not-restored"
  /** Guest memory is taken without, or before, SAVE_TABLES. */
  | "tables-not-saved"
  /** RESTORE_TABLES comes before GITS_BASERn, which say where the tables are. */
  | "tables-before-basers"
  /** GITS_CTLR comes before GITS_BASERn or GITS_CBASER are valid, and is ignored. */
  | "enabled-too-early"
  /** It comes when GITS_CTLR has enabled the ITS, and is ignored. */
  | "after-its-enabled"
  /** It comes when GICR_CTLR has enabled LPIs, and is ignored. */
  | "after-lpis-enabled"
  /** GITS_CBASER comes after it, which sets it to 0. */
  | "queue-reset"
  /** Guest memory is taken without, or before, SAVE_PENDING_TABLES. */
  | "pending-not-saved"
  /** Nothing of the order: RESTORE_TABLES reads a configuration that the source had not read since it was written. */
  | "configuration-read"
  /** EnableLPIs comes after RESTORE_TABLES, and reads pending bits that were taken out of memory already. */
  | "lpis-enabled-after-tables"
  /** vCPU 0's redistributor is stored for all vCPUs. */
  | "first-cpu-for-all";

const GICR_CTLR = 0x0;
const GITS = { ctlr: 0x0, cbaser: 0x80, cwriter: 0x88, creadr: 0x90, baser0: 0x100, baser1: 0x108 } as const;

/** A register that a migration changed. */
interface Place {
  readonly frame: Frame;
  readonly cpu: number;
  readonly offset: number;
}

/** Why a register of a VM with an ITS is not as before; undefined where nothing of the ITS is the reason. */
export function registerLoss(place: Place, migration: Migration): ItsLoss | undefined {
  const { restored, order } = migration;
  const at = lastWrite(restored, place);
  const why = at < 0 ? undefined : restored[at].ineffective;
  if (why === "lpis-enabled") return "after-lpis-enabled";
  if (why === "its-enabled") return "after-its-enabled";
  if (why === "its-incomplete") return "enabled-too-early";
  const isPointer = place.frame === "GITS" && (place.offset === GITS.creadr || place.offset === GITS.cwriter);
  if (isPointer && at >= 0 && at < lastWrite(restored, its(GITS.cbaser))) return "queue-reset";
  if (place.cpu > 0 && FRAMES[place.frame].isPrivate && order?.savesFirstCpuForAll)
    return "first-cpu-for-all";
  return undefined;
}

/** Why MSIs that got through before do not any more; undefined where that does not follow from the order. */
export function eventLoss(migration: Migration): ItsLoss | undefined {
  const { restored, order, tablesAt } = migration;
  if (tablesAt === undefined) return "tables-not-restored";
  if (order?.save?.includes("tables") !== true) return "tables-not-saved";
  const basers = [GITS.baser0, GITS.baser1].map((offset) => lastWrite(restored, its(offset)));
  if (basers.some((at) => at >= tablesAt)) return "tables-before-basers";
  const enable = lastWrite(restored, its(GITS.ctlr));
  if (enable >= 0 && restored[enable].ineffective === "its-incomplete") return "enabled-too-early";
  return order.savesFirstCpuForAll ? "first-cpu-for-all" : undefined;
}

/** Why LPIs that were pending for a vCPU are not any more; undefined where that does not follow from the order. */
export function pendingLoss(cpu: number, migration: Migration): ItsLoss | undefined {
  const { restored, order, tablesAt } = migration;
  if (tablesAt === undefined) return "tables-not-restored";
  if (order?.save?.includes("pending") !== true) return "pending-not-saved";
  if (lastWrite(restored, { frame: "GICR", cpu, offset: GICR_CTLR }) >= tablesAt)
    return "lpis-enabled-after-tables";
  return order.savesFirstCpuForAll && cpu > 0 ? "first-cpu-for-all" : undefined;
}

function its(offset: number): Place {
  return { frame: "GITS", cpu: 0, offset };
}

function lastWrite(restored: readonly Restored[], { frame, cpu, offset }: Place): number {
  return restored.findLastIndex(
    ({ write }) => write.frame === frame && write.cpu === cpu && write.offset === offset,
  );
}
