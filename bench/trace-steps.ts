/** What guests and VMMs do to a vGIC, a few operations at a time, in a random mix. */
import type { Host } from "../server/src/vgic/kernels/hosts.ts";
import type { Random } from "./random.ts";
import { type Shape, TraceWriter } from "./trace-writer.ts";

export type { Shape };

/** INTIDs 32 to 47 are delivered; of all others only 24 of 32 are ever enabled, and only the other 8 pended. */
const live = 16;
const enableable = 0x00ffffff;
const pendable = 0xff000000;
/** ... so that queues stay short, as they are in real guests. */
const enableableBesideLive = 0x00ff0000;

export class Steps {
  readonly #shape: Shape;
  readonly #names: readonly string[];
  readonly #random: Random;
  readonly #writer: TraceWriter;
  readonly #ready = new Set<number>();

  constructor(
    shape: Shape,
    names: readonly string[],
    host: Host,
    random: Random,
    emit: (line: string) => void,
  ) {
    this.#shape = shape;
    this.#names = names;
    this.#random = random;
    this.#writer = new TraceWriter(shape, host, random, (line) => {
      if (this.#writer.written <= this.#wanted) emit(line);
    });
  }

  #wanted = 0;

  /** Writes exactly so many operations; what goes beyond is cut off. */
  write(operations: number): void {
    this.#wanted = operations;
    this.#writer.store(0, 4, "GICD_CTLR", this.#shape.model === "v3" ? 2 : 1);
    while (this.#writer.written < operations) this.#step();
  }

  #step(): void {
    const dice = this.#random.below(100);
    if (dice < 44) this.#priorities();
    else if (dice < 57) this.#enables();
    else if (dice < 64) this.#pending();
    else if (dice < 72) this.#configuration();
    else if (dice < 78) this.#routes();
    else if (dice < 84) this.#manager();
    else if (dice < 89) this.#interrupt();
    else if (dice < 92) this.#sgi();
    else if (dice < 94) this.#privateLine();
    else if (dice < 96) this.#active();
    else if (dice < 99 || !this.#random.onceIn(10)) this.#identity();
    else this.#groups();
  }

  #cpu(): number {
    return this.#random.below(this.#shape.cpus);
  }

  /** A register index that covers shared interrupts, of so many interrupts a register. */
  #sharedIndex(interrupts: number): number {
    const first = 32 / interrupts;
    return first + this.#random.below(this.#shape.irqs / interrupts - first);
  }

  #priorities(): void {
    const cpu = this.#cpu();
    const register = `GICD_IPRIORITYR${this.#sharedIndex(4)}`;
    if (this.#random.onceIn(4))
      this.#writer.store(cpu, 1, register, this.#random.below(256), this.#random.below(4));
    else this.#writer.store(cpu, 4, register, this.#random.word());
    if (!this.#random.onceIn(3)) this.#writer.load(this.#cpu(), 4, register);
  }

  #enables(): void {
    const index = this.#sharedIndex(32);
    const mask = index === 1 ? enableableBesideLive : enableable;
    const bits = (this.#random.word() & mask) >>> 0;
    const kind = this.#random.pick(["ISENABLER", "ICENABLER"]);
    this.#writer.store(this.#cpu(), 4, `GICD_${kind}${index}`, bits);
    this.#writer.load(this.#cpu(), 4, `GICD_${kind}${index}`);
  }

  #pending(): void {
    const register = `${this.#random.pick(["ISPENDR", "ICPENDR"])}${this.#sharedIndex(32)}`;
    this.#writer.store(this.#cpu(), 4, `GICD_${register}`, (this.#random.word() & pendable) >>> 0);
    this.#writer.load(this.#cpu(), 4, `GICD_${register}`);
  }

  #configuration(): void {
    const register = `GICD_ICFGR${this.#sharedIndex(16)}`;
    // The interrupts that are delivered stay edge triggered.
    const bits = register === "GICD_ICFGR2" ? 0xaaaaaaaa : this.#random.word();
    this.#writer.store(this.#cpu(), 4, register, bits);
    this.#writer.load(this.#cpu(), 4, register);
  }

  #routes(): void {
    const intid = 32 + live + this.#random.below(this.#shape.irqs - 32 - live);
    this.#route(intid, this.#cpu());
    if (this.#shape.model === "v3") this.#writer.load(this.#cpu(), 8, `GICD_IROUTER${intid}`);
    else this.#writer.load(this.#cpu(), 4, `GICD_ITARGETSR${intid >>> 2}`);
  }

  #route(intid: number, to: number): void {
    const by = this.#cpu();
    if (this.#shape.model === "v3")
      this.#writer.store(by, 8, `GICD_IROUTER${intid}`, (to & 15) | ((to >>> 4) << 8));
    else this.#writer.store(by, 1, `GICD_ITARGETSR${intid >>> 2}`, 1 << to, intid & 3);
  }

  #manager(): void {
    const register = `GICD_IPRIORITYR${this.#sharedIndex(4)}`;
    if (this.#random.onceIn(2)) this.#writer.set(0, register, this.#random.word());
    this.#writer.get(0, register);
    const cpu = this.#cpu();
    this.#writer.get(cpu, this.#shape.model === "v3" ? "ICC_PMR_EL1" : "GICC_PMR");
    this.#writer.get(0, `GICD_ISENABLER${this.#sharedIndex(32)}`);
  }

  /** The vCPU takes interrupts from now on. */
  #prepare(cpu: number): void {
    if (this.#ready.has(cpu)) return;
    this.#ready.add(cpu);
    if (this.#shape.model === "v3") {
      this.#writer.msr(cpu, "ICC_PMR_EL1", 0xff);
      this.#writer.msr(cpu, "ICC_IGRPEN1_EL1", 1);
    } else {
      this.#writer.store(cpu, 4, "GICC_PMR", 0xff);
      this.#writer.store(cpu, 4, "GICC_CTLR", 1);
    }
  }

  #acknowledgeAndEnd(cpu: number): void {
    if (this.#shape.model === "v3") {
      const intid = this.#writer.mrs(cpu, "ICC_IAR1_EL1");
      this.#writer.msr(cpu, "ICC_EOIR1_EL1", intid);
    } else {
      const intid = this.#writer.load(cpu, 4, "GICC_IAR");
      this.#writer.store(cpu, 4, "GICC_EOIR", intid);
    }
  }

  /** A device interrupts a vCPU. */
  #interrupt(): void {
    const cpu = this.#cpu();
    this.#prepare(cpu);
    const index = this.#random.below(live);
    this.#writer.store(cpu, 1, "GICD_IPRIORITYR8", this.#random.below(16) * 8, index);
    this.#route(32 + index, cpu);
    this.#writer.store(cpu, 4, "GICD_ISENABLER1", 1 << index);
    this.#writer.line(32 + index, 0, "pulse", this.#names[index]);
    this.#writer.mrs(cpu, "ISR_EL1");
    this.#acknowledgeAndEnd(cpu);
    this.#writer.store(cpu, 4, "GICD_ICENABLER1", 1 << index);
  }

  #sgi(): void {
    const target = this.#cpu();
    this.#prepare(target);
    const sgi = this.#random.below(16);
    if (this.#shape.model === "v3") {
      this.#writer.msr(
        this.#cpu(),
        "ICC_SGI1R_EL1",
        (sgi * 2 ** 24) | ((target >>> 4) << 16) | (1 << (target & 15)),
      );
    } else this.#writer.store(this.#cpu(), 4, "GICD_SGIR", (1 << (16 + target)) | sgi);
    this.#acknowledgeAndEnd(target);
  }

  #privateLine(): void {
    const cpu = this.#cpu();
    const ppi = 20 + this.#random.below(4);
    this.#writer.line(ppi, cpu, "high");
    if (this.#shape.model === "v3") this.#writer.get(cpu, "LEVEL_INFO0");
    this.#writer.load(cpu, 4, this.#shape.model === "v3" ? "GICR_ISPENDR0" : "GICD_ISPENDR0");
    this.#writer.line(ppi, cpu, "low");
  }

  #active(): void {
    const index = this.#sharedIndex(32);
    const bit = 2 ** (24 + this.#random.below(8));
    this.#writer.store(this.#cpu(), 4, `GICD_ISACTIVER${index}`, bit);
    this.#writer.load(this.#cpu(), 4, `GICD_ISACTIVER${index}`);
    this.#writer.store(this.#cpu(), 4, `GICD_ICACTIVER${index}`, bit);
  }

  #identity(): void {
    const v3 = this.#shape.model === "v3";
    this.#writer.load(this.#cpu(), 4, "GICD_TYPER");
    if (v3) this.#writer.load(this.#cpu(), 8, "GICR_TYPER", this.#cpu());
    if (this.#random.onceIn(8)) this.#writer.load(this.#cpu(), 4, "GICD_IIDR");
    if (v3 && this.#random.onceIn(8)) this.#writer.load(this.#cpu(), 4, "GICR_CTLR");
  }

  /** Revision 1 ignores the write: states diverge, are seen to, and come together again. */
  #groups(): void {
    const register = `GICD_IGROUPR${this.#sharedIndex(32)}`;
    const reset = this.#shape.model === "v3" ? 0xffffffff : 0;
    this.#writer.store(this.#cpu(), 4, register, (this.#random.word() & pendable) >>> 0);
    this.#writer.load(this.#cpu(), 4, register);
    this.#writer.store(this.#cpu(), 4, register, reset);
    this.#writer.load(this.#cpu(), 4, register);
  }
}
