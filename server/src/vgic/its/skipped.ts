/** A command that did nothing, and why. */
import type { CommandWords } from "./command-fields.ts";

/** Why an MSI reaches no LPI. */
export type Blocked =
  | "its-disabled"
  | "device-unmapped"
  | "event-unmapped"
  | "collection-unmapped"
  | "lpis-disabled";

/** Why a command did nothing. */
export type Skipped =
  | Blocked
  | "unknown-command"
  | "outside-memory"
  | "device-out-of-range"
  | "too-many-event-bits"
  | "no-such-cpu"
  | "collection-out-of-range"
  | "event-out-of-range"
  | "event-outside-memory"
  | "lpi-out-of-range"
  | "lpi-shared"
  | "event-mapped"
  | "lpi-tables-outside-memory"
  | "new-collection-unmapped"
  | "no-memory";

export interface SkippedCommand {
  readonly words: CommandWords;
  readonly why: Skipped;
}
