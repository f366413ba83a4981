/** The program that the replay program (replay/, in C) performs, one record a step. Its layout is replay/program.h. */

export interface Step {
  readonly kind: keyof typeof KINDS;
  /** Bytes of the access or of an attribute's payload; the model, 2 or 3, of a new VM. */
  readonly width?: number;
  /** The vCPU that acts; of a new VM, how many it has. */
  readonly cpu?: number;
  /** An attribute's group, a system register's code, an interrupt line; of a new VM its irqs, or 0: it is only created. */
  readonly argument?: number;
  /** Guest physical, or an attribute; of a new VM the distributor's base. */
  readonly address?: bigint;
  /** What is written; of a new VM the base of the redistributors or of the CPU interface. */
  readonly value?: bigint;
}

const KINDS = {
  "new-vm": "V",
  /** Skips to the next VM unless the last value was this one. */
  require: "?",
  read: "r",
  write: "w",
  mrs: "m",
  msr: "M",
  enter: "x",
  get: "g",
  set: "s",
  has: "h",
  line: "l",
  /** The next VM has memory: its start and its size. `argument` 1: what the VM before had in it stays. */
  "with-ram": "a",
  /** The next VM has an ITS at the address. */
  "with-its": "i",
  /** By the VMM. */
  load: "b",
  store: "B",
  /** The length is the value, the byte the argument. */
  fill: "f",
  /** A word, by the argument, of a command that the guest puts into the queue. */
  queue: "q",
  /** The guest moves GITS_CWRITER on by a command. */
  advance: "Q",
  /** The device is the argument, the event the value. */
  msi: "n",
} as const;

const RECORD_BYTES = 24;

/** The program as bytes. */
export function encode(steps: readonly Step[]): Uint8Array {
  const bytes = new Uint8Array(steps.length * RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  steps.forEach(({ kind, width = 0, cpu = 0, argument = 0, address = 0n, value = 0n }, index) => {
    const at = index * RECORD_BYTES;
    view.setUint8(at, KINDS[kind].charCodeAt(0));
    view.setUint8(at + 1, width);
    view.setUint16(at + 2, cpu, true);
    view.setUint32(at + 4, argument, true);
    view.setBigUint64(at + 8, address, true);
    view.setBigUint64(at + 16, value, true);
  });
  return bytes;
}
