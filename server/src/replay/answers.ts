/** What the replay program printed on a console: an answer to each step. */
import type { Outcome } from "../evaluate/outcomes.ts";

/** How a step ended; `skipped`: it was not done, because its VM is not the one that was asked for. */
export type Answer = Outcome | { readonly kind: "skipped" };

export interface Transcript {
  /** The kernel's release, as in `uname -r`; undefined when the program never started. */
  readonly release?: string;
  /** By step; those that were not reached, or cannot be read, are missing. */
  readonly answers: ReadonlyMap<number, Answer>;
  /** Whether the program came to its end. */
  readonly ended: boolean;
  /** Why it could not start: there is no /dev/kvm, or it cannot be opened. */
  readonly noKvm?: string;
}

/** Errnos of arm64 Linux (asm-generic/errno-base.h and errno.h) that the calls of a VMM give. */
const ERRNO_NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  7: "E2BIG",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  14: "EFAULT",
  16: "EBUSY",
  17: "EEXIST",
  19: "ENODEV",
  22: "EINVAL",
  24: "EMFILE",
  25: "ENOTTY",
  28: "ENOSPC",
  34: "ERANGE",
  38: "ENOSYS",
  95: "EOPNOTSUPP",
};

/** Reads a console's text. Lines of others, such as the kernel's own, are passed over. */
export function readTranscript(text: string): Transcript {
  const answers = new Map<number, Answer>();
  let release: string | undefined;
  let noKvm: string | undefined;
  let ended = false;
  for (const [, head, rest = ""] of text.matchAll(/^=(\w+)(?: (.*?))?\r*$/gm)) {
    if (head === "kernel") release = rest;
    else if (head === "end") ended = true;
    else if (head === "error") noKvm = rest.replace(/^no-kvm (\d+)$/, (_, number) => errnoName(number));
    else if (/^\d+$/.test(head)) {
      const answer = readAnswer(rest);
      if (answer !== undefined) answers.set(Number(head), answer);
    }
  }
  return { release, answers, ended, noKvm };
}

function readAnswer(text: string): Answer | undefined {
  const [word, number = ""] = text.split(" ");
  switch (word) {
    case "ok":
      return { kind: "ok" };
    case "value":
      return /^[\da-f]{1,16}$/.test(number) ? { kind: "value", value: BigInt(`0x${number}`) } : undefined;
    case "abort":
      return { kind: "aborts" };
    case "exit":
      return { kind: "exits" };
    case "errno":
      return { kind: "fails", errno: errnoName(number) };
    case "skip":
      return { kind: "skipped" };
    default:
      return undefined;
  }
}

function errnoName(number: string): string {
  return ERRNO_NAMES[Number(number)] ?? `errno ${number}`;
}
