/** Words that the messages of several problems share. */
import type { Model } from "../vgic/register-table.ts";
import { HOST_FLAGS, type HostProblem, LATEST_REVISION } from "../vgic/revisions.ts";

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

export function hostMessage(host: string, why: HostProblem): string {
  const flags = HOST_FLAGS.map((flag) => `\`+${flag}\``).join(", ");
  switch (why) {
    case "not-a-host":
      return `\`${host}\` is no host kernel: write \`linux-MAJOR.MINOR\`, as in \`linux-6.12\``;
    case "unknown-flag":
      return `\`${host}\` has a flag that is not known: the flags are ${flags}`;
    case "conflicting-flags":
      return `\`${host}\`: \`+fixed-groups\` is a kernel of its own; remove it, or the other flags`;
  }
}
