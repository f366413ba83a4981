/**
 * What reading and writing the interrupt registers does, shared by the distributors and the redistributor.
 * Follows KVM's vgic-mmio.c. A handler sees one aligned 32-bit word, or one byte where bytes are allowed.
 */
import { queueWord, raiseSgiFrom } from "./interrupts.ts";
import type { Machine } from "./machine.ts";
import type { Access, Errno, ReadHandler, WriteHandler } from "./register-table.ts";
import { groupsReadAsOnes, guestGroupsWritable, iidr, userGroupsWritable, writeIidr } from "./revisions.ts";
import type { BitField } from "./state.ts";

/** SGIs in the word of INTIDs 0 to 31. */
const SGIS = 0xffff;

/** The word of a bit field that a register's offset means, or -1 where INTIDs 0 to 31 are not reached. */
function wordAt(m: Machine, access: Access, offset: number): number {
  const n = offset >>> 2;
  return n === 0 && !access.banked ? -1 : m.layout.bitWord(access.cpu, n);
}

/** The slot of an INTID, or -1 where it is not reached. */
function slotAt(m: Machine, access: Access, intid: number): number {
  return intid < 32 && !access.banked ? -1 : m.layout.slot(access.cpu, intid);
}

/** Reads one bit an interrupt. */
export function readBits(field: BitField): ReadHandler {
  return (m, access, offset) => {
    const word = wordAt(m, access, offset);
    return word < 0 ? 0 : m.state.words[m.layout.bits[field] + word];
  };
}

function setBits(m: Machine, field: BitField, word: number, bits: number): void {
  const index = m.layout.bits[field] + word;
  m.state.setWord(index, m.state.words[index] | bits);
}

function clearBits(m: Machine, field: BitField, word: number, bits: number): void {
  const index = m.layout.bits[field] + word;
  m.state.setWord(index, m.state.words[index] & ~bits);
}

function assignBits(m: Machine, field: BitField, word: number, mask: number, bits: number): void {
  const index = m.layout.bits[field] + word;
  m.state.setWord(index, (m.state.words[index] & ~mask) | (bits & mask));
}

function bitsOf(m: Machine, field: BitField, word: number): number {
  return m.state.words[m.layout.bits[field] + word];
}

export const setEnabled: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  setBits(m, "enabled", word, value);
  // The device may have changed its output while the interrupt was disabled.
  if (!access.byUser)
    assignBits(m, "line", word, value & bitsOf(m, "mapped", word), bitsOf(m, "output", word));
  queueWord(m, value, word * 32);
  return undefined;
};

export const clearEnabled: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word >= 0) clearBits(m, "enabled", word, value);
  return undefined;
};

/** Latch or, while level sensitive, line; a guest sees the device itself behind a mapped interrupt. */
export const readPending: ReadHandler = (m, access, offset) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return 0;
  const pending = bitsOf(m, "latch", word) | (bitsOf(m, "line", word) & ~bitsOf(m, "edge", word));
  if (access.byUser) return pending;
  const mapped = bitsOf(m, "mapped", word);
  return (pending & ~mapped) | (bitsOf(m, "output", word) & mapped);
};

/** The bits of a pending write that take effect. */
function pendingBits(m: Machine, access: Access, offset: number, value: number): number {
  if (m.model === "v3" || access.byUser || offset >>> 2 !== 0) return value;
  // The guest's bits for GICv2 SGIs are ignored since Linux 5.4.
  if (!m.traits.sgiPendingByGuest) return value & ~SGIS;
  if ((value & SGIS) !== 0) m.decision = "sgi-pending-by-guest";
  return value;
}

export const setPending: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  const bits = pendingBits(m, access, offset, value);
  if (m.model === "v2" && access.byUser && offset >>> 2 === 0) {
    // A pending SGI needs a sender; the VMM's is the vCPU that it named.
    for (let sgi = 0; sgi < 16; sgi++) {
      if ((bits >>> sgi) & 1) raiseSgiFrom(m, access.cpu, sgi, access.cpu);
    }
  }
  setBits(m, "latch", word, bits);
  queueWord(m, bits, word * 32);
  return undefined;
};

export const clearPending: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  const bits = pendingBits(m, access, offset, value);
  if (access.byUser && m.model === "v2" && offset >>> 2 === 0) {
    for (let sgi = 0; sgi < 16; sgi++) {
      if ((bits >>> sgi) & 1) m.state.setByte(m.layout.bytes.source + m.layout.slot(access.cpu, sgi), 0);
    }
  }
  clearBits(m, "latch", word, bits);
  return undefined;
};

/** The VMM of a GICv3 sees and assigns the latch alone; the line has its own attribute, LEVEL_INFO. */
export const readLatch = readBits("latch");
export const assignLatch: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  setBits(m, "latch", word, value);
  queueWord(m, value, word * 32);
  clearBits(m, "latch", word, ~value);
  return undefined;
};

export const setActive: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  const bits = access.byUser ? value & ~bitsOf(m, "mapped", word) : value;
  setBits(m, "active", word, bits);
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
  queueWord(m, bits, word * 32);
  return undefined;
};

export const clearActive: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  clearBits(m, "active", word, access.byUser ? value & ~bitsOf(m, "mapped", word) : value);
  return undefined;
};

export const readGroups: ReadHandler = (m, access, offset) => {
  if (groupsReadAsOnes(m.model, m.state.vm("revision"))) {
    m.decision = "groups-read-as-ones";
    return 0xffffffff;
  }
  return readBits("group")(m, access, offset);
};

export const writeGroups: WriteHandler = (m, access, offset, value) => {
  const word = wordAt(m, access, offset);
  if (word < 0) return undefined;
  const { profile } = m.host;
  const revision = m.state.vm("revision");
  const stored = access.byUser
    ? userGroupsWritable(profile, m.model, revision, m.state.vm("userGroupsArmed") !== 0)
    : guestGroupsWritable(profile, revision);
  if (!stored && access.byUser && readGroups(m, access, offset) !== value) {
    m.unheeded = userGroupsWritable(profile, m.model, revision, true) ? "before-iidr" : "fixed-groups";
  }
  m.decision = stored ? "groups-stored" : "groups-ignored";
  if (!stored) return undefined;
  m.state.setWord(m.layout.bits.group + word, value);
  queueWord(m, 0xffffffff, word * 32);
  return undefined;
};

/** Reads four bytes, one an interrupt. */
export function readBytes(byte: (m: Machine, access: Access, intid: number) => number): ReadHandler {
  return (m, access, offset) => {
    let word = 0;
    for (let i = 3; i >= 0; i--) word = (word << 8) | byte(m, access, offset + i);
    return word >>> 0;
  };
}

/** Writes one to four bytes, one an interrupt. */
export function writeBytes(
  byte: (m: Machine, access: Access, intid: number, value: number) => void,
): WriteHandler {
  return (m, access, offset, value, length) => {
    for (let i = 0; i < length; i++) byte(m, access, offset + i, (value >>> (8 * i)) & 0xff);
    return undefined;
  };
}

export const readPriority = readBytes((m, access, intid) => {
  const slot = slotAt(m, access, intid);
  return slot < 0 ? 0 : m.state.bytes[m.layout.bytes.priority + slot];
});

export const writePriority = writeBytes((m, access, intid, value) => {
  const slot = slotAt(m, access, intid);
  if (slot >= 0) m.state.setByte(m.layout.bytes.priority + slot, value & 0xf8);
});

export const readConfig: ReadHandler = (m, access, offset) => {
  const first = offset * 4;
  let word = 0;
  for (let i = 15; i >= 0; i--) {
    const slot = slotAt(m, access, first + i);
    word = (word << 2) | (slot >= 0 && m.state.bit(m.layout.bits.edge, slot) ? 2 : 0);
  }
  return word >>> 0;
};

/** A register that takes writes from others only. */
export const ignoreWrite: WriteHandler = (m) => {
  m.unheeded = "ignored";
  return undefined;
};

/** SGIs are always edge triggered and PPIs always level sensitive in KVM. */
export const writeConfig: WriteHandler = (m, _access, offset, value) => {
  const first = offset * 4;
  if (first < 32) {
    m.unheeded = "ignored";
    return undefined;
  }
  for (let i = 0; i < 16; i++) {
    m.state.setBit(m.layout.bits.edge, m.layout.slot(0, first + i), ((value >>> (2 * i + 1)) & 1) !== 0);
  }
  return undefined;
};

export const readIidr: ReadHandler = (m) => {
  const revision = m.state.vm("revision");
  m.decision = `iidr-${revision}`;
  return iidr(revision);
};

export const writeIidrByUser: WriteHandler = (m, _access, _offset, value) => {
  const revision = m.state.vm("revision");
  const result = writeIidr(m.host.profile, revision, value);
  if (!result.accepted) {
    m.decision = "iidr-refused";
    return "EINVAL";
  }
  const selected = iidr(result.revision) === value >>> 0;
  m.decision = selected ? "iidr-selected" : "iidr-ignored";
  if (!selected) m.unheeded = "revision-kept";
  m.state.setVm("revision", result.revision);
  m.state.setVm("userGroupsArmed", 1);
  return undefined;
};

/** GICD_TYPER2 only takes the value that it has: no direct SGI injection here. */
export const writeTyper2ByUser: WriteHandler = (_m, _access, _offset, value): Errno | undefined =>
  value === 0 ? undefined : "EINVAL";
