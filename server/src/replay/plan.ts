/** Which scenarios a kernel is driven through, under which revisions, and with which steps. */

import { evaluate } from "../evaluate/lockstep.ts";
import type { Operation } from "../program/operation.ts";
import type { PlacedEvaluation } from "../rules/operations.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import { iidr } from "../vgic/kernels/revisions.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { selectionSteps } from "./kernel.ts";
import type { Step } from "./records.ts";
import { newVm, readIidr, stepsOf } from "./steps.ts";

type Evaluation = PlacedEvaluation["evaluation"];

/** A scenario under one revision. */
export interface Run {
  readonly placed: PlacedEvaluation;
  /** Of the evaluation. */
  readonly variant: number;
  readonly revision: number;
  /** The step that makes the VM. */
  readonly first: number;
  /**
   * The step that asks whether the VM shows the revision; what follows is skipped if not. Absent of a VM that is only
   * created: reading GICD_IIDR might initialise it.
   */
  readonly required: number | undefined;
  /** By operation: its first step; one more than there are replayed operations, for the end of the last. */
  readonly starts: readonly number[];
}

/** An operation that no kernel can be asked, where the replay of its scenario stops. */
export interface Stop {
  readonly placed: PlacedEvaluation;
  readonly operation: number;
  readonly kind: "migrate" | "by-kernel" | "host-failure";
}

/** What a kernel with one GIC model is asked. */
export interface Plan {
  readonly model: Model;
  /** The steps that find out which revisions it can select come first. */
  readonly steps: readonly Step[];
  readonly runs: readonly Run[];
  readonly stops: readonly Stop[];
}

/**
 * Plans scenarios of a model; those of the other model are left out.
 * @param host the kernel that will be asked, where that is known: a scenario ends in front of what fails it, too
 */
export function plan(model: Model, scenarios: readonly PlacedEvaluation[], host?: Host): Plan {
  const steps: Step[] = selectionSteps(model);
  const runs: Run[] = [];
  const stops: Stop[] = [];
  for (const placed of scenarios) {
    const { scenario, variants } = placed.evaluation;
    if (scenario.setup.model !== model || scenario.operations.length === 0) continue;
    const all = [...scenario.operations];
    const stop = stopIn(all, placed.evaluation, host);
    if (stop !== undefined) stops.push({ placed, ...stop });
    const operations = all.slice(0, stop?.operation);
    variants.forEach(({ id, revision }, variant) => {
      if (id.kind !== "revision" || operations.length === 0) return;
      const making = newVm(scenario.setup, revision);
      const first = steps.length + making.findIndex(({ kind }) => kind === "new-vm");
      steps.push(...making);
      const required = scenario.setup.created ? undefined : steps.length + 1;
      if (required !== undefined) steps.push(readIidr, { kind: "require", value: BigInt(iidr(id.revision)) });
      const starts = operations.map((operation) => {
        const start = steps.length;
        steps.push(...(stepsOf(operation, scenario.setup, revision) ?? []));
        return start;
      });
      starts.push(steps.length);
      runs.push({ placed, variant, revision: id.revision, first, required, starts });
    });
  }
  return { model, steps, runs, stops };
}

/** The scenario of a run as the emulator does it for a host, under one revision. */
export function evaluatedAs(
  scenario: Evaluation["scenario"],
  host: Host,
  revision = scenario.setup.revision,
): Evaluation {
  const setup = { ...scenario.setup, host, revision, compare: { revisions: [], hosts: [] } };
  // The revisions that expectations name would be evaluated, too.
  return evaluate({ ...scenario, setup, revisionsNamed: new Map() });
}

function stopIn(
  operations: readonly Operation[],
  { scenario, outcomes }: Evaluation,
  host: Host | undefined,
): Pick<Stop, "operation" | "kind"> | undefined {
  const asHost = host && evaluatedAs(scenario, host).outcomes;
  for (const [operation, { kind, ...rest }] of operations.entries()) {
    if (kind === "migrate") return { operation, kind };
    // What would take the kernel with it, if it is the trace's host, would take the other scenarios, too.
    if (outcomes.failsHost(operation, 0) || asHost?.failsHost(operation, 0))
      return { operation, kind: "host-failure" };
    if ("byKernel" in rest && rest.byKernel) return { operation, kind: "by-kernel" };
  }
  return undefined;
}
