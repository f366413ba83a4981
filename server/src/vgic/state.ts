/**
 * The whole changing state of a vGIC in one block of memory, so that a snapshot is one copy and two vGICs can
 * be compared word by word. Every change is noted in `changes`.
 *
 * Interrupts are numbered by slot: 32 private ones per vCPU (vCPU 0 first), then the SPIs. A bit field holds one
 * bit per slot; one word of it is what the registers show as one word.
 */

import { FIRST_LPI } from "./limits.ts";
import { type SparseMeaning, SparseState, type SparseStateSnapshot } from "./sparse-state.ts";

/** Fields with one bit per interrupt. */
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
/** Fields with one byte per interrupt. */
export const BYTE_FIELDS = ["priority", "source", "activeSource", "targets"] as const;
/** Fields with 16 bits per interrupt; 0 stands for none, n+1 for vCPU n. */
export const HALF_FIELDS = ["target", "queuedOn"] as const;
/**
 * Words of the whole VM, by where they stand in the state. An enum, since the compiler then counts, and the bundle has the
 * numbers themselves.
 */
export enum VM {
  revision = 0,
  distributorEnabled,
  userGroupsArmed,
  propbaserLow,
  propbaserHigh,
  itsEnabled,
  /** GITS_CBASER, and GITS_BASER0 and 1, as they read. */
  cbaserLow,
  cbaserHigh,
  deviceTableLow,
  deviceTableHigh,
  collectionTableLow,
  collectionTableHigh,
  cwriter,
  creadr,
  /** The id + 1 of the collection that appeared first, and last. */
  firstCollection,
  lastCollection,
  /** INTID - 8191 of the LPI that was created first, and last. */
  oldestLpi,
  newestLpi,
  /** How many places for devices with an id that another has were taken since there was none. */
  duplicateDevices,
  mappedEvents,
  /** KVM's count of SPIs that may be in use (GICv3); decides from Linux 6.19 on whether ICC_DIR_EL1 traps. */
  activeSpis,
  /** Set once the host's kernel has crashed, or a vCPU does not come back. */
  hostFailed,
}
/** Words of each vCPU, its CPU interface and its queue of interrupts, by where those of vCPU 0 stand: after those of the VM. */
export enum CPU {
  /** The number after the last of the VM; a test holds it. */
  hasRun = 22,
  /** GICC_CTLR layout for both models: EnableGrp0, EnableGrp1, AckCtl, FIQEn, CBPR, EOImode (bit 9). */
  control,
  priorityMask,
  binaryPoint0,
  binaryPoint1,
  activePriorities0,
  activePriorities1,
  priorityBits,
  idBits,
  pendbaserLow,
  pendbaserHigh,
  queueHead,
  queueTail,
  /** GICR_CTLR.EnableLPIs. */
  lpisEnabled,
  /** Whether the queue is cleaned before the vCPU enters: another vCPU has deactivated something on it. */
  cleansQueue,
  /** The further active priorities registers of each group, where there are more than 5 priority bits. */
  furtherPriorities0A,
  furtherPriorities0B,
  furtherPriorities0C,
  furtherPriorities1A,
  furtherPriorities1B,
  furtherPriorities1C,
}

export type BitField = (typeof BIT_FIELDS)[number];
export type ByteField = (typeof BYTE_FIELDS)[number];
export type HalfField = (typeof HALF_FIELDS)[number];
export type VmField = keyof typeof VM;
export type CpuField = keyof typeof CPU;

// An enum also has its numbers as keys.
const VM_FIELDS = Object.keys(VM).filter((name): name is VmField => !/^\d/.test(name));
export const CPU_FIELDS = Object.keys(CPU).filter((name): name is CpuField => !/^\d/.test(name));
/** From a word of a vCPU to that of the next one. */
export const CPU_STRIDE = CPU_FIELDS.length;

/** What a word of the dense part of the state holds. */
export type WordMeaning =
  | { readonly kind: "vm"; readonly field: VmField }
  | { readonly kind: "cpu"; readonly field: CpuField; readonly cpu: number }
  | { readonly kind: "bits"; readonly field: BitField; readonly firstSlot: number }
  | { readonly kind: "bytes"; readonly field: ByteField; readonly firstSlot: number }
  | { readonly kind: "halves"; readonly field: HalfField; readonly firstSlot: number }
  /** The slot + 1 of what follows an interrupt on its queue. */
  | { readonly kind: "next"; readonly firstSlot: number }
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
  /** INTIDs of the VM; there is room for more where the VMM sets it. */
  irqs: number;
  /** Of private interrupts and SPIs, for all that there is room for. */
  readonly slots: number;
  /** Word index of a bit field. */
  readonly bits: Readonly<Record<BitField, number>>;
  /** Byte index of a byte field. */
  readonly bytes: Readonly<Record<ByteField, number>>;
  /** 16-bit index of a half field. */
  readonly halves: Readonly<Record<HalfField, number>>;
  /** Word index of the slot + 1 of what follows an interrupt on its queue; 0 for none. */
  readonly next: number;
  /** Word index of the first SPI's affinity route. */
  readonly affinity: number;
  readonly length: number;

  /** @param irqs as many INTIDs there is room for */
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
    this.next = at;
    at += this.slots;
    this.affinity = at;
    at += irqs - 32;
    this.length = at;
  }

  /** Word index of a bit field by its place in BIT_FIELDS. */
  bitsOf(number: number): number {
    return this.bits.enabled + number * (this.slots / 32);
  }

  /** The slot of an INTID as vCPU `cpu` sees it. LPIs have the slots after all others. */
  slot(cpu: number, intid: number): number {
    if (intid >= FIRST_LPI) return this.slots + intid - FIRST_LPI;
    return intid < 32 ? cpu * 32 + intid : this.cpus * 32 + intid - 32;
  }

  /** The INTID of a slot. */
  intid(slot: number): number {
    if (slot >= this.slots) return slot - this.slots + FIRST_LPI;
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

  /** What the word at an index of the dense part holds. */
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
    if (index < this.affinity) return { kind: "next", firstSlot: index - this.next };
    return { kind: "affinity", firstSlot: this.cpus * 32 + index - this.affinity };
  }
}

/** What `restore` takes. */
export interface StateSnapshot {
  readonly words: Uint32Array;
  readonly sparse: SparseStateSnapshot | undefined;
}

/** The state itself. All writing goes through the setters, which note what changed. */
export class State {
  readonly layout: Layout;
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  /** Guest memory, LPIs and what the ITS has mapped; absent in a VM that has none of them. */
  readonly sparse: SparseState | undefined;
  /**
   * Word indices changed since the list was last emptied; an index may stand more than once. Those of sparse words follow
   * those of the block.
   */
  readonly changes: number[] = [];
  /** Whether more sparse words changed than `changes` lists: in the same way in every VM that did the same. */
  changedWidely = false;

  constructor(layout: Layout, hasSparse: boolean) {
    this.layout = layout;
    if (hasSparse) this.sparse = new SparseState(layout.length, this.changes);
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

  /** The word at an index, of the sparse part too. */
  word(index: number): number {
    return index < this.words.length ? this.words[index] : (this.sparse?.word(index) ?? 0);
  }

  /** What the word at an index holds. */
  meaning(index: number): WordMeaning | SparseMeaning {
    return index >= this.words.length && this.sparse !== undefined
      ? this.sparse.meaning(index)
      : this.layout.meaning(index);
  }

  /** Empties `changes`. Assigning `length = 0` would free the backing store, which the next operation would reallocate. */
  forgetChanges(): void {
    while (this.changes.length > 0) this.changes.pop();
    this.changedWidely = false;
  }

  /** Changes the words that another state of the same layout last changed to what they are there. */
  copyChanges(other: State): void {
    this.forgetChanges();
    const { changes, words } = other;
    for (let i = 0; i < changes.length; i++) {
      const index = changes[i];
      if (index < words.length) this.setWord(index, words[index]);
      else if (!other.changedWidely) this.sparse?.setWord(index, other.word(index));
    }
    if (!other.changedWidely || other.sparse === undefined) return;
    this.sparse?.share(other.sparse);
    this.changedWidely = true;
  }

  /** A copy that `restore` takes. */
  snapshot(): StateSnapshot {
    return { words: this.words.slice(), sparse: this.sparse?.snapshot() };
  }

  /** Whether every word is as in a snapshot. */
  equals({ words, sparse }: StateSnapshot): boolean {
    for (let i = 0; i < words.length; i++) if (this.words[i] !== words[i]) return false;
    return sparse === undefined || this.sparse === undefined || this.sparse.equals(sparse);
  }

  /** Puts a snapshot of the same layout back. */
  restore({ words, sparse }: StateSnapshot): void {
    this.words.set(words);
    if (sparse !== undefined) this.sparse?.restore(sparse);
    this.forgetChanges();
  }
}
