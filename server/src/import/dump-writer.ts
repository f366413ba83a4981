/** A dump in a trace: the VMM restores the registers, then reads them back. */
import type { RegisterMatch } from "../vgic/register-table.ts";
import { registers } from "../vgic/registers.ts";
import type { DumpedRegister, LogEntry } from "./event.ts";
import { hex } from "./numbers.ts";
import { halves, type TraceOutput } from "./trace-output.ts";

interface Awaited {
  readonly entry: LogEntry;
  readonly event: DumpedRegister;
  readonly match: RegisterMatch;
}

export class DumpWriter {
  readonly #output: TraceOutput;
  /** What is to be read back. */
  readonly #awaited: Awaited[] = [];

  constructor(output: TraceOutput) {
    this.#output = output;
  }

  /** Restores a register; gives why it is left out, if it is. */
  restore(entry: LogEntry, event: DumpedRegister): string | undefined {
    const output = this.#output;
    const { register, cpu = 0, value } = event;
    const match = registers(output.setup.model.value).find(register);
    if (match === undefined || !output.has(cpu)) return `${register}: the VM has no such register`;
    if (this.#awaited.length === 0) {
      output.comment(
        "The VMM restores the dumped state. What was pending or active is in flight, and left out.",
      );
    }
    this.#awaited.push({ entry, event, match });
    if (event.restore) {
      const answer = output.vgic.userSet(match.row.frame, cpu, match.offset, ...halves(value));
      output.put(entry, `user set    ${nameOf(event)} ${hex(value)}`, output.success(answer));
    }
    return undefined;
  }

  /** Reads back what was restored. */
  end(): void {
    if (this.#awaited.length > 0) this.#output.comment("The dump.");
    for (const awaited of this.#awaited) this.#expect(awaited);
  }

  #expect({ entry, event, match }: Awaited): void {
    const output = this.#output;
    const { mask = 0xffff_ffffn, value, cpu = 0 } = event;
    const answer = output.vgic.userGet(match.row.frame, cpu, match.offset);
    const emulated = output.value & mask;
    const masked = event.mask === undefined ? "" : ` & ${hex(mask)}`;
    const ignore =
      answer === "ok" && emulated === value
        ? undefined
        : `the dump shows this, the emulator answers ${answer === "ok" ? hex(emulated) : answer}`;
    output.put(entry, `user get    ${nameOf(event)}`, { outcome: `${masked} == ${hex(value)}`, ignore });
  }
}

function nameOf({ register, cpu }: DumpedRegister): string {
  return cpu === undefined || cpu === 0 ? register : `${register}@cpu${cpu}`;
}
