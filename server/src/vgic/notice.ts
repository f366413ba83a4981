/** What an operation did that neither the guest nor the VMM is told. */
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

export type Notice =
  /** The ITS skipped a command. */
  | ({ readonly kind: "command-skipped" } & SkippedCommand)
  /** An MSI reached no LPI. */
  | { readonly kind: "msi-blocked"; readonly why: Blocked }
  | StaleConfiguration
  /** The tables were saved while an event had lost its collection, which takes this kernel with it. */
  | ({ readonly kind: "lost-collection-saved" } & DeviceEvent);
