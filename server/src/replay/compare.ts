/** A kernel's answers next to the trace's expectations and to the emulator's answers. */
import { caseFor } from "../evaluate/cases.ts";
import { casesInFront, type NamedAnswer, speaksOfHosts } from "../rules/case-edits.ts";
import { holds } from "../rules/expectation.ts";
import type { Finding, KernelDisagreement } from "../rules/finding.ts";
import { findingAt, outcomesOf, type PlacedEvaluation, subjectOf } from "../rules/operations.ts";
import { itemAt } from "../syntax/item-at.ts";
import { isSameOutcome, type Outcome } from "../vgic/answer.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import type { StepAnswer } from "./answers.ts";
import { evaluatedAs, type Run } from "./plan.ts";

/** The kernel that answered: its release, as in `uname -r`, and the host that the emulator plays for it. */
export interface Kernel {
  readonly release: string;
  readonly host: Host;
}

export interface Comparison {
  readonly findings: readonly Finding[];
  /** Answers that were looked at. */
  readonly compared: number;
}

type Disagreement = KernelDisagreement["disagreements"][number];

/** Compares the runs of one scenario that the kernel performed. */
export function compareScenario(
  placed: PlacedEvaluation,
  runs: readonly Run[],
  answers: ReadonlyMap<number, StepAnswer>,
  kernel: Kernel,
): Comparison {
  const { scenario } = placed.evaluation;
  const answered = new Map<number, Map<number, Outcome>>();
  const unexpected = new Map<number, NamedAnswer[]>();
  const disagreements = new Map<number, Disagreement[]>();
  let compared = 0;
  for (const run of runs) {
    const emulated = emulate(run, kernel.host);
    for (const [operation, start] of run.starts.slice(0, -1).entries()) {
      const outcome = outcomeOf(answers, start, itemAt(run.starts, operation + 1));
      if (outcome === undefined) continue;
      compared++;
      added(answered, operation).set(run.variant, outcome);
      const disagreement = judge(run, operation, {
        kernel: outcome,
        emulator: emulated(operation),
        asHost: kernel.host,
      });
      if (disagreement === undefined) continue;
      if (disagreement.expected !== undefined) {
        const named = { ...kernelAnswer(run, kernel.host), outcome };
        unexpected.set(operation, [...(unexpected.get(operation) ?? []), named]);
      }
      const others = disagreements.get(operation);
      if (others) others.push(disagreement);
      else disagreements.set(operation, [disagreement]);
    }
  }
  const inOrder = [...disagreements].sort(([a], [b]) => a - b);
  const findings = inOrder.map(([index, list]) => {
    const expectation = scenario.operations.expectation(index);
    return findingAt(
      placed,
      index,
      {
        code: "kernel-disagrees",
        subject: subjectOf(placed, index),
        release: kernel.release,
        disagreements: list,
        mask: expectation?.mask,
        caseEdits: speaksOfHosts(expectation)
          ? casesInFront(expectation, unexpected.get(index) ?? [])
          : undefined,
        outcomes: outcomesOf(placed, index).map(({ variant: id, outcome }, variant) => ({
          variant: id,
          outcome: answered.get(index)?.get(variant) ?? outcome,
        })),
      },
      "answer",
    );
  });
  return { findings, compared };
}

/** What a run's answers are called in a case. */
function kernelAnswer({ revision, variant }: Run, host: Host): Omit<NamedAnswer, "outcome"> {
  return { revision, host, isDeclared: variant === 0, names: `rev${revision} host ${host.name}` };
}

function added(answered: Map<number, Map<number, Outcome>>, operation: number): Map<number, Outcome> {
  const known = answered.get(operation) ?? new Map<number, Outcome>();
  answered.set(operation, known);
  return known;
}

/** What the emulator, as the kernel's host, answers to each operation of a run. */
function emulate({ placed, variant }: Run, host: Host): (operation: number) => Outcome {
  const { scenario, variants } = placed.evaluation;
  const evaluation = evaluatedAs(scenario, host, itemAt(variants, variant).revision);
  return (operation) => evaluation.outcome(operation, 0);
}

/** The outcome of the operation whose steps these are; undefined where an answer is missing. */
export function outcomeOf(
  answers: ReadonlyMap<number, StepAnswer>,
  first: number,
  end: number,
): Outcome | undefined {
  let outcome: Outcome = { ending: "ok" };
  for (let step = first; step < end; step++) {
    const answer = answers.get(step);
    if (answer === undefined || answer === "skipped") return undefined;
    if (!isSameOutcome(outcome, { ending: "ok" })) continue;
    outcome = answer;
  }
  return outcome;
}

function judge(
  run: Run,
  operation: number,
  { kernel, emulator, asHost }: { kernel: Outcome; emulator: Outcome; asHost: Host },
): Disagreement | undefined {
  const { evaluation } = run.placed;
  const { id, host } = itemAt(evaluation.variants, run.variant);
  const emulatorAgrees = isSameOutcome(kernel, emulator);
  // Where this kernel rightly answers differently than the trace's host, its expectation is not for this kernel, unless a
  // case says so.
  const forThisKernel = isSameOutcome(emulator, evaluation.outcome(operation, run.variant));
  const isByHost = speaksOfHosts(evaluation.scenario.operations.expectation(operation));
  const expected =
    forThisKernel || isByHost ? unmet(run, operation, kernel, isByHost ? asHost : host) : undefined;
  if (emulatorAgrees && expected === undefined) return undefined;
  return { variant: id, kernel, emulator, emulatorAgrees, expected };
}

/** What a run's operation is expected to answer and did not. */
function unmet(run: Run, index: number, outcome: Outcome, host: Host): Outcome | undefined {
  const expectation = run.placed.evaluation.scenario.operations.expectation(index);
  if (expectation === undefined) {
    const succeeds = { ending: "ok" } as const;
    return run.variant > 0 || holds(succeeds, undefined, outcome) ? undefined : succeeds;
  }
  const asked = caseFor(expectation, { revision: run.revision, host }, run.variant === 0)?.expected;
  return asked === undefined || holds(asked, expectation.mask, outcome) ? undefined : asked;
}
