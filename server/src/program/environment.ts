/** What resolving an operation needs to know of a scenario's setup, shared by all scenarios that agree in it. */

import type { LineCache } from "../document/shapes/line-cache.ts";
import { nearest } from "../syntax/nearest.ts";
import type { Model, RegisterIndex } from "../vgic/register-table.ts";
import { FRAME_SIZES, registers } from "../vgic/registers.ts";
import type { UnknownRegister } from "./problem.ts";
import type { Setup } from "./setup.ts";
import { Templates } from "./templates.ts";

/** The memory frames by the name that a trace gives them. */
const frames = ["GICD", "GICR", "GICC"] as const;
export type MemoryFrame = (typeof frames)[number];

/** The frame of that name, or undefined. */
export function frameNamed(name: string): MemoryFrame | undefined {
  return frames.find((frame) => frame === name);
}

export function otherModel(model: Model): Model {
  return model === "v2" ? "v3" : "v2";
}

/** A place in a memory frame; `cpu` owns the redistributor. */
export interface FramePlace {
  readonly frame: MemoryFrame;
  readonly offset: number;
  readonly cpu?: number;
}

export class Environment {
  readonly setup: Setup;
  readonly registers: RegisterIndex;
  readonly templates = new Templates();
  readonly #nearest = new Map<string, string | undefined>();

  constructor(setup: Setup) {
    this.setup = setup;
    this.registers = registers(setup.model);
  }

  /** The guest physical address of a memory frame; of GICR, a vCPU's own. */
  baseOf(frame: MemoryFrame, cpu: number): number {
    const { bases } = this.setup;
    if (frame === "GICD") return bases.dist;
    return frame === "GICC" ? bases.cpu : bases.redist + redistributorSize * cpu;
  }

  /** Where an address lies, or undefined outside every frame. */
  placeOf(address: number): FramePlace | undefined {
    const { model, cpus } = this.setup;
    const sizes: Partial<Record<MemoryFrame, number>> = FRAME_SIZES[model];
    for (const frame of frames) {
      const size = sizes[frame];
      if (size === undefined) continue;
      const offset = address - this.baseOf(frame, 0);
      if (offset < 0 || offset >= (frame === "GICR" ? size * cpus : size)) continue;
      if (frame !== "GICR") return { frame, offset };
      return { frame, offset: offset % size, cpu: Math.floor(offset / size) };
    }
    return undefined;
  }

  /** The problem with a name that is no register of this model. */
  unknownRegister(name: string): UnknownRegister {
    const code = "unknown-register";
    const other = otherModel(this.setup.model);
    if (registers(other).find(name) !== undefined) return { code, name, otherModel: other };
    return { code, name, nearest: this.nearestRegister(name) };
  }

  nearestRegister(name: string): string | undefined {
    if (this.#nearest.size > 10_000) this.#nearest.clear();
    if (!this.#nearest.has(name)) this.#nearest.set(name, nearest(name, this.registers.names()));
    return this.#nearest.get(name);
  }
}

const redistributorSize = FRAME_SIZES.v3.GICR;

/** So many environments are kept; then all are dropped. */
const mostEnvironments = 100;
/** Environments belong to the reader of the lines whose templates they keep, and go with it. */
const environmentsOf = new WeakMap<LineCache, Map<string, Environment>>();

/** The environment of a setup; the same object for setups that agree in all that operations depend on. */
export function sharedEnvironment(setup: Setup, cache: LineCache): Environment {
  const { model, cpus, irqs, bases, host } = setup;
  const key = [model, cpus, irqs, bases.dist, bases.redist, bases.cpu, host.name].join();
  let environments = environmentsOf.get(cache);
  if (environments === undefined || environments.size >= mostEnvironments) {
    environments = new Map();
    environmentsOf.set(cache, environments);
  }
  let environment = environments.get(key);
  if (environment === undefined) {
    environment = new Environment(setup);
    environments.set(key, environment);
  }
  return environment;
}
