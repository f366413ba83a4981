/**
 * What reading and writing the interrupt registers does, shared by the distributors and the redistributor.
 * Follows KVM's vgic-mmio.c. A handler sees one aligned 32-bit word, or one byte where bytes are allowed.
 */

import type { Errno } from "../errno.ts";
import { queueWord, raiseSgiFrom } from "../interrupts.ts";
import {
  groupsReadAsOnes,
  guestGroupsWritable,
  iidr,
  userGroupsWritable,
  writeIidr,
} from "../kernels/revisions.ts";
import { type Machine, REVISION_SHOWN } from "../machine.ts";
import { BIT_FIELDS, type BitField, VM } from "../state.ts";
import type { Access, ReadHandler, WriteHandler } from "./register-table.ts";

/** SGIs in the word of INTIDs 0 to 31. */
const SGIS = 0xffff;

/** The word of a bit field that a register's offset means, or -1 where INTIDs 0 to 31 are not reached. */
function wordAt(m: Machine, access: Access, offset: number): number {
  const n = offset >>> 2;
  return n === 0 && !access.banked ? -1 : m.layout.bitWord(access.cpu, n);
}

/** Reads one bit per interrupt. */
export function readBits(field: BitField): ReadHandler {
  const number = BIT_FIELDS.indexOf(field);
  return (m, access, offset) => {
    const word = wordAt(m, access, offset);
    return word < 0 ? 0 : m.state.words[m.layout.bitsOf(number) + word];
  };
}

/** Sets bits in the word of the state at an index. */
function setBits(m: Machine, index: number, bits: number): void {
  m.state.setWord(index, m.state.words[index] | bits);
}

function clearBits(m: Machine, index: number, bits: number): void {
  m.state.setWord(index, m.state.words[index] & ~bits);
}

function assignBits(m: Machine, index: number, mask: number, bits: number): void {
  m.state.setWord(index, (m.state.words[index] & ~mask) | (bits & mask));
}

export const setEnabled: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  setBits(m, m.layout.bits.enabled + word, value);
  // The device may have changed its output while the interrupt was disabled.
  if (!access.byUser)
    assignBits(
      m,
      m.layout.bits.line + word,
      value & m.state.words[m.layout.bits.mapped + word],
      m.state.words[m.layout.bits.output + word],
    );
  queueWord(m, word, value);
  return undefined;
};

export const clearEnabled: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word >= 0) clearBits(m, m.layout.bits.enabled + word, value);
  return undefined;
};

/** Latch or, while level sensitive, line; on newer kernels a guest sees the device itself behind a mapped interrupt. */
export const readPending: ReadHandler = (m, access, offset) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return 0;
  const pending =
    m.state.words[m.layout.bits.latch + word] |
    (m.state.words[m.layout.bits.line + word] & ~m.state.words[m.layout.bits.edge + word]);
  if (access.byUser || m.traits.mappedPending === "virtual") return pending;
  const mapped = m.state.words[m.layout.bits.mapped + word];
  return (pending & ~mapped) | (m.state.words[m.layout.bits.output + word] & mapped);
};

/** Whether a write names the SGIs and PPIs of a GICv2. */
function isPrivateV2(m: Machine, offset: number): boolean {
  return m.model === "v2" && offset >>> 2 === 0;
}

/** The bits of a pending write that take effect. Kernels differ in what reaches SGIs and, by the VMM, the timers. */
function pendingBits(m: Machine, access: Access, offset: number, value: number): number {
  if (!isPrivateV2(m, offset)) return value;
  const rule = m.traits.pendingWritesV2;
  const byVmm = access.byUser && rule === "by-vmm";
  const sgis = byVmm || rule === "sgis-without-sender" ? value & SGIS : 0;
  const mapped = m.state.words[m.layout.bits.mapped + m.layout.bitWord(access.cpu, 0)];
  const timers = !access.byUser || byVmm ? value & mapped : 0;
  if ((value & SGIS) !== 0 && sgis !== 0) m.decision = "sgi-pending";
  else if (access.byUser && timers !== 0) m.decision = "timer-pending";
  return (value & ~SGIS & ~mapped) | sgis | timers;
}

/** Whether the VMM's pending write gives SGIs a sender, or takes all of them. */
function writesSenders(m: Machine, access: Access, offset: number): boolean {
  return access.byUser && isPrivateV2(m, offset) && m.traits.pendingWritesV2 === "by-vmm";
}

export const setPending: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  const bits = pendingBits(m, access, offset, value);
  if (writesSenders(m, access, offset)) {
    // A pending SGI needs a sender; the VMM's is the vCPU that it named.
    for (let sgi = 0; sgi < 16; sgi++) {
      if ((bits >>> sgi) & 1) raiseSgiFrom(m, access.cpu, sgi, access.cpu);
    }
  }
  setBits(m, m.layout.bits.latch + word, bits);
  queueWord(m, word, bits);
  return undefined;
};

export const clearPending: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  const bits = pendingBits(m, access, offset, value);
  if (writesSenders(m, access, offset)) {
    for (let sgi = 0; sgi < 16; sgi++) {
      if ((bits >>> sgi) & 1) m.state.setByte(m.layout.bytes.source + m.layout.slot(access.cpu, sgi), 0);
    }
  }
  clearBits(m, m.layout.bits.latch + word, bits);
  return undefined;
};

/** The VMM of a GICv3 sees and assigns the latch alone; the line has its own attribute, LEVEL_INFO. */
export const readLatch = readBits("latch");
export const assignLatch: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  setBits(m, m.layout.bits.latch + word, value);
  queueWord(m, word, value);
  clearBits(m, m.layout.bits.latch + word, ~value);
  return undefined;
};

export const setActive: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  const bits = access.byUser ? value & ~m.state.words[m.layout.bits.mapped + word] : value;
  setBits(m, m.layout.bits.active + word, bits);
  if (m.model === "v2" && offset >>> 2 === 0) {
    // Nobody knows who sent an SGI that is made active by hand: the writing vCPU, or 0 for the VMM.
    for (let sgi = 0; sgi < 16; sgi++) {
      if (((bits >>> sgi) & 1) === 0) continue;
      m.state.setByte(
        m.layout.bytes.activeSource + m.layout.slot(access.cpu, sgi),
        access.byUser ? 0 : access.cpu,
      );
    }
  }
  queueWord(m, word, bits);
  return undefined;
};

export const clearActive: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  clearBits(
    m,
    m.layout.bits.active + word,
    access.byUser ? value & ~m.state.words[m.layout.bits.mapped + word] : value,
  );
  return undefined;
};

export const readGroups: ReadHandler = (m, access, offset) => {
  if (groupsReadAsOnes(m.model, m.state.vm(VM.revision))) {
    m.decision = "groups-read-as-ones";
    return 0xffffffff;
  }
  const word = wordAt(m, access, offset);
  return word < 0 ? 0 : m.state.words[m.layout.bits.group + word];
};

export const writeGroups: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  const { profile } = m.host;
  const revision = m.state.vm(VM.revision);
  const stored = access.byUser
    ? userGroupsWritable(profile, m.model, revision, m.state.vm(VM.userGroupsArmed) !== 0)
    : guestGroupsWritable(profile, revision);
  if (!stored && access.byUser && readGroups(m, access, offset) !== value) {
    m.ignoredWrite = userGroupsWritable(profile, m.model, revision, true) ? "before-iidr" : "fixed-groups";
  }
  m.decision = stored ? "groups-stored" : "groups-ignored";
  if (!stored) return undefined;
  m.state.setWord(m.layout.bits.group + word, value);
  queueWord(m, word, 0xffffffff);
  return undefined;
};

/** Reads four bytes, one per interrupt. */
export function readBytes(byte: (m: Machine, access: Access, intid: number) => number): ReadHandler {
  return (m, access, offset) => {
    let word = 0;
    for (let i = 3; i >= 0; i--) word = (word << 8) | byte(m, access, offset + i);
    return word >>> 0;
  };
}

/** Writes one to four bytes, one per interrupt. */
export function writeBytes(
  byte: (m: Machine, access: Access, intid: number, value: number) => void,
): WriteHandler {
  return (m, access, offset, value, length) => {
    for (let i = 0; i < length; i++) byte(m, access, offset + i, (value >>> (8 * i)) & 0xff);
    return undefined;
  };
}

/** The index of an INTID's priority among the bytes of the state, or -1 where it is not reached. */
function priorityAt(m: Machine, access: Access, intid: number): number {
  return intid < 32 && !access.banked ? -1 : m.layout.bytes.priority + m.layout.slot(access.cpu, intid);
}

export const readPriority: ReadHandler = (m, access, offset) => {
  const at = priorityAt(m, access, offset);
  if (at < 0) return 0;
  const { bytes } = m.state;
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
};

export const writePriority: WriteHandler = (m, access, offset, value, length) => {
  const at = priorityAt(m, access, offset);
  if (at >= 0) m.state.setBytes(at, value & 0xf8f8f8f8, length);
  return undefined;
};

/** Puts the lower 16 bits of a word at its even bits. */
function spread(half: number): number {
  let word = half & 0xffff;
  word = (word | (word << 8)) & 0x00ff00ff;
  word = (word | (word << 4)) & 0x0f0f0f0f;
  word = (word | (word << 2)) & 0x33333333;
  return (word | (word << 1)) & 0x55555555;
}

/** Gathers the even bits of a word in its lower 16. */
function gather(word: number): number {
  let half = word & 0x55555555;
  half = (half | (half >>> 1)) & 0x33333333;
  half = (half | (half >>> 2)) & 0x0f0f0f0f;
  half = (half | (half >>> 4)) & 0x00ff00ff;
  return (half | (half >>> 8)) & 0xffff;
}

/** A configuration register's offset holds 16 interrupts, half a word of bits: its offset, and how far that is shifted. */
const bitsOffset = (offset: number): number => (offset >>> 1) & ~3;
const bitsShift = (offset: number): number => (offset & 4) * 4;

export const readConfig: ReadHandler = (m, access, offset) => {
  const word = wordAt(m, access, bitsOffset(offset));
  if (word < 0) return 0;
  return (spread(m.state.words[m.layout.bits.edge + word] >>> bitsShift(offset)) << 1) >>> 0;
};

/** A register that takes writes from others only. */
export const ignoreWrite: WriteHandler = (m) => {
  m.ignoredWrite = "ignored";
  return undefined;
};

/** SGIs are always edge triggered and PPIs always level sensitive in KVM. */
export const writeConfig: WriteHandler = (m, access, offset, value) => {
  if (offset < 8) {
    m.ignoredWrite = "ignored";
    return undefined;
  }
  const word = m.layout.bitWord(access.cpu, offset >>> 3);
  const shift = bitsShift(offset);
  assignBits(m, m.layout.bits.edge + word, 0xffff << shift, gather(value >>> 1) << shift);
  return undefined;
};

export const readIidr: ReadHandler = (m) => {
  const revision = m.state.vm(VM.revision);
  m.decision = REVISION_SHOWN[revision];
  return iidr(revision);
};

export const writeIidrByUser: WriteHandler = (m, _access, _offset, value) => {
  const revision = m.state.vm(VM.revision);
  const result = writeIidr(m.host.profile, revision, value);
  if (!result.accepted) {
    m.decision = "iidr-refused";
    return "EINVAL";
  }
  const selected = iidr(result.revision) === value >>> 0;
  m.decision = selected ? "iidr-selected" : "iidr-ignored";
  if (!selected) m.ignoredWrite = "revision-kept";
  m.state.setVm(VM.revision, result.revision);
  m.state.setVm(VM.userGroupsArmed, 1);
  return undefined;
};

/** GICD_TYPER2 only takes the value that it has: no direct SGI injection here. */
export const writeTyper2ByUser: WriteHandler = (m, _access, _offset, value): Errno | undefined =>
  value === 0 ? undefined : m.initialised ? m.traits.typer2Refusal : "EINVAL";
