/**
 * QEMU's own trace events (`-trace`, `-d trace:`) of its GIC models and of memory regions. They come from QEMU's
 * model, not from KVM: what the guest did is taken, what it was answered is not held against KVM.
 */
import { FRAMES, type MemoryFrame } from "../vgic/frame-table.ts";
import { type Emit, type LogEvent, nobody, type Origin, type Reader, widthOf } from "./event.ts";
import { type Groups, groupsOf } from "./groups.ts";
import { readQemuCommand, readQemuMsi } from "./its-events.ts";
import { parseAddress, parseInteger } from "./numbers.ts";

const line =
  /^(?:(?<task>\d+)@(?<time>\d+\.\d+):)?(?<event>(?:gic|gicv3|gicv2m|arm_gic|kvm|memory_region|armv7m|nvic)_\w+) (?<rest>\S.*)$/;

interface Rule {
  readonly events: RegExp;
  /** Reads the message of an event that is called so. */
  readonly read: (message: string, name: string) => LogEvent;
}

/** @param always the parts that every such message has */
function rule<Always extends string>(
  events: RegExp,
  message: RegExp,
  always: readonly Always[],
  event: (parts: Groups<Always>, name: string) => LogEvent,
): Rule {
  const read = (text: string, name: string) => {
    const parts = groupsOf(message, text, always);
    return parts === undefined ? unreadable : event(parts, name);
  };
  return { events, read };
}

const unreadable: LogEvent = { kind: "unreadable" };
const leftOut = (why: string): LogEvent => ({ kind: "left-out", why });

const rules: readonly Rule[] = [
  rule(
    /^gicv3_(?:dist|redist)_(?:bad)?(?:read|write)$/,
    /^GICv3 (?<frame>distributor|redistributor)(?: (?<owner>\w+))? (?<verb>read|write): offset (?<offset>\w+)(?: data (?<data>\w+))? size (?<size>\d+)/,
    ["frame", "verb", "offset", "size"],
    ({ frame, owner, verb, offset, data, size }) =>
      inFrame(frame === "distributor" ? "GICD" : "GICR", {
        verb,
        offset,
        data,
        size,
        owner: affinity(owner),
      }),
  ),
  rule(
    /^gic_dist_(?:read|write)$/,
    /^dist (?<verb>read|write) at (?<offset>\w+) size (?<size>\d+):\s*(?<data>\w+)$/,
    ["verb", "offset", "size"],
    ({ verb, offset, data, size }) => inFrame("GICD", { verb, offset, data, size }),
  ),
  rule(
    /^gic_cpu_(?:read|write)$/,
    /^(?<name>v?cpu) (?<cpu>\d+) iface (?<verb>read|write) at (?<offset>\w+):? (?<data>\w+)$/,
    ["verb", "offset"],
    ({ name, cpu, verb, offset, data }) =>
      name === "cpu"
        ? inFrame("GICC", { verb, offset, data, size: "4", cpu: Number(cpu) })
        : leftOut("accesses of a nested guest"),
  ),
  rule(
    /^gicv3_(?:dist|redist)_set_irq$/,
    /^GICv3 (?:distributor|redistributor (?<owner>\w+)) interrupt (?<intid>\d+) level changed to (?<level>\d+)$/,
    ["intid", "level"],
    ({ owner, intid, level }) => deviceLine(intid, level, affinity(owner)),
  ),
  rule(
    /^gic_set_irq$/,
    /^irq (?<intid>\d+) level (?<level>\d+) cpumask (?<mask>\w+)/,
    ["intid", "level", "mask"],
    ({ intid, level, mask }) => deviceLine(intid, level, firstBit(mask)),
  ),
  rule(
    /^gicv3_icc_(?!generate_sgi)\w+_?(?:read|write)$/,
    /^GICv3 (?<register>ICC_\w+) (?<verb>read|write) cpu (?<cpu>\w+) value (?<value>\w+)$/,
    ["register", "verb"],
    ({ register, verb, cpu, value }) => ({
      kind: "system",
      register: `${register}_EL1`,
      write: verb === "write",
      value: parseAddress(value),
      cpu: affinity(cpu),
    }),
  ),
  rule(
    /^gicv3_icv_\w+_?(?:read|write)$/,
    /^GICv3 ICV_(?<register>\w+) (?<verb>read|write) cpu (?<cpu>\w+) value (?<value>\w+)$/,
    ["register", "verb"],
    ({ register, verb, cpu, value }) => ({
      kind: "system",
      register: `ICC_${register}_EL1`,
      write: verb === "write",
      value: parseAddress(value),
      cpu: affinity(cpu),
      nested: true,
    }),
  ),
  rule(
    /^gicv3_its_(?:bad)?(?:read|write)$/,
    /^GICv3 ITS (?<verb>read|write): offset (?<offset>\w+) data (?<data>\w+) size (?<size>\d+)/,
    ["verb", "offset", "size"],
    ({ verb, offset, data, size }) => inFrame("GITS", { verb, offset, data, size }),
  ),
  rule(
    /^gicv3_its_cmd_/,
    /^(?<text>.*)$/,
    ["text"],
    ({ text }) => readQemuCommand(text) ?? leftOut("commands of the ITS that KVM does not have"),
  ),
  rule(
    /^gicv3_its_translation_write$/,
    /^(?<text>.*)$/,
    ["text"],
    ({ text }) => readQemuMsi(text) ?? unreadable,
  ),
  rule(/^gicv3_ich_\w+$/, /^.*$/, [], () =>
    leftOut("gicv3_ich_* events: what a hypervisor in the VM writes into its list registers"),
  ),
  rule(
    /^gicv3_icc_generate_sgi$/,
    /^GICv3 CPU i\/f (?<cpu>\w+) generating SGI (?<sgi>\d+) IRM (?<irm>\d) target affinity (?<target>\w+)xx targetlist (?<list>\w+)$/,
    ["sgi", "irm"],
    generatedSgi,
  ),
  rule(
    /^memory_region_ops_(?:read|write)$/,
    /^cpu (?<cpu>-?\d+) mr \w+ addr (?<address>\w+) value (?<data>\w+) size (?<size>\d+)(?: name '(?<name>[^']*)')?$/,
    ["cpu", "size"],
    memoryRegion,
  ),
];

export class QemuReader implements Reader {
  /** The accesses show twice where both the model's own events and memory_region_ops are on. */
  #regions = false;
  readonly #told = new Set<string>();

  read(text: string, emit: Emit): boolean {
    const groups = groupsOf(line, text, ["event", "rest"]);
    if (groups === undefined) return false;
    this.#model(groups.event, groups.task, emit);
    const event = this.#event(groups.event, groups.rest);
    // Where no thread is named, a redistributor's own vCPU is the likeliest.
    const named =
      groups.task === undefined && event.kind === "frame-access"
        ? { ...event, cpu: event.cpu ?? event.owner }
        : event;
    emit({ event: named, origin: originOf(groups.task, event), time: groups.time });
    return true;
  }

  /** The events of a model name it. */
  #model(event: string, task: string | undefined, emit: Emit): void {
    const origin = task === undefined ? nobody : { task };
    const reason = `the log has ${event} events`;
    if (event.startsWith("gicv3_its_") && !this.#told.has("its")) {
      this.#told.add("its");
      emit({ event: { kind: "fact", its: true, reason }, origin });
    }
    const model = event.startsWith("gicv3_") ? "v3" : /^gic_\w/.test(event) ? "v2" : undefined;
    if (model === undefined || this.#told.has(model)) return;
    this.#told.add(model);
    emit({ event: { kind: "fact", model, reason }, origin });
  }

  #event(name: string, rest: string): LogEvent {
    const rule = rules.find(({ events }) => events.test(name));
    if (rule === undefined) return leftOut(`${name} events`);
    const event = rule.read(rest.trimEnd(), name);
    if (name.startsWith("memory_region") && (event.kind === "access" || event.kind === "frame-access")) {
      this.#regions = true;
    } else if (this.#regions && event.kind === "frame-access") {
      return {
        kind: "left-out",
        why: "accesses that the log also shows as memory_region_ops",
        cpu: event.cpu,
      };
    }
    return event;
  }
}

function originOf(task: string | undefined, event: LogEvent): Origin {
  return task === undefined || event.kind === "line" ? nobody : { task };
}

interface FrameParts {
  readonly verb: string;
  readonly offset: string;
  readonly data?: string | undefined;
  readonly size: string;
  readonly owner?: number | undefined;
  readonly cpu?: number | undefined;
}

function inFrame(frame: MemoryFrame, { verb, offset, data, size, owner, cpu }: FrameParts): LogEvent {
  const [place, width] = [parseAddress(offset), widthOf(Number(size))];
  if (place === undefined || width === undefined) return { kind: "unreadable" };
  const value = data === undefined ? undefined : parseAddress(data);
  return {
    kind: "frame-access",
    frame,
    offset: Number(place),
    owner,
    write: verb === "write",
    width,
    value,
    cpu,
  };
}

function deviceLine(intid: string, level: string, cpu: number | undefined): LogEvent {
  const number = Number(intid);
  return {
    kind: "line",
    by: "device",
    intid: number,
    cpu: number < 32 ? (cpu ?? 0) : undefined,
    high: level !== "0",
  };
}

/** The index of the vCPU with an affinity: QEMU puts 16 in a cluster on GICv3. */
function affinity(text: string | undefined): number | undefined {
  const value = Number(parseAddress(text) ?? -1n);
  return value < 0 ? undefined : ((value >> 8) & 0xff) * 16 + (value & 0xff);
}

function firstBit(mask: string): number | undefined {
  const bits = Number(parseInteger(mask) ?? 0n);
  return bits === 0 ? undefined : 31 - Math.clz32(bits & -bits);
}

/** ICC_SGI1R_EL1: IRM bit 40, affinity 1 from bit 16, INTID from bit 24, target list from bit 0. */
function generatedSgi({ cpu, sgi, irm, target, list }: Groups<"irm" | "sgi">): LogEvent {
  const [targets, cluster] = [parseAddress(list), parseAddress(target)];
  if (targets === undefined || cluster === undefined) return unreadable;
  const value = (BigInt(irm) << 40n) | (BigInt(sgi) << 24n) | ((cluster & 0xffn) << 16n) | targets;
  return { kind: "system", register: "ICC_SGI1R_EL1", write: true, value, cpu: affinity(cpu) };
}

const regionFrames: readonly (readonly [RegExp, MemoryFrame])[] = [
  [/^(?:gicv3_dist|gic_dist)$/, "GICD"],
  [/^gicv3_redist/, "GICR"],
  [/^gic_cpu$/, "GICC"],
];

/** The address is absolute, in old versions an offset in the region. */
function memoryRegion(
  { cpu, address, data, size, name = "" }: Groups<"cpu" | "size">,
  event: string,
): LogEvent {
  const [place, value, width] = [parseAddress(address), parseAddress(data), widthOf(Number(size))];
  if (place === undefined || value === undefined || width === undefined) return unreadable;
  const frame = regionFrames.find(([names]) => names.test(name))?.[1];
  if (name !== "" && frame === undefined) return leftOut("memory regions other than the GIC's");
  const write = event.endsWith("write");
  const who = Number(cpu) < 0 ? undefined : Number(cpu);
  const access = { write, width, value, cpu: who };
  if (frame === undefined || place >= 0x1000000n)
    return { kind: "access", address: Number(place), ...access };
  const offset = Number(place);
  if (frame !== "GICR") return { kind: "frame-access", frame, offset, ...access };
  return {
    kind: "frame-access",
    frame,
    offset: offset % FRAMES.GICR.bytes.v3,
    owner: Math.floor(offset / FRAMES.GICR.bytes.v3),
    ...access,
  };
}
