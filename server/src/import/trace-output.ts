/**
 * The lines of one VM's trace. Every operation is done on the emulator too as it is written: what a line can ask for
 * is what holds of the lines in front of it.
 */
import type { Ending } from "../vgic/answer.ts";
import type { Errno } from "../vgic/errno.ts";
import type { Vgic } from "../vgic/vgic.ts";
import type { LogEntry } from "./event.ts";
import { type Asked, askOf, type Knowledge } from "./expect.ts";
import { Folder } from "./fold.ts";
import { emulatorOf, headerText } from "./header.ts";
import { type Place, rowAt } from "./names.ts";
import type { Setup } from "./setup.ts";

/** What a VM's trace is written from and to. */
export interface VmOptions {
  readonly setup: Setup;
  /** Absent when the log has no other VM. */
  readonly title?: string;
  readonly knowledge: Omit<Knowledge, "lost">;
  readonly write: (text: string) => void;
}

/** A value in halves, as the emulator takes it. */
export function halves(value: bigint): [low: number, high: number] {
  return [Number(value & 0xffff_ffffn), Number(value >> 32n)];
}

export class TraceOutput {
  /** Operations written. */
  operations = 0;
  /** Operations that the emulator answers otherwise than the log. */
  differing = 0;
  readonly setup: Setup;
  readonly vgic: Vgic;
  readonly #options: VmOptions;
  readonly #folder: Folder;
  #lost = false;

  constructor(options: VmOptions) {
    const { setup, title, write } = options;
    this.setup = setup;
    this.vgic = emulatorOf(setup);
    this.#options = options;
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

  /** What to ask of an access that answers a value. */
  ask(observed: bigint | undefined, ending: Ending, place: Place): Asked {
    if (observed === undefined)
      return this.#orFailure({ outcome: "", remark: "the log does not show the answer" }, ending);
    const emulated = ending === "ok" ? this.value : undefined;
    const row = rowAt(this.setup.model.value, place);
    const knows = { ...this.#options.knowledge, lost: this.#lost };
    return this.#orFailure(askOf(observed, emulated, { frame: place.frame, row }, knows), ending);
  }

  /** Without an outcome success is asked for. */
  #orFailure(asked: Asked, ending: Ending): Asked {
    return asked.outcome === "" && ending !== "ok"
      ? { ...asked, ignore: `the emulator answers ${ending}` }
      : asked;
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
    this.operations++;
    if (ignore !== undefined) this.differing++;
    this.#folder.add({ text: text + outcome, time: entry.time, remark, ignore, polling });
  }

  /** Writes a comment on a line of its own. */
  comment(text: string): void {
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
