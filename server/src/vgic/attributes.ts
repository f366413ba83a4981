/** A VMM's calls for registers: KVM_GET_DEVICE_ATTR, KVM_SET_DEVICE_ATTR and KVM_HAS_DEVICE_ATTR. */
import type { Ending } from "./answer.ts";
import type { Creation } from "./creation.ts";
import type { CurrentAccess } from "./current-access.ts";
import type { Errno } from "./errno.ts";
import { FRAMES, type Frame } from "./frame-table.ts";
import type { Frames } from "./frames.ts";
import type { Machine } from "./machine.ts";
import { GICD_IIDR } from "./registers/gicd-iidr.ts";
import { offsetIn, type Region } from "./registers/region.ts";
import { systemRegister } from "./registers/registers.ts";

const TYPER2_OFFSET = 0xc;
/** The attribute of LEVEL_INFO names an INTID below this. */
const LEVEL_INTIDS = 1024;
/** From there on, the ITS's registers have 32 bits. */
const ITS_IDENTIFICATION = 0xffd0;

export class Attributes {
  readonly #machine: Machine;
  readonly #access: CurrentAccess;
  readonly #frames: Frames;
  readonly #creation: Creation;

  constructor(machine: Machine, access: CurrentAccess, frames: Frames, creation: Creation) {
    this.#machine = machine;
    this.#access = access;
    this.#frames = frames;
    this.#creation = creation;
  }

  get(frame: Frame, offset: number): Ending {
    const refusal = this.#refusal(frame, offset);
    if (refusal !== undefined) return refusal;
    const access = this.#access;
    if (frame === "ICC") return access.read(systemRegister(offset)?.userRead, 0, this.#unsaved);
    if (frame === "GITS") {
      const found = this.#placedItsRegister(offset);
      return typeof found === "string" ? found : access.load(found.userRead, 0, found.row.size);
    }
    if (frame === "LEVEL") {
      if (offset % 32 !== 0 || offset >= LEVEL_INTIDS) return "EINVAL";
      // VMMs ask for all words, whatever the VM has: nothing is meant to be there.
      if (offset >= this.#machine.layout.irqs) return "ok";
    }
    const found = this.#frames.find(frame, offset, 4);
    if (typeof found === "string") return access.nothing(found);
    return access.read(found.userRead, offsetIn(found, offset));
  }

  set(frame: Frame, offset: number, low: number, high: number): Ending {
    const refusal = this.#refusal(frame, offset);
    if (refusal !== undefined) return refusal;
    const access = this.#access;
    if (frame === "ICC")
      return access.writeSystem(systemRegister(offset)?.userWrite, low, high, this.#unsaved);
    if (frame === "GITS") {
      const found = this.#placedItsRegister(offset);
      return typeof found === "string" ? found : access.write(found.userWrite, 0, low, found.row.size, high);
    }
    if (frame === "LEVEL") {
      if (offset % 32 !== 0 || offset >= LEVEL_INTIDS) return "EINVAL";
      if (offset >= this.#machine.layout.irqs) return "ok";
    }
    const found = this.#frames.find(frame, offset, 4);
    if (typeof found === "string") return access.nothing(found);
    return access.write(found.userWrite, offsetIn(found, offset), low, 4);
  }

  /** "ok" or "ENXIO". */
  has(frame: Frame, offset: number): Ending {
    if (!this.#hasFrame(frame)) return "ENXIO";
    if (frame === "GITS") {
      const found = this.#itsRegister(offset);
      return typeof found === "string" ? found : "ok";
    }
    // The bits above the INTID say which information is meant, and there is only one.
    if (frame === "LEVEL") return offset < LEVEL_INTIDS ? "ok" : "ENXIO";
    if (frame === "ICC") {
      const register = systemRegister(offset);
      return register && !register.row.hidden ? "ok" : "ENXIO";
    }
    const found = this.#frames.find(frame, offset, 4);
    // What lies in the private part of a GICv3 distributor has an attribute, although it does nothing.
    if (found === "private-interrupts") return "ok";
    if (typeof found === "string") return "ENXIO";
    const { hidden } = found.row;
    return hidden === undefined || (hidden !== true && this.#machine.traits[hidden.unless]) ? "ok" : "ENXIO";
  }

  /** What the call fails with, whatever the register. */
  #refusal(frame: Frame, offset: number): Ending | undefined {
    if (!this.#hasFrame(frame)) return "ENXIO";
    if (frame === "GITS" || this.#isEarly(frame, offset)) return undefined;
    const ending = this.#creation.prepareAccess();
    return ending === "ok" ? undefined : ending;
  }

  /** Whether a register can be reached before the vGIC is initialised. */
  #isEarly(frame: Frame, offset: number): boolean {
    const { model, traits } = this.#machine;
    if (model === "v2" || frame !== "GICD" || !traits.earlyIdentification) return false;
    return offset === GICD_IIDR.offset || offset === TYPER2_OFFSET;
  }

  #hasFrame(frame: Frame): boolean {
    if (frame === "GITS" && !this.#machine.hasIts) return false;
    return FRAMES[frame].models.includes(this.#machine.model);
  }

  /** What an access to a system register that KVM does not save gives. */
  get #unsaved(): Errno {
    return this.#machine.traits.unsavedRegister;
  }

  /** A register of the ITS as KVM_DEV_ARM_VGIC_GRP_ITS_REGS names it, or why there is none. */
  #itsRegister(offset: number): Region | Errno {
    const alignment = offset < 8 || offset >= ITS_IDENTIFICATION ? 4 : 8;
    if (offset % alignment !== 0) return "EINVAL";
    const found = this.#frames.find("GITS", offset, 4);
    return typeof found === "string" || found.row.hidden ? "ENXIO" : found;
  }

  /** The same where it can be reached: the ITS needs an address, whatever the vGIC is. */
  #placedItsRegister(offset: number): Region | Errno {
    const found = this.#itsRegister(offset);
    return found === "EINVAL" || this.#creation.setUp.its !== undefined ? found : "ENXIO";
  }
}
