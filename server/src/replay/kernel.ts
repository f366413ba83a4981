/** What a kernel under test is: its version, and which revisions its VMs can be made to show. */

import { DEFAULT_BASES } from "../vgic/frame-table.ts";
import { type Host, parseHost } from "../vgic/kernels/hosts.ts";
import { iidr, REVISIONS, revisionOf } from "../vgic/kernels/revisions.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { errnoOf, type StepAnswer, valueReturned } from "./answers.ts";
import type { Step } from "./records.ts";
import { newVm, readIidr, writeIidr } from "./steps.ts";

/** What a kernel makes of GICD_IIDR. */
export interface Selection {
  /** What a fresh VM shows. */
  readonly defaultRevision: number;
  /** What a VM shows once it was written, with the default. */
  readonly selectable: readonly number[];
}

/** Asks for the default, then for every revision, each in a fresh VM. */
export function selectionSteps(model: Model): Step[] {
  const setup = { model, cpus: 1, irqs: 64, bases: DEFAULT_BASES };
  return [
    ...newVm(setup, undefined),
    readIidr,
    ...REVISIONS.flatMap((revision) => [...newVm(setup, undefined), writeIidr(revision), readIidr]),
  ];
}

/** What the answers to the steps say, the first of them at `first`; a failure's errno when there is no VM. */
export function readSelection(answers: ReadonlyMap<number, StepAnswer>, first: number): Selection | string {
  const errno = errnoOf(answers.get(first));
  const shown = valueReturned(answers.get(first + 1));
  if (errno !== undefined) return errno;
  if (shown === undefined) return "no answer";
  const defaultRevision = revisionOf(Number(shown));
  const selectable = REVISIONS.filter((revision, index) => {
    const selected = valueReturned(answers.get(first + 4 + 3 * index)) === BigInt(iidr(revision));
    return selected || revision === defaultRevision;
  });
  return { defaultRevision, selectable };
}

/**
 * The host that behaves like the kernel, for the emulator: its version from what it calls itself, its flags from what
 * can be selected. Undefined for a release that is no version.
 * @param beside what `uname -v` has beside the release
 */
export function hostOf(
  release: string,
  beside: string,
  { defaultRevision, selectable }: Selection,
): Host | undefined {
  // Debian's 6.1.0-44 is a 6.1.164, and says so beside the release. Elsewhere a release that ends in 0 tells no more.
  const shape = /(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?/;
  const version =
    new RegExp(`\\bDebian ${shape.source}`).exec(beside) ?? new RegExp(`^${shape.source}`).exec(release);
  if (version === null) return undefined;
  const [, major, minor, point = "0"] = version;
  const name = `linux-${major}.${minor}${Number(point) > 0 ? `.${point}` : ""}`;
  const plain = parseHost(name);
  const flag = selectable.includes(1)
    ? defaultRevision === 1
      ? "+fixed-groups"
      : "+revision-1"
    : selectable.length > 1 && typeof plain !== "string" && plain.profile.iidrWrites.kind !== "selects"
      ? "+iidr-fix"
      : "";
  const host = parseHost(name + flag);
  return typeof host === "string" ? undefined : host;
}
