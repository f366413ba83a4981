/** The VM of a snapshot as it was when it was saved, as a trace: what is to be known of its next migration. */
import { orderOf } from "../../evaluate/managers.ts";
import type { Host } from "../../vgic/kernels/hosts.ts";
import { hex } from "../numbers.ts";
import { memoryLines } from "./its-memory.ts";
import { itsDeclaration } from "./memory.ts";
import { type Call, callsOf, type Snapshot } from "./snapshot.ts";
import { callName, specialDeclarations } from "./write.ts";

const GICD_IIDR = 0x8;

/** QEMU restores the tables of LPIs with an ITS alone: where that is left out, it would seem to lose them. */
function isOfLpis(snapshot: Snapshot, { frame, offset }: Extract<Call, { kind: "attribute" }>): boolean {
  const isLeftOut = snapshot.manager === "qemu" && itsDeclaration(snapshot).kind === "left-out";
  return isLeftOut && frame === "GICR" && offset >= 0x70 && offset < 0x80;
}

/**
 * A trace that puts a VM into the state that a snapshot holds, on a host that shows its revision; where the snapshot
 * does not hold the revision, the host's default. No VMM's order is used, of which some lose state.
 */
export function stateTrace(snapshot: Snapshot, host: Host): string {
  const { model, cpus, irqs, calls } = snapshot;
  const saved = new Map<string, bigint>();
  for (const call of calls) {
    if (call.kind === "attribute" && call.saved && !isOfLpis(snapshot, call)) {
      saved.set(`${call.frame} ${call.cpu} ${call.offset}`, call.value);
    }
  }
  const order = orderOf("faithful", model);
  const restored =
    order === undefined
      ? []
      : callsOf(
          order,
          snapshot,
          ({ frame, cpu, offset }) =>
            frame === "GICD" && offset === GICD_IIDR ? undefined : saved.get(`${frame} ${cpu} ${offset}`),
          itsDeclaration(snapshot).kind === "declared" ? snapshot.translation : undefined,
        );
  const lines = restored.flatMap((call) =>
    call.kind === "attribute"
      ? [`user set ${callName(snapshot, call)} ${hex(call.value)}`]
      : ["user restore its"],
  );
  const revision = snapshot.revision ?? host.profile.defaultRevision;
  return [
    `gic ${model}`,
    `host ${host.name}`,
    `revision ${revision}`,
    `cpus ${cpus}`,
    `irqs ${irqs}`,
    ...specialDeclarations(snapshot).map(([text]) => text),
    ...(itsDeclaration(snapshot).kind === "declared" ? (memoryLines(snapshot.memory)?.lines ?? []) : []),
    ...lines,
    "",
  ].join("\n");
}
