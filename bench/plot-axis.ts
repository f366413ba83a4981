/** A logarithmic axis. */
export interface Axis {
  readonly least: number;
  readonly most: number;
  /** Where a value stands, from 0 (least) to 1 (most). */
  at(value: number): number;
}

export function axis(values: readonly number[]): Axis {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const length = Math.log(most / least);
  return { least, most, at: (value) => (length === 0 ? 0 : Math.log(value / least) / length) };
}
