/**
 * Looks for a scenario that two machines answer differently, where at least one of them is a real kernel: many scenarios
 * are asked of it at once, since each boot takes long, and a disagreement is reduced by more such rounds.
 */

import { perform } from "../evaluate/perform.ts";
import { itemAt } from "../syntax/item-at.ts";
import { isSameOutcome, type Outcome } from "../vgic/answer.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { Vgic } from "../vgic/vgic.ts";
import { type Action, catalogueOf, SEARCHED_VM } from "./catalogue.ts";
import { variantOf } from "./pair.ts";
import type { Random } from "./random.ts";
import { acknowledged, Scenarios } from "./scenarios.ts";

/** What a machine answered to the operations of a scenario; undefined where it was not asked. */
export type Answers = readonly (Outcome | undefined)[];

/** A kernel, or the emulator as a host. */
export interface Machine {
  readonly name: string;
  /** Performs scenarios, each on a fresh VM; or says why it cannot. */
  readonly answers: (
    scenarios: readonly (readonly Action[])[],
  ) => Promise<readonly Answers[] | { readonly failure: string }>;
}

/** A scenario whose last operation two machines answer differently. */
export interface Disagreement {
  readonly actions: readonly Action[];
  /** By machine: what it answered to each operation. */
  readonly answers: readonly [Answers, Answers];
}

/**
 * What cannot be asked of a kernel in QEMU, or is not the kernel's to answer: a timer's output, migrations, an ITS, a GICv2
 * guest's accesses to its interface that are not 32 bits wide (the hardware answers, here QEMU), and a guest that enables
 * Group 0 alone, which hangs QEMU's virtual GIC from Linux 6.19 on.
 */
export function isReplayable({ text, operation }: Action): boolean {
  switch (operation.kind) {
    case "mmio":
      return operation.width === 4 || operation.register?.row.frame !== "GICC";
    case "line":
      return !operation.byKernel;
    case "migrate":
      return false;
    case "user":
      return operation.frame !== "GITS" && !text.includes("ICC_IGRPEN0_EL1");
    default:
      return !text.includes("ICC_IGRPEN0_EL1");
  }
}

/** Random scenarios for a kernel that is like a host. */
export function scenariosFor(model: Model, host: Host, random: Random, count: number): Action[][] {
  const guests = new Scenarios(catalogueOf(model, false), isReplayable);
  const vgic = new Vgic({ ...SEARCHED_VM, model, host });
  const variant = variantOf({ host });
  return Array.from({ length: count }, () => {
    vgic.newVm({ host });
    const actions: Action[] = [];
    guests.perform(random, (action) => {
      // A vCPU that never comes back would hold up all later scenarios.
      if (perform(vgic, action.operation, variant) === "host-failure") return undefined;
      actions.push(action);
      return acknowledged(action, vgic);
    });
    return actions;
  });
}

/** The scenarios that two machines answer differently, each up to the first operation that shows it. */
export function disagreements(
  scenarios: readonly (readonly Action[])[],
  [one, other]: readonly [readonly Answers[], readonly Answers[]],
): Disagreement[] {
  return scenarios.flatMap((actions, index) => {
    const answers = [itemAt(one, index), itemAt(other, index)] as const;
    const at = actions.findIndex((_, operation) => differ(answers, operation));
    return at < 0 ? [] : [{ actions: actions.slice(0, at + 1), answers }];
  });
}

function differ([one, other]: readonly [Answers, Answers], operation: number): boolean {
  const [a, b] = [one[operation], other[operation]];
  return a !== undefined && b !== undefined && !isSameOutcome(a, b);
}

/** Rounds of a reduction: each takes a boot, and takes away one run of operations. */
const MOST_ROUNDS = 12;

/** Takes away what a disagreement does not need, by asking both machines about many shorter scenarios at once. */
export async function reduced(
  found: Disagreement,
  machines: readonly [Machine, Machine],
): Promise<Disagreement | { readonly failure: string }> {
  let best = found;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const shorter = shorterThan(best.actions);
    if (shorter.length === 0) break;
    const [one, other] = [await machines[0].answers(shorter), await machines[1].answers(shorter)];
    if ("failure" in one) return one;
    if ("failure" in other) return other;
    const subject = best.actions.at(-1)?.subject;
    const still = disagreements(shorter, [one, other]).filter(
      ({ actions }) => actions.at(-1)?.subject === subject,
    );
    const shortest = still.sort((a, b) => a.actions.length - b.actions.length)[0];
    if (shortest === undefined) break;
    best = shortest;
  }
  return best;
}

/** The scenario without each run of operations, of every length that halves it; the last operation stays. */
function shorterThan(actions: readonly Action[]): Action[][] {
  const shorter: Action[][] = [];
  const free = actions.length - 1;
  for (let size = Math.ceil(free / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < free; start += size) {
      shorter.push([...actions.slice(0, start), ...actions.slice(Math.min(start + size, free))]);
    }
  }
  return shorter;
}
