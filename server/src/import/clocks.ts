/** Whether the times of several logs can be compared. */
import { formatRow } from "./formats.ts";
import { secondsOf } from "./piece.ts";
import type { SurveyedLog } from "./plan.ts";

/** What a log's times count from. */
type Clock = "none" | "wall" | "boot" | "own";

const CLOCKS: Readonly<Record<Clock, string>> = {
  none: "has no times",
  wall: "has the time of day",
  boot: "has times since its machine was started",
  own: "has times since it was begun",
};

/** In seconds; no machine runs that long, and no log is from before September 2001. */
const FIRST_TIME_OF_DAY = 1e9;

function clockOf({ format, survey: { firstTime } }: SurveyedLog): Clock {
  const seconds = secondsOf(firstTime);
  if (seconds === undefined) return "none";
  if (formatRow(format).ownClock || /s$/.test(firstTime ?? "")) return "own";
  return seconds >= FIRST_TIME_OF_DAY ? "wall" : "boot";
}

/** A log with its name. */
export interface NamedLog {
  readonly name: string;
  readonly found: SurveyedLog;
}

/**
 * Why logs cannot be put together by their times, with what can be done; undefined if they can.
 * @param offsets how many were given: one for each log after the first makes any two clocks comparable
 */
export function clocksDiffer(logs: readonly NamedLog[], offsets: number): string | undefined {
  const clocks = logs.map(({ found }) => clockOf(found));
  const untimed = logs[clocks.indexOf("none")];
  if (untimed !== undefined) {
    return `${untimed.name} has no times to put it among the others: if the logs were taken one after the other, give them in that order with --in-order`;
  }
  const isComparable = offsets > 0 || (clocks[0] !== "own" && clocks.every((clock) => clock === clocks[0]));
  if (isComparable) return undefined;
  const told = logs.map(({ name, found }) => {
    const { firstTime, lastTime } = found.survey;
    return `${name} ${CLOCKS[clockOf(found)]} (${firstTime} to ${lastTime})`;
  });
  return `their times cannot be compared: ${told.join(", ")}. Give what is to be added to those of each log after the first, in seconds, with --offset; or --in-order if the logs were taken one after the other`;
}
