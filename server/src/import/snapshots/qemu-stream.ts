/**
 * QEMU's migration stream, bare or in a libvirt save file. The sections of the GIC are found by their names, and taken
 * if they end where their fields do: RAM, which is in front of them, need not be understood.
 */
import { ascii, ByteReader, type ByteSource, EndOfBytes, eachByte, standsAt } from "../byte-source.ts";
import { withMemory } from "./its-memory.ts";
import { qemuV2, qemuV3 } from "./qemu.ts";
import {
  type Fields,
  footerIsAt,
  GICV2,
  GICV3,
  ITS,
  readStructure,
  SECTION_VERSIONS,
} from "./qemu-fields.ts";
import { readQemuRam } from "./qemu-ram.ts";
import { NotAsSpecified, type Refusal, type Snapshot } from "./snapshot.ts";

const MAGIC = ascii("QEVM");
const LIBVIRT = ascii("LibvirtQemudSave");
const LIBVIRT_PARTIAL = ascii("LibvirtQemudPart");
const STRUCTURES = { arm_gic: GICV2, arm_gicv3: GICV3, arm_gicv3_its: ITS } as const;
type SectionName = keyof typeof STRUCTURES;
const SECTION_NAMES: readonly SectionName[] = ["arm_gic", "arm_gicv3", "arm_gicv3_its"];

/** Type, section's number and the length of the name before a section's name; instance and version after it. */
const FRONT = 6;
const BEHIND = 8;
/** The section of a GICv3 with the vCPUs of the largest VM is shorter. */
const LONGEST = 512 << 10;

interface Section {
  readonly name: SectionName;
  readonly offset: number;
  readonly fields: Fields;
}

/** What a file is if it is a stream; undefined if it is none. */
export function readQemuStream(source: ByteSource): Snapshot | Refusal | undefined {
  const head = source.read(0, 128).slice();
  if (standsAt(head, 0, LIBVIRT_PARTIAL)) {
    return { refusal: "it is a save file of libvirt that was never finished (LibvirtQemudPart)" };
  }
  if (standsAt(head, 0, LIBVIRT)) return readLibvirt(source, head);
  if (!standsAt(head, 0, MAGIC)) return undefined;
  const machine = machineOf(head, 0);
  const title =
    machine === undefined ? "a migration stream of QEMU" : `a migration stream of QEMU (${machine})`;
  return readStream(source, { title, start: 0 });
}

const FORMATS: Readonly<Record<number, string>> = {
  1: "zcat",
  2: "bzcat",
  3: "xzcat",
  4: "lzop -dc",
  5: "zstdcat",
};
const HEADER = 92;

function readLibvirt(source: ByteSource, head: Uint8Array): Snapshot | Refusal {
  const reader = new ByteReader(head, 16, true);
  const [version, length] = [reader.number(4), reader.number(4)];
  reader.offset += 4;
  const format = reader.number(4);
  if (version > 0xffff) {
    return { refusal: "it is a save file of libvirt from a big-endian host, which has no Arm VMs" };
  }
  const program = FORMATS[format];
  if (program !== undefined) {
    return {
      ...(program === "zcat" ? { gzipFrom: HEADER + length } : {}),
      refusal: `it is a save file of libvirt, compressed; take the stream out: \`tail -c +${HEADER + length + 1} FILE | ${program} > vm.mig\``,
    };
  }
  return readStream(source, { title: "a save file of libvirt", start: HEADER + length });
}

/** CONFIGURATION, the first record, has the machine's name. */
function machineOf(head: Uint8Array, start: number): string | undefined {
  const reader = new ByteReader(head, start + MAGIC.length + 4, false);
  if (reader.peek() !== 0x07) return undefined;
  reader.offset += 1;
  const length = reader.number(4);
  if (length > 64 || reader.offset + length > head.length) return undefined;
  const name = reader.text(length);
  return /^[\w.-]+$/.test(name) ? name : undefined;
}

const CPU_SECTION = ascii("\x03cpu");

interface Stream {
  readonly title: string;
  /** Where it begins in the file. */
  readonly start: number;
}

function readStream(source: ByteSource, { title, start }: Stream): Snapshot | Refusal {
  const { sections, cpus, wrong } = findSections(source);
  const gic = sections.get("arm_gicv3") ?? sections.get("arm_gic");
  if (gic === undefined) {
    const what = `it is ${title}`;
    if (wrong !== undefined) return { refusal: `${what}, but ${wrong}` };
    const why = /\(virt-|libvirt|QEMU$/.test(title)
      ? "it is cut off before the devices' state, or its machine has no GIC"
      : "its machine has no Arm GIC";
    return {
      refusal: `${what}, but no section arm_gic or arm_gicv3 is in its ${source.length} bytes: ${why}`,
    };
  }
  const its = sections.get("arm_gicv3_its")?.fields;
  if (gic.name === "arm_gic") return qemuV2(gic.fields, { title }, cpus);
  const snapshot = qemuV3(gic.fields, { title, its });
  // The tables of QEMU's own model are laid out in another way.
  const needsMemory = snapshot.translation !== undefined && !snapshot.ownModel;
  return needsMemory ? withMemory(snapshot, readQemuRam(source, start)) : snapshot;
}

interface Search {
  readonly sections: ReadonlyMap<SectionName, Section>;
  /** Sections named `cpu`. */
  readonly cpus: number | undefined;
  /** Why the section of a GIC was not taken. */
  readonly wrong: string | undefined;
}

const NAME_BEGINS = "_".charCodeAt(0);
const NAMES = SECTION_NAMES.map((name) => ({ name, bytes: ascii(name) }));

function findSections(source: ByteSource): Search {
  const sections = new Map<SectionName, Section>();
  let wrong: string | undefined;
  eachByte(source, NAME_BEGINS, 32, (window, at, offset) => {
    // The byte is the one after "arm".
    const [from, start] = [at - 3, offset - 3];
    const length = window[from - 1];
    const found = NAMES.find(({ bytes }) => bytes.length === length && standsAt(window, from, bytes));
    if (found === undefined || start < FRONT) return;
    try {
      const section = sectionAt(source, found.name, start - FRONT);
      // RAM may hold another stream: the machine's own state is after it.
      if (section !== undefined) sections.set(found.name, section);
    } catch (error) {
      if (error instanceof EndOfBytes)
        wrong = `the section ${found.name} at byte ${start - FRONT} is cut off`;
      else if (error instanceof NotAsSpecified) {
        wrong = `the section ${found.name} at byte ${start - FRONT} cannot be read: ${error.message}`;
      } else throw error;
    }
  });
  const gic = sections.get("arm_gic");
  return { sections, cpus: gic && countCpus(source, gic.offset), wrong };
}

/** The section that begins at an offset; undefined if none does. */
function sectionAt(source: ByteSource, name: SectionName, offset: number): Section | undefined {
  const bytes = source.read(offset, LONGEST).slice();
  const reader = new ByteReader(bytes, 0, false);
  const type = reader.number(1);
  if (type !== 0x01 && type !== 0x04) return undefined;
  const id = reader.number(4);
  reader.offset = FRONT + name.length;
  const [instance, version] = [reader.number(4), reader.number(4)];
  if (instance >= 16) return undefined;
  if (version !== SECTION_VERSIONS[name]) {
    throw new NotAsSpecified(
      `it has version ${version}, where ${SECTION_VERSIONS[name]} is read (QEMU 2.6 and later)`,
    );
  }
  const isEnd = () => footerIsAt(reader, id);
  const fields = readStructure(reader, STRUCTURES[name], isEnd);
  if (reader.peek() === undefined) throw new EndOfBytes();
  if (!isEnd()) throw new NotAsSpecified(`no footer is after its fields, at byte ${offset + reader.offset}`);
  return { name, offset, fields };
}

/** Sections of CPUs are between RAM and the GIC's, which is why they are looked for before it alone. */
const CPUS_SEARCHED = 4 << 20;

function countCpus(source: ByteSource, gic: number): number | undefined {
  const start = Math.max(0, gic - CPUS_SEARCHED);
  const bytes = source.read(start, gic - start).slice();
  const numbers = new Set<number>();
  for (let at = bytes.indexOf(3); at >= 0; at = bytes.indexOf(3, at + 1)) {
    if (!standsAt(bytes, at, CPU_SECTION) || bytes[at - 5] !== 0x04) continue;
    const reader = new ByteReader(bytes, at + CPU_SECTION.length, false);
    if (reader.offset + BEHIND > bytes.length) continue;
    numbers.add(reader.number(4));
  }
  return numbers.size === 0 ? undefined : numbers.size;
}
