/** `vgic-trace explore --kernel IMAGE`: a real kernel against the emulator, or against another kernel. */

import {
  type Disagreement,
  disagreements,
  type Machine,
  reduced,
  scenariosFor,
} from "../../explore/kernel-search.ts";
import { emulatedAnswers, evaluatedAs } from "../../explore/kernel-trace.ts";
import { Random } from "../../explore/random.ts";
import { widthOf } from "../../program/operation.ts";
import { readTranscript } from "../../replay/answers.ts";
import { outcomeOf } from "../../replay/compare.ts";
import { plan } from "../../replay/plan.ts";
import { encode } from "../../replay/records.ts";
import { conclude } from "../../replay/replay.ts";
import { answerText, plainExpectation } from "../../rules/expectation-text.ts";
import { counted } from "../../syntax/counted.ts";
import { itemAt } from "../../syntax/item-at.ts";
import type { Host } from "../../vgic/kernels/hosts.ts";
import type { Model } from "../../vgic/kvm-abi.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { hostFor } from "../files/configured.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { boot } from "../replay/kernel-console.ts";
import { findKernel, replayProgram } from "../replay/kernel-image.ts";
import { impossibleWords } from "../replay/replay-words.ts";
import { printableText } from "../terminal/printable.ts";
import { complain, print, tell } from "../terminal/terminal.ts";

/** Scenarios per boot: QEMU performs some thousand operations a second, and needs some seconds to boot. */
const SCENARIOS_PER_BOOT = 1000;
/** Disagreements that are reduced: each takes several boots. */
const MOST_REDUCED = 4;

export interface KernelOptions {
  /** One image, compared with the emulator, or two. */
  readonly kernels: readonly string[];
  /** What the kernel is to be; absent: what it shows itself to be. */
  readonly host?: string;
  readonly models: readonly Model[];
  /** Milliseconds for each GIC. */
  readonly milliseconds: number;
  readonly seed: number;
}

/** Boots kernels until the time is up, and reports the scenarios that they answer differently. */
export async function exploreKernels(options: KernelOptions): Promise<ExitStatus> {
  if (options.kernels.length > 2) return refused("--kernel can be given twice at most: two are compared");
  if (options.milliseconds === 0) return refused("nothing was tried: give the search time, as in --time 10m");
  const { host } = options;
  const wanted = host === undefined ? undefined : await hostFor("--host", host, []);
  if (wanted !== undefined && isFailure(wanted)) return refused(wanted.failure);
  let found = 0;
  for (const model of options.models) {
    const kernels: BootedKernel[] = [];
    for (const image of options.kernels) {
      const kernel = await BootedKernel.start(image, model, wanted);
      if (isFailure(kernel)) return refused(kernel.failure);
      kernels.push(kernel);
    }
    const first = itemAt(kernels, 0);
    const machines = [first, kernels[1] ?? emulator(model, first.host)] as const;
    const result = await search(model, first.host, machines, options);
    if (isFailure(result)) return refused(result.failure);
    for (const disagreement of result) print(reportOf(model, first.host, machines, disagreement));
    found += result.length;
  }
  tell(
    `${found === 0 ? "no disagreement" : counted(found, "disagreement")} found, with --seed ${options.seed}`,
  );
  return found === 0 ? exitStatus.clean : exitStatus.errors;
}

async function search(
  model: Model,
  host: Host,
  machines: readonly [Machine, Machine],
  { milliseconds, seed }: KernelOptions,
): Promise<readonly Disagreement[] | Failure> {
  const started = performance.now();
  const found = new Map<string, Disagreement>();
  let tried = 0;
  for (let part = 0; part === 0 || performance.now() - started < milliseconds; part++) {
    const scenarios = scenariosFor(model, host, Random.ofPart(seed, part), SCENARIOS_PER_BOOT);
    const [one, other] = [await machines[0].answers(scenarios), await machines[1].answers(scenarios)];
    if ("failure" in one) return one;
    if ("failure" in other) return other;
    tried += scenarios.length;
    for (const disagreement of disagreements(scenarios, [one, other])) {
      const { subject } = itemAt(disagreement.actions, disagreement.actions.length - 1);
      if (found.has(subject) || found.size >= MOST_REDUCED) continue;
      const few = await reduced(disagreement, machines);
      if ("failure" in few) return few;
      found.set(subject, few);
      tell(`found: ${machines[0].name} and ${machines[1].name} disagree when the ${subject}`);
    }
  }
  tell(`GIC${model}, ${machines[0].name} and ${machines[1].name}: ${counted(tried, "scenario")}`);
  return [...found.values()];
}

function emulator(model: Model, host: Host): Machine {
  return {
    name: `the emulator as ${host.name}`,
    answers: async (scenarios) => emulatedAnswers(model, host, scenarios),
  };
}

/** A kernel image that was seen to boot, and the host that it is. */
class BootedKernel implements Machine {
  readonly name: string;
  readonly host: Host;
  readonly #image: string;
  readonly #init: Uint8Array;
  readonly #model: Model;

  private constructor(image: string, init: Uint8Array, model: Model, release: string, host: Host) {
    this.name = `Linux ${release}`;
    this.host = host;
    this.#image = image;
    this.#init = init;
    this.#model = model;
  }

  static async start(given: string, model: Model, wanted: Host | undefined): Promise<BootedKernel | Failure> {
    const init = await replayProgram();
    if (isFailure(init)) return init;
    const image = await findKernel(given);
    if (typeof image !== "string") return image;
    const nothing = plan(model, []);
    const printed = await boot(image, model, init.bytes, encode(nothing.steps), () => {});
    if (isFailure(printed)) return printed;
    const replay = conclude(nothing, printed.text, wanted);
    if ("kernel" in replay)
      return new BootedKernel(image, init.bytes, model, replay.kernel.release, replay.kernel.host);
    return { failure: `${printableText(image)}: ${impossibleWords(replay, printed, () => image)}` };
  }

  async answers(scenarios: Parameters<Machine["answers"]>[0]): ReturnType<Machine["answers"]> {
    const placed = evaluatedAs(this.#model, this.host, scenarios);
    const asked = plan(this.#model, placed);
    const printed = await boot(this.#image, this.#model, this.#init, encode(asked.steps), () => {});
    if (isFailure(printed)) return printed;
    const { answers, ended } = readTranscript(printed.text);
    if (!ended) return { failure: `${this.name} stopped: ${printed.problem ?? "it printed no end"}` };
    return placed.map((scenario, index) => {
      const run = asked.runs.find((one) => one.placed === scenario);
      return itemAt(scenarios, index).map((_, operation) =>
        run === undefined
          ? undefined
          : outcomeOf(answers, itemAt(run.starts, operation), itemAt(run.starts, operation + 1)),
      );
    });
  }
}

/** The disagreement as a scenario with the kernel's answers, which is what a trace is held to. */
function reportOf(
  model: Model,
  host: Host,
  machines: readonly [Machine, Machine],
  { actions, answers: [one, other] }: Disagreement,
): string {
  const last = actions.length - 1;
  const { operation, subject } = itemAt(actions, last);
  const width = widthOf(operation);
  const said = (answers: typeof one): string => {
    const outcome = answers[last];
    return outcome === undefined ? "nothing" : answerText(outcome, { width });
  };
  const lines = actions.map(({ text, operation }, index) => {
    const outcome = one[index];
    const expectation = outcome === undefined ? "" : plainExpectation(outcome, { width: widthOf(operation) });
    return expectation === "" ? text : `${text} ${expectation}`;
  });
  return [
    `# ${machines[0].name} answers ${said(one)} at the end, ${machines[1].name} ${said(other)}.`,
    `scenario "${subject}"`,
    `gic ${model}`,
    `host ${host.name}`,
    "cpus 2",
    "irqs 64",
    ...lines,
    "",
    "",
  ].join("\n");
}

function refused(why: string): ExitStatus {
  const [reason = why, ...advice] = why.split("\n");
  complain(reason);
  if (advice.length > 0) tell(advice.join("\n"));
  return exitStatus.failed;
}
