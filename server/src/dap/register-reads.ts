/** What registers read, without the scenario noticing. */
import { probe } from "../analysis/probe.ts";
import { perform } from "../evaluate/perform.ts";
import type { Operation } from "../program/operation.ts";
import { outcomeText } from "../rules/words.ts";
import { itemAt } from "../syntax/item-at.ts";
import { registers } from "../vgic/registers/registers.ts";
import type { Vgic } from "../vgic/vgic.ts";
import type { DebuggedScenario } from "./debugged-scenario.ts";

/** A guest's read of a register, and the bits that are asked for. */
export interface RegisterRead {
  readonly operation: Operation;
  /** Absent: all. */
  readonly mask?: bigint;
  /** Bytes. */
  readonly width: number;
}

/**
 * "GICD_CTLR", "GICD_CTLR.EnableGrp1", "GICD_ISENABLER1 & 0x100", "GICR_CTLR@cpu1", "cpu1 ICC_PMR_EL1".
 * Undefined when the text names no register that a guest can read.
 */
export function registerRead(scenario: DebuggedScenario, text: string): RegisterRead | undefined {
  const match =
    /^(?:cpu(?<cpu>\d+)\s+)?(?<name>[A-Z][A-Z\d_]*)(?<at>@cpu\d+)?(?:\.(?<field>\w+)|\s*&\s*(?<mask>.+))?$/.exec(
      text.trim(),
    );
  const { cpu = "0", name, at = "", field, mask = field && `${name}.${field}` } = match?.groups ?? {};
  if (name === undefined) return undefined;
  const { model } = scenario.placed.evaluation.scenario.setup;
  const row = registers(model).find(name)?.row;
  if (row === undefined) return undefined;
  const read = row.frame === "ICC" ? `mrs ${name}` : `${row.size === 8 ? "readq" : "readl"} ${name}${at}`;
  const line = scenario.lineInCopy(scenario.position);
  const tried = probe(
    scenario.analysis,
    line,
    `cpu${cpu} ${read}${mask === undefined ? "" : ` & ${mask} == 0`}`,
  );
  return tried && { operation: tried.operation, mask: tried.mask, width: tried.width };
}

/** What it gives each variant now, as the command prints it. */
export function readNow(
  { placed, vgics }: DebuggedScenario,
  { operation, mask, width }: RegisterRead,
): string[] {
  const { variants } = placed.evaluation;
  return vgics.map((vgic, variant) =>
    undisturbed(vgic, () => {
      const ending = perform(vgic, operation, itemAt(variants, variant));
      if (ending !== "ok") return ending;
      return outcomeText({ ending, value: mask === undefined ? vgic.value : vgic.value & mask }, width);
    }),
  );
}

/** What something gives that is done to a vGIC and undone at once. */
function undisturbed<T>(vgic: Vgic, action: () => T): T {
  const before = vgic.snapshot();
  const result = action();
  vgic.restore(before);
  return result;
}
