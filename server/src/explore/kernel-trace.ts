/** Scenarios as a trace for a machine that performs traces. */
import { analyse } from "../analysis/analysis.ts";
import { TraceDocument } from "../document/document.ts";
import type { PlacedEvaluation } from "../rules/operations.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { type Action, SEARCHED_VM } from "./catalogue.ts";
import type { Answers } from "./kernel-search.ts";

/** The scenarios, evaluated as a host. */
export function evaluatedAs(
  model: Model,
  host: Host,
  scenarios: readonly (readonly Action[])[],
): readonly PlacedEvaluation[] {
  const head = [`gic ${model}`, `host ${host.name}`, `cpus ${SEARCHED_VM.cpus}`, `irqs ${SEARCHED_VM.irqs}`];
  const bodies = scenarios.flatMap((actions, index) => [
    `scenario "${index}"`,
    ...actions.map(({ text }) => text),
  ]);
  return analyse(TraceDocument.of([...head, "compare none", ...bodies, ""].join("\n"))).scenarios;
}

/** What the emulator answers as a host. */
export function emulatedAnswers(
  model: Model,
  host: Host,
  scenarios: readonly (readonly Action[])[],
): readonly Answers[] {
  return evaluatedAs(model, host, scenarios).map(({ evaluation }, index) =>
    itemAt(scenarios, index).map((_, operation) => evaluation.outcome(operation, 0)),
  );
}
