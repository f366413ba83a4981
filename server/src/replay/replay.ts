/** From what a kernel printed to what is to be said of the traces. */
import type { Finding } from "../rules/finding.ts";
import type { PlacedEvaluation } from "../rules/operations.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import { selectableRevisions } from "../vgic/kernels/revisions.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { errnoOf, hasSucceeded, readTranscript } from "./answers.ts";
import { compareScenario, type Kernel } from "./compare.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { hostOf, readSelection, type Selection } from "./kernel.ts";
import type { Plan, Run, Stop } from "./plan.ts";

/** What could not be asked of the kernel, and why. */
export type LeftOut =
  /** The kernel cannot be made to show the revision. */
  | { readonly placed: PlacedEvaluation; readonly why: "revision"; readonly revision: number }
  /** The trace is for a host that treats GICD_IIDR otherwise. */
  | { readonly placed: PlacedEvaluation; readonly why: "host" }
  /** The kernel refused to make the VM. */
  | { readonly placed: PlacedEvaluation; readonly why: "no-vm"; readonly errno: string }
  /** The scenario was replayed up to an operation. */
  | { readonly placed: PlacedEvaluation; readonly why: Stop["kind"]; readonly operation: number };

export interface Replay {
  readonly kernel: Kernel;
  readonly model: Model;
  readonly selection: Selection;
  /** Revisions that the host asked for shows and the kernel does not. */
  readonly missing: readonly number[];
  readonly findings: ReadonlyMap<PlacedEvaluation, readonly Finding[]>;
  readonly leftOut: readonly LeftOut[];
  /** How often a scenario ran under a revision. */
  readonly runs: number;
  /** Answers that were looked at. */
  readonly compared: number;
  /** What the answers say of the kernel's being the host asked for; absent where none was. */
  readonly evidence?: Evidence;
}

/** Why there is nothing to conclude. */
export type Impossible =
  | { readonly kind: "not-started" }
  | { readonly kind: "no-kvm"; readonly errno: string }
  | { readonly kind: "no-gic"; readonly model: Model; readonly errno: string; readonly release: string }
  | { readonly kind: "unknown-release"; readonly release: string }
  /** It stopped before its end, in this scenario or soon after: answers are printed a few at a time. */
  | {
      readonly kind: "stopped";
      readonly answered: number;
      readonly asked: number;
      readonly placed?: PlacedEvaluation;
      /** What the kernel shows itself to be; absent where it stopped before that. */
      readonly host?: Host;
    };

/**
 * Reads a console.
 * @param wanted the host that the kernel is to be; absent: what it turns out to be
 */
export function conclude(plan: Plan, console: string, wanted: Host | undefined): Replay | Impossible {
  const { release, version = "", answers, ended, noKvm } = readTranscript(console);
  if (noKvm !== undefined) return { kind: "no-kvm", errno: noKvm };
  if (release === undefined) return { kind: "not-started" };
  const selection = readSelection(answers, 0);
  const host = wanted ?? (typeof selection === "string" ? undefined : hostOf(release, version, selection));
  if (!ended || answers.size < plan.steps.length) {
    const placed = plan.runs.findLast(({ first }) => first <= answers.size)?.placed;
    return { kind: "stopped", answered: answers.size, asked: plan.steps.length, placed, host };
  }
  if (typeof selection === "string") return { kind: "no-gic", model: plan.model, errno: selection, release };
  if (host === undefined) return { kind: "unknown-release", release };

  const kernel = { release, host };
  const findings = new Map<PlacedEvaluation, readonly Finding[]>();
  const leftOut: LeftOut[] = [];
  const performedRuns: Run[] = [];
  let compared = 0;
  for (const [placed, all] of runsByScenario(plan)) {
    if (!isFor(placed, host)) {
      leftOut.push({ placed, why: "host" });
      continue;
    }
    const performed = all.filter((run) => {
      const errno = errnoOf(answers.get(run.first));
      const isShown =
        run.required === undefined ? errno === undefined : hasSucceeded(answers.get(run.required));
      if (errno !== undefined) leftOut.push({ placed, why: "no-vm", errno });
      else if (!isShown) leftOut.push({ placed, why: "revision", revision: run.revision });
      return isShown;
    });
    const stop = plan.stops.find((one) => one.placed === placed);
    if (stop !== undefined) leftOut.push({ placed, why: stop.kind, operation: stop.operation });
    const comparison = compareScenario(placed, performed, answers, kernel);
    findings.set(placed, comparison.findings);
    performedRuns.push(...performed);
    compared += comparison.compared;
  }
  const missing =
    wanted === undefined
      ? []
      : selectableRevisions(wanted.profile).filter((revision) => !selection.selectable.includes(revision));
  const evidence = wanted && evidenceOf(wanted, selection, performedRuns, answers);
  const runs = performedRuns.length;
  return { kernel, model: plan.model, selection, missing, findings, leftOut, runs, compared, evidence };
}

function runsByScenario({ runs, stops }: Plan): Map<PlacedEvaluation, Run[]> {
  const byScenario = new Map<PlacedEvaluation, Run[]>();
  for (const run of runs) {
    const others = byScenario.get(run.placed);
    if (others) others.push(run);
    else byScenario.set(run.placed, [run]);
  }
  for (const { placed } of stops) if (!byScenario.has(placed)) byScenario.set(placed, []);
  return byScenario;
}

/** Whether a kernel is what a scenario is written for: any, unless it declares a host. */
function isFor({ evaluation }: PlacedEvaluation, { profile }: Host): boolean {
  const { setup, places } = evaluation.scenario;
  return places.host === undefined || setup.host.profile === profile;
}
