/** What a breakpoint waits for besides a line: an interrupt's state, or a register's bits. */
import { interruptStatus, interruptSummary } from "../analysis/state/interrupt-state.ts";
import { itemAt } from "../syntax/item-at.ts";
import { FIRST_LPI } from "../vgic/limits.ts";
import type { DebuggedScenario } from "./debugged-scenario.ts";
import { readNow, registerRead } from "./register-reads.ts";

/** Something that is looked at after every operation. */
export interface Watch {
  /** As it was asked for. */
  readonly name: string;
  /** What it is now, a variant each. The breakpoint is hit when one of them changes, or changes to what is wanted. */
  readonly now: () => readonly string[];
  /** What is waited for; absent: any change. */
  readonly wanted?: string;
}

const STATES = ["pending", "active", "enabled", "disabled", "inactive"] as const;

/** What can be watched, for a person who asked for something else. */
export const WATCHED =
  "`INTID 40`, `INTID 40 pending`, `INTID 27@cpu1`, `GICD_CTLR.EnableGrp1`, `GICD_ISENABLER1 & 0x100`";

/** What a text asks to wait for, or why it cannot be waited for. */
export function watchFor(scenario: DebuggedScenario, text: string): Watch | string {
  const name = text.trim();
  const match =
    /^(?:INTID|SPI|PPI|SGI|LPI)?\s*(?<intid>\d+)(?:\s*(?:@|of )\s*cpu(?<cpu>\d+))?(?:\s+(?<state>\w+))?$/i.exec(
      name,
    );
  if (match?.groups !== undefined) {
    const { intid, cpu = "0", state } = match.groups;
    return interruptWatch(scenario, name, Number(intid), Number(cpu), state?.toLowerCase());
  }
  const read = registerRead(scenario, name);
  if (read === undefined)
    return `\`${name}\` is nothing that can be watched; that is, for example, ${WATCHED}`;
  return { name, now: () => readNow(scenario, read) };
}

function interruptWatch(
  scenario: DebuggedScenario,
  name: string,
  intid: number,
  cpu: number,
  state: string | undefined,
): Watch | string {
  const { cpus, irqs, its } = scenario.placed.evaluation.scenario.setup;
  const isLpi = its && intid >= FIRST_LPI;
  if (intid >= irqs && !isLpi) return `INTID ${intid} does not exist: \`irqs\` is ${irqs}`;
  if (cpu >= cpus) return `cpu${cpu} does not exist: \`cpus\` is ${cpus}`;
  if (state !== undefined && !STATES.some((one) => one === state))
    return `\`${state}\` is no state of an interrupt: ${STATES.join(", ")}`;
  const slotOf = () => itemAt(scenario.vgics, 0).layout.slot(cpu, intid);
  if (state === undefined)
    return { name, now: () => scenario.vgics.map((vgic) => interruptSummary(vgic, slotOf())) };
  const holds = (vgic: (typeof scenario.vgics)[number]): boolean => {
    const { isPending, isActive, isEnabled } = interruptStatus(vgic, slotOf());
    if (state === "pending") return isPending;
    if (state === "active") return isActive;
    if (state === "inactive") return !isPending && !isActive;
    return isEnabled === (state === "enabled");
  };
  return {
    name,
    now: () => scenario.vgics.map((vgic) => (holds(vgic) ? state : `not ${state}`)),
    wanted: state,
  };
}

/** Which variant's value changed to what a watch waits for; undefined: none did. */
export function changed(
  { wanted }: Watch,
  before: readonly string[],
  after: readonly string[],
): number | undefined {
  const index = after.findIndex(
    (value, variant) => value !== before[variant] && (wanted === undefined || value === wanted),
  );
  return index === -1 ? undefined : index;
}
