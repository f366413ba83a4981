/** What tells a scenario from others where one question of the emulator stands for several entries of the table. */
import { DEFAULT_HARDWARE } from "../vgic/kernels/hardware.ts";
import type { Vgic } from "../vgic/vgic.ts";
import type { Action } from "./catalogue.ts";
import type { Pair } from "./pair.ts";

const INTID = 0x3ff;
const SGIS = 16;

/** In words: whose interrupt is ended, whether all have list registers, whether SGIs or groups have to do with it. */
export function circumstancesOf(actions: readonly Action[], pair: Pair): string[] {
  const { isOfAnother, overflows } = watched(actions, pair);
  const touches = (what: RegExp): boolean => actions.some(({ subject }) => what.test(subject));
  const ended = actions.flatMap(endedBy);
  return [
    ...(isOfAnother ? ["on another vCPU"] : []),
    ...(overflows ? ["with more interrupts than list registers"] : []),
    ...(touches(/SGI(R|[01]R|$)|SPENDSGIR/) || ended.some(({ intid }) => intid < SGIS) ? ["with SGIs"] : []),
    ...(ended.length === 0 && touches(/(writes|sets) .*(IGROUPR|IGRPEN0)/) ? ["with groups"] : []),
  ];
}

/** Does the scenario again, and looks at the queues of interrupts in front of each action. */
function watched(actions: readonly Action[], pair: Pair): { isOfAnother: boolean; overflows: boolean } {
  const [, vgic] = pair.vgics;
  const { lrs } = vgic.options.hardware ?? DEFAULT_HARDWARE;
  let isOfAnother = false;
  let overflows = false;
  pair.restart();
  for (const action of actions) {
    isOfAnother ||= endsOfAnother(action, vgic);
    for (let cpu = 0; cpu < vgic.options.cpus; cpu++) {
      overflows ||= vgic.queue(cpu).length > lrs;
    }
    pair.perform(action);
  }
  return { isOfAnother, overflows };
}

/** The INTID that an action ends, and on which vCPU, if it ends one. */
function endedBy({ kind, operation }: Action): { readonly cpu: number; readonly intid: number }[] {
  if (kind !== "end" || (operation.kind !== "mmio" && operation.kind !== "sysreg")) return [];
  return operation.write ? [{ cpu: operation.cpu, intid: operation.low & INTID }] : [];
}

/** Whether an action ends an interrupt that is on another vCPU's queue. */
function endsOfAnother(action: Action, vgic: Vgic): boolean {
  return endedBy(action).some(({ cpu, intid }) => {
    if (intid >= vgic.layout.irqs) return false;
    const owner = vgic.queuedOn(vgic.layout.slot(cpu, intid));
    return owner !== undefined && owner !== cpu;
  });
}
