/** How far a vGIC is set up, by the VMM's calls, by accesses and by running; and what follows for the machine. */
import type { Ending } from "./answer.ts";
import type { CurrentAccess } from "./current-access.ts";
import { mapFrames } from "./frame-table.ts";
import type { Frames } from "./frames.ts";
import { FIRST_SPI } from "./limits.ts";
import type { Machine } from "./machine.ts";
import {
  CREATED,
  firstRun,
  getSetting,
  hasSetting,
  initialise,
  lastOfRegions,
  type Setting,
  type SettingVm,
  type SetUp,
  setSetting,
} from "./set-up.ts";

export class Creation {
  setUp: SetUp = CREATED;
  /** Whether the operation at hand set something up. */
  hasChanged = false;
  readonly #machine: Machine;
  readonly #access: CurrentAccess;
  readonly #frames: Frames;

  constructor(machine: Machine, access: CurrentAccess, frames: Frames) {
    this.#machine = machine;
    this.#access = access;
    this.#frames = frames;
  }

  get #vm(): SettingVm {
    const { model, cpus, traits, hasIts } = this.#machine;
    return { model, cpus, traits, its: hasIts };
  }

  /** The vGIC is set up so far from now on. */
  become(setUp: SetUp): void {
    const m = this.#machine;
    const { dist, cpu, its, regions, lostRegions = 0 } = setUp;
    this.setUp = setUp;
    this.hasChanged = true;
    m.initialised = setUp.initialised;
    // A GICv2 has no regions, and a vCPU without a redistributor is no last one.
    m.lastOfRegion = lastOfRegions(setUp, this.#vm);
    m.layout.irqs = setUp.irqs ?? FIRST_SPI;
    const { model, cpus, hasIts } = m;
    // The ITS is where its address says as soon as it is set; all else once a vCPU has run.
    const placed = setUp.ready ? { bases: { dist, cpu, its }, regions } : { bases: { its }, regions: [] };
    const map = mapFrames({ model, cpus, its: hasIts, ...placed });
    const lost = regions.slice(0, lostRegions);
    this.#frames.map = map.filter(
      ({ frame, start }) => frame !== "GICR" || !lost.some(({ base }) => base === start),
    );
  }

  /** KVM_GET_DEVICE_ATTR, KVM_SET_DEVICE_ATTR or KVM_HAS_DEVICE_ATTR of what sets up the vGIC. */
  call(verb: "get" | "set" | "has", setting: Setting, region: number, low: number, high: number): Ending {
    const vm = this.#vm;
    if (verb === "has") return hasSetting(setting, vm) ? "ok" : "ENXIO";
    const { ending, setUp, value } =
      verb === "get"
        ? getSetting(setting, BigInt(region), this.setUp, vm)
        : setSetting(setting, (BigInt(high) << 32n) | BigInt(low), this.setUp, vm);
    if (setUp !== undefined) this.become(setUp);
    if (value !== undefined) {
      this.#access.low = Number(value & 0xffff_ffffn);
      this.#access.high = Number(value >> 32n);
    }
    return ending;
  }

  /** Before a vCPU runs: what its first run fails with. */
  prepareRun(): Ending {
    if (this.setUp.ready) return "ok";
    const { ending, setUp } = firstRun(this.setUp, this.#vm);
    if (setUp !== undefined) this.become(setUp);
    return ending;
  }

  /** Before an access to registers or lines: a GICv2 is initialised by it, a GICv3 must be. */
  prepareAccess(): Ending {
    if (this.setUp.initialised) return "ok";
    if (this.#machine.model === "v3") return "EBUSY";
    this.become(initialise(this.setUp));
    return "ok";
  }
}
