/** A snapshot as a trace: the VMM restores the VM, call by call, and reads back what must be there. */

import type { Ram } from "../../vgic/guest-memory.ts";
import { DEFAULT_HARDWARE, HARDWARE_VALUES } from "../../vgic/kernels/hardware.ts";
import { DEFAULT_HOST } from "../../vgic/kernels/hosts.ts";
import { LATEST_REVISION, REVISIONS } from "../../vgic/kernels/revisions.ts";
import type { VgicOptions } from "../../vgic/options.ts";
import { Vgic } from "../../vgic/vgic.ts";
import { nameOf } from "../names.ts";
import { hex } from "../numbers.ts";
import { checkSnapshot } from "./checks.ts";
import { loadMemory, memoryLines } from "./its-memory.ts";
import { itsDeclaration, UNKNOWN_MEMORY } from "./memory.ts";
import { type Call, isOfIts, type Snapshot } from "./snapshot.ts";

/** What an import came to. */
export interface SnapshotSummary {
  readonly calls: number;
  readonly readBack: number;
  /** Registers that do not come back as they were saved. */
  readonly lost: number;
  readonly findings: readonly string[];
}

export interface WriteOptions {
  /** What the file is called in the trace. */
  readonly name: string;
  /** The revision that the guest saw, where the user knows it. */
  readonly revision?: number;
  readonly write: (text: string) => void;
}

type Attribute = Extract<Call, { kind: "attribute" }>;

/** What became of a call. */
interface Done {
  readonly call: Attribute;
  readonly name: string;
  /** What the register held right after the call; undefined if the call failed. */
  readonly kept: bigint | undefined;
}

const COMMENT_COLUMN = 56;

/** Writes the trace of a snapshot. */
export function writeSnapshot(snapshot: Snapshot, options: WriteOptions): SnapshotSummary {
  const { write } = options;
  const findings = [...snapshot.findings, ...checkSnapshot(snapshot)];
  const revision = revisionOf(snapshot, options.revision);
  const vgic = emulatorOf(snapshot, revision.value);
  const memory = itsDeclaration(snapshot).kind === "declared" ? memoryLines(snapshot.memory) : undefined;
  if (memory !== undefined) loadMemory(memory, vgic);
  const restored = restore(snapshot, vgic);
  if (restored.tables !== undefined && snapshot.memory !== undefined) {
    findings.push(
      `KVM refuses what the tables of the ITS hold (RESTORE_TABLES fails with ${restored.tables}): the memory is probably not of the same moment as the registers, or the guest wrote into its tables.`,
    );
  }
  const { lines, lost } = readBack(snapshot, restored.done, vgic);
  writeHead(snapshot, options, revision, [
    ...findings.map((finding) => `Finding: ${finding}`),
    ...snapshot.remarks,
    ...(memory?.missing.map((what) => `Not in this trace: ${what}.`) ?? []),
    ...habits(snapshot, restored),
  ]);
  if (memory !== undefined && memory.lines.length > 0)
    write(
      `\n# What the ITS and LPIs have in guest memory.\n${memory.lines.map((line) => `${line}\n`).join("")}`,
    );
  write(`\n# What ${snapshot.manager} does to restore it, in its order.\n${restored.lines.join("")}`);
  write(`\n# What must read back.\n${lines.join("")}`);
  return { calls: snapshot.calls.length, readBack: lines.length, lost, findings };
}

function lineOf(text: string, comment = ""): string {
  return comment === "" ? `${text}\n` : `${text.padEnd(COMMENT_COLUMN - 1)} # ${comment}\n`;
}

interface Restored {
  readonly lines: readonly string[];
  readonly done: ReadonlyMap<string, Done>;
  /** Registers ignored what was written. */
  readonly ignored: boolean;
  /** A clear register was written with what does not clear all. */
  readonly uncleared: boolean;
  /** What RESTORE_TABLES failed with; undefined if it did not. */
  readonly tables: string | undefined;
}

/** Does the calls of the restore. */
function restore(snapshot: Snapshot, vgic: Vgic): Restored {
  const lines: string[] = [];
  const done = new Map<string, Done>();
  let ignored = false;
  let uncleared = false;
  let isRefused = false;
  let tables: string | undefined;
  const hasIts = itsDeclaration(snapshot).kind === "declared";
  for (const call of snapshot.calls) {
    if (!hasIts && isOfIts(call)) continue;
    if (call.kind === "tables") {
      const ending = vgic.restoreTables();
      const isOk = ending === "ok";
      lines.push(
        lineOf(`user restore its${isOk ? "" : ` fails ${ending}`}`, isOk || isRefused ? "" : REFUSED),
      );
      isRefused ||= !isOk;
      if (!isOk) tables = ending;
      continue;
    }
    const { frame, cpu, offset, value } = call;
    const name = callName(snapshot, call);
    const ending = vgic.userSet(frame, cpu, offset, Number(value & 0xffff_ffffn), Number(value >> 32n));
    const isIgnored = vgic.ineffective !== undefined;
    const clears = CLEARS.test(name);
    ignored ||= isIgnored;
    uncleared ||= clears && !isIgnored && (value === 0n || isSetAfter(snapshot, call));
    const isOk = ending === "ok";
    lines.push(
      lineOf(
        `user set ${name} ${hex(value)}${isOk ? "" : ` fails ${ending}`}`,
        isOk ? "" : isRefused ? "refused as well" : REFUSED,
      ),
    );
    isRefused ||= !isOk;
    const kept = isOk && vgic.userGet(frame, cpu, offset) === "ok" ? vgic.value : undefined;
    if (call.saved && !clears) done.set(`${frame} ${cpu} ${offset}`, { call, name, kept });
  }
  return { lines, done, ignored, uncleared, tables };
}

const REFUSED = "the host refuses it: the restore ends here";

/** Whether the set register of a clear register gets the same bits after it. */
function isSetAfter({ calls }: Snapshot, clear: Attribute): boolean {
  const sets = (call: Call) =>
    call.kind === "attribute" &&
    call.frame === clear.frame &&
    call.cpu === clear.cpu &&
    call.offset === clear.offset - SET_TO_CLEAR &&
    call.value === clear.value;
  return calls.slice(calls.indexOf(clear)).some(sets);
}

/** Bytes from a set register to its clear register. */
const SET_TO_CLEAR = 0x80;

function readBack(
  snapshot: Snapshot,
  done: ReadonlyMap<string, Done>,
  vgic: Vgic,
): { readonly lines: readonly string[]; readonly lost: number } {
  let lost = 0;
  const lines = [...done.values()].map(({ call, name, kept }) => {
    const { frame, cpu, offset, value } = call;
    const ending = vgic.userGet(frame, cpu, offset);
    const now = ending === "ok" ? vgic.value : undefined;
    const { outcome, comment, isLost } = askOf(value, kept, now, snapshot);
    if (isLost) lost++;
    return lineOf(`user get ${name}${outcome}${now === undefined ? ` fails ${ending}` : ""}`, comment);
  });
  return { lines, lost };
}

/** What a VMM always does, said once instead of in a finding for each call. */
function habits({ manager }: Snapshot, { ignored, uncleared }: Restored): string[] {
  return [
    ...(ignored
      ? [
          `vgic-ignore-file[ineffective-access]: ${manager} restores registers that ignore it with all others, which does no harm`,
        ]
      : []),
    ...(uncleared
      ? [
          `vgic-ignore-file[clear-register-restored]: ${manager} writes clear registers with what does not clear all; in a fresh VM only SGIs are enabled: one that the guest disabled comes back enabled`,
        ]
      : []),
  ];
}

/** Read the same as the set registers, or as 0. */
const CLEARS = /^GIC[DR]_(?:ICENABLER|ICPENDR|ICACTIVER|CPENDSGIR)/;

interface Asked {
  readonly outcome: string;
  readonly comment?: string;
  readonly isLost?: true;
}

/**
 * What to ask of a register.
 * @param kept what it held right after its call
 * @param now what it holds when all is restored
 */
function askOf(
  saved: bigint,
  kept: bigint | undefined,
  now: bigint | undefined,
  { manager, ownModel }: Snapshot,
): Asked {
  if (now === undefined || kept === undefined)
    return { outcome: "", comment: `saved as ${hex(saved)}, which the host refuses` };
  if (now === saved) return { outcome: ` == ${hex(saved)}` };
  if (kept === saved) {
    return {
      outcome: ` == ${hex(saved)}`,
      comment: `vgic-ignore[expectation]: ${manager} restores it in an order that leaves ${hex(now)}`,
      isLost: true,
    };
  }
  // Some registers keep only a part of what is written, or nothing.
  const comment = `${ownModel ? "QEMU's own model held" : "the snapshot holds"} ${hex(saved)}; KVM keeps this`;
  return { outcome: ` == ${hex(now)}`, comment };
}

/** A call's register as a trace names it. */
export function callName({ model }: Snapshot, { frame, cpu, offset }: Attribute): string {
  const owner = frame === "GICD" && model === "v3" ? undefined : cpu;
  return nameOf(model, { frame, offset, cpu: owner }, 0) ?? `${frame}+${hex(offset)}`;
}

interface Known {
  readonly value: number;
  readonly reason: string;
}

const GICR_CTLR_CES_IR = 0x6n;

/** The revision: given, in the snapshot, or as GICR_CTLR tells it, which shows CES and IR from revision 3 on. */
function revisionOf({ revision, calls, model, ownModel }: Snapshot, given: number | undefined): Known {
  if (given !== undefined) return { value: given, reason: "given" };
  const isKnown = REVISIONS.some((one) => one === revision);
  if (revision !== undefined && isKnown) return { value: revision, reason: "GICD_IIDR is in the snapshot" };
  const unsaid = "GICD_IIDR is not in the snapshot";
  const control = calls.find(
    (call) => call.kind === "attribute" && call.frame === "GICR" && call.offset === 0,
  );
  if (model === "v3" && ownModel === undefined && control?.kind === "attribute") {
    return (control.value & GICR_CTLR_CES_IR) === GICR_CTLR_CES_IR
      ? { value: 3, reason: `${unsaid}; GICR_CTLR shows CES and IR, which revision 3 does` }
      : { value: 2, reason: `${unsaid}; GICR_CTLR shows neither CES nor IR: 2, or older (--revision)` };
  }
  return {
    value: LATEST_REVISION,
    reason: `assumed: ${unsaid}; --revision says which the guest saw`,
  };
}

function emulatorOf(snapshot: Snapshot, revision: number): Vgic {
  const { model, cpus, irqs } = snapshot;
  const hardware = { ...DEFAULT_HARDWARE, priorityBits: priorityBitsOfHardware(snapshot) };
  const options = { model, cpus, irqs, revision, host: DEFAULT_HOST, hardware, ...itsOptions(snapshot) };
  return new Vgic(options);
}

/** GICv2 hardware has 5, and no host has fewer. */
function priorityBitsOfHardware({ model, priorityBits }: Snapshot): number {
  return model === "v3" && HARDWARE_VALUES.priorityBits.includes(priorityBits)
    ? priorityBits
    : DEFAULT_HARDWARE.priorityBits;
}

/** An ITS with the guest memory that its tables are in. */
function itsOptions(snapshot: Snapshot): Pick<VgicOptions, "its" | "ram"> {
  const declaration = itsDeclaration(snapshot);
  return declaration.kind === "declared" ? { its: true, ram: declaration.ram } : {};
}

/** The declarations of what is not as in most VMs, each with its reason. */
export function specialDeclarations(snapshot: Snapshot): [text: string, reason: string][] {
  const lines: [string, string][] = [];
  const bits = priorityBitsOfHardware(snapshot);
  if (bits !== DEFAULT_HARDWARE.priorityBits) {
    lines.push([`hardware priority-bits ${bits}`, "ICC_CTLR_EL1 shows them"]);
  }
  const { its, ram } = itsOptions(snapshot);
  if (its) lines.push(["its", "the snapshot has one"]);
  if (ram !== undefined) {
    const reason = isKnown(snapshot, ram) ? "the guest's memory" : "around the tables of the ITS and of LPIs";
    lines.push([`ram ${hex(ram.start)} ${hex(ram.size)}`, reason]);
  }
  return lines;
}

function isKnown(snapshot: Snapshot, ram: Ram): boolean {
  return snapshot.ram?.some(({ start }) => Number(start) === ram.start) ?? false;
}

function writeHead(
  snapshot: Snapshot,
  { name, write }: WriteOptions,
  revision: Known,
  comments: readonly string[],
): void {
  const { title, model, cpus, irqs, reasons } = snapshot;
  write(`# Imported from ${name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?")}: ${title}.\n`);
  for (const comment of comments) write(`# ${comment}\n`);
  write("\n");
  const declare = (text: string, reason: string) => write(`${text.padEnd(24)} # ${reason}\n`);
  declare(`gic ${model}`, `the snapshot is of a GIC${model}`);
  declare(`revision ${revision.value}`, revision.reason);
  declare(`cpus ${cpus}`, reasons.cpus);
  declare(`irqs ${irqs}`, reasons.irqs);
  for (const [text, reason] of specialDeclarations(snapshot)) declare(text, reason);
  const its = itsDeclaration(snapshot);
  if (its.kind === "declared" && snapshot.memory === undefined) write(`# ${UNKNOWN_MEMORY}\n`);
  if (its.kind === "left-out") writeTranslation(snapshot, its.address, write);
}

/** Where a trace cannot have the memory that an ITS needs. */
function writeTranslation({ translation }: Snapshot, address: bigint, write: (text: string) => void): void {
  write(
    `\n# The VM has an ITS, which is left out: its table at ${hex(address)} is above the 48 bits of a guest physical address.\n`,
  );
  for (const [offset, value] of translation ?? []) write(`#   GITS+${hex(offset)} ${hex(value)}\n`);
}
