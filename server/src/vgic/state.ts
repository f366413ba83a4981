/**
 * The whole changing state of a vGIC in one block of memory, so that a snapshot is one copy and two vGICs can
 * be compared word by word. Every change is noted in `changes`.
 *
 * Interrupts are numbered by slot: 32 private ones a vCPU (vCPU 0 first), then the SPIs. A bit field holds one
 * bit a slot; one word of it is what the registers show as one word.
 */

/** Fields with one bit an interrupt. */
export const BIT_FIELDS = [
  "enabled",
  /** Software pending latch. */
  "latch",
  /** Level of the input line as KVM tracks it. */
  "line",
  "active",
  /** Set: edge triggered; clear: level sensitive. */
  "edge",
  "group",
  /** Backed by a physical interrupt that an in-kernel device owns (the arch timers). */
  "mapped",
  /** What the in-kernel owner of a mapped interrupt drives. */
  "output",
] as const;
/** Fields with one byte an interrupt. */
export const BYTE_FIELDS = ["priority", "source", "activeSource", "targets"] as const;
/** Fields with 16 bits an interrupt; 0 stands for none, n+1 for vCPU or slot n. */
export const HALF_FIELDS = ["target", "queuedOn", "next"] as const;
/** Words of the whole VM, by where they stand in the state. */
export const VM = {
  revision: 0,
  distributorEnabled: 1,
  userGroupsArmed: 2,
  propbaserLow: 3,
  propbaserHigh: 4,
} as const;
/** Words of each vCPU, its CPU interface and its queue of interrupts, by where those of vCPU 0 stand. */
export const CPU = {
  hasRun: 5,
  /** GICC_CTLR layout for both models: EnableGrp0, EnableGrp1, AckCtl, FIQEn, CBPR, EOImode (bit 9). */
  control: 6,
  priorityMask: 7,
  binaryPoint0: 8,
  binaryPoint1: 9,
  activePriorities0: 10,
  activePriorities1: 11,
  priorityBits: 12,
  idBits: 13,
  pendbaserLow: 14,
  pendbaserHigh: 15,
  queueHead: 16,
  queueTail: 17,
} as const;

export type BitField = (typeof BIT_FIELDS)[number];
export type ByteField = (typeof BYTE_FIELDS)[number];
export type HalfField = (typeof HALF_FIELDS)[number];
export type VmField = keyof typeof VM;
export type CpuField = keyof typeof CPU;

const VM_FIELDS = Object.keys(VM).filter((name): name is VmField => name in VM);
export const CPU_FIELDS = Object.keys(CPU).filter((name): name is CpuField => name in CPU);
/** From a word of a vCPU to that of the next one. */
export const CPU_STRIDE = CPU_FIELDS.length;

/** What a word of the state holds. */
export type WordMeaning =
  | { readonly kind: "vm"; readonly field: VmField }
  | { readonly kind: "cpu"; readonly field: CpuField; readonly cpu: number }
  | { readonly kind: "bits"; readonly field: BitField; readonly firstSlot: number }
  | { readonly kind: "bytes"; readonly field: ByteField; readonly firstSlot: number }
  | { readonly kind: "halves"; readonly field: HalfField; readonly firstSlot: number }
  | { readonly kind: "affinity"; readonly firstSlot: number };

/** Word indices of names that stand one after the other. */
function offsets<K extends string>(names: readonly K[], start: number, step: number): Record<K, number> {
  const entries = names.map((name, i): [K, number] => [name, start + i * step]);
  // Object.fromEntries forgets the key type; every name of K is there by construction.
  return Object.fromEntries(entries) as Record<K, number>;
}

/** Where everything stands, for a number of vCPUs and interrupts. */
export class Layout {
  readonly cpus: number;
  readonly irqs: number;
  readonly slots: number;
  /** Word index of a bit field. */
  readonly bits: Readonly<Record<BitField, number>>;
  /** Byte index of a byte field. */
  readonly bytes: Readonly<Record<ByteField, number>>;
  /** 16-bit index of a half field. */
  readonly halves: Readonly<Record<HalfField, number>>;
  /** Word index of the first SPI's affinity route. */
  readonly affinity: number;
  readonly length: number;

  constructor(cpus: number, irqs: number) {
    this.cpus = cpus;
    this.irqs = irqs;
    this.slots = cpus * 32 + (irqs - 32);
    const bitWords = this.slots / 32;
    const byteWords = this.slots / 4;
    const halfWords = this.slots / 2;
    let at: number = VM_FIELDS.length + cpus * CPU_STRIDE;
    this.bits = offsets(BIT_FIELDS, at, bitWords);
    at += BIT_FIELDS.length * bitWords;
    this.bytes = offsets(BYTE_FIELDS, at * 4, byteWords * 4);
    at += BYTE_FIELDS.length * byteWords;
    this.halves = offsets(HALF_FIELDS, at * 2, halfWords * 2);
    at += HALF_FIELDS.length * halfWords;
    this.affinity = at;
    at += irqs - 32;
    this.length = at;
  }

  /** Word index of a bit field by its place in BIT_FIELDS. */
  bitsOf(number: number): number {
    return this.bits.enabled + number * (this.slots / 32);
  }

  /** The slot of an INTID as vCPU `cpu` sees it. */
  slot(cpu: number, intid: number): number {
    return intid < 32 ? cpu * 32 + intid : this.cpus * 32 + intid - 32;
  }

  /** The INTID of a slot. */
  intid(slot: number): number {
    const shared = slot - this.cpus * 32;
    return shared >= 0 ? shared + 32 : slot & 31;
  }

  /** The vCPU that owns a private slot, or undefined for an SPI. */
  owner(slot: number): number | undefined {
    return slot < this.cpus * 32 ? slot >>> 5 : undefined;
  }

  /** The word of a bit field that holds INTIDs 32n..32n+31 as vCPU `cpu` sees them, relative to the field. */
  bitWord(cpu: number, n: number): number {
    return n === 0 ? cpu : this.cpus + n - 1;
  }

  /** What the word at an index holds. */
  meaning(index: number): WordMeaning {
    if (index < VM_FIELDS.length) return { kind: "vm", field: VM_FIELDS[index] };
    const cpuAt = index - VM_FIELDS.length;
    if (cpuAt < this.cpus * CPU_STRIDE) {
      return {
        kind: "cpu",
        field: CPU_FIELDS[cpuAt % CPU_STRIDE],
        cpu: Math.floor(cpuAt / CPU_STRIDE),
      };
    }
    const bitWords = this.slots / 32;
    const bitsAt = index - this.bits.enabled;
    if (bitsAt < BIT_FIELDS.length * bitWords) {
      return {
        kind: "bits",
        field: BIT_FIELDS[Math.floor(bitsAt / bitWords)],
        firstSlot: (bitsAt % bitWords) * 32,
      };
    }
    const byteWords = this.slots / 4;
    const bytesAt = index - this.bytes.priority / 4;
    if (bytesAt < BYTE_FIELDS.length * byteWords) {
      return {
        kind: "bytes",
        field: BYTE_FIELDS[Math.floor(bytesAt / byteWords)],
        firstSlot: (bytesAt % byteWords) * 4,
      };
    }
    const halfWords = this.slots / 2;
    const halvesAt = index - this.halves.target / 2;
    if (halvesAt < HALF_FIELDS.length * halfWords) {
      return {
        kind: "halves",
        field: HALF_FIELDS[Math.floor(halvesAt / halfWords)],
        firstSlot: (halvesAt % halfWords) * 2,
      };
    }
    return { kind: "affinity", firstSlot: this.cpus * 32 + index - this.affinity };
  }
}

/** The state itself. All writing goes through the setters, which note what changed. */
export class State {
  readonly layout: Layout;
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  /** Word indices changed since the list was last emptied; an index may stand more than once. */
  readonly changes: number[] = [];

  constructor(layout: Layout) {
    this.layout = layout;
    const buffer = new ArrayBuffer(layout.length * 4);
    this.words = new Uint32Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.halves = new Uint16Array(buffer);
  }

  setWord(index: number, value: number): void {
    const word = value >>> 0;
    if (this.words[index] === word) return;
    this.words[index] = word;
    this.changes.push(index);
  }

  setByte(index: number, value: number): void {
    if (this.bytes[index] === value) return;
    this.bytes[index] = value;
    this.changes.push(index >>> 2);
  }

  /** Sets up to four bytes of one word, the first from bits [7:0] of the value. */
  setBytes(index: number, value: number, length: number): void {
    let changed = false;
    for (let i = 0; i < length; i++) {
      const byte = (value >>> (8 * i)) & 0xff;
      changed ||= this.bytes[index + i] !== byte;
      this.bytes[index + i] = byte;
    }
    if (changed) this.changes.push(index >>> 2);
  }

  setHalf(index: number, value: number): void {
    if (this.halves[index] === value) return;
    this.halves[index] = value;
    this.changes.push(index >>> 1);
  }

  bit(field: number, slot: number): boolean {
    return ((this.words[field + (slot >>> 5)] >>> (slot & 31)) & 1) !== 0;
  }

  setBit(field: number, slot: number, on: boolean): void {
    const index = field + (slot >>> 5);
    const mask = 1 << (slot & 31);
    this.setWord(index, on ? this.words[index] | mask : this.words[index] & ~mask);
  }

  /** A field of a vCPU: `state.cpu(CPU.control, 1)`. */
  cpu(field: number, cpu: number): number {
    return this.words[field + cpu * CPU_STRIDE];
  }

  setCpu(field: number, cpu: number, value: number): void {
    this.setWord(field + cpu * CPU_STRIDE, value);
  }

  /** A field of the VM: `state.vm(VM.revision)`. */
  vm(field: number): number {
    return this.words[field];
  }

  setVm(field: number, value: number): void {
    this.setWord(field, value);
  }

  /** Empties `changes`. Setting its length would give its memory back, and every operation would ask for it again. */
  forgetChanges(): void {
    while (this.changes.length > 0) this.changes.pop();
  }

  /** Changes the words that another state of the same layout last changed to what they are there. */
  copyChanges(other: State): void {
    this.forgetChanges();
    const { changes, words } = other;
    for (let i = 0; i < changes.length; i++) this.setWord(changes[i], words[changes[i]]);
  }

  /** A copy that `restore` takes. */
  snapshot(): Uint32Array {
    return this.words.slice();
  }

  /** Whether every word is as in a snapshot. */
  equals(snapshot: Uint32Array): boolean {
    for (let i = 0; i < snapshot.length; i++) if (this.words[i] !== snapshot[i]) return false;
    return true;
  }

  /** Puts a snapshot of the same layout back. */
  restore(snapshot: Uint32Array): void {
    this.words.set(snapshot);
    this.forgetChanges();
  }
}
