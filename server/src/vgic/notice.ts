/** What an operation did that neither the guest nor the VMM is told. */
import type { Ram } from "./guest-memory.ts";
import type { Blocked, SkippedCommand } from "./its/skipped.ts";

/** An event of a device, as the device writes it into its MSI. */
export interface DeviceEvent {
  readonly device: number;
  readonly event: number;
}

/** What a byte of the configuration table says of an LPI. */
export interface LpiConfiguration {
  readonly enabled: boolean;
  readonly priority: number;
}

/** An LPI was made pending or acknowledged with a configuration that its byte in memory no longer says. */
export interface StaleConfiguration {
  readonly kind: "stale-configuration";
  readonly intid: number;
  /** The byte's address and value. */
  readonly address: number;
  readonly byte: number;
  readonly inMemory: LpiConfiguration;
  /** What KVM last read. */
  readonly known: LpiConfiguration;
  readonly how: "made-pending" | "acknowledged";
  /** The event that made it pending. */
  readonly by?: DeviceEvent;
}

/** What of the ITS and of LPIs is in guest memory. */
export type MemoryTable =
  | "queue"
  | "device-table"
  | "collection-table"
  | "itt"
  | "configuration-table"
  | "pending-table";

/** A table was put to use that does not lie in guest memory, or not wholly. */
export interface OutsideMemory {
  readonly kind: "outside-memory";
  readonly table: MemoryTable;
  readonly address: number;
  /** Bytes. */
  readonly size: number;
  readonly ram: Ram;
}

/** A collection was forgotten while events had it: they stay without one, until their device is mapped again. */
export interface EventsLost extends DeviceEvent {
  readonly kind: "events-lost";
  /** How many events beside the named one have lost theirs. */
  readonly others: number;
}

export type Notice =
  /** The ITS skipped a command. */
  | ({ readonly kind: "command-skipped" } & SkippedCommand)
  /** An MSI reached no LPI. */
  | { readonly kind: "msi-blocked"; readonly why: Blocked }
  | StaleConfiguration
  | OutsideMemory
  | EventsLost
  /** The tables were saved while an event had lost its collection, which takes this kernel with it. */
  | ({ readonly kind: "lost-collection-saved" } & DeviceEvent);
