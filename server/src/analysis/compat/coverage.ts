/** What a comparison of kernels looks at, and what it cannot see: said where a verdict is read. */
import type { Host } from "../../vgic/kernels/hosts.ts";
import { versionText } from "../../vgic/kernels/kernels.ts";

/** What `compat` holds against the VM that stayed. */
export const COMPARED = [
  "registers that the guest can read",
  "interrupts that its vCPUs are offered",
  "answers to its later operations",
] as const;

/** What no verdict covers, since the emulator does not have it. */
export const NOT_MODELLED = [
  "GICv4",
  "more than one ITS",
  "vCPUs that run at the same time",
  "nested guests",
  "GICv5",
  "vCPU ids with gaps",
  "ICC registers of a GICv2 VM",
  "what a VMM reads of a GICv2's pending timers on Linux 5.17 and 5.18",
  "downstream patches other than those that a host's flags name",
] as const;

/** What has to be known beside a verdict about some hosts. */
export function coverageSentences(hosts: readonly Host[]): string[] {
  const approximated = new Map<string, string>();
  for (const { name, modelledAs } of hosts) {
    if (modelledAs !== undefined) approximated.set(name, versionText(modelledAs));
  }
  return [
    `Compared: ${listed(COMPARED)}.`,
    `Not modelled, so not covered: ${listed(NOT_MODELLED)}.`,
    ...Array.from(approximated, ([name, known]) => `${name} is not known, and was taken as Linux ${known}.`),
  ];
}

function listed(items: readonly string[]): string {
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}
