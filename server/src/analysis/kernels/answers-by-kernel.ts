/** What kernels answer, as the cases of an expectation: written from the table, so that they follow it. */
import { hostName } from "../../vgic/kernels/hosts.ts";
import {
  CHANGES,
  compareVersions,
  OLDEST_KERNEL,
  releaseAfter,
  sinceOf,
  traitsOf,
  type Version,
  type VersionTraits,
  versionOf,
} from "../../vgic/kernels/kernels.ts";

/** Where the traits of kernels, in the order of their versions, may change. */
const BOUNDARIES: readonly Version[] = CHANGES.flatMap((change) => [
  sinceOf(change),
  ...(change.backports ?? []).map(versionOf).flatMap((point) => [point, releaseAfter(point)]),
]).sort(compareVersions);

/**
 * The cases of an expectation that holds on every kernel: "before linux-6.19: 0x1f, from linux-6.19: 0x0f".
 * @param answer what is expected of a kernel with these traits
 */
export function answersByKernel(answer: (traits: VersionTraits) => string): string {
  const cases: string[] = [];
  let latest = OLDEST_KERNEL;
  let current = answer(traitsOf(latest, []));
  for (const version of BOUNDARIES) {
    const next = answer(traitsOf(version, []));
    if (next === current) continue;
    cases.push(`before ${hostName(version, [])}: ${current}`);
    [latest, current] = [version, next];
  }
  return [...cases, `from ${hostName(latest, [])}: ${current}`].join(", ");
}
