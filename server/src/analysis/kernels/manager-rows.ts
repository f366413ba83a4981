/** What each VMM saves and restores of a vGIC, from the table of managers. */
import { MANAGERS, type Order, type Step } from "../../evaluate/managers.ts";
import { MANAGER_NAMES, type ManagerName } from "../../program/manager.ts";
import type { Model } from "../../vgic/kvm-abi.ts";

/** A VMM from a version on. */
export interface ManagerRow {
  readonly vmm: ManagerName;
  /** "7.2"; absent for the first that is known. */
  readonly since?: string;
  /** What changed with that version. */
  readonly change?: string;
  readonly model: Model;
  /** "32-127". */
  readonly interrupts: string;
  readonly writesIidr: boolean;
  /** Lines of devices that are high come back: LEVEL_INFO, or the devices drive them again. */
  readonly lines: boolean;
  readonly its: boolean;
  readonly firstCpuForAll: boolean;
  /** What is written, in this order. */
  readonly order: readonly string[];
}

/** Every VMM, model and version whose order differs. */
export function managerRows(): ManagerRow[] {
  return MANAGER_NAMES.flatMap((vmm) =>
    (["v2", "v3"] as const).flatMap((model) => {
      const rows: ManagerRow[] = [];
      let before: Order | undefined;
      for (const { since, change, orders } of MANAGERS[vmm]) {
        const order = orders[model];
        if (order === undefined || order === before) continue;
        before = order;
        const isFirst = since.every((number) => number === 0);
        rows.push({
          vmm,
          ...(isFirst ? {} : { since: since.join("."), change }),
          model,
          ...factsOf(order),
        });
      }
      return rows;
    }),
  );
}

function factsOf(order: Order): Omit<ManagerRow, "vmm" | "model"> {
  const { first, last } = order.interrupts;
  const names = order.restore.flatMap(wordsOf);
  const has = (name: RegExp) => names.some((one) => name.test(one));
  return {
    interrupts: last === undefined ? `${first} on` : `${first}-${last}`,
    writesIidr: has(/GICD_IIDR|all words of GICD/),
    lines: has(/LEVEL_INFO|^lines$/),
    its: has(/GITS_CTLR/),
    firstCpuForAll: order.savesFirstCpuForAll === true,
    order: names,
  };
}

/** A step in words, those of a group in turn. */
function wordsOf(step: Step): string[] {
  if (typeof step === "string") return [step];
  if ("clear" in step) return [`${step.clear} = all ones`];
  if ("zero" in step) return [`${step.zero} = 0`];
  if ("unlessZero" in step) return [`${step.unlessZero} unless 0`];
  if ("withoutLines" in step) return [`${step.withoutLines} without lines`];
  if ("lines" in step) return ["lines"];
  if ("strideOf4" in step) return [`${step.strideOf4} at 4 bytes an INTID`];
  if ("frame" in step) return [`all words of ${step.frame}`];
  if ("tables" in step) return ["restore its"];
  if ("words" in step) return step.words.flatMap(wordsOf).map((name) => `${name} (word by word)`);
  if ("cpus" in step) return step.cpus.flatMap(wordsOf).map((name) => `${name} (each vCPU)`);
  if ("firstCpu" in step) return step.firstCpu.flatMap(wordsOf).map((name) => `${name} (vCPU 0)`);
  if ("cpusAsFirst" in step)
    return step.cpusAsFirst.flatMap(wordsOf).map((name) => `${name} (each vCPU's, into vCPU 0)`);
  if ("its" in step) return step.its.flatMap(wordsOf).map((name) => `${name} (with an ITS)`);
  return step.steps.flatMap(wordsOf);
}
