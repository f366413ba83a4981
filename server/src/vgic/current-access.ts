/** The access at hand: who does it, which handler of a register answers it, and what came of it. */
import type { Ending } from "./answer.ts";
import type { Nowhere } from "./frames.ts";
import type { IgnoredWrite, Machine } from "./machine.ts";
import type { Access, ReadHandler, WriteHandler } from "./registers/register-table.ts";

/** Why an access did nothing, or read as zero. */
export type Ineffective = Nowhere | "read-only" | IgnoredWrite;

export class CurrentAccess implements Access {
  cpu = 0;
  byUser = false;
  banked = true;
  /** The value that was read: bits [31:0] and [63:32]. */
  low = 0;
  high = 0;
  /** Why it could have no effect; undefined if it could. */
  ineffective: Ineffective | undefined;
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  begin(cpu: number, byUser: boolean): void {
    this.#machine.ignoredWrite = undefined;
    this.ineffective = undefined;
    this.low = 0;
    this.high = 0;
    this.cpu = cpu;
    this.byUser = byUser;
    this.banked = true;
  }

  /** There is nothing to access: it reads as zero and ignores writes. */
  nothing(why: Ineffective): Ending {
    this.ineffective = why;
    this.low = 0;
    this.high = 0;
    return "ok";
  }

  /** Reads a word. @param absent what comes of it if nothing reads the register */
  read(read: ReadHandler | undefined, offset: number, absent: Ending = "ok"): Ending {
    if (!read) return absent;
    const result = read(this.#machine, this, offset);
    if (typeof result === "string") return result;
    this.low = result >>> 0;
    return "ok";
  }

  /** Reads one, four or eight bytes of a region. */
  load(read: ReadHandler | undefined, at: number, width: number): Ending {
    const answer = this.read(read, at & ~3);
    if (width === 1) this.low = (this.low >>> ((at & 3) * 8)) & 0xff;
    if (width === 8 && answer === "ok") {
      const lower = this.low;
      this.read(read, at + 4);
      this.high = this.low;
      this.low = lower;
    }
    return answer;
  }

  write(write: WriteHandler | undefined, offset: number, value: number, length: number, high = 0): Ending {
    if (!write) {
      this.ineffective = "read-only";
      return "ok";
    }
    const failure = write(this.#machine, this, offset, value >>> 0, length, high >>> 0);
    this.ineffective = this.#machine.ignoredWrite;
    return failure ?? "ok";
  }

  /** Writes a system register, whose row has its rules. @param absent what comes of it if nothing writes it */
  writeSystem(write: WriteHandler | undefined, low: number, high: number, absent: Ending): Ending {
    return write ? (write(this.#machine, this, 0, low, 8, high) ?? "ok") : absent;
  }

  /** Reads guest memory, if it is there. @param address a multiple of the width */
  loadMemory(address: number, width: number): boolean {
    const { memory } = this.#machine;
    if (memory?.has(address, width) !== true) return false;
    this.low = memory.read(address, Math.min(width, 4));
    if (width === 8) this.high = memory.read(address + 4, 4);
    return true;
  }

  storeMemory(address: number, width: number, low: number, high: number): boolean {
    const { memory } = this.#machine;
    if (memory?.has(address, width) !== true) return false;
    memory.write(address, Math.min(width, 4), low);
    if (width === 8) memory.write(address + 4, 4, high);
    return true;
  }
}
