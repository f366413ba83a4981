/** The command queue: the guest fills it and writes GITS_CWRITER; KVM runs what is new (vgic_its_process_commands). */
import type { Machine } from "../machine.ts";
import { VM } from "../state.ts";
import { COMMAND_BYTES, type CommandWords } from "./command-fields.ts";
import { commandOf } from "./commands.ts";
import { memoryOf } from "./its-state.ts";
import type { Skipped } from "./skipped.ts";

/** Bytes of the queue, by GITS_CBASER. */
export function queueSize(m: Machine): number {
  return ((m.state.vm(VM.cbaserLow) & 0xff) + 1) * 0x1000;
}

/** The address of the queue. GITS_CBASER has bits [15:12] as 0. */
export function queueAddress(m: Machine): number {
  return (m.state.vm(VM.cbaserHigh) & 0xfffff) * 2 ** 32 + ((m.state.vm(VM.cbaserLow) & 0xfffff000) >>> 0);
}

/** Runs the commands between GITS_CREADR and GITS_CWRITER, if the ITS is enabled. Those that are wrong do nothing. */
export function runCommands(m: Machine): void {
  if (m.state.vm(VM.itsEnabled) === 0) return;
  const size = queueSize(m);
  const address = queueAddress(m);
  const memory = memoryOf(m);
  for (let at = m.state.vm(VM.creadr); at !== m.state.vm(VM.cwriter); ) {
    const words = new Uint32Array(COMMAND_BYTES / 4);
    const isReadable = memory.has(address + at, COMMAND_BYTES);
    if (isReadable) for (let i = 0; i < words.length; i++) words[i] = memory.read(address + at + i * 4, 4);
    const why = isReadable ? run(m, words) : "outside-memory";
    if (why !== undefined) m.notices.push({ kind: "command-skipped", words, why });
    at = (at + COMMAND_BYTES) % size;
    m.state.setVm(VM.creadr, at);
  }
}

function run(m: Machine, words: CommandWords): Skipped | undefined {
  const row = commandOf(words);
  return row === undefined ? "unknown-command" : row.run(m, words);
}
