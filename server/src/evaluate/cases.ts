/** Which case of an expectation is asked of which variant. */
import type { Expectation, ExpectedCase, HostCondition } from "../program/operation.ts";
import { type Host, sameHost } from "../vgic/kernels/hosts.ts";
import { compareVersions } from "../vgic/kernels/kernels.ts";

/** A revision on a host. */
export interface Shown {
  readonly revision: number;
  readonly host: Host;
}

/** Whether a case speaks of a revision on a host. */
export function covers(
  { first, last, when }: Pick<ExpectedCase, "first" | "last" | "when">,
  { revision, host }: Shown,
): boolean {
  return revision >= first && revision <= last && (when === undefined || meets(host, when));
}

/** `before` and `from` compare versions alone; `host` is that very host. */
function meets(host: Host, { relation, host: named }: HostCondition): boolean {
  switch (relation) {
    case "before":
      return compareVersions(host.version, named.version) < 0;
    case "from":
      return compareVersions(host.version, named.version) >= 0;
    case "host":
      return sameHost(host, named);
  }
}

/**
 * The case of an expectation that is asked: the first that covers a revision on a host.
 * @param isDeclared whether this is the declared variant: an answer without cases is asked of it alone
 */
export function caseFor(
  { cases, declaredOnly }: Expectation,
  shown: Shown,
  isDeclared: boolean,
): ExpectedCase | undefined {
  if (declaredOnly) return isDeclared ? cases[0] : undefined;
  return cases.find((one) => covers(one, shown));
}
