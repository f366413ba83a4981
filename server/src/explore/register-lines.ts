/** A line for each access that makes sense of each register: both sides, all widths, the values that matter. */

import { iidr, REVISIONS } from "../vgic/kernels/revisions.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { type RegisterMatch, type RegisterRow, registerCount } from "../vgic/registers/register-table.ts";
import { registers } from "../vgic/registers/registers.ts";
import type { Kind, Line } from "./line.ts";

interface Vm {
  readonly cpus: number;
  readonly irqs: number;
  readonly its: boolean;
}

const LOADS = { 1: "readb", 2: "readw", 4: "readl", 8: "readq" } as const;
const STORES = { 1: "writeb", 2: "writew", 4: "writel", 8: "writeq" } as const;

/** The most registers of an array that has nothing to do with single interrupts. */
const MOST_OF_ARRAY = 4;

/** INTIDs whose registers are searched: an SGI, the timer's PPI, the first SPIs, the last one, and one beyond. */
const INTIDS = [0, 27, 32, 33, 40] as const;

/**
 * What acknowledging may give in the searched VM, and so what a guest ends: the SGIs that are sent, on GICv2 with their
 * sender, PPIs, SPIs.
 */
const ENDED: Readonly<Record<Model, readonly number[]>> = {
  v2: [0, 1, 0x400, 0x401, 20, 27, 32, 33, 40],
  v3: [0, 1, 20, 27, 32, 33, 40],
};

/** What acknowledging gave, as the lines that end an interrupt have it: a sender is plainer to see in hexadecimal. */
export function endedText(value: number): string {
  return value < 0x400 ? String(value) : hex(value);
}

export function registerLines(model: Model, vm: Vm): Line[] {
  const lines: Line[] = [];
  for (const row of registers(model).rows) {
    if (row.frame === "GITS" && !vm.its) continue;
    for (const match of chosen(model, row, vm)) {
      if (row.frame !== "LEVEL") lines.push(...guestLines(match, vm));
      lines.push(...vmmLines(match, vm));
    }
  }
  return lines;
}

/** The registers of an array that stand for the others. */
function chosen(model: Model, row: RegisterRow, { irqs }: Vm): RegisterMatch[] {
  const count = registerCount(row);
  const bits = row.bitsPerInterrupt;
  const indexes =
    bits === 0
      ? Array.from({ length: Math.min(count, MOST_OF_ARRAY) }, (_, i) => i)
      : [...INTIDS, irqs - 1, irqs].map((intid) => Math.floor((intid * bits) / (row.size * 8)));
  const first = row.firstIndex ?? 0;
  return [...new Set(indexes)].flatMap((index) => {
    const name =
      row.firstIndex === undefined ? row.name : `${row.name}${bits === 64 ? index : first + index}`;
    return registers(model).find(name) ?? [];
  });
}

function guestLines(match: RegisterMatch, vm: Vm): Line[] {
  const { row, name } = match;
  const lines: Line[] = [];
  const add = (kind: Kind, cpu: number, verb: string, argument: string): void => {
    const place = `cpu${cpu} ${verb} ${name}`;
    lines.push({ text: `${place}${argument}`, kind, place });
  };
  const cpus = Array.from({ length: vm.cpus }, (_, cpu) => cpu);
  if (row.frame === "ICC") {
    for (const cpu of cpus) {
      add(readKind(row), cpu, "mrs", "");
      for (const value of valuesOf(match, 8)) add(writeKind(row), cpu, "msr", ` ${value}`);
    }
    return lines;
  }
  for (const cpu of cpus) {
    for (const width of [1, 2, 4, 8] as const) {
      // A width that the register does not take is worth a look from one vCPU.
      const allowed = row.widths.includes(width);
      if (!allowed && (cpu > 0 || width === 2)) continue;
      add(readKind(row), cpu, LOADS[width], "");
      const values = valuesOf(match, width);
      for (const value of allowed ? values : values.slice(-1)) {
        add(writeKind(row), cpu, STORES[width], ` ${value}`);
      }
    }
  }
  return lines;
}

function vmmLines(match: RegisterMatch, { cpus }: Vm): Line[] {
  const { row, name } = match;
  const lines: Line[] = [];
  const owners =
    row.frame === "GICD" && row.bitsPerInterrupt === 0 ? [0] : Array.from({ length: cpus }, (_, i) => i);
  for (const cpu of owners) {
    const target = cpu === 0 ? name : `${name}@cpu${cpu}`;
    const asked = cpu === 0 ? [`user get ${target}`, `user has ${target}`] : [`user get ${target}`];
    for (const text of asked) lines.push({ text, kind: "inspect", place: text });
    const place = `user set ${target}`;
    for (const value of valuesOf(match, row.frame === "ICC" ? 8 : 4)) {
      lines.push({ text: `${place} ${value}`, kind: "set", place });
    }
  }
  return lines;
}

function readKind({ name }: RegisterRow): Kind {
  return /IAR/.test(name) ? "take" : "look";
}

function writeKind({ name }: RegisterRow): Kind {
  if (/EOIR|_DIR/.test(name)) return "end";
  return /ISPENDR|ISACTIVER|SGI(?:R|[01]R)/.test(name) ? "raise" : "write";
}

/** Values worth writing, the plainest first. */
function valuesOf({ row, name }: RegisterMatch, width: number): string[] {
  if (row.name === "GICD_IIDR") return [...REVISIONS.map((revision) => hex(iidr(revision))), "0"];
  if (/EOIR|_DIR/.test(row.name)) return ENDED[row.frame === "GICC" ? "v2" : "v3"].map(endedText);
  if (row.name === "GICD_SGIR") return ["0x10001", "0x20001", "0x30002", "0x2000001"];
  if (/SGI[01]R/.test(row.name)) return ["0x1000001", "0x1000002", "0x2000003", "0x10001000001"];
  switch (row.bitsPerInterrupt) {
    case 1:
      // Those of a vCPU's own interrupts have the timer's.
      return ["0", "1", "2", "0x1e", "0xff", ...(name.endsWith("0") ? ["0x8000000"] : []), "0xffffffff"];
    case 2:
      return ["0", "2", "0xaaaaaaaa"];
    case 8:
      return width === 1 ? ["0", "1", "2", "0x80", "0xa0"] : ["0", "0x01010101", "0x02020202", "0x80a0c0e0"];
    case 64:
      return ["0", "1", "0x100", "0x80000000"];
    default: {
      const fields = row.fields.map(({ high, low }) => hex(fieldMask(high, low)));
      const all = ["0", "1", ...fields, "0xf8", width === 8 ? "0xffffffffffffffff" : "0xffffffff"];
      return [...new Set(all)].filter((value) => BigInt(value) < 1n << BigInt(8 * width));
    }
  }
}

function fieldMask(high: number, low: number): bigint {
  return ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
}

function hex(value: number | bigint): string {
  return value === 0n ? "0" : `0x${value.toString(16)}`;
}
