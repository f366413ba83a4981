/** A line of a trace as the search chooses among them. */

/** What an operation is good for, as the search mixes them. */
export type Kind =
  /** Opens the way of interrupts: enables, priorities, masks. */
  | "ready"
  /** Makes an interrupt pending. */
  | "raise"
  /** Acknowledges. */
  | "take"
  /** Ends or deactivates. */
  | "end"
  /** The guest reads. */
  | "look"
  /** The guest writes. */
  | "write"
  /** The VMM reads or asks. */
  | "inspect"
  /** The VMM writes. */
  | "set"
  /** What a driver, devices and the VMM do with an ITS, and reads of its tables. */
  | "its"
  /** The machine: entries, migrations, a fresh VM. */
  | "machine";

export interface Line {
  readonly text: string;
  readonly kind: Kind;
  /** What it does where, without the value: lines that share it can stand in for one another. */
  readonly place: string;
}
