/** What a row of the table of kernels says. */

/** Who can see a difference. */
export type Witness = "guest" | "vmm";

/** Something that is seen differently from a kernel on. */
export interface Shown {
  /** Names it: the traces that show it, and links to it. */
  readonly id: string;
  readonly seenBy: readonly Witness[];
  /** Commits in mainline; empty where none is known. */
  readonly commits: readonly string[];
  /** What is so from then on. */
  readonly after: string;
  /** What was so before. */
  readonly before: string;
  /** On which side the host's kernel crashes, or a vCPU never comes back: no trace can expect that. */
  readonly hostFails?: "before" | "after";
}

/** A change of one answer. */
export interface Step<Value> {
  /** The first mainline release with it; the point release, where it came to that before the next one of mainline. */
  readonly since: string;
  /** The first point release with it of each stable series that is known to have it. */
  readonly backports?: readonly string[];
  /** The flag of a host's name that says that its kernel carries it; absent where it was never backported. */
  readonly flag?: string;
  readonly becomes: Value;
  readonly shows: readonly Shown[];
}

/** One question of the emulator, and how its answer changed. */
export interface Trait<Value> {
  /** What it is about, in words. */
  readonly about: string;
  /** The answer on the oldest kernel. */
  readonly oldest: Value;
  /** Oldest first. */
  readonly steps: readonly Step<Value>[];
}
