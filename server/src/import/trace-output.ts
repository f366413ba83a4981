/**
 * The lines of one VM's trace. Every operation is done on the emulator too as it is written: what a line can ask for
 * is what holds of the lines before it.
 */
import type { Ending } from "../vgic/answer.ts";
import type { Errno } from "../vgic/errno.ts";
import type { Vgic } from "../vgic/vgic.ts";
import type { LogEntry } from "./event.ts";
import { type Asked, type AskedPlace, askOf } from "./expect.ts";
import { Folder } from "./fold.ts";
import { emulatorOf, headerText } from "./header.ts";
import { type Phase, type Piece, phaseOf } from "./piece.ts";
import type { Setup } from "./setup.ts";
import { stateLines } from "./state-lines.ts";

/** What a VM's trace is written from and to. */
export interface VmOptions {
  readonly setup: Setup;
  /** Absent when the log has no other VM. */
  readonly title?: string;
  /** Whether the guest's accesses show. */
  readonly guest: boolean;
  /** The piece of the log that is asked for. */
  readonly piece: Piece;
  readonly write: (text: string) => void;
}

/** A value in halves, as the emulator takes it. */
export function halves(value: bigint): [low: number, high: number] {
  const low = BigInt.asUintN(32, value);
  return [Number(low), low === value ? 0 : Number(value >> 32n)];
}

export class TraceOutput {
  /** Operations written. */
  operations = 0;
  /** Operations that the emulator answers differently than the log. */
  differing = 0;
  /** The answers of the log that is being read are QEMU's own model's. */
  stimulusOnly = false;
  readonly setup: Setup;
  readonly vgic: Vgic;
  readonly #options: VmOptions;
  readonly #folder: Folder;
  #lost = false;
  #phase: Phase;

  constructor(options: VmOptions) {
    const { setup, title, write } = options;
    this.setup = setup;
    this.vgic = emulatorOf(setup);
    this.#options = options;
    this.#phase = options.piece.since === undefined ? "within" : "before";
    // What the lines that are left out did is not known.
    this.#lost = options.piece.vcpu !== undefined || options.piece.intid !== undefined;
    this.#folder = new Folder(write);
    write(headerText(setup, title));
  }

  /** Operations that stand in the trace as a count. */
  get folded(): number {
    return this.#folder.folded;
  }

  /** The value of the emulator's last answer. */
  get value(): bigint {
    return this.vgic.value;
  }

  has(cpu: number): boolean {
    return cpu >= 0 && cpu < this.setup.cpus.value;
  }

  /** Where a line of the log is; at the first of the piece the state is written that those before it left. */
  enter(time: string | undefined): Phase {
    const before = this.#phase;
    this.#phase = phaseOf(this.#options.piece, time, before);
    if (before !== "before" || this.#phase !== "within") return this.#phase;
    const fresh = emulatorOf(this.setup);
    const lines = stateLines(this.vgic, fresh);
    this.vgic.restore(fresh.snapshot());
    this.comment(
      `The state at ${time}, as the ${lines.length === 0 ? "" : "calls below and the "}log before it tell it.`,
    );
    for (const line of lines) {
      this.operations++;
      this.#options.write(`${line}\n`);
    }
    // Which interrupts are in flight, and in what order, is not in these registers.
    this.#lost = true;
    return this.#phase;
  }

  /** What to ask of an access that answers a value. */
  ask(observed: bigint | undefined, ending: Ending, place: AskedPlace): Asked {
    if (observed === undefined)
      return this.#orFailure({ outcome: "", remark: "the log does not show the answer" }, ending);
    const emulated = ending === "ok" ? this.value : undefined;
    const { guest } = this.#options;
    const knows = { stimulusOnly: this.stimulusOnly, guest, lost: this.#lost };
    return this.#orFailure(askOf(observed, emulated, place, knows), ending);
  }

  /** Without an outcome success is asked for. */
  #orFailure(asked: Asked, ending: Ending): Asked {
    return asked.outcome === "" && ending !== "ok"
      ? { ...asked, ignore: `the emulator answers ${ending}` }
      : asked;
  }

  /** The piece of the log that is asked for. */
  get piece(): Piece {
    return this.#options.piece;
  }

  /** What to ask of an access that answers no value: that it succeeds, or fails as the log shows. */
  success(ending: Ending, errno?: Errno): Asked {
    const agrees = ending === (errno ?? "ok");
    return {
      outcome: errno === undefined ? "" : ` fails ${errno}`,
      ignore: agrees ? undefined : `the log shows this, the emulator answers ${ending}`,
    };
  }

  /** Writes an operation. @param polling doing it again changes nothing */
  put(entry: LogEntry, text: string, { outcome, ignore, remark }: Asked, polling = false): void {
    if (this.#phase !== "within") return;
    this.operations++;
    if (ignore !== undefined) this.differing++;
    this.#folder.add({ text: text + outcome, time: entry.time, remark, ignore, polling });
  }

  /** Writes a comment on a line of its own. */
  comment(text: string): void {
    if (this.#phase !== "within") return;
    this.#folder.flush();
    this.#options.write(`# ${text}\n`);
  }

  /** Events are missing here. */
  lose(what: string): void {
    this.#lost = true;
    this.comment(`Here ${what}: from here on only what agrees is asked for.`);
  }

  end(): void {
    this.#folder.flush();
  }
}
