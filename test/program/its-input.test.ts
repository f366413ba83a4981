/** What cannot be of an ITS: a message that says what to do, and no memory or time beyond bounds. */
import { describe, expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { diagnose } from "../rules/check.ts";

/** "code: message" of everything that is found. */
function found(trace: string): string[] {
  return diagnose(trace).map(({ code, text }) => `${code}: ${text}`);
}

const HEAD = "gic v3\nrevision 3\ncompare none\nits\n";

describe("declarations", () => {
  test("`its` on a GICv2", () => {
    expect(found("gic v2\nrevision 3\nits\ncpu0 run")).toEqual([
      expect.stringMatching(/^invalid-declaration: .*GICv3/),
    ]);
  });

  test("what needs an ITS without one", () => {
    for (const line of ["msi device 1 event 0", "cpu0 its sync cpu0", "user save its"])
      expect(found(`gic v3\nrevision 3\ncompare none\n${line}`), line).toEqual([
        expect.stringMatching(/^missing-declaration: .*`its`/),
      ]);
    expect(found("gic v3\nrevision 3\ncompare none\nmemory readl 0x40000000")).toEqual([
      expect.stringMatching(/^missing-declaration: .*`ram /),
    ]);
  });

  test("memory that wraps, is empty, or lies over a frame", () => {
    const of = (ram: string) => found(`${HEAD}ram ${ram}\ncpu0 run`);
    expect(of("0xfffffffffffff000 0x10000")).toEqual([expect.stringMatching(/^invalid-declaration: /)]);
    expect(of("0x40000000 0")).toEqual([expect.stringMatching(/^invalid-declaration: /)]);
    expect(of("0x08000000 0x1000000")).toEqual([
      expect.stringMatching(/^invalid-declaration: .*lies over GICD/),
    ]);
  });
});

describe("values", () => {
  test("fields that are too wide", () => {
    for (const [line, what] of [
      ["cpu0 its mapd device 0x100000000 itt 0x40130000 bits 5", "32 bits"],
      ["cpu0 its mapd device 1 itt 0x40130001 bits 5", "256"],
      ["cpu0 its mapd device 1 itt 0x40130000 bits 33", "32"],
      ["cpu0 its mapc collection 0x10000 to cpu0", "16 bits"],
      ["cpu0 its mapti device 1 event 0 lpi 0x100000000 collection 0", "32 bits"],
    ])
      expect(found(`${HEAD}${line}`), line).toEqual([
        expect.stringMatching(new RegExp(`^invalid-value: .*${what}`)),
      ]);
    expect(found(`${HEAD}msi device 1 event 0x100000000 fails EBUSY`)).toEqual([
      expect.stringMatching(/^invalid-value: .*32 bits/),
    ]);
    expect(found(`${HEAD}cpu0 its mapc collection 0 to cpu9`)).toEqual([
      expect.stringMatching(/^invalid-value: .*cpu9/),
    ]);
  });

  test("memory outside `ram`, or not aligned", () => {
    for (const line of [
      "memory readl 0x1000",
      "memory writeq 0x40000004 1",
      "memory fill 0x7ffff000 0x2000 0",
    ])
      expect(found(`${HEAD}${line}`), line).toEqual([expect.stringMatching(/^invalid-value: /)]);
  });
});

describe("bounds", () => {
  const heap = () => process.memoryUsage().heapUsed / 2 ** 20;

  test("gigabytes of fill cost next to nothing, however often", () => {
    const before = heap();
    const fills = Array.from({ length: 200 }, (_, i) => `memory fill 0x40000000 0x4000000000 ${i}`);
    const trace = `${HEAD}ram 0x40000000 0x4000000000\n${fills.join("\n")}\nmemory readl 0x2000000000 == 0xc7c7c7c7`;
    expect(found(trace)).toEqual([]);
    expect(heap() - before).toBeLessThan(256);
  });

  test("a million events are refused before memory is, and say so", () => {
    // One device of 16 bits has 65,536 events; a queue of 1 MiB holds 32,767 commands.
    const before = heap();
    const commands = Array.from(
      { length: 4000 },
      (_, i) => `cpu0 its mapti device ${i % 17} event ${Math.floor(i / 17)} lpi ${8192 + i} collection 0`,
    );
    const devices = Array.from(
      { length: 17 },
      (_, i) => `cpu0 its mapd device ${i} itt 0x${(0x50000000 + i * 0x80000).toString(16)} bits 16`,
    );
    const setUp = [
      "memory fill 0x40140000 0x10000 0xa1",
      "cpu0 writeq GICR_PROPBASER 0x40140000 | 15",
      "cpu0 writeq GICR_PENDBASER 0x40160000",
      "cpu0 writeq GITS_BASER0 0x8000000040110000",
      "cpu0 writeq GITS_BASER1 0x8000000040120000",
      "cpu0 writeq GITS_CBASER 0x80000000401000ff",
      "cpu0 writel GITS_CTLR 1",
      "cpu0 its mapc collection 0 to cpu0",
    ];
    const trace = [...HEAD.trim().split("\n"), ...setUp, ...devices, ...commands, "user save its"].join("\n");
    expect(found(trace)).toEqual([]);
    const [{ evaluation }] = analyse(TraceDocument.of(trace)).scenarios;
    expect(evaluation.stateBefore(evaluation.scenario.operations.length)[0].its?.events().length).toBe(4000);
    expect(heap() - before).toBeLessThan(512);
  });
});
