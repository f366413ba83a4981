/** Writes operations as lines, does them on the emulator under each revision, and adds what they answered. */

import type { Frame } from "../server/src/vgic/frame-table.ts";
import { DEFAULT_BASES } from "../server/src/vgic/frame-table.ts";
import type { Host } from "../server/src/vgic/kernels/hosts.ts";
import type { Model } from "../server/src/vgic/kvm-abi.ts";
import type { RegisterIndex } from "../server/src/vgic/registers/register-table.ts";
import { registers } from "../server/src/vgic/registers/registers.ts";
import { Vgic } from "../server/src/vgic/vgic.ts";
import type { Random } from "./random.ts";

export interface Shape {
  readonly model: Model;
  readonly cpus: number;
  readonly irqs: number;
}

const revisions = [1, 2, 3];
const suffixes = { 1: "b", 4: "l", 8: "q" } as const;
export type Width = keyof typeof suffixes;

export class TraceWriter {
  readonly #vgics: readonly Vgic[];
  readonly #index: RegisterIndex;
  readonly #random: Random;
  readonly #emit: (line: string) => void;
  /** How many operations were written. */
  written = 0;

  constructor(shape: Shape, host: Host, random: Random, emit: (line: string) => void) {
    this.#vgics = revisions.map((revision) => new Vgic({ ...shape, host, revision }));
    this.#index = registers(shape.model);
    this.#random = random;
    this.#emit = emit;
  }

  /** A store by the guest. */
  store(cpu: number, width: Width, register: string, value: number, plus = 0): void {
    const address = this.#address(cpu, register) + plus;
    const target = plus === 0 ? register : `${register}+${plus}`;
    this.#plain(`cpu${cpu} write${suffixes[width]} ${target} ${hexadecimal(value, width)}`);
    for (const vgic of this.#vgics) vgic.guestWrite(cpu, address, width, value);
  }

  /** A load by the guest; gives the lower half of what it read under the last revision. */
  load(cpu: number, width: Width, register: string, owner = cpu): number {
    const address = this.#address(owner, register);
    const target = owner === cpu ? register : `${register}@cpu${owner}`;
    return this.#answered(`cpu${cpu} read${suffixes[width]} ${target}`, width, (vgic) =>
      vgic.guestRead(cpu, address, width),
    );
  }

  /** The guest writes a system register. */
  msr(cpu: number, register: string, value: number): void {
    this.#plain(`cpu${cpu} msr ${register} 0x${value.toString(16)}`);
    const { offset } = this.#register(register);
    for (const vgic of this.#vgics) vgic.writeSystemRegister(cpu, offset, value);
  }

  /** The guest reads a system register. */
  mrs(cpu: number, register: string): number {
    const { offset } = this.#register(register);
    return this.#answered(`cpu${cpu} mrs ${register}`, 4, (vgic) => vgic.readSystemRegister(cpu, offset));
  }

  /** The VMM sets a register. */
  set(cpu: number, register: string, value: number): void {
    const { row, offset } = this.#register(register);
    this.#plain(`user set ${atCpu(register, cpu)} ${hexadecimal(value, 4)}`);
    for (const vgic of this.#vgics) vgic.userSet(row.frame, cpu, offset, value);
  }

  /** The VMM gets a register. */
  get(cpu: number, register: string): number {
    const { row, offset } = this.#register(register);
    return this.#answered(`user get ${atCpu(register, cpu)}`, 4, (vgic) =>
      vgic.userGet(row.frame, cpu, offset),
    );
  }

  /** The VMM drives a line; `name` is what the trace calls the interrupt. */
  line(intid: number, cpu: number, level: "high" | "low" | "pulse", name = String(intid)): void {
    this.#plain(`line ${intid < 32 ? `${name}@cpu${cpu}` : name} ${level}`);
    for (const vgic of this.#vgics) vgic.setLine(intid, intid < 32 ? cpu : undefined, level, false);
  }

  #register(name: string): { row: { frame: Frame }; offset: number } {
    const found = this.#index.find(name);
    if (found === undefined) throw new Error(`no register ${name}`);
    return found;
  }

  #address(cpu: number, name: string): number {
    const { row, offset } = this.#register(name);
    if (row.frame === "GICR") return DEFAULT_BASES.redist + cpu * 0x20000 + offset;
    return (row.frame === "GICC" ? DEFAULT_BASES.cpu : DEFAULT_BASES.dist) + offset;
  }

  #plain(text: string): void {
    this.written++;
    this.#emit(this.#random.onceIn(5) ? `${text}  # step ${this.written}` : text);
  }

  /** Most reads say what they must give; a few of those that revisions answer differently do not, and are warned of. */
  #answered(text: string, width: Width, perform: (vgic: Vgic) => void): number {
    const values = this.#vgics.map((vgic) => {
      perform(vgic);
      return value(vgic, width);
    });
    const same = values.every((one) => one === values[0]);
    if (this.#random.onceIn(same ? 4 : 20)) this.#plain(text);
    else if (same) this.#plain(`${text} == ${values[0]}`);
    else this.#plain(`${text} == ${values.map((one, i) => `rev${revisions[i]}: ${one}`).join(", ")}`);
    return this.#vgics[this.#vgics.length - 1].low;
  }
}

function atCpu(target: string, cpu: number): string {
  return cpu === 0 ? target : `${target}@cpu${cpu}`;
}

function hexadecimal(value: number, width: Width): string {
  return `0x${value.toString(16).padStart(Math.min(width, 4) * 2, "0")}`;
}

function value({ low, high }: Vgic, width: Width): string {
  return high === 0 ? hexadecimal(low, width) : `0x${high.toString(16)}${low.toString(16).padStart(8, "0")}`;
}
