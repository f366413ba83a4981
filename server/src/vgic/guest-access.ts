/** What a guest's loads, stores and system register instructions do, from leaving the guest to entering it again. */
import type { Ending } from "./answer.ts";
import type { CurrentAccess } from "./current-access.ts";
import type { MemoryFrame } from "./frame-table.ts";
import type { Frames } from "./frames.ts";
import type { Machine } from "./machine.ts";
import type { Region } from "./registers/region.ts";
import { systemRegister } from "./registers/registers.ts";
import { ISR, MPIDR } from "./registers/system-registers.ts";
import { enter, leave, resume, trap } from "./vcpu.ts";

/** From this byte on a GICv2 CPU interface is not the hardware's but KVM's, on newer kernels. */
const EMULATED_INTERFACE = 0x1000;

export class GuestAccess {
  readonly #machine: Machine;
  readonly #access: CurrentAccess;
  readonly #frames: Frames;

  constructor(machine: Machine, access: CurrentAccess, frames: Frames) {
    this.#machine = machine;
    this.#access = access;
    this.#frames = frames;
  }

  load(cpu: number, address: number, width: number): Ending {
    const m = this.#machine;
    const frame = this.#frames.locate(cpu, address, width);
    if (frame === "GICC" && !this.#isEmulatedInterface()) {
      enter(m, cpu);
      const answer = this.#interfaceLoad(this.#frames.offset, width);
      leave(m, cpu);
      return answer;
    }
    trap(m, cpu);
    if (frame === undefined) {
      // Memory is not the vGIC's business: the vCPU does not trap.
      if (this.#access.loadMemory(address, width)) return "ok";
      resume(m, cpu);
      return "exit";
    }
    const answer = this.#load(frame, this.#frames.offset, width);
    resume(m, cpu);
    return answer;
  }

  store(cpu: number, address: number, width: number, low: number, high: number): Ending {
    const m = this.#machine;
    const frame = this.#frames.locate(cpu, address, width);
    if (frame === "GICC" && !this.#isEmulatedInterface()) {
      enter(m, cpu);
      const answer = this.#interfaceStore(this.#frames.offset, width, low, high);
      leave(m, cpu);
      return answer;
    }
    trap(m, cpu);
    if (frame === undefined) {
      if (this.#access.storeMemory(address, width, low, high)) return "ok";
      resume(m, cpu);
      return "exit";
    }
    const answer = this.#store(frame, this.#frames.offset, width, low, high);
    resume(m, cpu);
    return answer;
  }

  readSystemRegister(cpu: number, code: number): Ending {
    const m = this.#machine;
    enter(m, cpu);
    const answer = this.#access.read(this.#systemRegister(code)?.read, 0, "abort");
    leave(m, cpu);
    return answer;
  }

  writeSystemRegister(cpu: number, code: number, low: number, high: number): Ending {
    const m = this.#machine;
    const register = this.#systemRegister(code);
    enter(m, cpu);
    // KVM emulates the SGI registers, and some of it the deactivation; the others are the hardware's.
    const trapped = register?.row.trapped?.(m) ?? false;
    if (trapped) leave(m, cpu);
    const write = trapped ? (register?.trappedWrite ?? register?.write) : register?.write;
    const answer = this.#access.writeSystem(write, low, high, "abort");
    if (trapped) resume(m, cpu);
    else leave(m, cpu);
    return answer;
  }

  #systemRegister(code: number): Region | undefined {
    const register = systemRegister(code);
    return this.#machine.model === "v3" || register?.row === ISR || register?.row === MPIDR
      ? register
      : undefined;
  }

  /** Whether the access that was located lands in the part of a GICv2 CPU interface that newer kernels emulate. */
  #isEmulatedInterface(): boolean {
    return this.#machine.traits.giccDirEmulated && this.#frames.offset >= EMULATED_INTERFACE;
  }

  /** A load that KVM's MMIO dispatch emulates. */
  #load(frame: MemoryFrame, offset: number, width: number): Ending {
    const found = this.#frames.find(frame, offset, width);
    if (typeof found === "string") return this.#access.nothing(found);
    return this.#access.load(found.read, offset - found.offset, width);
  }

  /** A store that KVM's MMIO dispatch emulates. */
  #store(frame: MemoryFrame, offset: number, width: number, low: number, high: number): Ending {
    const access = this.#access;
    const found = this.#frames.find(frame, offset, width);
    if (typeof found === "string") return access.nothing(found);
    const at = offset - found.offset;
    const write = found.trappedWrite ?? found.write;
    if (width < 8) return access.write(write, at, low, width);
    // KVM writes the ITS's registers in one go, and all others word by word.
    if (frame === "GITS") return access.write(write, 0, low, 8, high);
    const answer = access.write(write, at, low, 4);
    return answer === "ok" ? access.write(write, at + 4, high, 4) : answer;
  }

  /**
   * A GICv2 guest's load from the CPU interface goes to the host's hardware. The recorded machine answers at the
   * register's own address with any width, and splits 64 bits in two.
   */
  #interfaceLoad(offset: number, width: number): Ending {
    const access = this.#access;
    if (width === 8) {
      const first = this.#interfaceLoad(offset, 4);
      const lower = access.low;
      const second = this.#interfaceLoad(offset + 4, 4);
      access.high = access.low;
      access.low = lower;
      return first === "ok" ? second : first;
    }
    const found = this.#frames.interfaceRegister(offset);
    if (typeof found === "string") return access.nothing(found);
    const answer = access.read(found.read, offset - found.offset);
    if (width < 4) access.low &= (1 << (8 * width)) - 1;
    return answer;
  }

  /** A GICv2 guest's store to the CPU interface; as its loads. */
  #interfaceStore(offset: number, width: number, low: number, high: number): Ending {
    if (width === 8) {
      const first = this.#interfaceStore(offset, 4, low, 0);
      const second = this.#interfaceStore(offset + 4, 4, high, 0);
      return first === "ok" ? second : first;
    }
    const found = this.#frames.interfaceRegister(offset);
    if (typeof found === "string") return this.#access.nothing(found);
    return this.#access.write(found.write, offset - found.offset, low, width);
  }
}
