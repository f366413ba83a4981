/** The vGICs that a scenario runs on: the declared one first, then those it is compared with. */
import type { Scenario } from "../program/program.ts";
import type { Setup } from "../program/setup.ts";
import { type Host, sameHost } from "../vgic/kernels/hosts.ts";
import { selectableRevisions } from "../vgic/kernels/revisions.ts";

export interface Variant {
  /** The revision number, or the name of a compared host. */
  readonly label: string;
  readonly host: Host;
  /** What the VMM writes into GICD_IIDR; undefined: nothing, the host's default shows. */
  readonly revision: number | undefined;
  /** The revision that expectations know it by; undefined for a compared host. */
  readonly number: number | undefined;
}

/** The revision that a variant's label stands for; undefined where it names a host. */
export function revisionOfLabel(label: string): number | undefined {
  return /^\d+$/.test(label) ? Number(label) : undefined;
}

/** A variant in few words: "rev 3", or the host's name. */
export function shortName(label: string): string {
  return revisionOfLabel(label) === undefined ? label : `rev ${label}`;
}

/** The revision a scenario is written for. */
export function declaredRevision(setup: Setup): number {
  return setup.revision ?? setup.host.profile.defaultRevision;
}

/** The variants of a scenario. Revisions that its host cannot show are left out. */
export function variantsOf({ setup, revisionsNamed }: Scenario): Variant[] {
  const { host, revision, compare } = setup;
  const declared = declaredRevision(setup);
  const variants: Variant[] = [{ label: String(declared), host, revision, number: declared }];
  // Of a VM that is only created nobody writes GICD_IIDR but the trace.
  for (const candidate of setup.created ? [] : selectableRevisions(host.profile)) {
    const compared =
      compare === undefined ||
      compare.revisions.some(({ first, last }) => candidate >= first && candidate <= last);
    // The revisions that expectations speak of run even if the scenario does not compare them.
    if (candidate === declared || !(compared || revisionsNamed.has(candidate))) continue;
    variants.push({ label: String(candidate), host, revision: candidate, number: candidate });
  }
  for (const other of compare?.hosts ?? []) {
    if (sameHost(other, host)) continue;
    // A host that cannot show the declared revision runs under its default.
    const isShown = revision !== undefined && selectableRevisions(other.profile).includes(revision);
    const shown = isShown ? revision : undefined;
    variants.push({ label: other.name, host: other, revision: shown, number: undefined });
  }
  return variants;
}

/** Whether two lists name the same machines in the same order. */
export function sameVariants(one: readonly Variant[], other: readonly Variant[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ label, host, revision }, i) => {
      const its = other[i];
      return label === its.label && host.name === its.host.name && revision === its.revision;
    })
  );
}
