/**
 * Lists of a VMM's calls with their payload, as a shim around ioctl() prints them:
 * `TID TIME fd 15 KVM_SET_DEVICE_ATTR flags 0 group 1 attr 0x63bc value 0x0 = 0`.
 */

import { type Errno, errnoOfNumber, isErrno } from "../vgic/errno.ts";
import { lineNumbered } from "../vgic/kvm-abi.ts";
import type { AttributeEvent, Emit, LogEvent, Origin, Reader } from "./event.ts";
import { type Groups, groupsOf } from "./groups.ts";
import { parseInteger } from "./numbers.ts";

/** A call on a KVM file descriptor. */
const call =
  /^(?:\[?(?:pid\s+)?(?<task>\d+)\]?\s+)?(?:(?<time>\d+\.\d+)\s+)?(?<rest>(?:fd (?<fd>\d+) )?KVM_\w+\b.*)$/;
/** `name value`, `name=value` or `name: value`, with or without commas. */
const attribute =
  /^(?:fd \d+ )?KVM_(?<verb>GET|SET|HAS)_DEVICE_ATTR\W+(?:flags\W+\w+\W+)?group\W+(?<group>\w+)\W+attr\W+(?<attr>\w+)(?:[\s,]+val(?:ue)?(?: |=|: ?)(?<value>0[xX][\da-fA-F]+|\d+|-))?[\s,)]*(?:(?:=|->|ret\W)\s*(?<result>-?\d+)(?: \(?(?<errno>E[A-Z0-9]+))?|$)/;
const irqLine =
  /KVM_IRQ_LINE(?:_STATUS)?\W+irq\W+(?<irq>\w+)\W+level\W+(?<level>\w+)[\s,)]*(?:=\s*(?<result>-?\d+)|$)/;
const newVm = /KVM_CREATE_VM\b.* = (?<vm>\d+)/;
const newVcpu = /KVM_CREATE_VCPU (?<index>\d+) = (?<vcpu>\d+)/;
const newDevice =
  /KVM_CREATE_DEVICE type (?<type>\d+) flags (?<flags>\d+) -> fd (?<device>\d+) = (?<result>-?\d+)/;
/** A heading of the list's own: another process may begin. */
const heading = /^==+ /;

/** KVM_DEV_TYPE_ARM_VGIC_V2 and _V3. */
const models: Readonly<Record<string, "v2" | "v3">> = { 5: "v2", 7: "v3" };

/** KVM_DEV_TYPE_ARM_VGIC_ITS. */
const ITS_DEVICE = "8";

/** What a file descriptor stands for. */
interface Descriptor {
  /** The VM that it belongs to. */
  readonly vm: number;
  readonly vgic?: "v2" | "v3";
  /** A vCPU, or another device. */
  readonly other?: true;
}

type NewDevice = Groups<"type" | "flags" | "device" | "result">;

export class DeviceAttributeReader implements Reader {
  #vms = 0;
  /** What stands above the process's calls. */
  #heading: string | undefined;
  #descriptors = new Map<string, Descriptor>();

  read(line: string, emit: Emit): boolean {
    if (heading.test(line)) {
      this.#heading = line.replace(/^=+ */, "").trim();
      this.#descriptors = new Map();
      emit({ event: { kind: "heading" }, origin: { task: "" } });
      return true;
    }
    const match = groupsOf(call, line, ["rest"]);
    if (match === undefined) return false;
    const origin = this.#originOf(match.fd);
    emit({ event: this.#event(match.rest, match.fd, emit), origin, time: match.time });
    return true;
  }

  /** Descriptors tell VMs apart: the same process may make several. */
  #originOf(fd: string | undefined): Origin {
    const known = fd === undefined ? undefined : this.#descriptors.get(fd);
    return known === undefined ? { task: "" } : this.#vmOrigin(known.vm);
  }

  #vmOrigin(vm: number): Origin {
    return { task: `vm ${vm}`, process: `vm ${vm}`, name: this.#heading };
  }

  #event(rest: string, fd = "", emit: Emit): LogEvent {
    const vm = groupsOf(newVm, rest, ["vm"]);
    if (vm !== undefined) {
      this.#descriptors.set(vm.vm, { vm: ++this.#vms });
      return setUp;
    }
    const known = this.#descriptors.get(fd);
    const vcpu = groupsOf(newVcpu, rest, ["index", "vcpu"]);
    if (vcpu !== undefined) {
      this.#descriptors.set(vcpu.vcpu, { vm: known?.vm ?? 0, other: true });
      const cpus = Number(vcpu.index) + 1;
      return { kind: "fact", cpus, reason: `KVM_CREATE_VCPU ${vcpu.index}` };
    }
    const device = groupsOf(newDevice, rest, ["type", "flags", "device", "result"]);
    if (device !== undefined) return this.#newDevice(device, known?.vm ?? 0, emit);
    if (known?.other) return leftOut("attributes of vCPUs and of devices other than the vGIC");
    return (
      readAttributeText(rest, known?.vgic) ?? readLine(rest) ?? leftOut(`${/KVM_\w+/.exec(rest)?.[0]} calls`)
    );
  }

  #newDevice({ type, flags, device, result }: NewDevice, vm: number, emit: Emit): LogEvent {
    // With KVM_CREATE_DEVICE_TEST nothing is made.
    if (result !== "0" || (Number(flags) & 1) !== 0) return setUp;
    const vgic = models[type];
    const isIts = type === ITS_DEVICE;
    this.#descriptors.set(device, { vm, vgic, other: vgic === undefined && !isIts ? true : undefined });
    const reason = `KVM_CREATE_DEVICE type ${type}`;
    if (isIts) {
      emit({ event: { kind: "fact", its: true, reason }, origin: this.#vmOrigin(vm) });
      return { kind: "heading" };
    }
    if (vgic === undefined) return setUp;
    emit({ event: { kind: "fact", model: vgic, reason }, origin: this.#vmOrigin(vm) });
    return { kind: "heading" };
  }
}

const setUp: LogEvent = { kind: "left-out", why: "calls that set up the VM" };

function leftOut(why: string): LogEvent {
  return { kind: "left-out", why };
}

/** A device attribute's call in the words of the shim; undefined if it is none. */
function readAttributeText(text: string, model?: "v2" | "v3"): LogEvent | undefined {
  const match = groupsOf(attribute, text, ["verb", "group", "attr"]);
  if (match === undefined) return undefined;
  const [group, attr] = [parseInteger(match.group), parseInteger(match.attr)];
  if (group === undefined || attr === undefined) return { kind: "unreadable" };
  const failed = match.result?.startsWith("-") === true;
  const errno = failed ? errnoOf(match) : undefined;
  if (failed && errno === undefined)
    return leftOut("calls that failed with an error that the vGIC does not give");
  const value = parseInteger(match.value);
  return readDeviceAttribute({
    verb: match.verb.toLowerCase(),
    group: Number(group),
    attribute: attr,
    value,
    errno,
    model,
  });
}

/** The error that a call is shown to have failed with, by name or as a negative number. */
function errnoOf({ errno, result }: Groups<never>): Errno | undefined {
  return errno !== undefined && isErrno(errno) ? errno : errnoOfNumber(-Number(result));
}

/** An attribute's call as an event. */
export function readDeviceAttribute(
  call: Omit<AttributeEvent, "kind" | "verb"> & { readonly verb: string },
): LogEvent {
  const { verb } = call;
  if (verb !== "get" && verb !== "set" && verb !== "has") return { kind: "unreadable" };
  return { ...call, kind: "attribute", verb };
}

/** KVM_IRQ_LINE's number: type in bits [27:24], vCPU in [31:28] and [23:16], number in [15:0]. */
function readLine(text: string): LogEvent | undefined {
  const match = irqLine.exec(text)?.groups;
  const irq = parseInteger(match?.irq);
  if (match === undefined || irq === undefined) return undefined;
  if (match.result?.startsWith("-")) return leftOut("KVM_IRQ_LINE calls that failed");
  const line = lineNumbered(Number(irq));
  if (line === undefined) return leftOut("KVM_IRQ_LINE of a type that the vGIC does not take");
  return { kind: "line", by: "vmm", ...line, high: parseInteger(match.level) !== 0n };
}
