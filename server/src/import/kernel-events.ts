/**
 * Events of the Linux kernel: the tracepoints of KVM (virt/kvm/trace, arch/arm64/kvm/trace_arm.h), probes on
 * functions of the vGIC, markers written by programs. The columns before them are read elsewhere.
 */
import { readDeviceAttribute } from "./device-attributes.ts";
import { type LineEvent, type LogEvent, widthOf } from "./event.ts";
import { type Groups, groupsOf } from "./groups.ts";
import { readMarker } from "./marker.ts";
import { type Fields, fieldsOf, parseAddress, parseInteger } from "./numbers.ts";

const unreadable: LogEvent = { kind: "unreadable" };

/** What an event says. */
export function readKernelEvent(event: string, rest: string): LogEvent {
  switch (event) {
    case "kvm_mmio":
      return readMmio(rest);
    case "vgic_update_irq_pending":
      return readUpdate(rest);
    case "kvm_irq_line":
      return readIrqLine(rest);
    case "kvm_set_irq":
      return readRouted(rest);
    case "kvm_sys_access":
      return readSystemAccess(rest);
    case "kvm_timer_update_irq":
      return readTimer(rest);
    default:
      return isMarker(event) ? readMarker(rest) : readProbe(event, rest);
  }
}

/** Whether an event is what a program wrote into the trace itself. */
export function isMarker(event: string): boolean {
  return event === "tracing_mark_write" || event === "print";
}

function leaveOut(why: string, cpu?: number): LogEvent {
  return { kind: "left-out", why, cpu };
}

const mmio = /^mmio (unsatisfied-read|read|write) len (\w+) gpa (\w+) val (\w+)\s*$/;
const mmioTypes = ["unsatisfied-read", "read", "write"];

function readMmio(rest: string): LogEvent {
  const words = mmio.exec(rest);
  if (words !== null) return mmioOf(words[1], words[2], words[3], words[4]);
  const { type, len, gpa, val } = fieldsOf(rest);
  return mmioOf(mmioTypes[Number(type)] ?? type, len, gpa, val);
}

function mmioOf(
  type: string | undefined,
  len: string | undefined,
  gpa: string | undefined,
  val: string | undefined,
): LogEvent {
  const width = widthOf(Number(parseInteger(len) ?? 0n));
  const address = parseAddress(gpa);
  const value = parseAddress(val);
  if (width === undefined || address === undefined || value === undefined) return unreadable;
  const place = Number(address);
  switch (type) {
    case "unsatisfied-read":
      return { kind: "access", width, address: place, write: false, unanswered: true };
    case "read":
      return { kind: "access", width, address: place, write: false, value };
    case "write":
      return { kind: "access", width, address: place, write: true, value };
    default:
      return unreadable;
  }
}

const update = /^VCPU:\s*(-?\w+), IRQ (\w+), level: (\w+)\s*$/;

function readUpdate(rest: string): LogEvent {
  const words = update.exec(rest);
  if (words !== null) return lineOf("vgic", words[2], words[3], words[1]);
  const fields = fieldsOf(rest);
  return lineOf("vgic", fields.irq, fields.level, fields.vcpu_id);
}

function lineOf(
  by: LineEvent["by"],
  irq: string | undefined,
  level: string | undefined,
  vcpu: string | undefined,
): LogEvent {
  const intid = parseInteger(irq);
  const high = parseInteger(level);
  const cpu = parseInteger(vcpu);
  if (intid === undefined || high === undefined) return unreadable;
  const owner = intid < 32n && cpu !== undefined ? Number(cpu) : undefined;
  return { kind: "line", by, intid: Number(intid), cpu: owner, high: high !== 0n };
}

const irqLine =
  /^Inject (?<what>.+?) interrupt \((?<type>\w+)\), vcpu->idx: (?<vcpu_idx>-?\w+), num: (?<irq_num>\w+), level: (?<level>\w+)\s*$/;

function readIrqLine(rest: string): LogEvent {
  const fields = irqLine.exec(rest)?.groups ?? fieldsOf(rest);
  const type = parseInteger(fields.type);
  if (type === undefined) return unreadable;
  if (type !== 1n && type !== 2n) return leaveOut("KVM_IRQ_LINE of a type that the vGIC does not take");
  const event = lineOf("vmm", fields.irq_num, fields.level, type === 2n ? fields.vcpu_idx : undefined);
  if (event.kind !== "line" || event.intid >= 32 === (type === 1n)) return event;
  return leaveOut("KVM_IRQ_LINE with an interrupt number that its type does not have: KVM refuses it");
}

const routed = /^gsi (?<gsi>\w+) level (?<level>\w+) source/;
const firstSpi = 32n;

/** An irqfd's interrupt: KVM routes input n to SPI n + 32 if nothing else was asked for. */
function readRouted(rest: string): LogEvent {
  const fields = routed.exec(rest)?.groups ?? fieldsOf(rest);
  const gsi = parseInteger(fields.gsi);
  return gsi === undefined ? unreadable : lineOf("route", `${gsi + firstSpi}`, fields.level, undefined);
}

const systemAccess = /(?:SYS_)?(?<name>\w+) \((?<encoding>\d+,\d+,\d+,\d+,\d+)\) (?<verb>read|write)\s*$/;
/** The registers that send SGIs, by op0, op1, CRn, CRm, op2: the only ones of the GIC that KVM always traps. */
const sgiRegisters: Readonly<Record<string, string>> = {
  "3,0,12,11,5": "ICC_SGI1R_EL1",
  "3,0,12,11,6": "ICC_ASGI1R_EL1",
  "3,0,12,11,7": "ICC_SGI0R_EL1",
};

function readSystemAccess(rest: string): LogEvent {
  const match = groupsOf(systemAccess, rest, ["encoding", "verb"]);
  if (match === undefined) return /Op0|op0/.test(rest) ? leaveOut("kvm_sys_access") : unreadable;
  const register = sgiRegisters[match.encoding];
  if (register === undefined)
    return leaveOut("system registers that are not the GIC's, or shown without a value");
  return { kind: "system", register, write: match.verb === "write" };
}

function readTimer(rest: string): LogEvent {
  const cpu = /^VCPU: (\d+)/.exec(rest)?.[1];
  return leaveOut(
    "kvm_timer_update_irq: the vGIC's own line follows",
    cpu === undefined ? undefined : Number(cpu),
  );
}

const probe = /^\((?<place>[\w.]+(?:\+\w+(?:\/\w+)?)?)(?: <- (?<from>\w+)\S*)?\)\s*(?<arguments>.*)$/;

const attributeCall = /^vgic_(?<model>v[23])_(?<verb>get|set|has)_attr$/;

/** A kprobe's line: `NAME: (FUNCTION+0x0/0x60) group=0 attr=0x3 val=…`. The names of probes are their author's. */
function readProbe(event: string, rest: string): LogEvent {
  const match = rest.startsWith("(") ? groupsOf(probe, rest, ["place", "arguments"]) : undefined;
  if (match === undefined) return leaveOut(`${event} events`);
  const place = match.place.replace(/\+.*$/, "");
  const fields = fieldsOf(match.arguments);
  const cpu = toNumber(fields.vcpu ?? fields.cpu ?? fields.vcpu_id);
  const attribute = groupsOf(attributeCall, place, ["model", "verb"]);
  if (attribute !== undefined && match.from === undefined) return readProbedAttribute(attribute, fields);
  if (place === "vgic_v3_dispatch_sgi") {
    const value = parseAddress(fields.reg);
    const register = fields.allow_group1 === "0" ? "ICC_SGI0R_EL1" : "ICC_SGI1R_EL1";
    return { kind: "system", register, write: true, value, cpu };
  }
  return leaveOut(`${event} events (a probe on ${place})`, cpu);
}

function readProbedAttribute({ model, verb }: Groups<"model" | "verb">, fields: Fields): LogEvent {
  const [group, attribute] = [parseInteger(fields.group), parseInteger(fields.attr ?? fields.attribute)];
  if (group === undefined || attribute === undefined) return unreadable;
  return readDeviceAttribute({
    verb,
    group: Number(group),
    attribute,
    // What a probe sees of a `get` is the memory before the answer.
    value: verb === "set" ? parseAddress(fields.val ?? fields.value) : undefined,
    model: model === "v2" ? "v2" : "v3",
    probed: true,
  });
}

function toNumber(text: string | undefined): number | undefined {
  const value = parseInteger(text);
  return value === undefined ? undefined : Number(value);
}
