/** The second reading of a log: each line to the VM that it is about, as a line of a trace or as a count. */
import { readLine } from "./clean.ts";
import type { AddressAccess, AttributeEvent, LogEntry, Reader } from "./event.ts";
import { FORMATS, formatNames } from "./formats.ts";
import { LineSplitter } from "./lines.ts";
import type { Piece } from "./piece.ts";
import type { Plan } from "./plan.ts";
import { cpuNamed } from "./survey.ts";
import { type Reason, Tally } from "./tally.ts";
import { VmWriter } from "./vm-writer.ts";

/** What an import came to. */
export interface Summary {
  readonly lines: number;
  readonly operations: number;
  /** Operations that are written as a count. */
  readonly folded: number;
  /** Operations that the emulator answers differently than the log. */
  readonly differing: number;
  readonly leftOut: readonly Reason[];
}

export interface ImportOptions {
  readonly plan: Plan;
  /** What the log is called in the trace. */
  readonly name: string;
  /** The piece of the log that is asked for; absent: all. */
  readonly piece?: Piece;
  /** Takes text of the trace of each VM; they stand one after the other in the file. */
  readonly write: (vm: number, text: string) => void;
}

const unreadable = "lines that cannot be read to their end (cut, or two in one)";
const routedLines = "kvm_set_irq: the vGIC's own line follows, unless it is a message (MSI)";
const probedAttributes = "probes of accesses that the VMM prints itself";
const nestedAccesses = "accesses of a nested guest: the log has those of its host, too";
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
const cutEnd = "The log's last line has no end: it may be cut, so what it says is not asked for.";

/** Reads a log for the second time. */
export class Importer {
  readonly #options: ImportOptions;
  readonly #reader: Reader;
  readonly #others: readonly { readonly format: string; readonly reader: Reader }[];
  readonly #splitter = new LineSplitter((line, ended, count) => this.#line(line, ended, count));
  readonly #tally = new Tally();
  readonly #writers: readonly VmWriter[];
  /** By task: the vCPU that it ran last. */
  readonly #running = new Map<string, number>();
  /** By task: an access that was announced and has not shown yet. */
  readonly #announced = new Map<
    string,
    { readonly entry: LogEntry; readonly announces: AddressAccess | AttributeEvent }
  >();
  #lines = 0;
  #cut = false;

  constructor(options: ImportOptions) {
    const { plan, name, write, piece = {} } = options;
    this.#options = options;
    this.#reader = new FORMATS[plan.format].reader();
    this.#others = formatNames
      .filter((format) => format !== plan.format)
      .map((format) => ({ format, reader: new FORMATS[format].reader() }));
    write(0, `# Imported from ${printable(name)}: ${FORMATS[plan.format].title}.\n\n`);
    this.#writers = plan.vms.map(({ setup, tasks }, vm) => {
      const several = plan.vms.length > 1;
      return new VmWriter({
        setup,
        title: several
          ? printable(`VM ${vm + 1}${tasks.length === 0 ? "" : `: ${tasks.slice(0, 8).join(", ")}`}`)
          : undefined,
        knowledge: {
          stimulusOnly: FORMATS[plan.format].stimulusOnly,
          guest: plan.guest || plan.format === "vgic-state",
        },
        piece,
        write: (text) => write(vm, text),
      });
    });
  }

  write(chunk: string): void {
    this.#splitter.write(chunk);
  }

  end(): Summary {
    this.#splitter.end();
    this.#reader.end?.((entry) => this.#take(entry));
    for (const task of [...this.#announced.keys()]) this.#settle(task);
    const { write, plan } = this.#options;
    for (const [vm, writer] of this.#writers.entries()) {
      writer.end();
      if (vm < this.#writers.length - 1) write(vm, "\n");
    }
    const summary: Summary = {
      lines: this.#lines,
      operations: this.#sum(({ output }) => output.operations),
      folded: this.#sum(({ output }) => output.folded),
      differing: this.#sum(({ output }) => output.differing),
      leftOut: this.#tally.reasons(),
    };
    const last = plan.vms.length - 1;
    if (this.#some("vmm") && !this.#some("guest")) write(last, vmmHabits);
    for (const [code, why] of MEMORY_CODES) {
      if (this.#writers.some(({ unseen }) => unseen.has(code)))
        write(last, `# vgic-ignore-file[${code}]: ${why}\n`);
    }
    write(last, closingText(summary, this.#cut));
    return summary;
  }

  #some(who: "vmm" | "guest"): boolean {
    return this.#writers.some(({ ignored }) => ignored[who]);
  }

  #sum(count: (writer: VmWriter) => number): number {
    return this.#writers.reduce((sum, writer) => sum + count(writer), 0);
  }

  #line(line: string, ended: boolean, count: number): void {
    this.#lines += count;
    if (line.trim() === "") return;
    const take = (entry: LogEntry) => this.#take(ended ? entry : this.#cutEntry(entry));
    if (readLine(this.#reader, line, take)) return;
    const other = this.#others.find(({ reader }) => readLine(reader, line, () => {}));
    this.#tally.add(
      other === undefined ? "lines that are no event" : `lines of another format (--from ${other.format})`,
      this.#lines,
    );
  }

  /** A value whose end may be missing is not one to ask for. */
  #cutEntry(entry: LogEntry): LogEntry {
    this.#cut = true;
    const { event } = entry;
    if (event.kind !== "access" || event.write) return entry;
    return { ...entry, event: { ...event, value: undefined } };
  }

  #take(entry: LogEntry): void {
    const why = this.#leftOut(entry);
    if (why !== undefined) this.#tally.add(why, this.#lines);
  }

  /** Does what a line says; gives why it is left out, if it is. */
  #leftOut(entry: LogEntry): string | undefined {
    const { event, origin } = entry;
    if (event.kind === "heading" || event.kind === "fact") return undefined;
    if (event.kind === "unreadable") return unreadable;
    if (event.kind === "lost") {
      for (const { output } of this.#writers) output.lose(event.what);
      return `lost events: ${event.what}`;
    }
    const named = cpuNamed(event);
    const tells = event.kind !== "line" || event.by === "vgic";
    if (named !== undefined && tells && !origin.interrupt) this.#running.set(origin.task, named);
    if (event.kind === "left-out") return event.why;
    if (event.kind === "attribute" && event.probed && this.#options.plan.told) return probedAttributes;
    if (event.kind === "system" && event.nested && !this.#options.plan.nestedOnly) return nestedAccesses;
    if (event.kind === "line" && event.by === "route" && this.#options.plan.updates) return routedLines;
    if (event.kind !== "announcement") return this.#give(entry);
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
    const why = this.#give({ ...announced.entry, event: announced.announces });
    if (why !== undefined) this.#tally.add(why, this.#lines);
  }

  /** Hands an event to the VM that it is about. */
  #give(entry: LogEntry): string | undefined {
    const { event, origin } = entry;
    const { roles, vms } = this.#options.plan;
    const role = roles.get(origin.task);
    // An interrupt that hits a vCPU of one VM may be about another VM.
    const vm = vms.length === 1 ? 0 : origin.interrupt ? undefined : role?.vm;
    const writer = vm === undefined ? undefined : this.#writers[vm];
    if (writer === undefined) return "lines that could be about any of the VMs";
    const cpu = cpuNamed(event) ?? role?.cpu ?? this.#running.get(origin.task) ?? 0;
    const phase = writer.output.enter(entry.time);
    if (phase === "after") return "lines after the piece (--until)";
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
          this.#tally.add("markers of accesses that show", this.#lines);
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

/** Text of a log in a comment or a title: without what is no character to see. */
function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}

function closingText({ leftOut, lines, operations }: Summary, cut: boolean): string {
  const reasons = leftOut.map(
    ({ why, count, first }) =>
      `#   ${String(count).padStart(8)}  ${printable(why)} (first in line ${first})\n`,
  );
  const heading = `\n# ${lines} lines of the log gave ${operations} operations.`;
  const left = reasons.length === 0 ? " Nothing was left out.\n" : " Left out:\n";
  return `${heading}${left}${reasons.join("")}${cut ? `# ${cutEnd}\n` : ""}`;
}
