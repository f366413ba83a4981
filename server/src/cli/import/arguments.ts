/** The flags of `vgic-trace import` that say what the log does not. */

import type { Format } from "../../import/formats.ts";
import type { MergeOrder } from "../../import/merge.ts";
import { type Piece, secondsOf } from "../../import/piece.ts";
import type { Given } from "../../import/setup.ts";
import { counted } from "../../syntax/counted.ts";
import { parseNumber } from "../../syntax/number.ts";
import { LATEST_REVISION } from "../../vgic/kernels/revisions.ts";
import { ADDRESS_BITS, FIRST_SPECIAL, IRQS, LIMITS } from "../../vgic/limits.ts";

/** What the command takes, as it was typed. */
export interface ImportOptions {
  readonly from?: Format;
  readonly gic?: string;
  readonly revision?: string;
  readonly cpus?: string;
  readonly irqs?: string;
  readonly baseDist?: string;
  readonly baseRedist?: string;
  readonly baseCpu?: string;
  readonly since?: string;
  readonly until?: string;
  readonly vcpu?: string;
  readonly intid?: string;
  readonly memory?: string;
  readonly offset?: readonly string[];
  readonly inOrder?: boolean;
  /** A file; absent: standard output. */
  readonly output?: string;
}

interface Limits {
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

const limits = {
  cpus: { least: 1, most: LIMITS.v3.mostCpus, step: 1 },
  irqs: IRQS,
  revision: { least: 0, most: LATEST_REVISION, step: 1 },
  address: { least: 0, most: 2 ** ADDRESS_BITS - 1, step: 0x1000 },
} as const;

/** The facts given, or which flag is wrong and why. */
export function givenOf(options: ImportOptions): Given | string {
  const wrong: string[] = [];
  const number = (
    flag: string,
    text: string | undefined,
    { least, most, step }: Limits,
  ): number | undefined => {
    if (text === undefined) return undefined;
    const value = parseNumber(text);
    if (typeof value === "bigint" && value >= least && value <= most && value % BigInt(step) === 0n)
      return Number(value);
    const multiple = step === 1 ? "" : `a multiple of ${step > 1000 ? `0x${step.toString(16)}` : step} `;
    const range = most > 1000 ? "of at most 48 bits" : `from ${least} to ${most}`;
    wrong.push(`${flag} takes ${multiple === "" ? "a number " : multiple}${range}, not ${text}`);
    return undefined;
  };
  const { gic } = options;
  if (gic !== undefined && gic !== "v2" && gic !== "v3") wrong.push(`--gic takes v2 or v3, not ${gic}`);
  const given: Given = {
    model: gic === "v2" || gic === "v3" ? gic : undefined,
    cpus: number("--cpus", options.cpus, limits.cpus),
    irqs: number("--irqs", options.irqs, limits.irqs),
    revision: number("--revision", options.revision, limits.revision),
    dist: number("--base-dist", options.baseDist, limits.address),
    redist: number("--base-redist", options.baseRedist, limits.address),
    cpu: number("--base-cpu", options.baseCpu, limits.address),
  };
  return wrong.length === 0 ? given : wrong.join("; ");
}

/** The piece of a log that is asked for, or which flag is wrong and why. */
export function pieceOf({ since, until, vcpu, intid }: ImportOptions): Piece | string {
  const wrong: string[] = [];
  const time = (flag: string, text: string | undefined) => {
    const seconds = secondsOf(text);
    if (text !== undefined && seconds === undefined)
      wrong.push(`${flag} takes a time as the log prints it, such as 1042.118201, not ${text}`);
    return seconds;
  };
  const number = (flag: string, text: string | undefined, most: number) => {
    const value = text === undefined ? undefined : parseNumber(text);
    if (value === undefined) return undefined;
    if (typeof value === "bigint" && value <= most) return Number(value);
    wrong.push(`${flag} takes a number from 0 to ${most}, not ${text}`);
    return undefined;
  };
  const piece: Piece = {
    since: time("--since", since),
    until: time("--until", until),
    vcpu: number("--vcpu", vcpu, LIMITS.v3.mostCpus - 1),
    intid: number("--intid", intid, FIRST_SPECIAL - 1),
  };
  if (piece.since !== undefined && piece.until !== undefined && piece.since > piece.until)
    wrong.push(`--since ${since} is after --until ${until}`);
  return wrong.length === 0 ? piece : wrong.join("; ");
}

/** How several logs are put together. */
export interface MergeChoice {
  readonly order: MergeOrder;
  /** Seconds to add to the times of each log after the first; none given: none. */
  readonly offsets: readonly number[];
}

/** How so many logs are to be put together, or which flag is wrong and why. */
export function mergeOf(options: ImportOptions, logs: number): MergeChoice | string {
  const { offset = [], inOrder = false, since, until } = options;
  const wrong: string[] = [];
  const offsets = offset.map((text) => {
    if (!/^[+-]?\d+(?:\.\d+)?$/.test(text)) wrong.push(`--offset takes seconds such as -12.5, not ${text}`);
    return Number(text);
  });
  if (logs === 1 && (inOrder || offset.length > 0))
    wrong.push("--offset and --in-order are about several logs");
  else if (offset.length > 0 && offset.length !== logs - 1)
    wrong.push(
      `--offset is to be given once for each log after the first: ${counted(logs - 1, "time")}, not ${offset.length}`,
    );
  if (inOrder && offset.length > 0) wrong.push("--in-order needs no --offset");
  if (inOrder && (since ?? until) !== undefined)
    wrong.push("--since and --until need logs with times that can be compared, not --in-order");
  return wrong.length === 0 ? { order: inOrder ? "given" : "time", offsets } : wrong.join("; ");
}
