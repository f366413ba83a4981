/**
 * A scenario's run as a picture shows it: what becomes of each interrupt and each vCPU from operation to operation,
 * under the declared variant and, where they diverge from it, under the others. Plain data that JSON carries.
 */

export type InterruptShape = "inactive" | "pending" | "active" | "active-pending";
/** The host has failed: the kernel crashed, or a vCPU never comes back from it. Nothing is known from there on. */
export type EndShape = "ended";
/** What is signalled to a vCPU: what its guest would see in ISR_EL1. */
export type CpuShape = "quiet" | "irq" | "fiq" | "irq-fiq";

/** How a row looks for a while. */
export interface Look {
  readonly shape: InterruptShape | CpuShape | EndShape;
  /** Whether the interrupt is disabled: then it is drawn with a broken line. */
  readonly isDisabled: boolean;
  /** In words: "pending, enabled, prio 0xa0 → cpu1, Group 1"; "IRQ signalled". */
  readonly text: string;
}

/** How a row looks in some columns. Column 0 is the fresh VM, column n what it is once n operations are done. */
export interface Span {
  readonly start: number;
  /** The first column after it. */
  readonly end: number;
  /** Index into the looks. */
  readonly look: number;
}

/** Some variants with the same history. */
export interface Lane {
  /** Indices of the variants. */
  readonly variants: readonly number[];
  /** In order. All of the run for the lane of the declared variant; for the others only where they differ from it. */
  readonly spans: readonly Span[];
}

export type Lanes = readonly [Lane, ...Lane[]];

export interface TimelineRow {
  readonly kind: "cpu" | "interrupt";
  /** "cpu0", "SPI 40", "SPIs 32–39, 41–63", "SGI 3 of cpu1". Interrupts with the same history share a row. */
  readonly name: string;
  /** The lane of the declared variant first. */
  readonly lanes: Lanes;
}

export interface TimelineOperation {
  /** The file's line, counted from 0. */
  readonly line: number;
  /** The statement without its expectation. */
  readonly text: string;
  /** What it answered under the declared variant, and under others what differs: "0x0 · revision 1: 0x1". */
  readonly answer: string;
  /** Whether another variant answered differently. */
  readonly differs: boolean;
  /** Whether it made the state diverge. */
  readonly parts: boolean;
  /** Whether the answer is not the expected one. */
  readonly fails: boolean;
}

export interface Timeline {
  readonly title: string;
  /** The file's line of the scenario, counted from 0. */
  readonly line: number;
  /** "revision 3", "linux-5.10"; the declared one first. */
  readonly variants: readonly string[];
  readonly operations: readonly TimelineOperation[];
  readonly looks: readonly Look[];
  readonly rows: readonly TimelineRow[];
  /** How many interrupts are left out because they were configured only, in every variant alike. */
  readonly configuredOnly: number;
}
