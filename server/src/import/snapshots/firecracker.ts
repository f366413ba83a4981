/**
 * Firecracker's GicState (src/vmm/src/arch/aarch64/gic): words by register, in the order of its restore. The print of
 * snapshot-editor and the bincode of vmstate files both lead here.
 */
import { orderOf } from "../../evaluate/managers.ts";
import { itemAt } from "../../syntax/item-at.ts";
import {
  type Call,
  callsInOrder,
  itsRegisters,
  NotAsSpecified,
  priorityBitsOf,
  type Snapshot,
} from "./snapshot.ts";

export interface GicState {
  /** The words of each register of the distributor. */
  readonly dist: readonly (readonly bigint[])[];
  readonly cpus: readonly GicCpuState[];
  /** Absent: written by a version that knows of no ITS (up to v1.12); null: the VM has none. */
  readonly its?: ItsState | null;
}

export interface GicCpuState {
  readonly rdist: readonly (readonly bigint[])[];
  readonly main: readonly bigint[];
  /** AP0R0 to 3, then AP1R0 to 3; null where the host has none. */
  readonly ap: readonly (bigint | null)[];
}

export interface ItsState {
  readonly iidr: bigint;
  readonly cbaser: bigint;
  readonly creadr: bigint;
  readonly cwriter: bigint;
  readonly baser: readonly bigint[];
  readonly ctlr: bigint;
}

/** Words by register; INTIDs 32 to 127. */
export const DIST_V3 = [1, 1, 3, 3, 3, 192, 6, 3, 3, 3, 3, 24];
export const DIST_V2 = [1, 3, 3, 3, 6, 3, 3, 3, 3, 24, 4, 4];
const SGI_FRAME = [1, 1, 1, 2, 1, 1, 1, 1, 8];
/** GICR_CTLR, STATUSR, WAKER, PROPBASER, PENDBASER; from v1.13 GICR_CTLR is the last. */
const RDIST_OLD = [1, 1, 1, 2, 2, ...SGI_FRAME];
const RDIST_NEW = [1, 1, 2, 2, 1, ...SGI_FRAME];
const IRQS = 128;

/** The snapshot that a GicState is. @param version as far as the file tells it, "v1.13 or later" */
export function firecrackerSnapshot(state: GicState, version?: string): Snapshot {
  const { dist, cpus, its } = state;
  const model = hasLengths(dist, DIST_V3) ? "v3" : hasLengths(dist, DIST_V2) ? "v2" : undefined;
  if (model === undefined) {
    throw new NotAsSpecified(
      `its distributor has registers of ${lengthsOf(dist)} words, where Firecracker has ${DIST_V3.join(" ")} (GICv3) or ${DIST_V2.join(" ")} (GICv2)`,
    );
  }
  if (cpus.length === 0) throw new NotAsSpecified("it has no vCPUs");
  return model === "v3" ? gicv3(state, version) : gicv2(dist, cpus, its !== undefined, version);
}

function gicv3({ dist, cpus, its }: GicState, version: string | undefined): Snapshot {
  const isNew = its !== undefined || cpus.every(({ rdist }) => hasLengths(rdist, RDIST_NEW));
  const lengths = cpus.every(({ rdist }) => hasLengths(rdist, RDIST_NEW)) ? RDIST_NEW : RDIST_OLD;
  cpus.forEach(({ rdist, main, ap }, cpu) => {
    if (!hasLengths(rdist, lengths)) {
      throw new NotAsSpecified(
        `the redistributor of vCPU ${cpu} has registers of ${lengthsOf(rdist)} words, where Firecracker has ${lengths.join(" ")}`,
      );
    }
    if (main.length !== 7 || ap.length !== 8) {
      throw new NotAsSpecified(
        `vCPU ${cpu} has ${main.length} and ${ap.length} system registers, where Firecracker has 7 and 8`,
      );
    }
  });
  const manager = lengths === RDIST_NEW ? "firecracker" : "firecracker-1.12";
  const priorityBits = priorityBitsOf(itemAt(itemAt(cpus, 0).main, 1));
  const shape = { model: "v3", cpus: cpus.length, irqs: IRQS, priorityBits } as const;
  const registers = its && itsRegisters({ ...its });
  const values = [
    ...dist.flat(),
    ...cpus.flatMap(({ rdist, main, ap }) => [...rdist.flat(), ...main, ...ap.filter((one) => one !== null)]),
  ];
  return {
    ...shape,
    title: titleOf(version ?? (isNew ? "v1.13 or later" : "up to v1.12")),
    manager,
    reasons: reasonsFor(cpus.length),
    calls: callsInOrder(known(manager, "v3"), shape, values, registers ?? undefined),
    translation: registers ?? undefined,
    remarks: ["Firecracker saves no line levels: devices raise theirs again."],
    findings: [],
  };
}

/** GICC_CTLR, PMR, BPR, ABPR, APR0 to 3. */
const MAIN_V2 = 8;

function gicv2(
  dist: readonly (readonly bigint[])[],
  cpus: readonly GicCpuState[],
  isNew: boolean,
  version: string | undefined,
): Snapshot {
  for (const [cpu, { main }] of cpus.entries()) {
    if (main.length === MAIN_V2) continue;
    throw new NotAsSpecified(
      `vCPU ${cpu} has ${main.length} registers of its CPU interface, where Firecracker has ${MAIN_V2}`,
    );
  }
  const shape = { model: "v2", cpus: cpus.length, irqs: IRQS, priorityBits: 5 } as const;
  const values = [...dist.flat(), ...cpus.flatMap(({ main }) => main)];
  const calls: readonly Call[] = callsInOrder(known("firecracker", "v2"), shape, values, undefined);
  return {
    ...shape,
    title: titleOf(version ?? (isNew ? "v1.13 or later" : "up to v1.12")),
    manager: isNew ? "firecracker" : "firecracker-1.12",
    reasons: reasonsFor(cpus.length),
    calls,
    remarks: [
      "Firecracker saves neither GICD_ITARGETSR nor anything of SGIs and PPIs of a GICv2: they are as in a fresh VM.",
    ],
    findings:
      cpus.length > 1
        ? [
            "Firecracker takes the vCPU's number of a GICv2 from the wrong bits: each entry holds vCPU 0's CPU interface and is restored into it; that of the others is lost.",
          ]
        : [],
  };
}

function known(manager: "firecracker" | "firecracker-1.12", model: "v2" | "v3") {
  const order = orderOf(manager, model);
  if (order === undefined) throw new NotAsSpecified(`the order of ${manager} is not known`);
  return order;
}

function titleOf(versions: string): string {
  return `a snapshot of Firecracker ${versions}`;
}

function reasonsFor(cpus: number): Snapshot["reasons"] {
  return { cpus: `gic_vcpu_states has ${cpus}`, irqs: "Firecracker has INTIDs up to 127" };
}

export function hasLengths(registers: readonly (readonly bigint[])[], lengths: readonly number[]): boolean {
  return registers.length === lengths.length && registers.every(({ length }, i) => length === lengths[i]);
}

function lengthsOf(registers: readonly (readonly bigint[])[]): string {
  const shown = registers.slice(0, 20).map(({ length }) => length);
  return shown.length === 0 ? "no" : shown.join(" ");
}
