/** `vgic-trace replay`: drives a real kernel through traces and reports where it answers differently. */
import type { Command } from "commander";
import { type Analysis, analyse } from "../../analysis/analysis.ts";
import { describe } from "../../analysis/diagnostic.ts";
import { faultsOf } from "../../analysis/faults.ts";
import { kernelExamplesTrace } from "../../analysis/kernels/kernel-examples.ts";
import { lintDiagnostic, lintResult } from "../../api/lint-result.ts";
import { TraceDocument } from "../../document/document.ts";
import { type Plan, plan } from "../../replay/plan.ts";
import { encode } from "../../replay/records.ts";
import { conclude, type Replay } from "../../replay/replay.ts";
import type { Finding } from "../../rules/finding.ts";
import { fixesOf } from "../../rules/fixes.ts";
import { found } from "../../rules/found.ts";
import type { PlacedEvaluation } from "../../rules/operations.ts";
import { isUndeclared } from "../../rules/shared-cause.ts";
import { applySuppressions } from "../../rules/suppressions.ts";
import { counted } from "../../syntax/counted.ts";
import type { Host } from "../../vgic/kernels/hosts.ts";
import type { Model } from "../../vgic/kvm-abi.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { hostFor, readConfigured } from "../files/configured.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { faultWords } from "../files/faults.ts";
import { findTraces, pathToShow, type Source } from "../files/sources.ts";
import { writeAtomically } from "../files/write-file.ts";
import { formatOption, pathsArgument } from "../help/arguments.ts";
import { examples } from "../help/examples.ts";
import { checkedFile } from "../lint/check.ts";
import { withMarkOf } from "../lint/mend.ts";
import { leftLink } from "../lint/rewrite.ts";
import { boot, type OnAnswers, type Printed, runHere } from "../replay/kernel-console.ts";
import { findKernel, isKernelImage, replayProgram } from "../replay/kernel-image.ts";
import { evidenceWords, impossibleWords, kernelWords, leftOutWords } from "../replay/replay-words.ts";
import { type PlainFormat, plainFormats } from "../reporters/formats.ts";
import { Outputs } from "../reporters/outputs.ts";
import { emptySummary, withFile } from "../reporters/report.ts";
import { printablePath } from "../terminal/printable.ts";
import { ProgressBar } from "../terminal/progress-bar.ts";
import { complain, tell } from "../terminal/terminal.ts";

/** Flags as they were given. */
export interface ReplayOptions {
  readonly format: PlainFormat;
  readonly kernel?: string;
  readonly gic?: Model;
  readonly host?: string;
  readonly devKvm?: true;
  readonly update?: true;
}

/** The flags of `replay`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("drive a real kernel through traces")
    .description(
      "Boots an arm64 kernel in QEMU, drives its KVM through traces, and reports the lines where it answers differently than expected, or than the emulator as that kernel. With a kernel image and no trace it checks the kernel against the table of what kernels changed (docs/kernels.md), and says which entries its answers confirm or contradict.",
    )
    .addArgument(pathsArgument(command))
    .addOption(formatOption(command, plainFormats))
    .option(
      "--kernel <image>",
      "the kernel to boot; default: the newest in ~/.cache/vgic-trace/boot or /boot",
    )
    .addOption(
      command.createOption("--gic <model>", "replay the scenarios of this GIC only").choices(["v2", "v3"]),
    )
    .option(
      "--host <host>",
      "the host that the kernel is to be, such as linux-7.1+revision-1; default: what it shows",
    )
    .option("--dev-kvm", "replay on this machine's /dev/kvm instead (arm64)")
    .option("--update", "write the kernel's answers into the traces as expectations")
    .addHelpText(
      "after",
      examples(
        "replay traces/",
        "replay --kernel arch/arm64/boot/Image traces/",
        "replay --gic v3 --update new.vgic",
        "replay --host linux-7.2 arch/arm64/boot/Image",
      ),
    )
    .action(async (paths: string[], options: ReplayOptions) => {
      finish(await replay(paths, options));
    });
}

/** The host that the kernel is to be: named as the configuration of the traces names it. */
async function hostAsked(
  text: string | undefined,
  paths: readonly string[],
): Promise<Host | Failure | undefined> {
  return text === undefined ? undefined : hostFor("--host", text, (await findTraces(paths)).paths);
}

interface Trace {
  readonly name: string;
  readonly analysis: Analysis;
  /** The file as it was read. */
  readonly source: Source;
  readonly isLinkOut: boolean;
}

/** Drives a kernel through all traces at some paths. Nothing is written but what `--update` asks for. */
export async function replay(paths: readonly string[], options: ReplayOptions): Promise<ExitStatus> {
  const given = await imageAmong(paths, options);
  if (isFailure(given)) return refused(given);
  const asked = await hostAsked(options.host, given.paths);
  if (asked !== undefined && isFailure(asked)) return refused(asked);
  const machine = await machineOf({ ...options, kernel: given.kernel });
  if (isFailure(machine)) return refused(machine);
  const isForTable = given.paths.length === 0;
  const wanted = isForTable ? (asked ?? (await shownHost(machine, options.gic ?? "v3"))) : asked;
  if (wanted !== undefined && isFailure(wanted)) return refused(wanted);
  const { traces, failed } =
    isForTable && wanted !== undefined
      ? { traces: [tableTrace(wanted)], failed: false }
      : await readTraces(given.paths);

  const plans = plansOf(traces, options.gic);
  if (plans.length === 0 && traces.length > 0) {
    complain(
      `there is nothing to replay: no scenario${options.gic ? ` of GIC${options.gic}` : ""} does anything`,
    );
  }
  const progress = new ProgressBar(
    "the kernel answers",
    plans.reduce((sum, { steps }) => sum + steps.length, 0),
  );
  const started = performance.now();
  const replays = await Promise.all(plans.map((one) => performed(one, machine, wanted, progress, traces)));
  progress.clear();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const concluded = replays.flatMap((one) => (isFailure(one) ? [] : [one]));
  const status = await report(traces, concluded, options);
  for (const one of replays) if (isFailure(one)) refused(one);
  for (const one of concluded) {
    for (const words of leftOutWords(one, (placed) => placeOf(placed, traces))) tell(words);
    tell(kernelWords(one));
  }
  for (const words of evidenceWords(concluded)) tell(words);
  tell(`done in ${seconds} s`);
  const incomplete = failed || concluded.length < replays.length;
  if (incomplete) return exitStatus.failed;
  return concluded.some(({ missing }) => missing.length > 0) ? exitStatus.errors : status;
}

/** Says what is wrong; what to do about it may stand on further lines. */
function refused({ failure }: Failure): ExitStatus {
  const [reason = failure, ...advice] = failure.split("\n");
  complain(reason);
  if (advice.length > 0) tell(advice.join("\n"));
  return exitStatus.failed;
}

/** The kernel to boot, and the traces: none where a kernel's image alone is named, which means the table of kernels. */
async function imageAmong(
  paths: readonly string[],
  { kernel, update }: ReplayOptions,
): Promise<{ readonly kernel?: string; readonly paths: readonly string[] } | Failure> {
  const images: string[] = [];
  for (const path of paths) {
    if (path !== "-" && !path.endsWith(".vgic") && (await isKernelImage(path))) images.push(path);
  }
  const others = paths.filter((path) => !images.includes(path));
  if (images.length + (kernel === undefined ? 0 : 1) > 1) {
    return { failure: "replay boots one kernel: name one image" };
  }
  if (update && images.length > 0 && others.length === 0) {
    return { failure: "--update writes into traces: name some" };
  }
  return { kernel: images[0] ?? kernel, paths: others };
}

/** The host that a kernel shows itself to be. */
async function shownHost(machine: Machine, model: Model): Promise<Host | Failure> {
  const nothing = plan(model, []);
  const printed = await machine(model, encode(nothing.steps), () => {});
  if (isFailure(printed)) return printed;
  const result = conclude(nothing, printed.text, undefined);
  return "kernel" in result ? result.kernel.host : { failure: impossibleWords(result, printed, () => "") };
}

/** A scenario for each entry of the table of kernels. */
function tableTrace(host: Host): Trace {
  const text = kernelExamplesTrace(host.name);
  return {
    name: "table-of-kernels.vgic",
    analysis: analyse(TraceDocument.of(text)),
    source: { text, bytes: Buffer.from(text) },
    isLinkOut: false,
  };
}

/** Performs a program on a machine with a GIC model. */
type Machine = (model: Model, program: Uint8Array, onAnswers: OnAnswers) => Promise<Printed | Failure>;

async function machineOf({ kernel, devKvm }: ReplayOptions): Promise<Machine | Failure> {
  const init = await replayProgram();
  if (isFailure(init)) return init;
  if (devKvm) {
    if (process.arch === "arm64") return (_, program, onAnswers) => runHere(init.path, program, onAnswers);
    return {
      failure: `--dev-kvm needs an arm64 machine, and this one is ${process.arch}; leave it out to use QEMU`,
    };
  }
  const image = await findKernel(kernel);
  if (typeof image !== "string") return image;
  return (model, program, onAnswers) => boot(image, model, init.bytes, program, onAnswers);
}

async function readTraces(
  paths: readonly string[],
): Promise<{ readonly traces: readonly Trace[]; readonly failed: boolean }> {
  const { failures, linksOut, paths: names } = await findTraces(paths);
  for (const { failure } of failures) complain(failure);
  const traces: Trace[] = [];
  let failed = failures.length > 0;
  for (const name of names) {
    const source = await readConfigured(name);
    if (isFailure(source)) {
      complain(source.failure);
      failed = true;
      continue;
    }
    const analysis = analyse(TraceDocument.of(source.text), source.options);
    traces.push({ name, analysis, source, isLinkOut: linksOut.has(name) });
    const faults = faultsOf(analysis);
    if (faults.unread + faults.untested === 0) continue;
    // What is expected wrongly, the kernel tells.
    const words = faultWords(pathToShow(name), faults);
    if (words !== undefined) complain(`not all is replayed: ${words}`);
    failed = true;
  }
  return { traces, failed };
}

function scenariosOf(traces: readonly Trace[]): PlacedEvaluation[] {
  return traces
    .flatMap(({ analysis }) => analysis.scenarios)
    .filter(({ evaluation }) => !isUndeclared(evaluation.scenario));
}

function plansOf(traces: readonly Trace[], only: Model | undefined): Plan[] {
  const scenarios = scenariosOf(traces);
  return (["v2", "v3"] as const)
    .filter((model) => only === undefined || only === model)
    .map((model) => plan(model, scenarios))
    .filter(({ runs, stops }) => runs.length + stops.length > 0);
}

async function performed(
  one: Plan,
  machine: Machine,
  wanted: Host | undefined,
  progress: ProgressBar,
  traces: readonly Trace[],
): Promise<Replay | Failure> {
  const printed = await machine(one.model, encode(one.steps), (count) => progress.step(count));
  if (isFailure(printed)) return printed;
  const result = conclude(one, printed.text, wanted);
  if ("kernel" in result) return result;
  if (result.kind === "stopped" && result.host !== undefined) {
    // Now that it has said what it is: once more without what is known to fail it.
    const careful = plan(one.model, scenariosOf(traces), result.host);
    if (careful.steps.length < one.steps.length) return performed(careful, machine, wanted, progress, traces);
  }
  return { failure: impossibleWords(result, printed, (placed) => placeOf(placed, traces)) };
}

/** Prints the findings; writes the kernel's answers into the traces where that is asked for. */
async function report(
  traces: readonly Trace[],
  replays: readonly Replay[],
  { format, update }: ReplayOptions,
): Promise<ExitStatus> {
  const outputs = new Outputs([{ format }]);
  let summary = emptySummary;
  for (const trace of traces) {
    const { name, analysis } = trace;
    const { document, scenarios } = analysis;
    const all = scenarios.flatMap((placed) => replays.flatMap(({ findings }) => findings.get(placed) ?? []));
    const left = applySuppressions(document, all.map(found), () => true).filter(
      ({ code }) => code === "kernel-disagrees",
    );
    const findings = left.map(({ finding }) => finding);
    // What a lint of the trace would find is no matter of the kernel's.
    const diagnostics = left
      .flatMap((one) => describe(one) ?? [])
      .map((one) => lintDiagnostic(one, document));
    const result = { ...lintResult(analysis), diagnostics };
    const checked = await checkedFile(pathToShow(name), document.text, result);
    summary = withFile(summary, checked);
    outputs.file(checked);
    if (update && name !== "-" && findings.length > 0) rewrite(trace, findings);
  }
  outputs.end(summary);
  return summary.counts.error > 0 ? exitStatus.errors : exitStatus.clean;
}

/** The edits of findings stand on lines of their own: from the last to the first, each leaves the others' places. */
function rewrite({ name, analysis, source, isLinkOut }: Trace, findings: readonly Finding[]): void {
  const { document } = analysis;
  const edits = findings.flatMap((finding) => fixesOf(finding, document.lines).slice(0, 1));
  const changes = edits.flatMap((fix) => fix.edits).sort((a, b) => b.range.start.line - a.range.start.line);
  const text = withMarkOf(source.text, document.withChanges(changes).text);
  const failure = isLinkOut ? leftLink(pathToShow(name)) : writeAtomically(name, text, source.bytes);
  if (failure === undefined)
    tell(`${printablePath(pathToShow(name))}: ${counted(findings.length, "expectation")} written`);
  else complain(failure.failure);
}

function placeOf(placed: PlacedEvaluation, traces: readonly Trace[]): string {
  const trace = traces.find(({ analysis }) => analysis.scenarios.some((scenario) => scenario === placed));
  return `${printablePath(pathToShow(trace?.name ?? "-"))}:${placed.firstLine + 1}`;
}
