/** What an ITS has mapped and what its LPIs are, as plain data: for whoever looks at a VM from outside. */
import { createdLpis, lpiExists, lpiField } from "../lpi-record.ts";
import { configurationAddress, configurationInMemory } from "../lpis.ts";
import type { Machine } from "../machine.ts";
import type { LpiConfiguration } from "../notice.ts";
import { LPI, LPI_FLAGS } from "../sparse-state.ts";
import {
  collectionOf,
  collectionsOf,
  collectionTarget,
  deviceId,
  devicesOf,
  eventBits,
  eventLpi,
  eventsOf,
  findDevice,
  isMapped,
  ittAddress,
} from "./mapping.ts";

export interface MappedDevice {
  readonly device: number;
  /** The address of its ITT. */
  readonly itt: number;
  /** How many bits its events have. */
  readonly bits: number;
}

export interface MappedEvent {
  readonly device: number;
  readonly event: number;
  readonly lpi: number;
  /** Undefined where the event has lost it. */
  readonly collection: number | undefined;
}

export interface MappedCollection {
  readonly collection: number;
  /** The vCPU; undefined where it has none. */
  readonly cpu: number | undefined;
}

/** An LPI, from when an event is mapped to it until nothing refers to it. */
export interface LpiState extends LpiConfiguration {
  readonly intid: number;
  readonly pending: boolean;
  readonly active: boolean;
  /** The vCPU that it is for; undefined where its collection has none. */
  readonly cpu: number | undefined;
  /** The vCPU that has it on its queue. */
  readonly queuedOn: number | undefined;
  /** How many events are mapped to it. */
  readonly events: number;
  /** The address of its byte in the configuration table. */
  readonly configuration: number;
  /** What that byte says; undefined where it is not in memory. */
  readonly inMemory: LpiConfiguration | undefined;
}

/** Looks at a VM's ITS. Nothing is changed by it. */
export class ItsView {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  device(device: number): MappedDevice | undefined {
    const place = findDevice(this.#machine, device);
    return place === undefined ? undefined : this.#deviceAt(place);
  }

  event(device: number, event: number): MappedEvent | undefined {
    const place = findDevice(this.#machine, device);
    if (place === undefined || !isMapped(this.#machine, place, event)) return undefined;
    return this.#eventAt(place, event);
  }

  collection(collection: number): MappedCollection | undefined {
    return this.collections().find((one) => one.collection === collection);
  }

  lpi(intid: number): LpiState | undefined {
    const m = this.#machine;
    if (!lpiExists(m, intid)) return undefined;
    const flags = lpiField(m, intid, LPI.flags);
    const queuedOn = lpiField(m, intid, LPI.queuedOn);
    const configuration = configurationAddress(m, intid);
    return {
      intid,
      enabled: (flags & LPI_FLAGS.enabled) !== 0,
      priority: (flags >>> 8) & 0xff,
      pending: (flags & LPI_FLAGS.latch) !== 0,
      active: (flags & LPI_FLAGS.active) !== 0,
      cpu: flags >>> 16 === 0 ? undefined : (flags >>> 16) - 1,
      queuedOn: queuedOn === 0 ? undefined : queuedOn - 1,
      events: lpiField(m, intid, LPI.events),
      configuration,
      inMemory: configurationInMemory(m, configuration),
    };
  }

  devices(): MappedDevice[] {
    return devicesOf(this.#machine).map((place) => this.#deviceAt(place));
  }

  /** The events of all devices. @param most how many at most */
  events(most = Number.POSITIVE_INFINITY): MappedEvent[] {
    const found: MappedEvent[] = [];
    for (const place of devicesOf(this.#machine)) {
      for (const event of eventsOf(this.#machine, place)) {
        if (found.length >= most) return found;
        found.push(this.#eventAt(place, event));
      }
    }
    return found;
  }

  /** In the order in which they appeared. */
  collections(): MappedCollection[] {
    const m = this.#machine;
    return collectionsOf(m).map((collection) => {
      const target = collectionTarget(m, collection);
      return { collection, cpu: target === 0 ? undefined : target - 1 };
    });
  }

  /** All LPIs by INTID. */
  lpis(): LpiState[] {
    return createdLpis(this.#machine)
      .sort((a, b) => a - b)
      .flatMap((intid) => this.lpi(intid) ?? []);
  }

  #deviceAt(place: number): MappedDevice {
    const m = this.#machine;
    return { device: deviceId(m, place), itt: ittAddress(m, place), bits: eventBits(m, place) };
  }

  #eventAt(place: number, event: number): MappedEvent {
    const m = this.#machine;
    const [lpi, collection] = [eventLpi(m, place, event), collectionOf(m, place, event)];
    return { device: deviceId(m, place), event, lpi, collection };
  }
}
