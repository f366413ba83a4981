/**
 * Events of the Linux kernel: the tracepoints of KVM (virt/kvm/trace, arch/arm64/kvm/trace_arm.h), probes on
 * functions of the vGIC, markers written by programs. The columns before them are read elsewhere.
 */
import { readDeviceAttribute } from "./device-attributes.ts";
import { type LineEvent, type LogEvent, type Width, widthOf } from "./event.ts";
import { type Groups, groupsOf } from "./groups.ts";
import { readMarker } from "./marker.ts";
import { type Fields, fieldsOf, parseAddress, parseInteger, parseRounded } from "./numbers.ts";
import type { TextScanner } from "./text-scanner.ts";

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

/**
 * What an event says that a scanner is at, exactly as kernels print it; undefined of others. Most lines of a log are
 * these, and expressions take several times as long.
 */
export function readPlainEvent(event: string, scanner: TextScanner): LogEvent | undefined {
  switch (event) {
    case "kvm_mmio":
      return readPlainMmio(scanner);
    case "vgic_update_irq_pending":
      return readPlainUpdate(scanner);
    default:
      return undefined;
  }
}

/** Whether an event is what a program wrote into the trace itself. */
export function isMarker(event: string): boolean {
  return event === "tracing_mark_write" || event === "print";
}

function leaveOut(why: string, cpu?: number): LogEvent {
  return { kind: "left-out", why, cpu };
}

const mmio = /^mmio (?<type>unsatisfied-read|read|write) len (?<len>\w+) gpa (?<gpa>\w+) val (?<val>\w+)\s*$/;
const mmioTypes = ["unsatisfied-read", "read", "write"];

function readMmio(rest: string): LogEvent {
  const fields = mmio.exec(rest)?.groups ?? fieldsOf(rest);
  const type = mmioTypes[Number(fields.type)] ?? fields.type;
  const width = widthOf(parseRounded(fields.len) ?? 0);
  const address = parseAddress(fields.gpa);
  const value = parseAddress(fields.val);
  if (width === undefined || address === undefined || value === undefined) return unreadable;
  if (type === "unsatisfied-read") return unansweredRead(width, Number(address));
  return type === "read" || type === "write"
    ? accessOf(type === "write", width, Number(address), value)
    : unreadable;
}

function readPlainMmio(scanner: TextScanner): LogEvent | undefined {
  if (!scanner.skip("mmio ")) return undefined;
  const unanswered = scanner.skip("unsatisfied-");
  const write = !unanswered && scanner.skip("write");
  if (!(write || scanner.skip("read")) || !scanner.skip(" len ")) return undefined;
  const width = widthOf(scanner.decimal());
  if (width === undefined || !scanner.skip(" gpa 0x") || !scanner.hexadecimal()) return undefined;
  const address = scanner.rounded;
  if (!scanner.skip(" val 0x") || !scanner.hexadecimal() || !scanner.isAtEnd) return undefined;
  return unanswered ? unansweredRead(width, address) : accessOf(write, width, address, scanner.value);
}

function unansweredRead(width: Width, address: number): LogEvent {
  return { kind: "access", width, address, write: false, value: undefined, unanswered: true };
}

function accessOf(write: boolean, width: Width, address: number, value: bigint): LogEvent {
  return { kind: "access", width, address, write, value, unanswered: undefined };
}

const update = /^VCPU:\s*(?<vcpu_id>-?\w+), IRQ (?<irq>\w+), level: (?<level>\w+)\s*$/;

function readUpdate(rest: string): LogEvent {
  const fields = update.exec(rest)?.groups ?? fieldsOf(rest);
  return lineOf("vgic", parseRounded(fields.irq), parseRounded(fields.level), parseRounded(fields.vcpu_id));
}

function readPlainUpdate(scanner: TextScanner): LogEvent | undefined {
  if (!scanner.skip("VCPU: ")) return undefined;
  const vcpu = scanner.decimal();
  if (vcpu < 0 || !scanner.skip(", IRQ ")) return undefined;
  const intid = scanner.decimal();
  if (intid < 0 || !scanner.skip(", level: ")) return undefined;
  const level = scanner.decimal();
  return level < 0 || !scanner.isAtEnd ? undefined : lineOf("vgic", intid, level, vcpu);
}

function lineOf(
  by: LineEvent["by"],
  intid: number | undefined,
  level: number | undefined,
  vcpu: number | undefined,
): LogEvent {
  if (intid === undefined || level === undefined) return unreadable;
  return { kind: "line", by, intid, cpu: intid < 32 ? vcpu : undefined, high: level !== 0 };
}

const irqLine =
  /^Inject (?<what>.+?) interrupt \((?<type>\w+)\), vcpu->idx: (?<vcpu_idx>-?\w+), num: (?<irq_num>\w+), level: (?<level>\w+)\s*$/;

function readIrqLine(rest: string): LogEvent {
  const fields = irqLine.exec(rest)?.groups ?? fieldsOf(rest);
  const type = parseInteger(fields.type);
  if (type === undefined) return unreadable;
  if (type !== 1n && type !== 2n) return leaveOut("KVM_IRQ_LINE of a type that the vGIC does not take");
  const vcpu = type === 2n ? parseRounded(fields.vcpu_idx) : undefined;
  const event = lineOf("vmm", parseRounded(fields.irq_num), parseRounded(fields.level), vcpu);
  if (event.kind !== "line" || event.intid >= 32 === (type === 1n)) return event;
  return leaveOut("KVM_IRQ_LINE with an interrupt number that its type does not have: KVM refuses it");
}

const routed = /^gsi (?<gsi>\w+) level (?<level>\w+) source/;
const firstSpi = 32;

/** An irqfd's interrupt: KVM routes input n to SPI n + 32 if nothing else was asked for. */
function readRouted(rest: string): LogEvent {
  const fields = routed.exec(rest)?.groups ?? fieldsOf(rest);
  const gsi = parseRounded(fields.gsi);
  return lineOf(
    "route",
    gsi === undefined ? undefined : gsi + firstSpi,
    parseRounded(fields.level),
    undefined,
  );
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
  const cpu = parseRounded(fields.vcpu ?? fields.cpu ?? fields.vcpu_id);
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
