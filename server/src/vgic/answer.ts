/** How an access or a call ends. One vocabulary for the emulator, for what a trace expects, and for what kernels answered. */
import { ERRNO_NUMBERS, type Errno } from "./errno.ts";

/**
 * How an operation ended: with success, an errno for the VMM, an exception in the guest ("abort"; for a system register
 * an undefined instruction), as an MMIO exit to the VMM, or with the host's kernel crashing or a vCPU that never comes back
 * ("host-failure").
 */
export type Ending = "ok" | "abort" | "exit" | "host-failure" | Errno;

/** An ending that is not a success and not an exit: what a register's handler can refuse an access with. */
export type Refusal = Errno | "abort";

/** What an operation answered, or must answer. */
export interface Outcome {
  readonly ending: Ending;
  /** Only where `ending` is "ok": the value returned. As an expectation: absent stands for any value. */
  readonly value?: bigint;
}

/** A byte for each ending, for compact lists. An errno is its own number; no errno is above 133. */
export const ENDING_CODES: Readonly<Record<Ending, number>> = {
  ok: 0,
  ...ERRNO_NUMBERS,
  "host-failure": 252,
  abort: 254,
  exit: 255,
};

const ENDINGS = new Map<number, Ending>();
for (const ending of Object.keys(ENDING_CODES).filter(isEnding)) ENDINGS.set(ENDING_CODES[ending], ending);

function isEnding(name: string): name is Ending {
  return Object.hasOwn(ENDING_CODES, name);
}

/** The ending with a code of `ENDING_CODES`. Throws for a code that stands for none. */
export function endingOfCode(code: number): Ending {
  const ending = ENDINGS.get(code);
  if (ending === undefined) throw new RangeError(`no ending has code ${code}`);
  return ending;
}

/** Whether two operations answered the same. */
export function isSameOutcome(one: Outcome, other: Outcome): boolean {
  return one.ending === other.ending && one.value === other.value;
}
