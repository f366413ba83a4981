/** What the replay program printed on a console: an answer to each step. */
import type { Outcome } from "../vgic/answer.ts";
import { type Errno, errnoOfNumber, isErrno } from "../vgic/errno.ts";

/** How a step ended; "skipped": it was not done, because its VM is not the one that was asked for. */
export type StepAnswer = Outcome | "skipped";

/** Whether a step was done and succeeded. */
export function hasSucceeded(answer: StepAnswer | undefined): boolean {
  return answer !== undefined && answer !== "skipped" && answer.ending === "ok";
}

/** The errno that a step failed with, if it did. */
export function errnoOf(answer: StepAnswer | undefined): Errno | undefined {
  if (answer === undefined || answer === "skipped") return undefined;
  return isErrno(answer.ending) ? answer.ending : undefined;
}

/** The value that a step returned, if it did. */
export function valueReturned(answer: StepAnswer | undefined): bigint | undefined {
  return answer === "skipped" ? undefined : answer?.value;
}

export interface Transcript {
  /** The kernel's release, as in `uname -r`; undefined when the program never started. */
  readonly release?: string;
  /** What stands beside it, as in `uname -v`: distributions may name the version there that they started from. */
  readonly version?: string;
  /** By step; those that were not reached, or cannot be read, are missing. */
  readonly answers: ReadonlyMap<number, StepAnswer>;
  /** Whether the program came to its end. */
  readonly ended: boolean;
  /** Why it could not start: there is no /dev/kvm, or it cannot be opened. */
  readonly noKvm?: string;
}

/** Reads a console's text. Lines of others, such as the kernel's own, are passed over. */
export function readTranscript(text: string): Transcript {
  const answers = new Map<number, StepAnswer>();
  let release: string | undefined;
  let version: string | undefined;
  let noKvm: string | undefined;
  let ended = false;
  for (const [, head = "", rest = ""] of text.matchAll(/^=(\w+)(?: (.*?))?\r*$/gm)) {
    if (head === "kernel") release = rest;
    else if (head === "version") version = rest;
    else if (head === "end") ended = true;
    else if (head === "error")
      noKvm = rest.replace(
        /^no-kvm (\d+)$/,
        (_, number) => errnoOfNumber(Number(number)) ?? `errno ${number}`,
      );
    else if (/^\d+$/.test(head)) {
      const answer = readAnswer(rest);
      if (answer !== undefined) answers.set(Number(head), answer);
    }
  }
  return { release, version, answers, ended, noKvm };
}

function readAnswer(text: string): StepAnswer | undefined {
  const [word, number = ""] = text.split(" ");
  switch (word) {
    case "ok":
      return { ending: "ok" };
    case "value":
      return /^[\da-f]{1,16}$/.test(number) ? { ending: "ok", value: BigInt(`0x${number}`) } : undefined;
    case "abort":
      return { ending: "abort" };
    case "exit":
      return { ending: "exit" };
    case "errno": {
      const errno = errnoOfNumber(Number(number));
      return errno && { ending: errno };
    }
    case "skip":
      return "skipped";
    default:
      return undefined;
  }
}
