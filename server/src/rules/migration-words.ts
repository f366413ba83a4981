/** The words for what a guest can notice of a migration. */
import type { ItsLoss } from "../evaluate/its-losses.ts";
import type { DifferenceCause, NoticeableChange } from "../evaluate/migration-differences.ts";
import type { Manager } from "../program/manager.ts";
import { type Question, TRAITS } from "../vgic/kernels/kernels.ts";
import { grouped, hex, listed } from "./words.ts";

/** Registers of one cause that are named; the others are counted. */
const MOST_NAMED = 12;

/** Each change with what was before and after, by cause. */
export function changePhrases(changes: readonly NoticeableChange[], by: Manager, to: string): string {
  return [...grouped(changes, ({ cause }) => causePhrase(cause, by, to))]
    .map(([cause, members]) => `${shortened(members.map(changePhrase))} (${cause})`)
    .join("; ");
}

function shortened(phrases: readonly string[]): string {
  if (phrases.length <= MOST_NAMED) return phrases.join(", ");
  return `${phrases.slice(0, MOST_NAMED).join(", ")} and ${phrases.length - MOST_NAMED} more`;
}

/** "GICD_IIDR 0x4b00143b → 0x4b00343b", "cpu0 is offered nothing → IRQ 40". */
export function changePhrase(change: NoticeableChange): string {
  if (change.kind === "register") {
    return `${change.name} ${hex(change.before, change.width)} → ${hex(change.after, change.width)}`;
  }
  if (change.kind === "msi") {
    return `an MSI of device ${change.device}, event ${change.event} ${change.before} → ${change.after}`;
  }
  return `cpu${change.cpu} is offered ${offered(change.before)} → ${offered(change.after)}`;
}

function offered(interrupts: readonly string[]): string {
  return interrupts.length === 0 ? "nothing" : interrupts.join(", then ");
}

/** What questions that kernels answer differently are about: "GICD_TYPER2 and GICC_DIR". */
export function aboutPhrase(questions: readonly Question[]): string {
  return listed(questions.map((question) => TRAITS[question].about));
}

/** Why something is not as before. */
export function causePhrase(cause: DifferenceCause, by: Manager, to: string): string {
  const vmm = by === "faithful" ? "a faithful VMM" : by;
  switch (cause.kind) {
    case "revision":
      return cause.written
        ? `${to} keeps revision ${cause.to}, whatever is written into GICD_IIDR`
        : `${vmm} does not write GICD_IIDR, and ${to} shows revision ${cause.to} by itself`;
    case "revision-chosen":
      return `the migration asks for revision ${cause.to}`;
    case "dropped":
      return cause.afterIidr
        ? `${to} drops what ${vmm} writes here, as GICD_IIDR was not written before`
        : `${to} does not let groups be written under revision ${cause.revision}`;
    case "not-saved":
      return `${vmm} neither saves nor restores it`;
    case "lines-not-saved":
      return `${vmm} does not restore lines: it is not pending until the device raises its line again`;
    case "kernel":
      return `${to} differs from the kernel before: ${aboutPhrase(cause.questions)}`;
    case "arrival":
      return "equal priorities come in the order in which they became pending, and that is not saved";
    case "order":
      return `${vmm} writes back what it saved, but its sequence of writes leaves another value`;
    case "its":
      return ITS_LOSSES[cause.loss](vmm);
    case "failed":
      return `${cause.register.startsWith("SAVE_") ? "saving" : "restoring"} by ${vmm} fails with ${cause.ending} at ${cause.register}, and ends there`;
  }
}

const ITS_LOSSES: Readonly<Record<ItsLoss, (by: string) => string>> = {
  "tables-not-restored": (by) => `${by} does not restore the ITS's tables (RESTORE_TABLES)`,
  "tables-not-saved": (by) =>
    `${by} takes guest memory before the ITS's tables are saved into it (SAVE_TABLES)`,
  "tables-before-basers": (by) => `${by} restores the tables before GITS_BASERn, which say where they are`,
  "enabled-too-early": (by) =>
    `${by} writes GITS_CTLR before GITS_CBASER and GITS_BASERn, and KVM does not enable an ITS without them`,
  "after-its-enabled": (by) => `${by} writes it when GITS_CTLR has enabled the ITS, and KVM ignores it then`,
  "after-lpis-enabled": (by) => `${by} writes it when GICR_CTLR has enabled LPIs, and KVM ignores it then`,
  "queue-reset": (by) => `${by} writes GITS_CBASER after it, which sets it to 0`,
  "pending-not-saved": (by) =>
    `${by} takes guest memory before what is pending is saved into it (SAVE_PENDING_TABLES)`,
  "configuration-read": () =>
    "the restore reads the LPI's byte in the configuration table, which has changed since KVM last read it; `its inv` in front would have, too",
  "lpis-enabled-after-tables": (by) =>
    `${by} sets GICR_CTLR.EnableLPIs after the tables are restored, which reads pending bits that are taken out of memory already`,
  "first-cpu-for-all": (by) => `${by} stores vCPU 0's redistributor and CPU interface for every vCPU`,
};
