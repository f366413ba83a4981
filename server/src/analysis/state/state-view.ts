/** The whole state of the vGIC after a line, under every variant side by side. */

import { RunCursor } from "../../evaluate/run-cursor.ts";
import type { VariantId } from "../../evaluate/variant.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { CPU, VM } from "../../vgic/state.ts";
import { Vgic } from "../../vgic/vgic.ts";
import type { Analysis } from "../analysis.ts";
import { operationsAbove, scenarioAt } from "../place.ts";
import type { Cell } from "../table.ts";
import { cpuInterfaceState, isCpuReset } from "./cpu-state.ts";
import { interruptName, interruptState, interruptSummary, slotsChanged } from "./interrupt-state.ts";
import { itsState } from "./its-state.ts";

export interface StateView {
  /** The variants: revision numbers and hosts, the declared one first. */
  readonly ids: readonly VariantId[];
  /** How many operations of the scenario are done. */
  readonly operations: number;
  readonly sections: readonly ChangedSection[];
}

/** The distributor, a redistributor, a CPU interface, the ITS, or an interrupt. */
export interface StateSection {
  readonly title: string;
  readonly kind: "distributor" | "redistributor" | "cpu-interface" | "its" | "interrupt";
  readonly rows: readonly StateRow[];
  /** Whether a row differs between variants. */
  readonly differs: boolean;
  /** An interrupt in one line, one a variant. */
  readonly summaries?: readonly string[];
}

/** A section beside what it was before a line was done. */
export interface ChangedSection extends StateSection {
  readonly rows: readonly (StateRow & { readonly changed: boolean })[];
  /** Whether the line changed a row. */
  readonly changed: boolean;
}

export interface StateRow {
  readonly name: string;
  /** One a variant, in the order of the ids; empty where a variant does not have the row. */
  readonly values: readonly string[];
  readonly differs: boolean;
}

/** Of more vCPUs only those are shown that are not in reset state. */
const mostCpus = 8;

/**
 * The state once a line and all above it in its scenario are done: the distributor, the vCPUs, and every interrupt
 * that is not in reset state under each variant. Undefined above the first scenario.
 */
export function stateView(analysis: Analysis, line: number): StateView | undefined {
  const placed = scenarioAt(analysis, line);
  if (placed === undefined) return undefined;
  const { evaluation } = placed;
  const operations = operationsAbove(placed, line + 1);
  const cursor = new RunCursor(evaluation);
  cursor.moveTo(operationsAbove(placed, line));
  const before = stateSections(cursor.vgics);
  cursor.moveTo(operations);
  return {
    ids: evaluation.variants.map(({ id }) => id),
    operations,
    sections: sectionsChanged(stateSections(cursor.vgics), before),
  };
}

/** What is not as in other sections; an interrupt that was in reset state has no section before. */
function sectionsChanged(
  sections: readonly StateSection[],
  before: readonly StateSection[],
): ChangedSection[] {
  const known = new Map(before.map((section) => [section.title, section]));
  return sections.map((section): ChangedSection => {
    const earlier = known.get(section.title);
    const rowsBefore = new Map(earlier?.rows.map(({ name, values }) => [name, values]));
    const rows = section.rows.map((row) => {
      const values = rowsBefore.get(row.name);
      const isOther = values === undefined || values.some((value, variant) => value !== row.values[variant]);
      return { ...row, changed: earlier !== undefined && isOther };
    });
    return { ...section, rows, changed: earlier === undefined || rows.some(({ changed }) => changed) };
  });
}

const INTERRUPT = /^INTID (?<intid>\d+)(?<owner> of cpu\d+)?$/;

/** The same sections, interrupts in a row that are alike in everything as one: "INTIDs 32–63". */
export function alikeTogether(sections: readonly ChangedSection[]): ChangedSection[] {
  const together: { section: ChangedSection; first: string; last: number; owner: string; key: string }[] = [];
  const plain: ChangedSection[] = [];
  for (const section of sections) {
    const { intid, owner = "" } = INTERRUPT.exec(section.title)?.groups ?? {};
    if (intid === undefined) {
      plain.push(section);
      continue;
    }
    const key = JSON.stringify([owner, section.rows]);
    const before = together.at(-1);
    if (before?.key === key && before.last === Number(intid) - 1) before.last++;
    else together.push({ section, first: intid, last: Number(intid), owner, key });
  }
  return [
    ...plain,
    ...together.map(({ section, first, last, owner }) =>
      Number(first) === last ? section : { ...section, title: `INTIDs ${first}–${last}${owner}` },
    ),
  ];
}

/** The state of some vGICs with the same vCPUs and interrupts, side by side. */
export function stateSections(vgics: readonly Vgic[]): StateSection[] {
  const fresh = vgics.map(({ options }) => new Vgic(options));
  const declared = itemAt(vgics, 0);
  const { model, cpus: cpuCount } = declared.options;
  const section = (kind: StateSection["kind"], title: string, cells: (vgic: Vgic) => Cell[]): StateSection =>
    merged(kind, title, vgics.map(cells));

  const cpus = Array.from({ length: cpuCount }, (_, cpu) => cpu).filter(
    (cpu) =>
      cpuCount <= mostCpus || !vgics.every((vgic, variant) => isCpuReset(vgic, itemAt(fresh, variant), cpu)),
  );
  const interrupts = slotsInUse(vgics, fresh).map((slot) => ({
    ...section("interrupt", interruptName(declared, slot), (vgic) => interruptState(vgic, slot)),
    summaries: vgics.map((vgic) => interruptSummary(vgic, slot)),
  }));
  return [
    section("distributor", "Distributor", distributorState),
    ...(model === "v3"
      ? cpus.map((cpu) =>
          section("redistributor", `Redistributor of cpu${cpu}`, (vgic) => redistributorState(vgic, cpu)),
        )
      : []),
    ...cpus.map((cpu) =>
      section("cpu-interface", `CPU interface of cpu${cpu}`, (vgic) => cpuInterfaceState(vgic, cpu)),
    ),
    ...(declared.its === undefined ? [] : [section("its", "ITS", itsState)]),
    ...interrupts,
  ];
}

function merged(kind: StateSection["kind"], title: string, variants: readonly Cell[][]): StateSection {
  const names = [...new Set(variants.flatMap((cells) => cells.map(({ name }) => name)))];
  const rows = names.map((name): StateRow => {
    const values = variants.map((cells) => cells.find((cell) => cell.name === name)?.text ?? "");
    return { name, values, differs: values.some((value) => value !== values[0]) };
  });
  return { kind, title, rows, differs: rows.some(({ differs }) => differs) };
}

function distributorState(vgic: Vgic): Cell[] {
  const { state, revision } = vgic;
  return [
    { name: "revision", text: String(revision) },
    { name: "enabled", text: state.vm(VM.distributorEnabled) !== 0 ? "yes" : "no" },
  ];
}

function redistributorState(vgic: Vgic, cpu: number): Cell[] {
  const { state } = vgic;
  const wide = (high: number, low: number) =>
    `0x${high.toString(16).padStart(8, "0")}${low.toString(16).padStart(8, "0")}`;
  return [
    ...(vgic.its === undefined
      ? []
      : [{ name: "LPIs", text: state.cpu(CPU.lpisEnabled, cpu) !== 0 ? "enabled" : "disabled" }]),
    { name: "GICR_PROPBASER", text: wide(state.vm(VM.propbaserHigh), state.vm(VM.propbaserLow)) },
    {
      name: "GICR_PENDBASER",
      text: wide(state.cpu(CPU.pendbaserHigh, cpu), state.cpu(CPU.pendbaserLow, cpu)),
    },
  ];
}

/** The slots of the interrupts whose state is not that of a fresh VM under some variant, in order. */
function slotsInUse(vgics: readonly Vgic[], fresh: readonly Vgic[]): number[] {
  const slots = new Set(vgics.flatMap((vgic, variant) => slotsChanged(vgic, itemAt(fresh, variant))));
  return [...slots].sort((a, b) => a - b);
}
