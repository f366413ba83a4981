/** What resolving an operation needs to know of a scenario's setup, shared by all scenarios that agree in it. */

import type { LineCache } from "../document/shapes/line-cache.ts";
import {
  baseOf,
  type FramePlace,
  type MappedFrame,
  type MemoryFrame,
  mapFrames,
  placeOf,
} from "../vgic/frame-table.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import type { RegisterIndex } from "../vgic/registers/register-table.ts";
import { registers } from "../vgic/registers/registers.ts";
import { nearestRegister } from "./nearest-register.ts";
import type { UnknownRegister } from "./problem.ts";
import { type MachineSetup, machineKey } from "./setup.ts";
import { Templates } from "./templates.ts";

export function otherModel(model: Model): Model {
  return model === "v2" ? "v3" : "v2";
}

export class Environment {
  readonly setup: MachineSetup;
  readonly registers: RegisterIndex;
  readonly templates = new Templates();
  readonly #map: readonly MappedFrame[];

  constructor(setup: MachineSetup) {
    this.setup = setup;
    this.registers = registers(setup.model);
    this.#map = mapFrames(setup);
  }

  /** The guest physical address of a memory frame; of GICR, a vCPU's own. */
  baseOf(frame: MemoryFrame, cpu: number): number {
    return baseOf(this.setup, frame, cpu);
  }

  /** Where `width` bytes at an address lie, or undefined outside every frame. */
  placeOf(address: number, width: number): FramePlace | undefined {
    return placeOf(this.#map, address, width);
  }

  /** The problem with a name that is no register of this model. */
  unknownRegister(name: string): UnknownRegister {
    const code = "unknown-register";
    const other = otherModel(this.setup.model);
    if (registers(other).find(name) !== undefined) return { code, name, otherModel: other };
    return { code, name, nearest: nearestRegister(this.setup.model, name) };
  }
}

/** So many environments are kept; then all are dropped. */
const mostEnvironments = 100;
/** Environments belong to the reader of the lines whose templates they keep, and go with it. */
const environmentsOf = new WeakMap<LineCache, Map<string, Environment>>();

/** The environment of a setup; the same object for setups that agree in all that operations depend on. */
export function sharedEnvironment(setup: MachineSetup, cache: LineCache): Environment {
  const key = machineKey(setup);
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
