/** What kernels answer, as the cases of an expectation: written from the table, so that they follow it. */
import { itemAt } from "../../syntax/item-at.ts";
import { hostName } from "../../vgic/kernels/hosts.ts";
import {
  CHANGES,
  compareVersions,
  OLDEST_KERNEL,
  releaseAfter,
  sinceOf,
  traitsOf,
  type VersionTraits,
  versionOf,
} from "../../vgic/kernels/kernels.ts";

interface Kernel {
  readonly name: string;
  readonly traits: VersionTraits;
}

/** The oldest kernel, and each one, in the order of their versions, from which on something may be answered differently. */
function allKernels(): readonly Kernel[] {
  const versions = CHANGES.flatMap((change) => [
    sinceOf(change),
    ...(change.backports ?? []).map(versionOf).flatMap((point) => [point, releaseAfter(point)]),
  ]).sort(compareVersions);
  return [OLDEST_KERNEL, ...versions].map((version) => ({
    name: hostName(version, []),
    traits: traitsOf(version, []),
  }));
}

let kernels: readonly Kernel[] | undefined;

/**
 * The cases of an expectation that holds on every kernel: "before linux-6.19: 0x1f, from linux-6.19: 0x0f".
 * @param answer what is expected of a kernel with these traits
 */
export function answersByKernel(answer: (traits: VersionTraits) => string): string {
  kernels ??= allKernels();
  const cases: string[] = [];
  const oldest = itemAt(kernels, 0);
  let latest = oldest.name;
  let current = answer(oldest.traits);
  for (const { name, traits } of kernels) {
    const next = answer(traits);
    if (next === current) continue;
    cases.push(`before ${name}: ${current}`);
    [latest, current] = [name, next];
  }
  return [...cases, `from ${latest}: ${current}`].join(", ");
}
