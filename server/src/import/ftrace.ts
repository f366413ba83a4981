/**
 * Text of Linux's tracers: ftrace (trace, trace_pipe; latency, verbose and no-context layouts), trace-cmd report,
 * perf script, tracepoints printed into the kernel's log. Only the columns before an event are read here.
 */

import { counted } from "../syntax/counted.ts";
import { itemAt } from "../syntax/item-at.ts";
import { bareLine, mayBeginRecord, withoutPrefix } from "./clean.ts";
import { DeviceAttributeReader } from "./device-attributes.ts";
import {
  ANOTHER_RECORDING,
  type Emit,
  type LogEntry,
  type LogEvent,
  type Origin,
  type Reader,
} from "./event.ts";
import { ColumnReader, type Columns } from "./ftrace-columns.ts";
import { type Groups, groupsOf } from "./groups.ts";
import { isMarker, readKernelEvent, readPlainEvent } from "./kernel-events.ts";
import { TextScanner } from "./text-scanner.ts";

/** What stands before an event, by name: who, when, which event. */
const layouts: readonly RegExp[] = [
  // COMM-PID (TGID) [CPU] FLAGS TIME: EVENT: …   trace, trace_pipe, trace-cmd; flags and TGID are options. Kernels
  // have 4 flags to 7 and more (PREEMPT_RT, lazy preemption); only that of interrupts has its letters.
  /^\s*(?<name>.+?)-(?<task>\d+)\s+(?:\(\s*(?<process>\d+|-+)\s*\)\s+)?\[(?<hostCpu>\d+)\]\s+(?:(?<flags>[.\w#]{4,16})\s+)?(?<time>\d+(?:\.\d+)?):\s+(?:\(\+?\S+\)\s+)?(?:[\w-]+:)?(?<event>[A-Za-z_]\w*):\s*(?<rest>.*)$/,
  // COMM PID/TID [CPU] TIME: SYSTEM:EVENT: …     perf script
  /^\s*(?<name>\S.*?)\s+(?:(?<process>\d+)\/\s*)?(?<task>\d+)\s+(?:\[(?<hostCpu>\d+)\]\s+)?(?:(?<flags>[.\w#]{4,16})\s+)?(?<time>\d+\.\d+):\s+(?:\d+\s+)?[\w-]+:(?<event>\w+):\s*(?<rest>.*)$/,
  // COMM-PID CPU FLAGS TIMEus EVENT: …           latency-format; with seconds, trace-cmd report -l
  /^\s*(?<name>.{1,16}?)-(?<task>\d+)\s+\d+(?<flags>[.a-zA-Z#\d]{4,15})\s+(?<time>\d+us|\d+\.\d+)[^\w\s]?\s*:\s+(?<event>[A-Za-z_]\w*):\s*(?<rest>.*)$/,
  // COMM PID CPU FLAGS … TIMEms (+DELTAms): …    latency-format with verbose
  /^\s*(?<name>\S.*?)\s+(?<task>\d+)\s+\d+\s+\d+\s+[\da-f]{8}\s+[\da-f]{8}\s+\[[\da-f]+\]\s+(?<time>\d+\.\d+ms)\s+\(\+[\d.]+ms\):\s+(?<event>[A-Za-z_]\w*):\s*(?<rest>.*)$/,
  // [TIME] EVENT: …                              tp_printk
  /^(?:<\d+>)?\[\s*(?<time>\d+\.\d+)\](?:\[\s*\w+\])?\s+(?<event>[a-z_]\w*):\s*(?<rest>.*)$/,
  // EVENT: …                                     nocontext-info
  /^\s*(?<event>kvm_\w+|vgic_update_irq_pending|trap_reg|tracing_mark_write|\w+(?=: \(\w+\+0x)):\s+(?<rest>.*)$/,
];

/** What every layout has. */
const always = ["event", "rest"] as const;
type Always = (typeof always)[number];

/** A line of options/raw: it has no payload. */
const raw = /^\s*(?:.*-)?\d+\s+\d+\s+\d+\s+type: \d+$/;
const rawEvents = "lines without values: printed with options/raw; print them without it";
const lostMark =
  /^\s*CPU:?\s?\d+:?\s+\[?(?:LOST )?(?:(?<count>\d+) )?EVENTS?(?: DROPPED| LOST)?\]?\s*$|PERF_RECORD_LOST\D*(?<more>\d+)/i;
const comment = /^\s*#|^(?:cpus|version)\s*=\s*\d+\s*$|^\s*$/;
/** The first line of a recording. */
const beginsRecording = /^\s*# tracer:|^cpus\s*=/;
const written = /entries-in-buffer\/entries-written:\s*(\d+)\/(\d+)|#(\d+)\/(\d+), CPU#/;
/** What looks like an event's columns although the line is no event: cut, or two lines in one. */
const columns = /\[\d{3,}\]\s|\bkvm_mmio\b|\bvgic_update_irq_pending\b|\bkvm_irq_line\b/;

export class FtraceReader implements Reader {
  /** The layout of the last line: logs keep to one. */
  #layout = 0;
  #anyEvent = false;
  /** A VMM's calls may stand in markers. */
  readonly #calls = new DeviceAttributeReader();
  readonly #columns = new ColumnReader(originIfPlain);
  readonly #scanner = new TextScanner();

  read(line: string, emit: Emit): boolean {
    if (comment.test(line)) return this.#comment(line, emit);
    const bare = withoutPrefix(line);
    // Only the kernel's own prefix tells the time of what tp_printk prints.
    const framed = bare === undefined ? undefined : this.#match(bare);
    const found = framed?.task === undefined ? this.#match(line) : framed;
    if (found !== undefined) {
      this.#anyEvent = true;
      const { event, rest, time } = found;
      const origin = originOf(found);
      if (isMarker(event) && this.#calls.read(rest, (call) => emit({ event: call.event, origin, time })))
        return true;
      emit({ event: readKernelEvent(event, rest), origin, time });
      return true;
    }
    const event = withoutEvent(line);
    if (event === undefined) return false;
    emit({ event, origin: { task: "" } });
    return true;
  }

  glance(text: string, start: number, end: number): LogEntry | undefined {
    const columns = this.#layout === 0 ? this.#columns.read(text, start, end) : undefined;
    if (columns === undefined) return undefined;
    this.#anyEvent = true;
    const { origin, time, event: name, restAt } = columns;
    this.#scanner.begin(text, restAt, end);
    const plain = readPlainEvent(name, this.#scanner);
    if (plain !== undefined) return { event: plain, origin, time };
    const rest = text.slice(restAt, end);
    if (isMarker(name) || mayBeginRecord(rest)) return undefined;
    const event = readKernelEvent(name, rest);
    // It may go on in the next line.
    return event.kind === "unreadable" ? undefined : { event, origin, time };
  }

  #comment(line: string, emit: Emit): boolean {
    if (/^\s*#{5}/.test(line)) {
      emit({ event: { kind: "left-out", why: "marks where a CPU's buffer begins" }, origin: { task: "" } });
      return true;
    }
    if (this.#anyEvent && beginsRecording.test(line)) {
      this.#anyEvent = false;
      return emitted(emit, { kind: "lost", what: ANOTHER_RECORDING });
    }
    const sizes = written.exec(line);
    if (!sizes) return line.trim() !== "" && emitted(emit, { kind: "heading" });
    const [kept, all] = [Number(sizes[1] ?? sizes[3]), Number(sizes[2] ?? sizes[4])];
    if (kept >= all) return emitted(emit, { kind: "heading" });
    return emitted(emit, {
      kind: "lost",
      what: `the first ${all - kept} of ${all} events were overwritten in the tracer's buffer`,
    });
  }

  #match(line: string): Groups<Always> | undefined {
    for (let i = 0; i < layouts.length; i++) {
      const layout = (this.#layout + i) % layouts.length;
      const groups = groupsOf(itemAt(layouts, layout), line, always);
      if (groups === undefined) continue;
      this.#layout = layout;
      return groups;
    }
    return undefined;
  }
}

/** Who printed a line, if it and all that begin like it need nothing but what a glance does to them. */
function originIfPlain(line: string, prefix: string, columns: Columns): Origin | undefined {
  if (comment.test(line) || bareLine(prefix) !== prefix || withoutPrefix(line) !== undefined)
    return undefined;
  if (mayBeginRecord(prefix)) return undefined;
  const groups = groupsOf(itemAt(layouts, 0), line, always);
  const isSame =
    groups?.time === columns.time && groups.event === columns.event && groups.rest === columns.rest;
  return isSame ? originOf(groups) : undefined;
}

function emitted(emit: Emit, event: LogEvent): true {
  emit({ event, origin: { task: "" } });
  return true;
}

function originOf({ name, task = "", process, flags, hostCpu }: Record<string, string | undefined>): Origin {
  return {
    task,
    name: name === undefined || /^<\.\.\.>$|^:\d+$/.test(name) ? undefined : name,
    process: process === undefined || process.startsWith("-") ? undefined : process,
    interrupt: name === "<idle>" || (flags === undefined ? undefined : /[hHsSzZ]/.test(flags)),
    ...(hostCpu === undefined ? {} : { hostCpu: Number(hostCpu) }),
  };
}

/** What a line of a tracer says that has no event. */
function withoutEvent(line: string): LogEvent | undefined {
  const lost = lostMark.exec(line);
  if (lost) {
    const count = lost.groups?.count ?? lost.groups?.more;
    return {
      kind: "lost",
      what:
        count === undefined
          ? "events were dropped"
          : `${counted(Number(count), "event was", "events were")} lost`,
    };
  }
  if (raw.test(line)) return { kind: "left-out", why: rawEvents };
  if (/-\d+\s+\[\d+\].*\d+:\s+sys_\w+(?:\(| ->)/.test(line))
    return { kind: "left-out", why: "system calls, whose arguments are pointers" };
  return columns.test(line) ? { kind: "unreadable" } : undefined;
}
