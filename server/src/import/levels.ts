/** The levels of interrupt inputs: the same change is told several times, and levels are told that did not change. */
import type { Vgic } from "../vgic/vgic.ts";
import type { LineEvent } from "./event.ts";

/** The private interrupts of the architected timers, whose outputs are the kernel's: EL1 and EL2, virtual and physical. */
const timers = new Set([26, 27, 28, 30]);
const configurationOffset = 0xc00;

export class Levels {
  readonly #vgic: Vgic;
  /** By input: whether it is high. */
  readonly #levels = new Map<number, boolean>();
  /** By task: the KVM_IRQ_LINE that the vGIC's own line is to follow; undefined once it did. */
  readonly #announced = new Map<string, number | undefined>();
  /** Private interrupts that the VMM drives. */
  readonly #vmms = new Set<number>();

  constructor(vgic: Vgic) {
    this.#vgic = vgic;
  }

  /** Why a line is not written; undefined if it is. Remembers its level. */
  repeats({ by, intid, cpu, high }: LineEvent, task: string): string | undefined {
    const input = inputOf(intid, cpu);
    const announcement = input * 2 + Number(high);
    if (by === "vgic") {
      const announced = this.#announced.get(task);
      if (announced !== undefined) this.#announced.set(task, undefined);
      if (announced === announcement) return "the vGIC's own lines of a KVM_IRQ_LINE";
    } else if (by === "vmm") {
      this.#announced.set(task, announcement);
      if (intid < 32) this.#vmms.add(input);
    }
    const before = this.#levels.get(input) ?? false;
    this.#levels.set(input, high);
    // A rising edge that comes again counts where edges count.
    const same = before === high && (!high || intid < 32 || !this.#isEdge(intid));
    return same ? "levels that were so already (synchronisation of timers and devices)" : undefined;
  }

  /** Whether the interrupt's owner is in the kernel. */
  isKernels({ by, intid, cpu }: LineEvent): boolean {
    if (intid >= 32 || this.#vmms.has(inputOf(intid, cpu))) return false;
    return by === "vgic" || (by === "device" && timers.has(intid));
  }

  #isEdge(intid: number): boolean {
    this.#vgic.userGet("GICD", 0, configurationOffset + Math.floor(intid / 16) * 4);
    return ((this.#vgic.low >>> ((intid % 16) * 2)) & 2) !== 0;
  }
}

/** A number for each input of the vGIC. @param cpu of a private interrupt */
function inputOf(intid: number, cpu = 0): number {
  return intid < 32 ? cpu * 32 + intid - PRIVATE_INPUTS : intid;
}

const PRIVATE_INPUTS = 2 ** 20;
