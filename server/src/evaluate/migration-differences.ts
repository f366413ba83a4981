/** What a guest can notice of a migration, and why. */
import type { Ending } from "../vgic/answer.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import { type Question, questionsBetween } from "../vgic/kernels/kernels.ts";
import { FIRST_LPI } from "../vgic/limits.ts";
import { registers } from "../vgic/registers/registers.ts";
import { VM } from "../vgic/state.ts";
import type { Vgic } from "../vgic/vgic.ts";
import { eventLoss, type ItsLoss, pendingLoss, registerLoss } from "./its-losses.ts";
import { type Migration, type MigrationRequest, migrate, type Restored } from "./migration.ts";
import { type Look, looksOf, type Msi, msisOf, type Observation, observe } from "./observation.ts";

/** Why something is not as before. */
export type DifferenceCause =
  /** The destination shows another revision. `written`: the VMM wrote GICD_IIDR all the same. */
  | { readonly kind: "revision"; readonly from: number; readonly to: number; readonly written: boolean }
  /** The migration was told to select another revision. */
  | { readonly kind: "revision-chosen"; readonly from: number; readonly to: number }
  /** The host dropped the write. `revision`: it would have taken it under a revision or after a write of GICD_IIDR. */
  | { readonly kind: "dropped"; readonly revision: number; readonly afterIidr: boolean }
  /** The VMM neither saves nor restores it. */
  | { readonly kind: "not-saved" }
  /** Lines of devices were high, and the VMM restores no lines. */
  | { readonly kind: "lines-not-saved" }
  /** The destination's kernel does it differently in the same state: the questions that it answers differently. */
  | { readonly kind: "kernel"; readonly questions: readonly Question[] }
  /** Equal priorities come in the order in which they became pending, which no VMM can save. */
  | { readonly kind: "arrival" }
  /** The VMM writes what it saved, but in an order, or over a state, that does not give it back. */
  | { readonly kind: "order" }
  /** The VMM's order of saving and restoring loses something of the ITS or of LPIs. */
  | { readonly kind: "its"; readonly loss: ItsLoss }
  /** The restore stopped at a write before it came to this. */
  | { readonly kind: "failed"; readonly ending: Exclude<Ending, "ok">; readonly register: string };

export type NoticeableChange =
  | {
      /** What an MSI comes to. */
      readonly kind: "msi";
      readonly device: number;
      readonly event: number;
      readonly before: string;
      readonly after: string;
      readonly cause: DifferenceCause;
    }
  | {
      readonly kind: "register";
      readonly name: string;
      /** Bytes. */
      readonly width: 4 | 8;
      readonly before: bigint;
      readonly after: bigint;
      readonly cause: DifferenceCause;
    }
  | {
      /** What a vCPU would be given: "IRQ 40". */
      readonly kind: "offered";
      readonly cpu: number;
      readonly before: readonly string[];
      readonly after: readonly string[];
      readonly cause: DifferenceCause;
    };

/** A VM's state before a migration, as far as it takes to explain what has changed. */
export interface Before {
  readonly vgic: Vgic;
  readonly observation: Observation;
  /** The events that are asked about before and after. */
  readonly msis: readonly Msi[];
}

/** Takes note of what a VM shows; it is left alone. */
export function before(vgic: Vgic, looks: readonly Look[]): Before {
  const msis = msisOf(vgic);
  return { vgic: vgic.copy(), observation: observe(vgic, looks, msis), msis };
}

/** Migrates a VM and gives what its guest could notice. */
export function noticeableChanges(
  vgic: Vgic,
  request: MigrationRequest,
): { readonly migration: Migration; readonly changes: NoticeableChange[] } {
  const looks = looksOf(vgic.options);
  const start = before(vgic, looks);
  const migration = migrate(vgic, request);
  return { migration, changes: changesSince(start, vgic, looks, migration, request) };
}

/** What differs from before, after the last migration of a VM. */
export function changesSince(
  { vgic: source, observation: old, msis }: Before,
  vgic: Vgic,
  looks: readonly Look[],
  migration: Migration,
  request: MigrationRequest,
): NoticeableChange[] {
  const now = observe(vgic, looks, msis);
  const writes = new Map(migration.restored.map((restored) => [keyOf(restored.write), restored]));
  const changes: NoticeableChange[] = [];
  const kernel = new KernelView(source, vgic.host, looks, msis);
  looks.forEach((look, i) => {
    const [was, is] = [old.values[i], now.values[i]];
    if (was === is) return;
    const questions = kernel.questionsBehind(({ values }) => values[i] === is);
    const other = causeOf(look, was ^ is, { source, vgic, writes, migration, request });
    const cause: DifferenceCause = questions.length > 0 ? { kind: "kernel", questions } : other;
    changes.push({ kind: "register", name: look.name, width: look.width, before: was, after: is, cause });
  });
  msis.forEach(({ device, event }, i) => {
    const [was, is] = [old.msis[i], now.msis[i]];
    if (was === is) return;
    const questions = kernel.questionsBehind((view) => view.msis[i] === is);
    const loss =
      lpiIn(was) !== undefined && lpiIn(was) === lpiIn(is) ? "configuration-read" : eventLoss(migration);
    const cause: DifferenceCause =
      questions.length > 0 ? { kind: "kernel", questions } : loss ? { kind: "its", loss } : { kind: "order" };
    changes.push({ kind: "msi", device, event, before: was, after: is, cause });
  });
  // What is not mapped any more cannot be pending either.
  const areEventsLost = changes.some(({ kind }) => kind === "msi");
  const lossOf = (cpu: number) => (areEventsLost ? eventLoss(migration) : pendingLoss(cpu, migration));
  old.offered.forEach((was, cpu) => {
    const is = now.offered[cpu];
    if (was.join() === is.join()) return;
    const loss = was.some((one) => isLpi(one) && !is.includes(one)) ? lossOf(cpu) : undefined;
    const isReordered = was.toSorted().join() === is.toSorted().join();
    const questions = kernel.questionsBehind(({ offered }) => offered[cpu].join() === is.join());
    // Else it follows from a change of state; what does not show there is a matter of order.
    const ofState = changes.find(({ cause: { kind } }) => kind !== "revision")?.cause;
    const cause: DifferenceCause =
      questions.length > 0
        ? { kind: "kernel", questions }
        : loss !== undefined
          ? { kind: "its", loss }
          : (ofState ?? { kind: isReordered ? "arrival" : "order" });
    changes.push({ kind: "offered", cpu, before: was, after: is, cause });
  });
  return changes;
}

/** How a VM that was not migrated would look if its host's kernel were the destination's. */
class KernelView {
  readonly #source: Vgic;
  readonly #host: Host;
  readonly #looks: readonly Look[];
  readonly #msis: readonly Msi[];
  readonly #differing: readonly Question[];
  readonly #views = new Map<Question | "all", Observation>();

  constructor(source: Vgic, host: Host, looks: readonly Look[], msis: readonly Msi[]) {
    this.#source = source;
    this.#host = host;
    this.#looks = looks;
    this.#msis = msis;
    // What revisions show is looked at apart.
    this.#differing = questionsBetween(source.host.traits, host.traits).filter((one) => one !== "profile");
  }

  /** The questions whose other answers alone explain something; all of them where only together they do. */
  questionsBehind(isSeen: (view: Observation) => boolean): readonly Question[] {
    if (this.#differing.length === 0 || !isSeen(this.#view("all"))) return [];
    const alone = this.#differing.filter((question) => isSeen(this.#view(question)));
    return alone.length > 0 ? alone : this.#differing;
  }

  /** With all other answers, or with the other answer to one question. */
  #view(question: Question | "all"): Observation {
    const known = this.#views.get(question);
    if (known !== undefined) return known;
    const { host } = this.#source;
    const answers = question === "all" ? this.#host.traits : { [question]: this.#host.traits[question] };
    const kernel = { ...host, traits: { ...host.traits, ...answers } };
    const view = observe(this.#source.copy(kernel), this.#looks, this.#msis);
    this.#views.set(question, view);
    return view;
  }
}

interface Circumstances {
  readonly source: Vgic;
  readonly vgic: Vgic;
  readonly writes: ReadonlyMap<string, Restored>;
  readonly migration: Migration;
  readonly request: MigrationRequest;
}

function keyOf({ frame, cpu, offset }: Pick<Look, "frame" | "cpu" | "offset">): string {
  return `${frame} ${cpu} ${offset}`;
}

const GICD_IIDR = 0x8;

function causeOf(look: Look, differing: bigint, circumstances: Circumstances): DifferenceCause {
  const { source, vgic, writes, migration, request } = circumstances;
  const { ending } = migration;
  const revisionChanged = source.revision !== vgic.revision;
  const write = writes.get(keyOf(look));
  if (ending !== "ok" && (write === undefined || write.ending !== "ok")) {
    return { kind: "failed", ending, register: stoppedAt(vgic, migration) };
  }
  if (revisionChanged && look.showsRevision) {
    const { by = "faithful", revision } = request;
    const [from, to] = [source.revision, vgic.revision];
    if (by === "faithful" && revision === to) return { kind: "revision-chosen", from, to };
    const written = migration.restored.some(
      ({ write: { frame, offset } }) => frame === "GICD" && offset === GICD_IIDR,
    );
    return { kind: "revision", from, to, written };
  }
  if (write?.decision === "groups-ignored") {
    const { userGroupsV2, groupsWritableFrom } = vgic.host.profile;
    const afterIidr =
      vgic.options.model === "v2" &&
      userGroupsV2 === "after-iidr-write" &&
      vgic.revision >= groupsWritableFrom &&
      vgic.state.vm(VM.userGroupsArmed) === 0;
    return { kind: "dropped", revision: vgic.revision, afterIidr };
  }
  if (/ISPENDR/.test(look.name) && linesLost(look, differing, circumstances))
    return { kind: "lines-not-saved" };
  const loss = source.its === undefined ? undefined : registerLoss(look, migration);
  if (loss !== undefined) return { kind: "its", loss };
  return { kind: write ? "order" : "not-saved" };
}

/** The LPI that an MSI makes pending, with its vCPU. */
function lpiIn(msi: string): string | undefined {
  return /^LPI \d+(?: of cpu\d+)?/.exec(msi)?.[0];
}

/** Whether what a vCPU is offered is an LPI. */
function isLpi(offered: string): boolean {
  return Number(/^IRQ (\d+)$/.exec(offered)?.[1] ?? 0) >= FIRST_LPI;
}

/** The call that ended a failed migration: a register that was written, or one of the ITS's tables. */
export function stoppedAt({ options }: Vgic, { restored, failedCall }: Migration): string {
  if (failedCall !== undefined) return failedCall;
  const { frame, offset } = restored[restored.length - 1].write;
  return registers(options.model).at(frame, offset)?.name ?? `${frame}+0x${offset.toString(16)}`;
}

/** Whether all bits that differ were those of lines that are no longer high. */
function linesLost({ cpu, offset }: Look, differing: bigint, { source, vgic }: Circumstances): boolean {
  const linesOf = ({ state, layout }: Vgic) => {
    const word = layout.bitWord(cpu, (offset & 0x7f) >>> 2);
    return (state.words[layout.bits.line + word] & ~state.words[layout.bits.edge + word]) >>> 0;
  };
  const lost = BigInt((linesOf(source) & ~linesOf(vgic)) >>> 0);
  return lost !== 0n && (differing & ~lost) === 0n;
}
