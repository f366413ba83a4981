/**
 * What programs write into the trace themselves (trace_marker): the accesses that a harness announces
 * (`op 4: gw 1 0x8010000 0x20 3`: vCPU 1 writes 32 bits).
 */
import { type LogEvent, widthOf } from "./event.ts";
import { type Groups, groupsOf } from "./groups.ts";
import { parseInteger } from "./numbers.ts";

const guestAccess = /^op \d+: g(?<verb>[rw]) (?<cpu>\d+) (?<address>\w+) (?<bits>\w+)(?: (?<value>\w+))?\s*$/;
const userAccess =
  /^op \d+: u(?<verb>[rw]) (?<frame>dist|redist|cpu) (?<offset>\w+) (?<cpu>\d+)(?: (?<value>\w+))?\s*$/;
const announced = /^op \d+: /;

type GuestAccess = Groups<"verb" | "cpu" | "address" | "bits">;
type UserAccess = Groups<"verb" | "frame" | "offset" | "cpu">;

/** What a marker says. */
export function readMarker(text: string): LogEvent {
  const guest = groupsOf(guestAccess, text, ["verb", "cpu", "address", "bits"]);
  if (guest !== undefined) return announcedAccess(guest);
  const user = groupsOf(userAccess, text, ["verb", "frame", "offset", "cpu"]);
  if (user !== undefined) return announcedAttribute(user);
  if (announced.test(text)) return { kind: "announcement" };
  return { kind: "left-out", why: "markers of programs" };
}

function announcedAccess({ verb, cpu, address, bits, value }: GuestAccess): LogEvent {
  const width = widthOf(Number(bits) / 8);
  const place = parseInteger(address);
  if (width === undefined || place === undefined) return { kind: "unreadable" };
  return {
    kind: "announcement",
    announces: {
      kind: "access",
      write: verb === "w",
      width,
      address: Number(place),
      value: verb === "w" ? parseInteger(value) : undefined,
      cpu: Number(cpu),
    },
  };
}

/** The groups that both models have by the same number, and the v3 redistributors' (KVM_DEV_ARM_VGIC_GRP_*). */
const groups: Readonly<Record<string, number>> = { dist: 1, cpu: 2, redist: 5 };

function announcedAttribute({ verb, frame, offset, cpu, value }: UserAccess): LogEvent {
  const [group, place] = [groups[frame], parseInteger(offset)];
  if (group === undefined || place === undefined) return { kind: "unreadable" };
  return {
    kind: "announcement",
    announces: {
      kind: "attribute",
      verb: verb === "r" ? "get" : "set",
      group,
      attribute: (BigInt(cpu) << 32n) | place,
      value: verb === "w" ? parseInteger(value) : undefined,
    },
  };
}
