/** Words that the messages of several problems share. */

import type { HostRefusalReason } from "../program/problem.ts";
import { nearest } from "../syntax/nearest.ts";
import { HOST_FLAGS, hostName } from "../vgic/kernels/hosts.ts";
import { LAST_MINOR, OLDEST_KERNEL } from "../vgic/kernels/kernels.ts";
import { LATEST_REVISION } from "../vgic/kernels/revisions.ts";
import type { Model } from "../vgic/kvm-abi.ts";

export function modelName(model: Model): string {
  return model === "v2" ? "GICv2" : "GICv3";
}

export function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}

/** The question whether the nearest known word was meant; undefined when none is near. */
export function suggestion(nearest: string | undefined): string | undefined {
  return nearest === undefined ? undefined : `did you mean \`${nearest}\`?`;
}

export function unknownRevision(value: bigint): string {
  return `\`revision ${value}\`: no kernel has this revision; write 1 to ${LATEST_REVISION}`;
}

/** Only the oldest kernels show revision 0, and no other can be made to. */
export function revisionOfOlderHost(value: bigint, host: string): string {
  return `\`revision ${value}\`: only kernels before 4.19 show it, \`${host}\` cannot; declare \`host linux-4.18\`, or revision 1 to ${LATEST_REVISION}`;
}

/** A set such as `rev4+` that holds no revision. */
export function unknownRevisions(text: string): string {
  return `\`${text}\` holds no known revision: these are 0 to ${LATEST_REVISION}, the lower one in front, as in \`rev1-2\``;
}

/** @param named the name that is most like it, of those that a configuration gives */
export function hostMessage(host: string, why: HostRefusalReason, named?: string): string {
  const near = suggestion(nearestHost(host, why, named));
  const remedy = near === undefined ? "" : `; ${near}`;
  switch (why) {
    case "not-a-host":
      return `\`${host}\` is no host kernel: write \`linux-MAJOR.MINOR\`, as in \`linux-6.12\`, or a point release, as in \`linux-6.12.117\`${remedy}`;
    case "not-named":
      return `\`${host}\` is no host: neither a kernel, as in \`linux-6.12\`, nor a name that \`hosts\` in vgic-trace.json gives one${remedy}`;
    case "unknown-flag": {
      const flags = HOST_FLAGS.map((flag) => `\`+${flag}\``).join(", ");
      return `\`${host}\` has a flag that is not known: the flags are ${flags}${remedy}`;
    }
    case "conflicting-flags":
      return `\`${host}\`: \`+fixed-groups\` is a kernel that takes no revision; remove it, or \`+iidr-fix\` and \`+revision-1\``;
    case "no-point-release":
      return `\`${host}\`: the first point release is 1, and the mainline release has none${remedy}`;
    case "no-such-release":
      return `\`${host}\`: there is no such release of Linux${remedy}`;
  }
}

/** The host that was probably meant; undefined when none is near. */
export function nearestHost(text: string, why: HostRefusalReason, named?: string): string | undefined {
  switch (why) {
    case "not-named":
      return named ?? existingHost(text);
    case "not-a-host":
      return existingHost(text);
    case "no-such-release":
      return existingHost(text);
    case "no-point-release":
      return text.replace(/^(linux-\d+\.\d+)\.0+/, "$1");
    case "unknown-flag": {
      const [kernel, ...flags] = text.split("+");
      const known = flags.map((flag) => (HOST_FLAGS.includes(flag) ? flag : nearest(flag, HOST_FLAGS)));
      return known.includes(undefined) ? undefined : [kernel, ...known].join("+");
    }
    case "conflicting-flags":
      return undefined;
  }
}

/** The release with the first two numbers of a text, or the last one before it. */
function existingHost(text: string): string | undefined {
  const numbers = /(\d{1,3})\D+(\d{1,3})/.exec(text);
  if (numbers === null) return undefined;
  const major = Math.max(Number(numbers[1]), OLDEST_KERNEL[0]);
  const minor = Math.min(Number(numbers[2]), LAST_MINOR[major] ?? Number.POSITIVE_INFINITY);
  return hostName([major, minor, 0], []);
}
