/** Runs a scenario on all its variants at once and finds where, and because of which operations, they part. */
import type { Operation, ScenarioProgram } from "../trace/program.ts";
import type { Decision } from "../vgic/machine.ts";
import { interruptsAt } from "../vgic/register-table.ts";
import { Vgic } from "../vgic/vgic.ts";
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
  readonly program: ScenarioProgram;
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
}

/** Evaluates one scenario. */
export function evaluate(program: ScenarioProgram): Evaluation {
  const { setup, operations } = program;
  const variants = variantsOf(setup, program.namedRevisions);
  const vgics = variants.map(({ host, revision }) => new Vgic({ ...setup, host, revision }));
  const [declared, ...compared] = vgics;
  const shown = vgics.map((vgic) => vgic.revision);
  const divergences = compared.map((vgic) => new Divergence(declared, vgic));
  const outcomes = new Outcomes(operations.length, variants.length);
  const differences = new Map<number, Difference[]>();
  const decisions = new Map<number, Decisions>();
  const rooted = new Map<number, number[]>();
  const observed = new Set<number>();

  for (let i = 0; i < operations.length; i++) {
    const operation = operations[i];
    const value = returnsValue(operation);
    for (let v = 0; v < vgics.length; v++) {
      outcomes.record(i, v, perform(vgics[v], operation, variants[v]), value, vgics[v]);
    }
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
      if (divergence.note(i, decidedOtherwise, () => footprintOf(operation, declared))) {
        const list = rooted.get(i);
        if (list) list.push(v);
        else rooted.set(i, [v]);
      }
    }
  }
  for (const cause of observed) rooted.delete(cause);
  for (const operation of differences.keys()) rooted.delete(operation);
  return {
    program,
    variants,
    shown,
    differences,
    decisions,
    latent: rooted,
    outcomes,
    outcome: (operation, variant) => outcomes.at(operation, variant),
  };
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
function footprintOf(operation: Operation, { layout }: Vgic): Footprint {
  switch (operation.kind) {
    case "mmio":
    case "user": {
      const { register } = operation;
      const cpu = operation.kind === "mmio" ? (operation.owner ?? operation.cpu) : operation.cpu;
      if (!register) return { cpu };
      const length = operation.kind === "mmio" ? operation.width : 4;
      const offset = register.row.frame === "LEVEL" ? register.offset / 8 : operation.offset;
      const interrupts = interruptsAt(register.row, offset ?? register.offset, length);
      if (!interrupts) return { cpu };
      const slots: number[] = [];
      for (let i = 0; i < interrupts.count; i++) {
        const intid = interrupts.first + i;
        if (intid < layout.irqs) slots.push(layout.slot(cpu, intid));
      }
      return { cpu, slots };
    }
    case "line":
      return { cpu: operation.cpu, slots: [layout.slot(operation.cpu ?? 0, operation.intid)] };
    case "sysreg":
    case "run":
      return { cpu: operation.cpu };
    default:
      return {};
  }
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
