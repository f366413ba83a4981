/** `vgic-trace explore --interleave FILE`: which outcomes the orders of a scenario's vCPUs can have. */
import { analyse, overridden } from "../../analysis/analysis.ts";
import { faultsOf } from "../../analysis/faults.ts";
import { TraceDocument } from "../../document/document.ts";
import { type Ending, hasInterleavings, type Interleavings, interleave } from "../../explore/interleave.ts";
import { unmet } from "../../explore/quantifiers.ts";
import { widthOf } from "../../program/operation.ts";
import type { Scenario } from "../../program/program.ts";
import { answerText } from "../../rules/expectation-text.ts";
import { counted } from "../../syntax/counted.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { readConfigured } from "../files/configured.ts";
import { isFailure } from "../files/failure.ts";
import { faultWords } from "../files/faults.ts";
import { pathToShow } from "../files/sources.ts";
import { printablePath } from "../terminal/printable.ts";
import { complain, print } from "../terminal/terminal.ts";

/** Runs every scenario of a trace in which several act, in all orders. */
export async function interleaveTrace(path: string, seed: number): Promise<ExitStatus> {
  const source = await readConfigured(path);
  if (isFailure(source)) return refused(source.failure);
  const name = pathToShow(path);
  const analysis = analyse(TraceDocument.of(source.text), source.options);
  const { program } = analysis;
  const faults = faultsOf(analysis);
  // What is expected of the written order may rightly not hold in it: all orders are asked.
  if (faults.unread + faults.untested > 0) return refused(faultWords(name, faults) ?? name);
  let tried = 0;
  let failed = false;
  for (const { firstLine, scenario } of program.scenarios) {
    if (!hasInterleavings(scenario)) continue;
    tried++;
    const result = interleave(overridden(scenario, {}), seed);
    const broken = unmet(scenario, result);
    failed ||= broken.length > 0;
    print(report(`${printablePath(name)}:${firstLine + 1}`, scenario, firstLine, result));
    for (const { operation, words } of broken) {
      print(`  line ${lineOf(scenario, firstLine, operation)} ${words}\n`);
    }
  }
  if (tried === 0)
    return refused(
      `nothing was tried: in no scenario of ${name} do several vCPUs, or a vCPU and the VMM, act`,
    );
  return failed ? exitStatus.errors : exitStatus.clean;
}

function report(
  place: string,
  scenario: Scenario,
  firstLine: number,
  { orders, tried, endings }: Interleavings,
): string {
  const title = scenario.title === "" ? "" : ` "${scenario.title}"`;
  const sample = tried < orders ? ` (${tried} tried at random: they lead to too many states for all)` : "";
  const many = orders === 1n ? "1 order" : `${orders} orders`;
  const head = `${place}${title}: ${many}${sample}, ${counted(endings.length, "outcome")}\n`;
  return head + endings.map((ending) => endingText(scenario, firstLine, ending, endings)).join("");
}

/** How often an outcome came, the answers that tell it from the others, and an order that gives it. */
function endingText(scenario: Scenario, firstLine: number, ending: Ending, all: readonly Ending[]): string {
  const { operations } = scenario;
  const answers = ending.outcomes.flatMap((outcome, operation) => {
    const width = widthOf(operations.at(operation));
    const text = answerText(outcome, { width });
    const isShared = all.every(({ outcomes }) => answerText(itemAt(outcomes, operation), { width }) === text);
    const tells = all.length === 1 ? outcome.value !== undefined : !isShared;
    return tells ? [`line ${lineOf(scenario, firstLine, operation)} ${text}`] : [];
  });
  const order = ending.example.map((operation) => lineOf(scenario, firstLine, operation)).join(" ");
  const told = answers.length === 0 ? "no operation returns a value" : answers.join(", ");
  return `  ${ending.orders}x ${told}\n    for example lines ${order}\n`;
}

function lineOf({ operations }: Scenario, firstLine: number, operation: number): number {
  return firstLine + operations.lineNumber(operation) + 1;
}

function refused(why: string): ExitStatus {
  complain(why);
  return exitStatus.failed;
}
