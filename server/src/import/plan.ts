/** The first reading of a log: its format, its VMs and their declarations. */
import { readLine } from "./clean.ts";
import type { LogEntry, Reader } from "./event.ts";
import { FORMATS, type Format, formatNames, textRefusalOf } from "./formats.ts";
import { LineSplitter } from "./lines.ts";
import { type Given, inferSetup, type Setup } from "./setup.ts";
import { Survey, type TaskFacts } from "./survey.ts";
import { divide, type TaskRole } from "./vms.ts";

/** A VM of a log. */
export interface PlannedVm {
  readonly setup: Setup;
  /** The names of the tasks that run its vCPUs. */
  readonly tasks: readonly string[];
}

/** What the second reading needs to know. */
export interface Plan {
  readonly format: Format;
  readonly vms: readonly PlannedVm[];
  readonly roles: ReadonlyMap<string, TaskRole>;
  /** Whether the guest's accesses show. */
  readonly guest: boolean;
  /** Whether the vGIC's own lines of interrupts show. */
  readonly updates: boolean;
  /** Whether the VMM prints its accesses itself. */
  readonly told: boolean;
  /** Whether all accesses to a CPU interface are those of a nested guest. */
  readonly nestedOnly: boolean;
  /** Lines of other formats, by format. */
  readonly others: readonly { readonly format: Format; readonly lines: number }[];
  /** The log is empty of events. */
  readonly empty: boolean;
}

/** Reads a log for the first time. */
export class Planner {
  readonly #candidates: {
    readonly format: Format;
    readonly reader: Reader;
    readonly survey: Survey;
    lines: number;
  }[];
  readonly #splitter = new LineSplitter((line) => this.#line(line));
  readonly #given: Given;
  /** What a text without a line of a log is. */
  #seemsToBe: string | undefined;
  #last = 0;

  /** @param only the format that the user named */
  constructor(given: Given, only?: Format) {
    this.#given = given;
    this.#candidates = (only === undefined ? formatNames : [only]).map((format) => ({
      format,
      reader: new FORMATS[format].reader(),
      survey: new Survey(),
      lines: 0,
    }));
  }

  write(chunk: string): void {
    this.#splitter.write(chunk);
  }

  /** The plan, or why there is none. */
  end(): Plan | string {
    this.#splitter.end();
    for (const { reader, survey } of this.#candidates) reader.end?.((entry) => survey.note(entry));
    const found = this.#candidates
      .filter(({ lines }) => lines > 0)
      .sort((a, b) => b.survey.useful - a.survey.useful || b.lines - a.lines);
    const best = found[0];
    if (best === undefined) return this.#refusal();
    const { format, survey } = best;
    const { machines, roles } = divide(survey.tasks.values(), FORMATS[format].single);
    const vms = machines.map(({ tasks, runners }) => ({
      setup: inferSetup(tasks, this.#given, runners.length),
      tasks: runners.map(titleOf).filter((title) => title !== ""),
    }));
    const others = found.slice(1).map(({ format, lines }) => ({ format, lines }));
    return {
      format,
      vms,
      roles,
      guest: survey.guest,
      updates: survey.updates,
      told: survey.told,
      nestedOnly: survey.nested && !survey.direct,
      others,
      empty: survey.useful === 0,
    };
  }

  #line(line: string): void {
    if (line.trim() === "") return;
    for (let i = 0; i < this.#candidates.length; i++) {
      const at = (this.#last + i) % this.#candidates.length;
      const candidate = this.#candidates[at];
      let counted = false;
      const note = (entry: LogEntry) => {
        // Headings (`# …`) and what only resembles an event can be of any text.
        const tells = entry.event.kind !== "heading" && entry.event.kind !== "unreadable";
        if (tells && !counted) candidate.lines++;
        counted ||= tells;
        candidate.survey.note(entry);
      };
      if (!readLine(candidate.reader, line, note)) continue;
      this.#last = at;
      return;
    }
    this.#seemsToBe ??= textRefusalOf(line);
  }

  #refusal(): string {
    if (this.#seemsToBe !== undefined) return this.#seemsToBe;
    const names = formatNames.map((format) => `${FORMATS[format].title} (${format})`).join(", ");
    return this.#candidates.length === 1
      ? `it has no line of ${FORMATS[this.#candidates[0].format].title}`
      : `it has no line of a format that can be imported: ${names}`;
  }
}

/** A task as `top` and the log name it. */
function titleOf({ name, task, process }: TaskFacts): string {
  const id = task === process ? undefined : task;
  return [name, id].filter((word) => word !== undefined && word !== "").join("-");
}
