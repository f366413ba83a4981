/** The first reading of logs: their formats, the VMs in them and their declarations. */

import { itemAt } from "../syntax/item-at.ts";
import { readLine } from "./clean.ts";
import type { LogEntry, Reader } from "./event.ts";
import { FORMATS, type Format, formatNames, formatRow, textRefusalOf } from "./formats.ts";
import { LineSplitter } from "./lines.ts";
import type { Witness } from "./log-reader.ts";
import { type Given, inferSetup, type Setup } from "./setup.ts";
import { Survey, type TaskFacts } from "./survey.ts";
import { divide, type TaskRole } from "./vms.ts";

/** A VM of a log. */
export interface PlannedVm {
  readonly setup: Setup;
  /** The names of the tasks that run its vCPUs. */
  readonly tasks: readonly string[];
}

/** What the first reading found in a log. */
export interface SurveyedLog {
  readonly format: Format;
  readonly survey: Survey;
  /** Lines of other formats, by format. */
  readonly others: readonly { readonly format: Format; readonly lines: number }[];
}

/** What the second reading needs to know of one log. */
export interface PlannedLog {
  readonly format: Format;
  readonly roles: ReadonlyMap<string, TaskRole>;
  readonly others: SurveyedLog["others"];
  /**
   * What becomes of a nested guest's accesses: left out beside those of its host, taken where there are no others, or
   * the only ones that are the VM's, where another log is of KVM in that machine.
   */
  readonly nested: "left-out" | "taken" | "only";
  /** Another log shows what KVM_IRQ_LINE does. */
  readonly linesElsewhere: boolean;
  /** "10.1 to 10.4", as the log prints them; absent where it has none. */
  readonly times?: string;
}

/** What the second reading needs to know. */
export interface Plan {
  readonly logs: readonly PlannedLog[];
  readonly vms: readonly PlannedVm[];
  /** Whether the guest's accesses show. */
  readonly guest: boolean;
  /** Whether the vGIC's own lines of interrupts show. */
  readonly updates: boolean;
  /** Whether the VMM prints its accesses itself. */
  readonly told: boolean;
  /** The logs are empty of events. */
  readonly empty: boolean;
}

/** The plan for logs of one machine, or why they cannot be of one. */
export function planOf(logs: readonly SurveyedLog[], given: Given): Plan | string {
  const surveys = logs.map(({ survey }) => survey);
  const isOfKvm = ({ format }: SurveyedLog) => !formatRow(format).stimulusOnly;
  const runsKvm = logs.some(isOfKvm);
  const divided = logs.map((log) => ({
    log,
    ...divide(log.survey.tasks.values(), formatRow(log.format).single),
    // What QEMU's own model is set up as says nothing of the VM that KVM runs in it.
    tells: isOfKvm(log) || !runsKvm,
  }));
  const counts = divided.map(({ machines }) => machines.length);
  if (divided.some(({ tells, machines }) => tells && machines.length !== Math.max(...counts))) {
    const shown = counts.map((count) => String(count)).join(" and ");
    return `the logs show ${shown} VMs: only logs of the same ones can be put together, in the order in which the VMs begin`;
  }
  const telling = divided.filter(({ tells }) => tells);
  const vms = itemAt(telling, 0).machines.map((_, vm): PlannedVm => {
    const own = telling.map(({ machines }) => itemAt(machines, vm));
    return {
      setup: inferSetup(
        own.flatMap(({ tasks }) => tasks),
        given,
        Math.max(...own.map(({ runners }) => runners.length)),
      ),
      tasks: own.flatMap(({ runners }) => runners.map(titleOf)).filter((title) => title !== ""),
    };
  });
  const shower = logs.findIndex(({ survey }) => survey.updates);
  return {
    logs: divided.map(({ log: { format, survey, others }, roles, tells }, index) => ({
      format,
      roles,
      others,
      nested: !tells ? "only" : survey.nested && !survey.direct ? "taken" : "left-out",
      linesElsewhere: shower >= 0 && shower !== index && survey.calledLines,
      ...(survey.firstTime === undefined ? {} : { times: `${survey.firstTime} to ${survey.lastTime}` }),
    })),
    vms,
    guest: surveys.some(({ guest }) => guest),
    updates: shower >= 0,
    told: surveys.some(({ told }) => told),
    empty: surveys.every(({ useful }) => useful === 0),
  };
}

/** Whether two plans for a log of one VM have its lines written alike. */
export function areAlike(one: Plan, other: Plan): boolean {
  return JSON.stringify(decisive(one)) === JSON.stringify(decisive(other));
}

/** All of a plan that decides about lines; a task that runs no vCPU of its own could as well be unknown. */
function decisive({ logs, vms, guest, updates, told }: Plan): object {
  return {
    logs: logs.map(({ format, roles, nested, linesElsewhere }) => ({
      format,
      cpus: [...roles].flatMap(([task, { cpu }]) => (cpu === undefined ? [] : [[task, cpu]])),
      nested,
      linesElsewhere,
    })),
    setups: vms.map(({ setup }) => setup),
    guest,
    updates,
    told,
  };
}

/** Reads a log for the first time, or looks on while it is read. */
export class Planner implements Witness {
  readonly #candidates: {
    readonly format: Format;
    readonly reader: Reader;
    readonly survey: Survey;
    lines: number;
  }[];
  readonly #splitter = new LineSplitter(
    (line) => this.#line(line),
    (text, start, end) => this.#glance(text, start, end),
  );
  /** What a text without a line of a log is. */
  #seemsToBe: string | undefined;
  #last = 0;

  /** @param only the format that the user named */
  constructor(only?: Format) {
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

  /** What was found, or why there is nothing. */
  end(): SurveyedLog | string {
    this.#splitter.end();
    for (const { reader, survey } of this.#candidates) reader.end?.((entry) => survey.note(entry));
    const found = this.#candidates
      .filter(({ lines }) => lines > 0)
      .sort((a, b) => b.survey.useful - a.survey.useful || b.lines - a.lines);
    const best = found[0];
    if (best === undefined) return this.#refusal();
    const others = found.slice(1).map(({ format, lines }) => ({ format, lines }));
    return { format: best.format, survey: best.survey, others };
  }

  #glance(text: string, start: number, end: number): boolean {
    const candidate = itemAt(this.#candidates, this.#last);
    const entry = candidate.reader.glance?.(text, start, end);
    if (entry === undefined) return false;
    candidate.lines++;
    candidate.survey.note(entry);
    return true;
  }

  sawEntry(format: Format, entry: LogEntry, text: string, start: number, end: number): void {
    const candidate = itemAt(this.#candidates, this.#last);
    if (candidate.format !== format) {
      this.#line(text.slice(start, end));
      return;
    }
    candidate.lines++;
    candidate.survey.note(entry);
  }

  sawLine(line: string): void {
    this.#line(line);
  }

  #line(line: string): void {
    if (line.trim() === "") return;
    for (let i = 0; i < this.#candidates.length; i++) {
      const at = (this.#last + i) % this.#candidates.length;
      const candidate = itemAt(this.#candidates, at);
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
      if (!counted) this.#seemsToBe ??= textRefusalOf(line);
      return;
    }
    this.#seemsToBe ??= textRefusalOf(line);
  }

  #refusal(): string {
    if (this.#seemsToBe !== undefined) return this.#seemsToBe;
    const names = formatNames.map((format) => `${FORMATS[format].title} (${format})`).join(", ");
    const [candidate, ...others] = this.#candidates;
    return candidate !== undefined && others.length === 0
      ? `it has no line of ${FORMATS[candidate.format].title}`
      : `it has no line of a format that can be imported: ${names}`;
  }
}

/** A task as `top` and the log name it. */
function titleOf({ name, task, process }: TaskFacts): string {
  const id = task === process ? undefined : task;
  return [name, id].filter((word) => word !== undefined && word !== "").join("-");
}
