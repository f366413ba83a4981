/** What a part of the benchmark finds, as data: printed in one place, and written to results.json. */

/** A measured number and what it is to be. */
export interface Row {
  readonly name: string;
  readonly measured: number;
  /** What the number counts: "times", "ms", "operations/s", "exponent". */
  readonly unit: string;
  /** What the number is to be; absent where it is only reported. */
  readonly goal?: Goal;
  /** Whether the goal is met; absent without one. */
  readonly met?: boolean;
}

export interface Goal {
  readonly kind: "at least" | "at most" | "below";
  readonly value: number;
}

/** Points of a measurement over a growing size, for a plot. */
export interface Series {
  readonly title: string;
  /** What grows, and what is measured: the names of the axes. */
  readonly x: string;
  readonly y: string;
  readonly points: readonly Point[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** All that a part of the benchmark gives. */
export interface Results {
  readonly rows: readonly Row[];
  readonly series?: readonly Series[];
  /** Why something was left out, and what to do about it. */
  readonly notes?: readonly string[];
}

const holds = {
  "at least": (measured: number, value: number) => measured >= value,
  "at most": (measured: number, value: number) => measured <= value,
  below: (measured: number, value: number) => measured < value,
};

/** A number with a goal. */
export function row(name: string, measured: number, unit: string, kind: Goal["kind"], value: number): Row {
  return { name, measured, unit, goal: { kind, value }, met: holds[kind](measured, value) };
}

/** A number that is only reported. */
export function note(name: string, measured: number, unit: string): Row {
  return { name, measured, unit };
}
