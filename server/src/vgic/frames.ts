/** The memory frames of a VM's vGIC: where an access lands, and which register is meant there. */
import { type MappedFrame, type MemoryFrame, mappedAt } from "./frame-table.ts";
import type { Machine } from "./machine.ts";
import type { Region } from "./registers/region.ts";
import type { Access } from "./registers/register-table.ts";
import { LEVEL_REGION, REGIONS, type Regions } from "./registers/registers.ts";

/** Why there is nothing to access at a place. */
export type Nowhere = "no-register" | "width" | "alignment" | "beyond-irqs" | "private-interrupts";

export class Frames {
  /** Where in its frame the access that was located last lands. */
  offset = 0;
  readonly #machine: Machine;
  /** The access at hand: whose it is, and the vCPU whose registers it means. */
  readonly #access: Access;
  /** Where the frames are; a VMM may set that while the VM is there. */
  map: readonly MappedFrame[];
  readonly #regions: Regions;

  constructor(machine: Machine, access: Access, map: readonly MappedFrame[]) {
    this.#machine = machine;
    this.#access = access;
    this.map = map;
    this.#regions = REGIONS[machine.model];
  }

  /** Finds the place of a guest's access: the frame is given, undefined outside all, the rest kept for the access. */
  locate(cpu: number, address: number, width: number): MemoryFrame | undefined {
    this.#access.cpu = cpu;
    const mapped = mappedAt(this.map, address, width);
    if (mapped === undefined) return undefined;
    this.offset = address - mapped.start;
    if (mapped.isPerCpu) {
      this.#access.cpu = mapped.firstCpu + Math.floor(this.offset / mapped.bytes);
      this.offset %= mapped.bytes;
    }
    return mapped.frame;
  }

  /** KVM's search for the region of an access: by start, then width, alignment and the first INTID. */
  find(frame: MemoryFrame | "LEVEL", offset: number, width: number): Region | Nowhere {
    if (frame === "LEVEL") return LEVEL_REGION;
    const found = this.#region(frame, offset >>> 2);
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

  /** Written out: looking a table up by the frame's name takes a tenth of an access. */
  #region(frame: MemoryFrame, word: number): Region | undefined {
    if (frame === "GICD") return this.#regions.GICD[word];
    if (frame === "GITS") return this.#regions.GITS[word];
    return frame === "GICR" ? this.#regions.GICR[word] : this.#regions.GICC[word];
  }

  /** The register of a GICv2 CPU interface that the host's hardware has at an offset. */
  interfaceRegister(offset: number): Region | Nowhere {
    if ((offset & 3) !== 0) return "alignment";
    return this.#regions.GICC[offset >>> 2] ?? "no-register";
  }
}
