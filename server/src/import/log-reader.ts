/** The second reading of one log: its lines one by one, each with the events that it says. */
import { readLine } from "./clean.ts";
import type { Emit, LogEntry, Reader } from "./event.ts";
import { type Format, formatNames, formatRow } from "./formats.ts";
import { LineSplitter } from "./lines.ts";
import { secondsOf } from "./piece.ts";

/** A line of a log as it was read. */
export interface ReadLine {
  /** Which log, from 0. */
  readonly log: number;
  /** Which line of it, from 1; where lines were put together again the last of them. */
  readonly number: number;
  readonly entries: readonly LogEntry[];
  /** Why it is no line of the log's format. */
  readonly leftOut: string | undefined;
  /** False of a last line that may be cut. */
  readonly ended: boolean;
  /** In seconds, of the first log's clock; absent where the line has no time. */
  readonly seconds: number | undefined;
  /** It is earlier than a line before it. */
  readonly stepBack: StepBack | undefined;
}

export interface LogReaderOptions {
  readonly log: number;
  readonly format: Format;
  /** Seconds from this log's times to those of the first log. */
  readonly offset: number;
  /** Whether the lines' times are needed. */
  readonly timed: boolean;
  readonly take: (line: ReadLine) => void;
  /** Is shown each line, too. */
  readonly witness?: Witness;
}

/** Who looks at a log while another reads it. */
export interface Witness {
  /** A line that was read at a glance as one of a format; it stands in a text. */
  sawEntry(format: Format, entry: LogEntry, text: string, start: number, end: number): void;
  sawLine(line: string): void;
}

export class LogReader {
  /** Lines read. */
  lines = 0;
  /** Those of them that are blank. */
  blank = 0;
  readonly #options: LogReaderOptions;
  readonly #reader: Reader;
  readonly #order = new TimeOrder();
  readonly #others: readonly { readonly format: Format; readonly reader: Reader }[];
  readonly #splitter = new LineSplitter(
    (line, ended, count) => this.#line(line, ended, count),
    (text, start, end) => this.#glance(text, start, end),
  );

  constructor(options: LogReaderOptions) {
    this.#options = options;
    this.#reader = new (formatRow(options.format).reader)();
    this.#others = formatNames
      .filter((format) => format !== options.format)
      .map((format) => ({ format, reader: new (formatRow(format).reader)() }));
  }

  write(chunk: string): void {
    this.#splitter.write(chunk);
  }

  end(): void {
    this.#splitter.end();
    const entries: LogEntry[] = [];
    this.#reader.end?.((entry) => entries.push(this.#placed(entry)));
    if (entries.length > 0) this.#give(entries, true);
  }

  #glance(text: string, start: number, end: number): boolean {
    const entry = this.#reader.glance?.(text, start, end);
    if (entry === undefined) return false;
    this.lines++;
    this.#options.witness?.sawEntry(this.#options.format, entry, text, start, end);
    this.#give([this.#placed(entry)], true);
    return true;
  }

  #line(line: string, ended: boolean, count: number): void {
    this.lines += count;
    this.#options.witness?.sawLine(line);
    if (line.trim() === "") {
      this.blank += count;
      return;
    }
    const entries: LogEntry[] = [];
    const take: Emit = (entry) => entries.push(this.#placed(entry));
    if (readLine(this.#reader, line, take)) this.#give(entries, ended);
    else {
      const other = this.#others.find(({ reader }) => readLine(reader, line, () => {}));
      const leftOut =
        other === undefined ? "lines that are no event" : `lines of another format (--from ${other.format})`;
      this.#give(entries, ended, leftOut);
    }
  }

  #give(entries: readonly LogEntry[], ended: boolean, leftOut?: string): void {
    const { log, timed, take } = this.#options;
    const time = timeOf(entries);
    const stepBack = time === undefined ? undefined : this.#order.next(time);
    const seconds = timed ? secondsOf(time) : undefined;
    take({ log, number: this.lines, entries, ended, leftOut, seconds, stepBack });
  }

  /** An event with the first log's time, its task told apart from those of other logs. */
  #placed(entry: LogEntry): LogEntry {
    const { log, offset } = this.#options;
    if (log === 0) return entry;
    const { event, origin, time } = entry;
    const seconds = offset === 0 ? undefined : secondsOf(time);
    return {
      event,
      origin: { ...origin, task: taskIn(log, origin.task) },
      time: seconds === undefined ? time : (seconds + offset).toFixed(6),
    };
  }
}

function timeOf(entries: readonly LogEntry[]): string | undefined {
  for (const { time } of entries) if (time !== undefined) return time;
  return undefined;
}

/** The name of a log's task among those of all logs. */
export function taskIn(log: number, task: string): string {
  return log === 0 ? task : `${log}/${task}`;
}

/** In seconds. Threads and CPUs that print at once may be this far apart. */
const DISORDER = 0.001;

/** How a line is earlier than one before it. */
export interface StepBack {
  /** As the log prints them. */
  readonly from: string;
  readonly to: string;
}

/** Whether the lines of a log are in the order of their times: where they are not, another recording begins. */
class TimeOrder {
  #latest = "";

  /** Takes the time of the next line; gives how it steps back, if it does. */
  next(time: string): StepBack | undefined {
    const from = this.#latest;
    // As long as times are printed with as many digits, their texts are in their order.
    if (time.length === from.length && time >= from) {
      this.#latest = time;
      return undefined;
    }
    const [before, now] = [secondsOf(from), secondsOf(time)];
    if (now === undefined) return undefined;
    const isBack = before !== undefined && now < before - DISORDER;
    if (before === undefined || now >= before || isBack) this.#latest = time;
    return isBack ? { from, to: time } : undefined;
  }
}
