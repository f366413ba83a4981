/** Words and numbers that are right in one place only: errnos, revisions, hosts, counts. */
import type { NamedHosts } from "../../program/named-hosts.ts";
import type { Setup } from "../../program/setup.ts";
import { KVM_ERRNOS } from "../../vgic/errno.ts";
import { type Host, parseHost } from "../../vgic/kernels/hosts.ts";
import { iidr, selectableRevisions } from "../../vgic/kernels/revisions.ts";
import { IRQS } from "../../vgic/limits.ts";
import { ERRNO_WORDS } from "../forms.ts";
import type { CompletionItem } from "./item.ts";

/** The errno that the emulator answers, if it does, then those that a vGIC can answer, then others. */
export function errnoItems(answered: string | undefined): CompletionItem[] {
  const likely = [answered ?? "EINVAL", ...Object.keys(ERRNO_WORDS)];
  return [...new Set([...likely, ...KVM_ERRNOS])].map((label) => ({
    label,
    kind: "errno",
    detail: label === answered ? "what the emulator answers" : ERRNO_WORDS[label],
  }));
}

/** Sets of the revisions that the host shows. */
export function revisionSets({ host }: Setup): CompletionItem[] {
  const revisions = selectableRevisions(host.profile);
  const last = Math.max(...revisions);
  const sets = revisions.flatMap((first) => [
    `rev${first}`,
    ...(first < last ? [`rev${first}+`] : []),
    ...revisions.filter((other) => other > first && other < last).map((other) => `rev${first}-${other}`),
  ]);
  return sets.map((label) => ({ label, kind: "value" }));
}

const knownHosts = [
  ...["linux-4.18", "linux-5.10", "linux-5.15", "linux-6.1", "linux-6.6", "linux-6.12"],
  ...["linux-6.12+iidr-fix", "linux-6.12+fixed-groups", "linux-7.1", "linux-7.1+revision-1"],
];

/** Those that the configuration names, then hosts of every kind. */
export function hostItems(named: NamedHosts): CompletionItem[] {
  const kernels = knownHosts.flatMap((label): CompletionItem[] => {
    const host = parseHost(label);
    return typeof host === "string" ? [] : [{ label, kind: "value", detail: shownBy(host) }];
  });
  const names = Array.from(named, ([label, host]): CompletionItem => {
    return { label, kind: "value", detail: `${host.name}, ${shownBy(host)}` };
  });
  return [...names, ...kernels];
}

function shownBy({ profile }: Host): string {
  return `shows revision ${selectableRevisions(profile).join(", ")}`;
}

/** The numbers that a declaration may take. */
export function integerItems(setup: Setup, before: string): CompletionItem[] {
  if (/\brevision\s*$/.test(before)) {
    // The newest is what most VMs have.
    return selectableRevisions(setup.host.profile)
      .toReversed()
      .map((revision) => ({
        label: String(revision),
        kind: "value",
        detail: `GICD_IIDR 0x${iidr(revision).toString(16)}`,
      }));
  }
  const counts = /\birqs\s*$/.test(before) ? [IRQS.least, 128, 256, 512, IRQS.most] : [1, 2, 4, 8];
  return counts.map((count) => ({ label: String(count), kind: "value" }));
}
