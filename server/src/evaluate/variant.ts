/** The vGICs that a scenario runs on: the declared one first, then those it is compared with. */
import type { Setup } from "../trace/program.ts";
import { type Host, selectableRevisions } from "../vgic/revisions.ts";

export interface Variant {
  /** The revision number, or the name of a compared host. */
  readonly label: string;
  readonly host: Host;
  /** What the VMM writes into GICD_IIDR; undefined: nothing, the host's default shows. */
  readonly revision: number | undefined;
}

/**
 * The variants of a scenario.
 * @param named revisions that a per-revision expectation names: they run even if the scenario does not compare them
 */
export function variantsOf(setup: Setup, named: ReadonlySet<number>): Variant[] {
  const { host, revision } = setup;
  const declared = revision ?? host.profile.defaultRevision;
  const variants: Variant[] = [{ label: String(declared), host, revision }];
  for (const candidate of selectableRevisions(host.profile)) {
    if (candidate === declared) continue;
    if (named.has(candidate) || setup.compare.revisions(candidate)) {
      variants.push({ label: String(candidate), host, revision: candidate });
    }
  }
  for (const compared of setup.compare.hosts) {
    if (compared.name !== host.name) variants.push({ label: compared.name, host: compared, revision });
  }
  return variants;
}
