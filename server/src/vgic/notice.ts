/** What an operation did that neither the guest nor the VMM is told. */
import type { Blocked, SkippedCommand } from "./its/skipped.ts";

export type Notice =
  /** The ITS skipped a command. */
  | ({ readonly kind: "command-skipped" } & SkippedCommand)
  /** An MSI reached no LPI. */
  | { readonly kind: "msi-blocked"; readonly why: Blocked }
  /** An LPI was made pending or acknowledged with a configuration that its byte in memory no longer says. */
  | { readonly kind: "stale-configuration"; readonly intid: number; readonly address: number };
