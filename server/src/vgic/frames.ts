/** The memory frames of a VM's vGIC: where an access lands, and which register is meant there. */
import type { Machine } from "./machine.ts";
import type { Region } from "./region.ts";
import type { Access, Frame } from "./register-table.ts";
import { FRAME_SIZES, LEVEL_REGION, REGIONS, type Regions } from "./registers.ts";

/** Where the frames are in guest physical memory, in bytes. */
export interface Bases {
  readonly dist: number;
  readonly redist: number;
  readonly cpu: number;
}

export const DEFAULT_BASES: Bases = { dist: 0x08000000, redist: 0x080a0000, cpu: 0x08010000 };

/** Why there is nothing to access at a place. */
export type Nowhere = "no-register" | "width" | "alignment" | "beyond-irqs" | "private-interrupts";

export class Frames {
  /** Where in its frame the access that was located last lands. */
  offset = 0;
  readonly #machine: Machine;
  /** The access at hand: whose it is, and the vCPU whose registers it means. */
  readonly #access: Access;
  readonly #bases: Bases;
  readonly #regions: Regions;

  constructor(machine: Machine, access: Access, bases: Bases) {
    this.#machine = machine;
    this.#access = access;
    this.#bases = bases;
    this.#regions = REGIONS[machine.model];
  }

  /** Finds the place of a guest's access: the frame is given, undefined outside all, the rest kept for the access. */
  locate(cpu: number, address: number, width: number): Frame | undefined {
    const { dist, redist, cpu: cpuBase } = this.#bases;
    const { model } = this.#machine;
    this.#access.cpu = cpu;
    this.offset = address - dist;
    if (this.#isInside(model === "v3" ? FRAME_SIZES.v3.GICD : FRAME_SIZES.v2.GICD, width)) return "GICD";
    if (model === "v2") {
      this.offset = address - cpuBase;
      return this.#isInside(FRAME_SIZES.v2.GICC, width) ? "GICC" : undefined;
    }
    const size = FRAME_SIZES.v3.GICR;
    this.offset = address - redist;
    if (!this.#isInside(size * this.#machine.cpus, width)) return undefined;
    this.#access.cpu = Math.floor(this.offset / size);
    this.offset %= size;
    return "GICR";
  }

  #isInside(size: number, width: number): boolean {
    return this.offset >= 0 && this.offset + width <= size;
  }

  /** KVM's search for the region of an access: by start, then width, alignment and the first INTID. */
  find(frame: Frame, offset: number, width: number): Region | Nowhere {
    if (frame === "LEVEL") return LEVEL_REGION;
    const found = this.#region(frame, offset);
    if (!found) return "no-register";
    const { requires, bitsPerInterrupt } = found;
    if (requires && !this.#machine.traits[requires]) {
      this.#machine.decision = "register-missing";
      return "no-register";
    }
    if (!this.#access.byUser && (found.widths & width) === 0) return "width";
    if ((offset & (width - 1)) !== 0) return "alignment";
    if (bitsPerInterrupt === 0 || frame !== "GICD") return found;
    const bits = (offset - found.offset) * 8;
    if (bits >= this.#machine.layout.irqs * bitsPerInterrupt) return "beyond-irqs";
    if (this.#machine.model === "v3") {
      this.#access.banked = false;
      if (bits < 32 * bitsPerInterrupt) return "private-interrupts";
    }
    return found;
  }

  /** The register of a GICv2 CPU interface that the host's hardware has at an offset. */
  interfaceRegister(offset: number): Region | Nowhere {
    if ((offset & 3) !== 0) return "alignment";
    return this.#regions.GICC[offset >>> 2] ?? "no-register";
  }

  #region(frame: Frame, offset: number): Region | undefined {
    const word = offset >>> 2;
    if (frame === "GICD") return this.#regions.GICD[word];
    return frame === "GICR" ? this.#regions.GICR[word] : this.#regions.GICC[word];
  }
}
