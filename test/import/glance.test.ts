/** Lines that are taken at a glance, where they stand in the text, are read as all others. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FtraceReader } from "../../server/src/import/ftrace.ts";
import { seed } from "../properties/seed.ts";
import { importOrRefuse } from "./support.ts";

const folder = path.resolve(import.meta.dirname, "../logs");
const logs = readdirSync(folder)
  .filter((name) => /trace.*\.txt$|tracecmd/.test(name))
  .map((name) => ({ name, lines: readFileSync(path.join(folder, name), "utf8").split("\n") }));

/** What mails, terminals, journals and hands put into lines, and what columns are made of. */
const pieces = [
  ...["", " ", "\t", "[", "]", "(", ")", ":", "-", "=", "<", "#", "0x", "0", ".", "é", "\u00a0", "\u2028"],
  ...["> ", "\r", "\u001b[31m", "\n", "kvm_mmio: ", "KVM_GET_DEVICE_ATTR ", "SPI 33 1 ", "gic_dist_read "],
  ...[
    "[    1.5] ",
    "Nov 28 08:00:00 host kernel: ",
    "[Sat Nov 28 08:00:00 2026] ",
    "08:00:00 ",
    "a-1 [001] ",
    "-12 ",
    "(+3) ",
    "kvm:",
    "<idle>-0 [000] ",
  ],
];

const damage = fc.record({
  line: fc.nat(),
  at: fc.oneof(fc.constant(0), fc.nat()),
  removed: fc.nat(3),
  put: fc.constantFrom(...pieces),
});

/** Pieces of seven characters hold no whole line, so none is taken at a glance. */
const slowly = 7;

describe.each(logs)("$name", ({ lines }) => {
  test("gives the same trace at a glance and line by line, also damaged", () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(damage, { maxLength: 30 }), (from, damages) => {
        const first = from % lines.length;
        const chosen = [...lines.slice(0, 20), ...lines.slice(first, first + 60)];
        for (const { line, at, removed, put } of damages) {
          const text = chosen[line % chosen.length];
          const place = at % (text.length + 1);
          chosen[line % chosen.length] = text.slice(0, place) + put + text.slice(place + removed);
        }
        const text = chosen.join("\n");
        expect(importOrRefuse(text, { chunk: 1 << 20 })).toEqual(importOrRefuse(text, { chunk: slowly }));
      }),
      { seed, numRuns: 30 },
    );
  });
});

test("lines of a plain log are taken at a glance", () => {
  const reader = new FtraceReader();
  const text =
    "     CPU 0/KVM-1377    [003] .....    6.100262: kvm_mmio: mmio read len 4 gpa 0x800ffe8 val 0x3b";
  const entry = reader.glance(text, 0, text.length);
  expect(entry).toEqual({
    event: { kind: "access", width: 4, address: 0x800ffe8, write: false, value: 0x3bn },
    origin: { task: "1377", name: "CPU 0/KVM", process: undefined, interrupt: false, hostCpu: 3 },
    time: "6.100262",
  });
});
