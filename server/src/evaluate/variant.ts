/** The vGICs that a scenario runs on: the declared one first, then those it is compared with. */
import type { Scenario } from "../program/program.ts";
import type { Setup } from "../program/setup.ts";
import { type Host, sameHost } from "../vgic/kernels/hosts.ts";
import { selectableRevisions } from "../vgic/kernels/revisions.ts";

/** What tells a variant from the others: the revision that expectations know it by, or the host that it is compared with. */
export type VariantId =
  | { readonly kind: "revision"; readonly revision: number }
  | { readonly kind: "host"; readonly host: string };

export interface Variant {
  readonly id: VariantId;
  readonly host: Host;
  /** What the VMM writes into GICD_IIDR; undefined: nothing, the host's default shows. */
  readonly revision: number | undefined;
}

/** The id of a revision. */
export function revisionId(revision: number): VariantId {
  return { kind: "revision", revision };
}

/** The id of a compared host. */
export function hostId({ name }: Host): VariantId {
  return { kind: "host", host: name };
}

/** A variant as results in JSON name it: "3", "linux-5.10". */
export function labelOf(id: VariantId): string {
  return id.kind === "revision" ? String(id.revision) : id.host;
}

/** The variant that a label names: no host's name is a number. */
export function variantLabelled(label: string): VariantId {
  return /^\d+$/.test(label) ? revisionId(Number(label)) : { kind: "host", host: label };
}

/** A variant in few words: "rev 3", or the host's name. */
export function shortName(id: VariantId): string {
  return id.kind === "revision" ? `rev ${id.revision}` : id.host;
}

export function sameVariant(one: VariantId, other: VariantId): boolean {
  return compareVariants(one, other) === 0;
}

/** The order in which variants are shown: the lowest revision first, hosts last and by name. */
export function compareVariants(one: VariantId, other: VariantId): number {
  if (one.kind === "revision" && other.kind === "revision") return one.revision - other.revision;
  if (one.kind === "host" && other.kind === "host") return one.host.localeCompare(other.host);
  return one.kind === "revision" ? -1 : 1;
}

/** The revision a scenario is written for. */
export function declaredRevision(setup: Setup): number {
  return setup.revision ?? setup.host.profile.defaultRevision;
}

/** The variants of a scenario. Revisions that its host cannot show are left out. */
export function variantsOf({ setup, revisionsNamed }: Scenario): Variant[] {
  const { host, revision, compare } = setup;
  const declared = declaredRevision(setup);
  const variants: Variant[] = [{ id: revisionId(declared), host, revision }];
  // Of a VM that is only created nobody writes GICD_IIDR but the trace.
  for (const candidate of setup.created ? [] : selectableRevisions(host.profile)) {
    const compared =
      compare === undefined ||
      compare.revisions.some(({ first, last }) => candidate >= first && candidate <= last);
    // The revisions that expectations speak of run even if the scenario does not compare them.
    if (candidate === declared || !(compared || revisionsNamed.has(candidate))) continue;
    variants.push({ id: revisionId(candidate), host, revision: candidate });
  }
  for (const other of compare?.hosts ?? []) {
    if (sameHost(other, host)) continue;
    // A host that cannot show the declared revision runs under its default.
    const isShown = revision !== undefined && selectableRevisions(other.profile).includes(revision);
    const shown = isShown ? revision : undefined;
    variants.push({ id: hostId(other), host: other, revision: shown });
  }
  return variants;
}

/** Whether two lists name the same machines in the same order. */
export function sameVariants(one: readonly Variant[], other: readonly Variant[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ id, host, revision }, i) => {
      const its = other[i];
      return sameVariant(id, its.id) && host.name === its.host.name && revision === its.revision;
    })
  );
}
