/** What becomes of each interrupt and each vCPU of one variant, operation by operation. */
import { addSlots, interruptStatus, interruptSummary } from "../analysis/state/interrupt-state.ts";
import { itemAt } from "../syntax/item-at.ts";
import { ISR_FIQ, ISR_IRQ } from "../vgic/cpu-interface.ts";
import { ISR } from "../vgic/registers/system-registers.ts";
import { CPU } from "../vgic/state.ts";
import type { Vgic } from "../vgic/vgic.ts";
import type { Look } from "./timeline.ts";

/** From a column on, a look by its index; the first is in column 0. */
export type History = readonly { readonly column: number; readonly look: number }[];

/** Every look that occurs, once. */
export class Looks {
  readonly all: Look[] = [];
  readonly #known = new Map<string, number>();

  indexOf(look: Look): number {
    const known = this.#known.get(look.text);
    if (known !== undefined) return known;
    this.#known.set(look.text, this.all.push(look) - 1);
    return this.all.length - 1;
  }
}

export class Histories {
  readonly #looks: Looks;
  readonly #vgic: Vgic;
  /** The VM before the first operation. */
  readonly #fresh: Vgic;
  readonly #interrupts = new Map<number, { column: number; look: number }[]>();
  readonly #cpus: { column: number; look: number }[][];
  /** From which column on nothing is known, and how that looks; absent while the host runs. */
  #end: { readonly column: number; readonly look: number } | undefined;

  /** @param vgic does the operations; it is looked at after each */
  constructor(vgic: Vgic, looks: Looks) {
    this.#looks = looks;
    this.#vgic = vgic;
    this.#fresh = vgic.copy();
    this.#cpus = Array.from({ length: vgic.options.cpus }, () => [
      { column: 0, look: looks.indexOf(cpuLook(0)) },
    ]);
  }

  /** The interrupts that were ever touched, by slot. */
  get interrupts(): ReadonlyMap<number, History> {
    return this.#interrupts;
  }

  /** By vCPU. */
  get cpus(): readonly History[] {
    return this.#cpus;
  }

  /** The history of an interrupt that was never touched. */
  untouched(slot: number): History {
    const fresh = { column: 0, look: this.#untouchedLook(slot) };
    return this.#end === undefined ? [fresh] : [fresh, this.#end];
  }

  #untouchedLook(slot: number): number {
    return this.#looks.indexOf(interruptLook(this.#fresh, slot));
  }

  /** Takes note that the host failed in the operation before a column. */
  end(column: number): void {
    if (this.#end !== undefined) return;
    const look = this.#looks.indexOf(ENDED);
    this.#end = { column, look };
    for (const history of [...this.#interrupts.values(), ...this.#cpus]) append(history, column, look);
  }

  /** Takes note of what the operation before a column just did. */
  note(column: number): void {
    const { state } = this.#vgic;
    if (state.changes.length === 0 || this.#end !== undefined) return;
    const slots = new Set<number>();
    for (const index of state.changes) addSlots(slots, state, index, 0xffff_ffff);
    for (const slot of slots) {
      const look = this.#looks.indexOf(interruptLook(this.#vgic, slot));
      const history = this.#interrupts.get(slot);
      if (history !== undefined) append(history, column, look);
      else if (look !== this.#untouchedLook(slot))
        this.#interrupts.set(slot, [...this.untouched(slot), { column, look }]);
    }
    const signals = signalsOf(this.#vgic);
    for (const [cpu, history] of this.#cpus.entries()) {
      append(history, column, this.#looks.indexOf(cpuLook(itemAt(signals, cpu))));
    }
  }
}

const ENDED: Look = { shape: "ended", isDisabled: false, text: "the host has failed" };

function append(history: { column: number; look: number }[], column: number, look: number): void {
  if (history.at(-1)?.look !== look) history.push({ column, look });
}

function interruptLook(vgic: Vgic, slot: number): Look {
  const { isPending, isActive, isEnabled } = interruptStatus(vgic, slot);
  const shape = isActive ? (isPending ? "active-pending" : "active") : isPending ? "pending" : "inactive";
  return { shape, isDisabled: !isEnabled, text: interruptSummary(vgic, slot) };
}

function cpuLook(signals: number): Look {
  const irq = (signals & ISR_IRQ) !== 0;
  const fiq = (signals & ISR_FIQ) !== 0;
  if (irq && fiq) return { shape: "irq-fiq", isDisabled: false, text: "IRQ and FIQ signalled" };
  if (irq) return { shape: "irq", isDisabled: false, text: "IRQ signalled" };
  if (fiq) return { shape: "fiq", isDisabled: false, text: "FIQ signalled" };
  return { shape: "quiet", isDisabled: false, text: "nothing signalled" };
}

/** What ISR_EL1 would show each vCPU now. Reading it takes the vCPU into the guest, so the state is put back. */
function signalsOf(vgic: Vgic): number[] {
  const { state, options } = vgic;
  const before = vgic.snapshot();
  return Array.from({ length: options.cpus }, (_, cpu) => {
    if (state.cpu(CPU.queueHead, cpu) === 0) return 0;
    vgic.readSystemRegister(cpu, ISR.offset);
    const shown = vgic.low;
    vgic.restore(before);
    return shown;
  });
}
