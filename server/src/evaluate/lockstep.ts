/** Runs a scenario on all its variants at once and finds where, and because of which operations, they part. */
import type { Operation, Scenario } from "../trace/program.ts";
import type { Decision } from "../vgic/machine.ts";
import { interruptsAt, type RegisterRow } from "../vgic/register-table.ts";
import { type Snapshot, Vgic } from "../vgic/vgic.ts";
import { Divergence, type Footprint } from "./divergence.ts";
import { type Outcome, Outcomes } from "./outcomes.ts";
import { perform, returnsValue } from "./perform.ts";
import { type Variant, variantsOf } from "./variant.ts";

/** A difference between the declared variant's answer and another's. */
export interface Difference {
  /** Index of the variant that answered otherwise. */
  readonly variant: number;
  /** The operations that are the root causes; empty where the operation's own rule differs. */
  readonly causes: readonly number[];
}

/** An operation that two variants decided differently. */
export interface Decisions {
  /** By variant. */
  readonly decisions: readonly (Decision | undefined)[];
}

/** How a scenario went. */
export interface Evaluation {
  readonly scenario: Scenario;
  readonly variants: readonly Variant[];
  /** The revision that each variant's GICD_IIDR showed once its VM was set up. */
  readonly shown: readonly number[];
  /** Differing answers, by operation. */
  readonly differences: ReadonlyMap<number, readonly Difference[]>;
  /** Operations that variants decided differently. */
  readonly decisions: ReadonlyMap<number, Decisions>;
  /** Operations that made the state part and that no later answer showed: with the variants that parted. */
  readonly latent: ReadonlyMap<number, readonly number[]>;
  outcome(operation: number, variant: number): Outcome;
  readonly outcomes: Outcomes;
  /**
   * The vGICs as they were before an operation (after the last one for the number of operations), by variant.
   * They are the caller's own.
   */
  stateBefore(operation: number): Vgic[];
}

/** How many operations lie between two checkpoints, and how much memory all of them may take. */
const CHECKPOINT_INTERVAL = 256;
const CHECKPOINT_BYTES = 64 * 1024 * 1024;

/** Evaluates one scenario. */
export function evaluate(scenario: Scenario): Evaluation {
  const { operations } = scenario;
  const variants = variantsOf(scenario);
  const vgics = machines(scenario, variants);
  const [declared, ...compared] = vgics;
  const shown = vgics.map((vgic) => vgic.revision);
  const divergences = compared.map((vgic) => new Divergence(declared, vgic));
  const outcomes = new Outcomes(operations.length, variants.length);
  const differences = new Map<number, Difference[]>();
  const decisions = new Map<number, Decisions>();
  const rooted = new Map<number, number[]>();
  const observed = new Set<number>();

  const copyBytes = vgics.length * declared.layout.length * 4;
  const interval = Math.max(
    CHECKPOINT_INTERVAL,
    Math.ceil((operations.length * copyBytes) / CHECKPOINT_BYTES),
  );
  const checkpoints: Snapshot[][] = [];

  for (let i = 0; i < operations.length; i++) {
    if (i % interval === 0) checkpoints.push(vgics.map((vgic) => vgic.snapshot()));
    const operation = operations[i];
    const value = returnsValue(operation);
    outcomes.record(i, 0, perform(declared, operation, variants[0]), value, declared);
    // In the same state and without a decision, a compared vGIC would do the same: it need not.
    const free =
      declared.decision === undefined && operation.kind !== "new-vm" && operation.kind !== "migrate";
    let apart = 0;
    for (let v = 1; v < vgics.length; v++) {
      if (free && variants[v].host === variants[0].host && divergences[v - 1].isRevisionAlone) {
        vgics[v].follow(declared);
        outcomes.repeat(i, v);
      } else {
        outcomes.record(i, v, perform(vgics[v], operation, variants[v]), value, vgics[v]);
        apart++;
      }
    }
    if (apart === 0) continue;
    if (compared.some((vgic) => vgic.decision !== declared.decision)) {
      decisions.set(i, { decisions: vgics.map((vgic) => vgic.decision) });
    }
    for (let v = 1; v < vgics.length; v++) {
      const divergence = divergences[v - 1];
      const decidedOtherwise = vgics[v].decision !== declared.decision;
      // What an operation shows depends on the state before it, and an acknowledge changes that state.
      if (!outcomes.same(i, 0, v)) {
        const causes = causesOf(operation, i, v, decidedOtherwise, divergence, outcomes, declared);
        for (const cause of causes) observed.add(cause);
        const list = differences.get(i);
        if (list) list.push({ variant: v, causes });
        else differences.set(i, [{ variant: v, causes }]);
      }
      if (operation.kind === "new-vm") divergence.restart();
      else if (divergence.note(i, decidedOtherwise, () => footprintOf(operation, declared))) {
        const list = rooted.get(i);
        if (list) list.push(v);
        else rooted.set(i, [v]);
      }
    }
  }
  for (const cause of observed) rooted.delete(cause);
  for (const operation of differences.keys()) rooted.delete(operation);
  return {
    scenario,
    variants,
    shown,
    differences,
    decisions,
    latent: rooted,
    outcomes,
    outcome: (operation, variant) => outcomes.at(operation, variant),
    stateBefore: (operation) => {
      const copies = machines(scenario, variants);
      const nearest = Math.min(Math.floor(operation / interval), checkpoints.length - 1);
      if (nearest < 0) return copies;
      copies.forEach((vgic, v) => {
        vgic.restore(checkpoints[nearest][v]);
        for (let i = nearest * interval; i < operation; i++) perform(vgic, operations[i], variants[v]);
      });
      return copies;
    },
  };
}

function machines({ setup }: Scenario, variants: readonly Variant[]): Vgic[] {
  return variants.map(({ host, revision }) => new Vgic({ ...setup, host, revision }));
}

function causesOf(
  operation: Operation,
  index: number,
  variant: number,
  decidedOtherwise: boolean,
  divergence: Divergence,
  outcomes: Outcomes,
  vgic: Vgic,
): readonly number[] {
  if (decidedOtherwise) return divergence.revisionCauses();
  const footprint = footprintOf(operation, vgic);
  const returned = returnedInterrupts(operation, index, variant, outcomes);
  if (returned.length === 0) return divergence.causesOf(footprint);
  const cpu = footprint.cpu ?? 0;
  return divergence.causesOf({ cpu, slots: returned.map((intid) => vgic.layout.slot(cpu, intid)) });
}

/** What an operation touches. */
function footprintOf(operation: Operation, vgic: Vgic): Footprint {
  switch (operation.kind) {
    case "mmio": {
      const { register, address, width } = operation;
      const place = vgic.locate(operation.cpu, address, width);
      if (!register || !place) return { cpu: operation.cpu };
      return { cpu: place.cpu, slots: slotsOf(vgic, place.cpu, register.row, place.offset, width) };
    }
    case "user": {
      const { cpu, register, offset } = operation;
      if (!register) return { cpu };
      // LEVEL_INFO is named by INTID; its row holds a word for 32 of them.
      const at = register.row.frame === "LEVEL" ? offset / 8 : offset;
      return { cpu, slots: slotsOf(vgic, cpu, register.row, at, 4) };
    }
    case "line":
      return { cpu: operation.cpu, slots: [vgic.layout.slot(operation.cpu ?? 0, operation.intid)] };
    case "sysreg":
    case "run":
      return { cpu: operation.cpu };
    default:
      return {};
  }
}

function slotsOf({ layout }: Vgic, cpu: number, row: RegisterRow, offset: number, width: number): number[] {
  const slots: number[] = [];
  const interrupts = interruptsAt(row, offset, width);
  for (let i = 0; interrupts && i < interrupts.count; i++) {
    const intid = interrupts.first + i;
    if (intid < layout.irqs) slots.push(layout.slot(cpu, intid));
  }
  return slots;
}

const ACKNOWLEDGES = /^(ICC_IAR|ICC_HPPIR|GICC_IAR|GICC_HPPIR)/;

/** The INTIDs that an acknowledge gave under either variant. */
function returnedInterrupts(
  operation: Operation,
  index: number,
  variant: number,
  outcomes: Outcomes,
): number[] {
  const register = operation.kind === "mmio" || operation.kind === "sysreg" ? operation.register : undefined;
  if (!register || !ACKNOWLEDGES.test(register.name)) return [];
  const intids: number[] = [];
  for (const v of [0, variant]) {
    const outcome = outcomes.at(index, v);
    if (outcome.kind !== "value") continue;
    const intid = Number(outcome.value & 0x3ffn);
    if (intid < 1020) intids.push(intid);
  }
  return intids;
}
