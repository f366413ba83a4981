/** The second reading of logs: each line to the VM that it is about, as a line of a trace or as a count. */

import { counted } from "../syntax/counted.ts";
import { itemAt } from "../syntax/item-at.ts";
import { type AddressAccess, ANOTHER_RECORDING, type AttributeEvent, type LogEntry } from "./event.ts";
import { formatRow } from "./formats.ts";
import { LogReader, type ReadLine, type StepBack, taskIn, type Witness } from "./log-reader.ts";
import { Merge, type MergeOrder } from "./merge.ts";
import type { Piece } from "./piece.ts";
import type { Plan, PlannedLog } from "./plan.ts";
import { cpuNamed } from "./survey.ts";
import { type LinePlace, type Reason, Tally } from "./tally.ts";
import { VmWriter } from "./vm-writer.ts";
import type { TaskRole } from "./vms.ts";

/** What an import came to. */
export interface Summary {
  readonly lines: number;
  readonly operations: number;
  /** Operations that are written as a count. */
  readonly folded: number;
  /** Operations that the emulator answers differently than the log. */
  readonly differing: number;
  readonly leftOut: readonly Reason[];
  /** Lines without an event: headings, blank ones, replies. */
  readonly silent: number;
  /** Where times run backwards first, and how often they do; absent where they do not. */
  readonly stepsBack?: StepsBack;
  /** Where the log itself says that events are missing. */
  readonly lostEvents?: Loss;
  /** Where the log itself says that another recording begins. */
  readonly recordings?: Loss;
  /** What of the log was asked for. */
  readonly piece: Piece;
}

/** The first line that says what a log does not show, in its words, and how many there are. */
export interface Loss extends LinePlace {
  readonly what: string;
  count: number;
}

/** The first line whose time is before that of a line above it, and how many there are. */
export interface StepsBack extends StepBack, LinePlace {
  count: number;
}

export interface ImportOptions {
  readonly plan: Plan;
  /** What each log is called in the trace. */
  readonly names: readonly string[];
  /** How several logs are put together. */
  readonly order?: MergeOrder;
  /** Seconds from the times of each log to those of the first; absent: 0. */
  readonly offsets?: readonly number[];
  /** The piece of the log that is asked for; absent: all. */
  readonly piece?: Piece;
  /** Takes text of the trace of each VM; they stand one after the other in the file. */
  readonly write: (vm: number, text: string) => void;
  /** Looks on while a single log is read. */
  readonly witness?: Witness;
}

const unreadable = "lines that cannot be read to their end (cut, or two in one)";
const routedLines = "kvm_set_irq: the vGIC's own line follows, unless it is a message (MSI)";
const probedAttributes = "probes of accesses that the VMM prints itself";
const nestedAccesses = "accesses of a nested guest: the log has those of its host, too";
const outerModel = "QEMU's own GIC: the VM is one that KVM runs in that machine";
const unknownCpu = "accesses of a nested guest on a CPU where no line shows a vCPU";
const linesElsewhere = "KVM_IRQ_LINE calls: another log has the vGIC's own lines";
/** What a VMM always does is not worth a finding for each call. */
const vmmHabits =
  "\n# vgic-ignore-file[ineffective-access]: a VMM saves and restores registers that ignore it with all others, which does no harm\n";
/** What the emulator finds because guest memory is not in the log. */
const MEMORY_CODES = [
  ["ineffective-command", "commands and tables are in guest memory, which the log does not show"],
  ["table-outside-memory", "where guest memory is, the log does not show"],
  ["stale-lpi-configuration", "the LPIs' configuration is in guest memory, which the log does not show"],
  ["event-without-collection", "the log shows this"],
] as const;
/** So many steps back in time are told where they are; of lines that are in no order it is enough to say so. */
const MOST_TOLD_STEPS = 20;
const cutEnd = "The log's last line has no end: it may be cut, so what it says is not asked for.";

/** Reads logs for the second time. */
export class Importer {
  readonly #options: ImportOptions;
  readonly #readers: readonly LogReader[];
  readonly #merge: Merge;
  readonly #tally = new Tally();
  #stepsBack: StepsBack | undefined;
  #lostEvents: Loss | undefined;
  #recordings: Loss | undefined;
  #headings = 0;
  readonly #writers: readonly VmWriter[];
  readonly #roles = new Map<string, TaskRole>();
  /** By task: the vCPU that it ran last. */
  readonly #running = new Map<string, number>();
  /** By CPU of the host: the vCPU that was last seen there, if a log of a nested guest asks for it. */
  readonly #onHost: Map<number, TaskRole> | undefined;
  /** By task: an access that was announced and has not shown yet. */
  readonly #announced = new Map<
    string,
    { readonly entry: LogEntry; readonly announces: AddressAccess | AttributeEvent }
  >();
  /** The line that is being written. */
  #line: Pick<ReadLine, "log" | "number"> = { log: 0, number: 0 };
  #cut = false;

  constructor(options: ImportOptions) {
    const { plan, names, write, piece = {}, order = "time", offsets = [], witness } = options;
    const { logs } = plan;
    this.#options = options;
    this.#merge = new Merge(logs.length, order);
    this.#readers = logs.map(
      ({ format }, log) =>
        new LogReader({
          log,
          format,
          offset: offsets[log] ?? 0,
          timed: logs.length > 1 && order === "time",
          witness,
          // What need not wait for other logs is not kept: the collector would have to look at it.
          take: logs.length === 1 ? (line) => this.#take(line) : (line) => this.#merge.push(line),
        }),
    );
    if (logs.some(({ nested }) => nested === "only")) this.#onHost = new Map();
    for (const [log, { roles }] of logs.entries()) {
      for (const [task, role] of roles) this.#roles.set(taskIn(log, task), role);
    }
    const sources = logs.map(
      ({ format }, log) => `${printable(itemAt(names, log))}: ${formatRow(format).title}`,
    );
    write(0, `# Imported from ${sources.join(", and ")}.\n\n`);
    this.#writers = plan.vms.map(({ setup, tasks }, vm) => {
      const several = plan.vms.length > 1;
      return new VmWriter({
        setup,
        title: several
          ? printable(`VM ${vm + 1}${tasks.length === 0 ? "" : `: ${tasks.slice(0, 8).join(", ")}`}`)
          : undefined,
        guest: plan.guest || logs.some(({ format }) => format === "vgic-state"),
        piece,
        write: (text) => write(vm, text),
      });
    });
  }

  /** The log that is to be read on; undefined once all have ended. */
  awaited(): number | undefined {
    return this.#merge.awaited();
  }

  write(log: number, chunk: string): void {
    itemAt(this.#readers, log).write(chunk);
    this.#advance();
  }

  /** A log is over. */
  endOf(log: number): void {
    itemAt(this.#readers, log).end();
    this.#merge.end(log);
    this.#advance();
  }

  #advance(): void {
    for (let line = this.#merge.next(); line !== undefined; line = this.#merge.next()) this.#take(line);
  }

  /** All logs are over. */
  end(): Summary {
    for (const task of [...this.#announced.keys()]) this.#settle(task);
    const { write, plan } = this.#options;
    for (const [vm, writer] of this.#writers.entries()) {
      writer.end();
      if (vm < this.#writers.length - 1) write(vm, "\n");
    }
    const summary: Summary = {
      lines: this.#readers.reduce((sum, { lines }) => sum + lines, 0),
      operations: this.#sum(({ output }) => output.operations),
      folded: this.#sum(({ output }) => output.folded),
      differing: this.#sum(({ output }) => output.differing),
      leftOut: this.#tally.reasons(),
      silent: this.#headings + this.#readers.reduce((sum, { blank }) => sum + blank, 0),
      stepsBack: this.#stepsBack,
      lostEvents: this.#lostEvents,
      recordings: this.#recordings,
      piece: this.#options.piece ?? {},
    };
    const last = plan.vms.length - 1;
    if (this.#some("vmm") && !this.#some("guest")) write(last, vmmHabits);
    for (const [code, why] of MEMORY_CODES) {
      if (this.#writers.some(({ unseen }) => unseen.has(code)))
        write(last, `# vgic-ignore-file[${code}]: ${why}\n`);
    }
    write(last, closingText(summary, this.#options.names, this.#cut));
    return summary;
  }

  #some(who: "vmm" | "guest"): boolean {
    return this.#writers.some(({ ignored }) => ignored[who]);
  }

  #sum(count: (writer: VmWriter) => number): number {
    return this.#writers.reduce((sum, writer) => sum + count(writer), 0);
  }

  #take(line: ReadLine): void {
    const { entries, leftOut, ended, stepBack } = line;
    // A dump in front of a log is the state that the log begins with.
    if (line.log !== this.#line.log) for (const writer of this.#writers) writer.endOfDump();
    this.#line = line;
    if (leftOut !== undefined) this.#leave(leftOut);
    else if (entries.every(isSilent)) this.#headings++;
    if (stepBack !== undefined) this.#stepBack(stepBack);
    for (const entry of entries) {
      const why = this.#leftOut(ended ? entry : this.#cutEntry(entry));
      if (why !== undefined) this.#leave(why);
    }
  }

  #leave(why: string): void {
    const { log, line } = this.#place();
    this.#tally.add(why, line, log);
  }

  #place(): LinePlace {
    const { log, number: line } = this.#line;
    return { line, log: this.#readers.length > 1 ? log : undefined };
  }

  /** Another recording begins, or the lines are not in order: what is before the next line is not known. */
  #stepBack(step: StepBack): void {
    this.#stepsBack ??= { ...step, ...this.#place(), count: 0 };
    if (++this.#stepsBack.count > MOST_TOLD_STEPS) return;
    for (const { output } of this.#writers)
      output.lose(`the log's times run backwards, from ${step.from} to ${step.to}`);
  }

  #note(what: string): void {
    const loss: Loss = { what, ...this.#place(), count: 0 };
    if (what === ANOTHER_RECORDING) {
      this.#recordings ??= loss;
      this.#recordings.count++;
    } else {
      this.#lostEvents ??= loss;
      this.#lostEvents.count++;
    }
  }

  /** A value whose end may be missing is not one to ask for. */
  #cutEntry(entry: LogEntry): LogEntry {
    this.#cut = true;
    const { event } = entry;
    if (event.kind !== "access" || event.write) return entry;
    return { ...entry, event: { ...event, value: undefined } };
  }

  /** Does what a line says; gives why it is left out, if it is. */
  #leftOut(entry: LogEntry): string | undefined {
    const { event, origin } = entry;
    if (isSilent(entry)) return undefined;
    if (event.kind === "unreadable") return unreadable;
    if (event.kind === "lost") {
      for (const { output } of this.#writers) output.lose(event.what);
      this.#note(event.what);
      return `lost events: ${event.what}`;
    }
    const log = itemAt(this.#options.plan.logs, this.#line.log);
    if (log.nested === "only" && !(event.kind === "system" && event.nested)) return outerModel;
    const named = log.nested === "only" ? undefined : cpuNamed(event);
    const tells = event.kind !== "line" || event.by === "vgic";
    if (named !== undefined && tells && !origin.interrupt) this.#running.set(origin.task, named);
    if (event.kind === "left-out") return event.why;
    if (event.kind === "attribute" && event.probed && this.#options.plan.told) return probedAttributes;
    if (event.kind === "system" && event.nested && log.nested === "left-out") return nestedAccesses;
    if (event.kind === "line" && event.by === "route" && this.#options.plan.updates) return routedLines;
    if (event.kind === "line" && event.by === "vmm" && log.linesElsewhere) return linesElsewhere;
    if (event.kind !== "announcement") return this.#give(entry, log);
    this.#settle(origin.task);
    if (event.announces === undefined) return "markers of what shows elsewhere";
    this.#announced.set(origin.task, { entry, announces: event.announces });
    return undefined;
  }

  /** An announced access that did not show, because it does not trap, is written as announced. */
  #settle(task: string): void {
    const announced = this.#announced.get(task);
    if (announced === undefined) return;
    this.#announced.delete(task);
    const log = itemAt(this.#options.plan.logs, this.#line.log);
    const why = this.#give({ ...announced.entry, event: announced.announces }, log);
    if (why !== undefined) this.#leave(why);
  }

  /** Hands an event to the VM that it is about. */
  #give(entry: LogEntry, log: PlannedLog): string | undefined {
    const { event, origin } = entry;
    const { vms } = this.#options.plan;
    const onHost =
      log.nested === "only" && event.kind === "system" ? this.#onHost?.get(event.cpu ?? 0) : undefined;
    const role = onHost ?? this.#roles.get(origin.task);
    // An interrupt that hits a vCPU of one VM may be about another VM.
    const vm = vms.length === 1 ? 0 : origin.interrupt ? undefined : role?.vm;
    const writer = vm === undefined ? undefined : this.#writers[vm];
    if (writer === undefined) return "lines that could be about any of the VMs";
    if (log.nested === "only" && onHost === undefined && writer.output.setup.cpus.value > 1)
      return unknownCpu;
    const named = log.nested === "only" ? undefined : cpuNamed(event);
    const cpu = named ?? role?.cpu ?? this.#running.get(origin.task) ?? 0;
    if (origin.hostCpu !== undefined && role !== undefined && !origin.interrupt)
      this.#onHost?.set(origin.hostCpu, { vm, cpu });
    const phase = writer.output.enter(entry.time);
    if (phase === "after") return "lines after the piece (--until)";
    writer.output.stimulusOnly = formatRow(log.format).stimulusOnly;
    const why = this.#hand(writer, entry, cpu);
    return phase === "before"
      ? (why ?? "lines before the piece (--since): what they did is in its state")
      : why;
  }

  #hand(writer: VmWriter, entry: LogEntry, cpu: number): string | undefined {
    const { event, origin } = entry;
    switch (event.kind) {
      case "access":
        if (!event.unanswered && this.#shows(origin.task, event)) {
          this.#leave("markers of accesses that show");
        }
        return writer.access(entry, event, cpu);
      case "frame-access":
        return writer.access(entry, event, cpu);
      case "its-command":
        return writer.itsCommand(entry, event, cpu);
      case "msi":
        return writer.msi(entry, event);
      case "system":
        return writer.system(entry, event, cpu);
      case "line":
        return writer.line(entry, event);
      case "attribute":
        return writer.attribute(entry, event);
      case "told":
        writer.output.comment(event.text);
        return event.why;
      case "dumped":
        return writer.dumped(event);
      case "dumped-interrupt":
        return writer.dumpedInterrupt(event);
      default:
        return undefined;
    }
  }

  /** Whether an access is the one that was announced; it is no longer awaited then. */
  #shows(task: string, { address, write }: AddressAccess): boolean {
    const awaited = this.#announced.get(task)?.announces;
    if (awaited?.kind !== "access" || awaited.address !== address || awaited.write !== write) return false;
    return this.#announced.delete(task);
  }
}

function isSilent({ event: { kind } }: LogEntry): boolean {
  return kind === "heading" || kind === "fact";
}

/** Text of a log in a comment or a title: without what is no character to see. */
function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}

/** How many lines there are, and how many of them have no event: headings, blank ones, replies. */
export function linesWords({ lines, silent }: Summary, of = ""): string {
  return `${counted(lines, "line")}${of}${silent === 0 ? "" : ` (${silent} of them without an event)`}`;
}

function closingText(summary: Summary, names: readonly string[], cut: boolean): string {
  const { leftOut, operations } = summary;
  const reasons = leftOut.map(({ why, count, first: { line, log } }) => {
    const where = log === undefined ? "" : ` of ${printable(itemAt(names, log))}`;
    return `#   ${printable(why)} (${count === 1 ? "" : `${count}, the first `}in line ${line}${where})\n`;
  });
  const read = linesWords(summary, names.length === 1 ? " of the log" : " of the logs");
  const heading = `\n# ${read} gave ${counted(operations, "operation")}.`;
  const left = reasons.length === 0 ? " Nothing was left out.\n" : " Left out:\n";
  return `${heading}${left}${reasons.join("")}${cut ? `# ${cutEnd}\n` : ""}`;
}
