/** A scenario under its declared revision, as the lines of a C test: what every format has in common. */

import { declaredRevision } from "../evaluate/variant.ts";
import type { Expectation, HostCondition, Operation } from "../program/operation.ts";
import type { Scenario } from "../program/program.ts";
import type { Setup } from "../program/setup.ts";
import { lineOf, type PlacedEvaluation, spanOf } from "../rules/operations.ts";
import { counted } from "../syntax/counted.ts";
import { operationRow } from "../syntax/operations.ts";
import type { Outcome } from "../vgic/answer.ts";

/** What a trace was made into. */
export interface Exported {
  readonly text: string;
  readonly leftOut: readonly LeftOut[];
}

/** What a test in this format cannot do. */
export interface LeftOut {
  /** Of the file, counted from 0. */
  readonly line: number;
  readonly why: string;
  /** Whether the rest of the scenario is left out, too, since it would start from another state. */
  readonly toTheEnd: boolean;
}

/** A trace to export. */
export interface Source {
  /** The file's name, for the comment on top. */
  readonly name: string;
  readonly scenarios: readonly PlacedEvaluation[];
}

/** What an operation must answer, on some kernels or on all; "ok" without a value: success, with any. */
export interface Want {
  /** Absent: on all kernels. */
  readonly when?: HostCondition;
  readonly expected: Outcome;
}

/** An operation with what a test says of it. */
export interface Item {
  readonly operation: Operation;
  /** What it must answer under the declared revision: the first that speaks of the running kernel counts. */
  readonly wants: readonly Want[];
  readonly mask?: bigint;
  /** Counted from 1, as editors do. */
  readonly lineNumber: number;
  /** The statement as it is written. */
  readonly text: string;
}

/** How a format does an operation: lines of C, or why it cannot. */
export type Render = (item: Item) => readonly string[] | { readonly impossible: string };

/** The scenarios that do anything. */
export function exportable({ scenarios }: Source): PlacedEvaluation[] {
  return scenarios.filter(({ evaluation }) => evaluation.scenario.operations.length > 0);
}

/** The revision that an exported test asks for: the declared one. */
export function revisionOfTest({ setup }: Scenario): number {
  return declaredRevision(setup);
}

/** What a scenario was made into. */
export interface Lines {
  readonly lines: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Whether what a line expects depends on the kernel that runs. */
  readonly byKernel: boolean;
}

/** What a test of a format can be of. */
interface Can {
  /** Whether it can have an ITS; default: not. */
  readonly its?: boolean;
  /** Why it cannot be of this scenario. */
  readonly foreign?: string | undefined;
}

/** The lines of a scenario's operations. */
export function linesOf(placed: PlacedEvaluation, render: Render, can: Can = {}): Lines {
  const lines: string[] = [];
  let byKernel = false;
  const leftOut: LeftOut[] = [];
  const { operations, setup } = placed.evaluation.scenario;
  const foreign = can.foreign ?? foreignSetup(setup, can.its === true);
  if (foreign !== undefined) {
    return {
      lines: [`\t/* left out: ${foreign} */`],
      leftOut: [{ line: lineOf(placed, 0), why: foreign, toTheEnd: true }],
      byKernel,
    };
  }
  for (let index = 0; index < operations.length; index++) {
    const item = itemOf(placed, index);
    const rendered = render(item);
    if (!("impossible" in rendered)) {
      lines.push(...rendered);
      byKernel ||= dependsOnKernel(item);
      continue;
    }
    const toTheEnd = changesState(item);
    leftOut.push({ line: lineOf(placed, index), why: rendered.impossible, toTheEnd });
    lines.push(`\t/* left out${toTheEnd ? " from here on" : ""}: ${rendered.impossible} */`);
    if (toTheEnd) break;
  }
  return { lines, leftOut, byKernel };
}

/** Why a test does not have the VM of a scenario: each makes one that is initialised, with one region. */
function foreignSetup({ created, regions, its }: Setup, canHaveIts: boolean): string | undefined {
  if (created) return "the scenario's VM is only created, and the test's is initialised";
  if (regions !== undefined) return "the test has one region of redistributors";
  return its && !canHaveIts ? "the test has no ITS" : undefined;
}

/** What the VMM reads, and what the guest does in vain, leaves no trace. */
function changesState({ operation, wants }: Item): boolean {
  if (operation.kind === "user") return operation.verb === "set";
  return wants.some(({ expected }) => expected.ending !== "abort" && expected.ending !== "exit");
}

/** Whether an operation is expected to end so, be it on some kernels only. */
export function mayEnd({ wants }: Item, ending: Outcome["ending"]): boolean {
  return wants.some(({ expected }) => expected.ending === ending);
}

/** Whether an operation is expected to fail, be it on some kernels only. */
export function mayFail({ wants }: Item): boolean {
  return wants.some(({ expected }) => expected.ending !== "ok");
}

/** Whether what an operation must answer depends on the kernel. */
export function dependsOnKernel({ wants }: Item): boolean {
  return wants.some(({ when }) => when !== undefined);
}

/** What an operation is called where only its kind matters: "user set", "line". */
export function kindWords(operation: Operation): string {
  return operationRow(operation).words;
}

function itemOf(placed: PlacedEvaluation, index: number): Item {
  const { scenario } = placed.evaluation;
  const { operations } = scenario;
  const { start, end } = spanOf(placed, index);
  const text = operations.line(index).text.slice(start, end).replace(/\s+/g, " ");
  const expectation = operations.expectation(index);
  const wants = wantsOf(expectation, revisionOfTest(scenario));
  const lineNumber = lineOf(placed, index) + 1;
  return { operation: operations.at(index), wants, mask: expectation?.mask, lineNumber, text };
}

/** The cases that are left under a revision, up to the first that holds for all kernels. */
function wantsOf(expectation: Expectation | undefined, revision: number): readonly Want[] {
  const cases = expectation?.cases ?? [];
  const left = cases.filter(
    ({ first, last }) => expectation?.declaredOnly === true || (revision >= first && revision <= last),
  );
  const end = left.findIndex(({ when }) => when === undefined);
  const wants = left.slice(0, end < 0 ? left.length : end + 1);
  return wants.length > 0 ? wants : [{ expected: { ending: "ok" } }];
}

/** "gic v3, revision 2, 4 vCPUs, 128 INTIDs". */
export function setupWords({ model, cpus, irqs }: Setup, revision: number): string {
  return `gic ${model}, revision ${revision}, ${counted(cpus, "vCPU")}, INTIDs 0 to ${irqs - 1}`;
}
