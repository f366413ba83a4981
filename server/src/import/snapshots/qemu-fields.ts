/**
 * The migrated state of QEMU's GICs as tables of fields (hw/intc/arm_gic_common.c, arm_gicv3_common.c,
 * arm_gicv3_its_common.c), read from a stream or from the JSON of analyze-migration.py.
 */
import type { ByteReader } from "../byte-source.ts";
import { member, membersOf } from "./json.ts";
import { NotAsSpecified } from "./snapshot.ts";

/** A field: so many unsigned integers of a size in bytes; or structures. */
interface Field {
  readonly name: string;
  readonly size: 1 | 2 | 4 | 8;
  readonly count: number;
}

interface Structure {
  /** As subsections name it. */
  readonly name: string;
  readonly fields: readonly Field[];
  /** Structures after the fields: as many as there are, or a count. */
  readonly structures?: { readonly field: string; readonly of: Structure; readonly count?: number };
  /** Fields after the structures. */
  readonly after?: readonly Field[];
  readonly subsections?: Readonly<Record<string, readonly Field[]>>;
}

const field = (size: Field["size"], name: string, count = 1): Field => ({ name, size, count });
const u8 = (name: string, count?: number) => field(1, name, count);
const u16 = (name: string, count?: number) => field(2, name, count);
const u32 = (name: string, count?: number) => field(4, name, count);
const u64 = (name: string, count?: number) => field(8, name, count);

const GICV3_CPU: Structure = {
  name: "arm_gicv3_cpu",
  fields: [
    u32("level"),
    u32("gicr_ctlr"),
    u32("gicr_statusr", 2),
    u32("gicr_waker"),
    u64("gicr_propbaser"),
    u64("gicr_pendbaser"),
    u32("gicr_igroupr0"),
    u32("gicr_ienabler0"),
    u32("gicr_ipendr0"),
    u32("gicr_iactiver0"),
    u32("edge_trigger"),
    u32("gicr_igrpmodr0"),
    u32("gicr_nsacr"),
    u8("gicr_ipriorityr", 32),
    u64("icc_ctlr_el1", 2),
    u64("icc_pmr_el1"),
    u64("icc_bpr", 3),
    u64("icc_apr", 12),
    u64("icc_igrpen", 3),
    u64("icc_ctlr_el3"),
  ],
  subsections: {
    virt: [u64("ich_apr", 12), u64("ich_hcr_el2"), u64("ich_lr_el2", 16), u64("ich_vmcr_el2")],
    sre_el1: [u64("icc_sre_el1")],
    gicv4: [u64("gicr_vpropbaser"), u64("gicr_vpendbaser")],
    nmi: [u32("gicr_inmir0")],
  },
};

export const GICV3: Structure = {
  name: "arm_gicv3",
  fields: [
    u32("gicd_ctlr"),
    u32("gicd_statusr", 2),
    u32("group", 32),
    u32("grpmod", 32),
    u32("enabled", 32),
    u32("pending", 32),
    u32("active", 32),
    u32("level", 32),
    u32("edge_trigger", 32),
    u8("gicd_ipriority", 1020),
    u64("gicd_irouter", 1020),
    u32("gicd_nsacr", 64),
  ],
  structures: { field: "cpu", of: GICV3_CPU },
  subsections: {
    gicd_no_migration_shift_bug: [u8("gicd_no_migration_shift_bug")],
    gicd_nmi: [u32("nmi", 32)],
    // From 10.1, of hosts with GICv4.1, where it is not 0.
    gicd_typer2: [u32("gicd_typer2")],
  },
};

/** A GICv2 has arrays for eight vCPUs. */
const CPUS_V2 = 8;
const IRQ_STATE: Structure = {
  name: "arm_gic_irq_state",
  fields: [
    u8("enabled"),
    u8("pending"),
    u8("active"),
    u8("level"),
    u8("model"),
    u8("edge_trigger"),
    u8("group"),
  ],
};

export const GICV2: Structure = {
  name: "arm_gic",
  fields: [u32("ctlr"), u32("cpu_ctlr", CPUS_V2)],
  structures: { field: "irq_state", of: IRQ_STATE, count: 1020 },
  after: [
    u8("irq_target", 1020),
    u8("priority1", 32 * CPUS_V2),
    u8("priority2", 988),
    u8("sgi_pending", 16 * CPUS_V2),
    u16("priority_mask", CPUS_V2),
    u16("running_priority", CPUS_V2),
    u16("current_pending", CPUS_V2),
    u8("bpr", CPUS_V2),
    u8("abpr", CPUS_V2),
    u32("apr", 4 * CPUS_V2),
    u32("nsapr", 4 * CPUS_V2),
  ],
  subsections: {
    _virt_state: [
      u32("h_hcr", CPUS_V2),
      u32("h_misr", CPUS_V2),
      u32("h_lr", 64 * CPUS_V2),
      u32("h_apr", CPUS_V2),
      u32("cpu_ctlr", CPUS_V2),
      u16("priority_mask", CPUS_V2),
      u16("running_priority", CPUS_V2),
      u16("current_pending", CPUS_V2),
      u8("bpr", CPUS_V2),
      u8("abpr", CPUS_V2),
    ],
  },
};

export const ITS: Structure = {
  name: "arm_gicv3_its",
  fields: [u32("ctlr"), u32("iidr"), u64("cbaser"), u64("cwriter"), u64("creadr"), u64("baser", 8)],
};

/** The version of each section that QEMU 2.6 and later write. */
export const SECTION_VERSIONS: Readonly<Record<string, number>> = {
  arm_gic: 12,
  arm_gicv3: 1,
  arm_gicv3_its: 0,
};

/** The values of a structure. */
export class Fields {
  readonly #values = new Map<string, readonly bigint[]>();
  readonly structures: Fields[] = [];
  readonly subsections = new Set<string>();

  set(name: string, values: readonly bigint[]): void {
    this.#values.set(name, values);
  }

  /** The values of a field; none of a subsection that was not there. */
  all(name: string): readonly bigint[] {
    return this.#values.get(name) ?? [];
  }

  one(name: string, index = 0): bigint {
    return this.all(name)[index] ?? 0n;
  }
}

const SUBSECTION = 0x05;
const FOOTER = 0x7e;
const MOST_STRUCTURES = 512;

/** Reads a structure that begins at the reader's place. @param isEnd whether the section's end is there */
export function readStructure(reader: ByteReader, structure: Structure, isEnd: () => boolean): Fields {
  const fields = new Fields();
  readFields(reader, structure.fields, fields);
  const { structures, after = [], subsections } = structure;
  if (structures !== undefined) {
    const { of, count = MOST_STRUCTURES } = structures;
    while (fields.structures.length < count && !isEnd() && !beginsSubsection(reader, structure)) {
      fields.structures.push(readStructure(reader, of, isEnd));
    }
  }
  readFields(reader, after, fields);
  while (subsections !== undefined && beginsSubsection(reader, structure)) {
    readSubsection(reader, structure.name, subsections, fields);
  }
  return fields;
}

function readFields(reader: ByteReader, fields: readonly Field[], into: Fields): void {
  for (const { name, size, count } of fields) {
    into.set(
      name,
      Array.from({ length: count }, () => reader.unsigned(size)),
    );
  }
}

/** A subsection's full name begins with its structure's: `arm_gicv3_cpu/virt`. */
function beginsSubsection(reader: ByteReader, { name }: Structure): boolean {
  if (reader.peek() !== SUBSECTION) return false;
  const { offset } = reader;
  reader.offset += 1;
  const length = reader.number(1);
  const full = length > name.length && length < 64 ? reader.text(length) : "";
  reader.offset = offset;
  return /^[\w/]+$/.test(full) && belongs(full, name) !== undefined;
}

/** The own name of a subsection of a structure; undefined if it is not the structure's. */
function belongs(full: string, name: string): string | undefined {
  if (full.startsWith(`${name}/`)) return full.slice(name.length + 1);
  // The one that is named without a slash.
  return name === GICV2.name && full === "arm_gic_virt_state" ? "_virt_state" : undefined;
}

function readSubsection(
  reader: ByteReader,
  structure: string,
  known: Readonly<Record<string, readonly Field[]>>,
  into: Fields,
): void {
  reader.offset += 1;
  const full = reader.text(reader.number(1));
  reader.unsigned(4);
  const name = belongs(full, structure) ?? "";
  const list = Object.hasOwn(known, name) ? known[name] : undefined;
  if (list === undefined) throw new NotAsSpecified(`the subsection ${full} is not known`);
  into.subsections.add(name);
  // One whose fields have names of the structure's own must not change them.
  const own = new Fields();
  readFields(reader, list, own);
  for (const one of list) if (into.all(one.name).length === 0) into.set(one.name, own.all(one.name));
}

/** Whether the footer of a section is at the reader's place. */
export function footerIsAt(reader: ByteReader, section: number): boolean {
  if (reader.peek() !== FOOTER) return false;
  const { offset } = reader;
  reader.offset += 1;
  const id = reader.number(4);
  reader.offset = offset;
  return id === section;
}

/** Reads a structure from the JSON of analyze-migration.py. */
export function structureInJson(value: unknown, structure: Structure, where: string): Fields {
  const fields = new Fields();
  const take = (list: readonly Field[], from: unknown, place: string) => {
    for (const { name, size, count } of list) {
      fields.set(name, numbersInJson(member(from, name), size, count, `${place}.${name}`));
    }
  };
  take([...structure.fields, ...(structure.after ?? [])], value, where);
  const { structures, subsections = {} } = structure;
  if (structures !== undefined) {
    const inner = member(value, structures.field);
    const list: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
    if (list.length > Math.max(MOST_STRUCTURES, structures.count ?? 0)) {
      throw new NotAsSpecified(`${where}.${structures.field} has ${list.length} items`);
    }
    list.forEach((one, i) => {
      fields.structures.push(structureInJson(one, structures.of, `${where}.${structures.field}[${i}]`));
    });
  }
  for (const full of membersOf(value)) {
    const name = belongs(full, structure.name);
    const list = name !== undefined && Object.hasOwn(subsections, name) ? subsections[name] : undefined;
    if (name === undefined || list === undefined) continue;
    fields.subsections.add(name);
    for (const one of list) {
      if (fields.all(one.name).length > 0) continue;
      const text = member(member(value, full), one.name);
      fields.set(one.name, numbersInJson(text, one.size, one.count, `${where}.${full}.${one.name}`));
    }
  }
  return fields;
}

/** `0x0000002a`, true, a list of such, or bytes as `aa bb`. */
function numbersInJson(value: unknown, size: number, count: number, where: string): bigint[] {
  const list: readonly unknown[] = Array.isArray(value)
    ? value.flat()
    : typeof value === "string" && count > 1
      ? value.split(" ").map((byte) => `0x${byte}`)
      : [value];
  if (list.length !== count) {
    throw new NotAsSpecified(
      value === undefined ? `${where} is missing` : `${where} has ${list.length} values, not ${count}`,
    );
  }
  return list.map((item) => {
    if (typeof item === "boolean") return item ? 1n : 0n;
    // Negative numbers are printed as `0x… (-1)`.
    const digits =
      typeof item === "string" ? /^(0x[\da-f]{1,16})(?: \(-\d+\))?$/i.exec(item)?.[1] : undefined;
    if (digits === undefined)
      throw new NotAsSpecified(`${where} has what is no number: ${JSON.stringify(item)}`);
    return BigInt.asUintN(size * 8, BigInt(digits));
  });
}
