import { describe, expect, test } from "vitest";
import { FRAMES, isInMemory } from "../../server/src/vgic/frame-table.ts";
import { DEFAULT_HOST } from "../../server/src/vgic/kernels/hosts.ts";
import type { Model } from "../../server/src/vgic/kvm-abi.ts";
import { type RegisterRow, registerCount } from "../../server/src/vgic/registers/register-table.ts";
import { registers } from "../../server/src/vgic/registers/registers.ts";
import { Vgic } from "../../server/src/vgic/vgic.ts";

const models: readonly Model[] = ["v2", "v3"];
const IRQS = 96;

function fresh(model: Model, its = false): Vgic {
  return new Vgic({ model, cpus: 1, irqs: IRQS, host: DEFAULT_HOST, its });
}

describe.each(models)("the registers of gic %s", (model) => {
  const { rows } = registers(model);
  const inMemory = rows.filter(({ frame }) => isInMemory(frame));

  test("lie in their frames, and no two at the same bytes", () => {
    for (const row of inMemory) {
      const after = inMemory.filter(({ frame, offset }) => frame === row.frame && offset >= row.offset);
      for (const other of after) {
        if (other !== row)
          expect(other.offset, `${other.name} after ${row.name}`).toBeGreaterThanOrEqual(
            row.offset + row.length,
          );
      }
      expect(row.offset + row.length, row.name).toBeLessThanOrEqual(FRAMES[row.frame].bytes[model]);
      expect(row.offset % 4, row.name).toBe(0);
      expect(row.length % row.size, row.name).toBe(0);
    }
    const codes = rows.filter(({ frame }) => frame === "ICC").map(({ offset }) => offset);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("have fields inside their size, which do not overlap", () => {
    for (const { name, size, fields } of rows) {
      let above = size * 8;
      for (const { name: field, high, low } of [...fields].sort((one, other) => other.high - one.high)) {
        expect(high, `${name}.${field}`).toBeLessThan(above);
        expect(low, `${name}.${field}`).toBeLessThanOrEqual(high);
        above = low;
      }
      expect(new Set(fields.map((field) => field.name)).size, name).toBe(fields.length);
    }
  });

  test("that are about interrupts have a bit or more for each", () => {
    for (const row of rows) {
      if (row.bitsPerInterrupt === 0) continue;
      expect((row.length * 8) / row.bitsPerInterrupt, row.name).toBeGreaterThanOrEqual(16);
    }
  });

  test("read in a fresh VM as their rows say", () => {
    for (const row of rows) {
      const value = /^0x[\da-f]+$/.exec(row.reset)?.[0];
      if (value === undefined || row.behaviour.read === undefined) continue;
      for (let index = 0; index < registerCount(row); index++) {
        const read = readFresh(model, row, index);
        if (read !== undefined)
          expect(`0x${read.toString(16)}`, `${row.name} (${index})`).toBe(`0x${BigInt(value).toString(16)}`);
      }
    }
  });

  test("are accessible with the widths that their rows allow, and with no other", () => {
    for (const { name, frame, offset, widths } of inMemory) {
      // The hardware's CPU interface takes all widths.
      if (frame === "GICC" || !isInMemory(frame)) continue;
      for (const width of [1, 2, 4, 8]) {
        const vgic = fresh(model);
        const ending = vgic.guestRead(0, vgic.addressOf(frame, 0, offset), width);
        if (ending === "ok")
          expect(vgic.ineffective === "width", `${name}, ${width} bytes`).toBe(!widths.includes(width));
      }
    }
  });
});

/** What a guest (the VMM, for LEVEL_INFO) reads of a register of a fresh VM; undefined where it reaches no interrupt. */
function readFresh(model: Model, row: RegisterRow, index: number): bigint | undefined {
  if (row.frame !== "ICC" && !FRAMES[row.frame].models.includes(model)) return undefined;
  const vgic = fresh(model, row.frame === "GITS");
  const offset = row.offset + index * row.size;
  const first = row.bitsPerInterrupt === 0 ? 0 : (index * row.size * 8) / row.bitsPerInterrupt;
  const isElsewhere = model === "v3" && row.frame === "GICD" && row.bitsPerInterrupt !== 0 && first < 32;
  if (first >= IRQS || isElsewhere) return undefined;
  const ending = isInMemory(row.frame)
    ? vgic.guestRead(0, vgic.addressOf(row.frame, 0, offset), row.size)
    : row.frame === "ICC"
      ? vgic.readSystemRegister(0, offset)
      : vgic.userGet(row.frame, 0, index * 32);
  // Active priorities registers beyond the first exist on hardware with more priority bits alone.
  if (ending === "abort" && /^ICC_AP[01]R[1-3]/.test(row.name)) return undefined;
  expect(ending, row.name).toBe("ok");
  return vgic.value;
}
