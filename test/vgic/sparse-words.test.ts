import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GuestMemory, MEMORY_PAGE_WORDS } from "../../server/src/vgic/guest-memory.ts";
import { SparseWords } from "../../server/src/vgic/sparse-words.ts";
import { seed } from "../properties/seed.ts";

const PAGE_WORDS = 16;
/** Indices in one page, in pages beside it, and far enough away for the tree to grow several times. */
const index = fc.oneof(
  fc.nat(3 * PAGE_WORDS),
  fc.nat(40 * PAGE_WORDS),
  fc.tuple(fc.nat(2 ** 20), fc.nat(2 ** 20)).map(([high, low]) => high * 2 ** 20 + low),
);
const word = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.nat(0xffffffff));
const step = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), index, word }),
  fc.record({ kind: fc.constant("fill" as const), first: fc.nat(70), pages: fc.nat(40), word }),
  fc.record({ kind: fc.constantFrom("snapshot" as const, "restore" as const, "clear" as const) }),
);

describe("words of which nearly all are 0", () => {
  test("are as a map has them, whatever is written, filled, kept and put back", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.array(index), (steps, asked) => {
        const changes: number[] = [];
        const words = new SparseWords(0, PAGE_WORDS, changes);
        let model = new Map<number, number>();
        const kept: { words: ReturnType<typeof words.snapshot>; model: Map<number, number> }[] = [];
        const touched = new Set(asked);
        for (const one of steps) {
          if (one.kind === "set") {
            const before = words.get(one.index);
            words.set(one.index, one.word);
            model.set(one.index, one.word);
            touched.add(one.index);
            // A change is noted exactly where there is one.
            expect(changes.splice(0)).toEqual(before === one.word ? [] : [one.index]);
          } else if (one.kind === "fill") {
            words.fillPages(one.first, one.first + one.pages, one.word);
            for (let i = one.first * PAGE_WORDS; i < (one.first + one.pages) * PAGE_WORDS; i++)
              model.set(i, one.word);
            touched.add(one.first * PAGE_WORDS).add((one.first + one.pages) * PAGE_WORDS);
          } else if (one.kind === "snapshot") {
            kept.push({ words: words.snapshot(), model: new Map(model) });
          } else if (one.kind === "clear") {
            words.clear();
            model = new Map();
          } else {
            const last = kept.at(-1);
            if (last === undefined) continue;
            words.restore(last.words);
            model = new Map(last.model);
          }
          for (const at of touched) expect(words.get(at)).toBe(model.get(at) ?? 0);
        }
        // Each snapshot is what it was taken of, and equals exactly a tree with the same words.
        for (const one of kept) {
          const nonZero = (all: Map<number, number>) =>
            [...all].filter(([, value]) => value !== 0).sort(([a], [b]) => a - b);
          const isSame = JSON.stringify(nonZero(one.model)) === JSON.stringify(nonZero(model));
          expect(words.equals(one.words)).toBe(isSame);
        }
      }),
      { numRuns: 500, seed },
    );
  });

  test("the next word that is not 0", () => {
    const words = new SparseWords(0, PAGE_WORDS, []);
    const far = 2 ** 40 + 5;
    words.set(3, 1);
    words.set(far, 1);
    expect(words.nextNonZero(0, Number.MAX_SAFE_INTEGER)).toBe(3);
    expect(words.nextNonZero(4, Number.MAX_SAFE_INTEGER)).toBe(far);
    expect(words.nextNonZero(4, 1000)).toBe(1000);
    expect(words.nextNonZero(far + 1, 2 ** 41)).toBe(2 ** 41);
  });

  test("a snapshot shares all pages that are not written after it", () => {
    const words = new SparseWords(0, MEMORY_PAGE_WORDS, []);
    words.fillPages(0, 2 ** 20, 0xa1a1a1a1);
    const before = words.snapshot();
    words.set(2 ** 25, 5);
    expect(words.equals(before)).toBe(false);
    words.set(2 ** 25, 0xa1a1a1a1);
    expect(words.equals(before)).toBe(true);
  });
});

describe("guest memory", () => {
  const RAM = { start: 0x40000000, size: 0x100000 };
  const make = () => new GuestMemory(RAM, new SparseWords(0, MEMORY_PAGE_WORDS, []));

  test("is what it was declared to be, by the byte and by the page", () => {
    const memory = new GuestMemory({ start: 0x40000800, size: 0x1000 }, new SparseWords(0, 1024, []));
    expect(memory.has(0x40000800, 0x1000)).toBe(true);
    expect(memory.has(0x40000800, 0x1001)).toBe(false);
    expect(memory.has(0x400007ff, 1)).toBe(false);
    // Half a page is no memory slot.
    expect(memory.hasPage(0x40000900)).toBe(false);
  });

  test("has bytes where bytes, words and fills put them, little endian", () => {
    const access = fc.record({
      at: fc.nat(0x3000),
      length: fc.constantFrom(1, 2, 4),
      value: fc.nat(0xffffffff),
    });
    const fill = fc.record({ at: fc.nat(0x3000), length: fc.nat(0x3000), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(fc.oneof(access, fill), { maxLength: 12 }), (steps) => {
        const memory = make();
        const model = new Uint8Array(0x7000);
        const view = new DataView(model.buffer);
        for (const one of steps) {
          if ("byte" in one) {
            memory.fill(RAM.start + one.at, one.length, one.byte);
            model.fill(one.byte, one.at, one.at + one.length);
            continue;
          }
          memory.write(RAM.start + one.at, one.length, one.value);
          for (let i = 0; i < one.length; i++) model[one.at + i] = (one.value >>> (8 * i)) & 0xff;
          expect(memory.read(RAM.start + one.at, 4)).toBe(view.getUint32(one.at, true));
        }
        const words = Uint32Array.from({ length: model.length / 4 }, (_, i) =>
          memory.read(RAM.start + i * 4, 4),
        );
        expect(Buffer.compare(Buffer.from(words.buffer), model)).toBe(0);
      }),
      { numRuns: 200, seed },
    );
  });

  test("finds the next entry of 8 bytes that is not 0", () => {
    const memory = make();
    memory.write(RAM.start + 0x804, 1, 1);
    expect(memory.nextEntry(RAM.start, RAM.start + RAM.size)).toBe(RAM.start + 0x800);
    expect(memory.nextEntry(RAM.start + 0x808, RAM.start + 0x1000)).toBe(RAM.start + 0x1000);
  });

  test("a gigabyte that is filled takes next to nothing", () => {
    const memory = new GuestMemory({ start: 0, size: 2 ** 40 }, new SparseWords(0, MEMORY_PAGE_WORDS, []));
    const before = process.memoryUsage().heapUsed;
    for (let byte = 0; byte < 100; byte++) memory.fill(0, 2 ** 40, byte);
    expect(memory.read(2 ** 39, 4)).toBe(99 * 0x01010101);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 2 ** 20);
  });
});
