import { describe, expect, test } from "vitest";
import {
  BIT_FIELDS,
  BYTE_FIELDS,
  CPU,
  CPU_STRIDE,
  HALF_FIELDS,
  Layout,
  State,
  VM,
} from "../../server/src/vgic/state.ts";

const CPUS = 3;
const IRQS = 96;
const layout = new Layout(CPUS, IRQS);

/** The index of the one word that something changes in a fresh state. */
function changed(change: (state: State) => void): number {
  const state = new State(layout, false);
  change(state);
  expect(state.changes).toHaveLength(1);
  return state.changes[0];
}

/** The fields of an enum, without its numbers as keys. */
function numbersOf(words: Readonly<Record<string, string | number>>): (readonly [string, number])[] {
  return Object.entries(words).flatMap(([name, number]) =>
    typeof number === "number" ? [[name, number] as const] : [],
  );
}

describe("the words of the state", () => {
  test("of the VM are numbered from 0, those of the first vCPU from there on, without a gap", () => {
    const numbers = [...numbersOf(VM), ...numbersOf(CPU)].map(([, number]) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(CPU_STRIDE).toBe(numbersOf(CPU).length);
  });

  test("of the VM and of vCPUs mean what was set", () => {
    for (const [field, at] of numbersOf(VM)) {
      expect(layout.meaning(changed((state) => state.setVm(at, 1)))).toEqual({ kind: "vm", field });
    }
    for (const [field, at] of numbersOf(CPU)) {
      for (let cpu = 0; cpu < CPUS; cpu++) {
        const index = changed((state) => state.setCpu(at, cpu, 1));
        expect(layout.meaning(index)).toEqual({ kind: "cpu", field, cpu });
      }
    }
  });

  test("of interrupts mean what was set, and each slot has its own place", () => {
    const places = new Set<string>();
    const note = (name: string, slot: number, index: number, perWord: number): void => {
      expect(layout.meaning(index)).toEqual({
        ...(name === "next" || name === "affinity" ? { kind: name } : meant(name)),
        firstSlot: slot - (slot % perWord),
      });
      places.add(`${index} ${slot % perWord}`);
    };
    let count = 0;
    for (let slot = 0; slot < layout.slots; slot++) {
      for (const field of BIT_FIELDS) {
        note(
          field,
          slot,
          changed((state) => state.setBit(layout.bits[field], slot, true)),
          32,
        );
      }
      for (const field of BYTE_FIELDS) {
        note(
          field,
          slot,
          changed((state) => state.setByte(layout.bytes[field] + slot, 1)),
          4,
        );
      }
      for (const field of HALF_FIELDS) {
        note(
          field,
          slot,
          changed((state) => state.setHalf(layout.halves[field] + slot, 1)),
          2,
        );
      }
      note(
        "next",
        slot,
        changed((state) => state.setWord(layout.next + slot, 1)),
        1,
      );
      count += BIT_FIELDS.length + BYTE_FIELDS.length + HALF_FIELDS.length + 1;
    }
    for (let slot = CPUS * 32; slot < layout.slots; slot++) {
      note(
        "affinity",
        slot,
        changed((state) => state.setWord(layout.affinity + slot - CPUS * 32, 1)),
        1,
      );
      count++;
    }
    expect(places.size).toBe(count);
  });

  test("end with the last SPI's affinity", () => {
    expect(layout.meaning(layout.length - 1)).toEqual({ kind: "affinity", firstSlot: layout.slots - 1 });
  });
});

function meant(name: string): { readonly kind: string; readonly field: string } {
  const kinds = { bits: BIT_FIELDS, bytes: BYTE_FIELDS, halves: HALF_FIELDS };
  const [kind] = Object.entries(kinds).find(([, fields]) => fields.some((field) => field === name)) ?? [""];
  return { kind, field: name };
}

test("a slot is the interrupt that its vCPU sees", () => {
  for (let cpu = 0; cpu < CPUS; cpu++) {
    for (let intid = 0; intid < IRQS; intid++) {
      const slot = layout.slot(cpu, intid);
      expect(layout.intid(slot)).toBe(intid);
      expect(layout.owner(slot)).toBe(intid < 32 ? cpu : undefined);
    }
  }
});

test("a snapshot is put back, and tells whether the state is as it was", () => {
  const state = new State(layout, false);
  state.setVm(VM.revision, 2);
  const snapshot = state.snapshot();
  expect(state.equals(snapshot)).toBe(true);
  state.setCpu(CPU.control, 1, 3);
  expect(state.equals(snapshot)).toBe(false);
  state.restore(snapshot);
  expect(state.cpu(CPU.control, 1)).toBe(0);
  expect(state.vm(VM.revision)).toBe(2);
  expect(state.changes).toEqual([]);
});

test("what another state changed is taken over", () => {
  const [one, other] = [new State(layout, false), new State(layout, false)];
  one.setByte(layout.bytes.priority + 40, 0x80);
  other.copyChanges(one);
  expect(other.words.join()).toBe(one.words.join());
  expect(other.changes).toEqual(one.changes);
});
