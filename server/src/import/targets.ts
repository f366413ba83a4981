/**
 * What the guest's accesses of one VM are to. Most lines of a log are about few addresses, so each is looked up once:
 * the register, and how an access to it begins in a trace.
 */
import type { FramePlace } from "../vgic/frame-table.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import type { RegisterRow } from "../vgic/registers/register-table.ts";
import type { Vgic } from "../vgic/vgic.ts";
import type { Width } from "./event.ts";
import { nameOf, rowAt } from "./names.ts";
import { hex } from "./numbers.ts";

/** What stands at a guest physical address, for accesses of one width. */
export class Target {
  readonly address: number;
  readonly place: FramePlace;
  /** Absent in a gap between registers. */
  readonly row?: RegisterRow;
  readonly #width: Width;
  readonly #model: Model;
  /** By vCPU and direction. */
  readonly #operations = new Map<number, string>();

  constructor(model: Model, address: number, place: FramePlace, width: Width) {
    this.address = address;
    this.place = place;
    this.row = rowAt(model, place);
    this.#width = width;
    this.#model = model;
  }

  /** A vCPU's read or write in a trace's words, up to the register's name. */
  operation(cpu: number, write: boolean): string {
    const key = cpu * 2 + Number(write);
    const known = this.#operations.get(key);
    if (known !== undefined) return known;
    const verb = `cpu${cpu} ${write ? "write" : "read"}${SUFFIXES[this.#width]}`;
    const operation = `${verb.padEnd(11)} ${nameOf(this.#model, this.place, cpu)}`;
    this.#operations.set(key, operation);
    return operation;
  }
}

const SUFFIXES: Readonly<Record<Width, string>> = { 1: "b", 2: "w", 4: "l", 8: "q" };

/** So many are remembered of each width; a guest may access any number of addresses outside of its GIC. */
const MOST_TARGETS = 4096;
/** Accesses this near to each other are counted together. */
const NEIGHBOURHOOD = 0x100000;

export class Targets {
  readonly #vgic: Vgic;
  readonly #known: Readonly<Record<Width, Map<number, Target | string>>> = {
    1: new Map(),
    2: new Map(),
    4: new Map(),
    8: new Map(),
  };

  constructor(vgic: Vgic) {
    this.#vgic = vgic;
  }

  /** What is at a guest physical address; why it is left out, if it is outside of the GIC. */
  at(address: number, width: Width): Target | string {
    const known = this.#known[width];
    const found = known.get(address);
    if (found !== undefined) return found;
    const target = this.#find(address, width);
    if (known.size >= MOST_TARGETS) known.clear();
    known.set(address, target);
    return target;
  }

  #find(address: number, width: Width): Target | string {
    const place = this.#vgic.locate(address, width);
    if (place !== undefined) return new Target(this.#vgic.options.model, address, place, width);
    const base = address - (address % NEIGHBOURHOOD);
    return `accesses outside of the GIC, at ${hex(base)} and above`;
  }
}
