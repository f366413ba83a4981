import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refusalOf } from "../../server/src/import/formats.ts";
import { summaryWords } from "../../server/src/import/summary-words.ts";
import { importOrRefuse, importText } from "./support.ts";

const logOf = (name: string) => readFileSync(path.resolve(import.meta.dirname, "../logs", name), "utf8");
const good =
  "    kvm-vcpu-0-97      [000] .....     2.607972: kvm_mmio: mmio read len 4 gpa 0x8000004 val 0x480002\n";
const leftOut = (log: string) => importText(log).summary.leftOut.map(({ why, count }) => `${count} ${why}`);

describe("a log that is no text is refused with the command that makes text of it", () => {
  test.each([
    ["gzip", [0x1f, 0x8b, 8, 0], "zcat"],
    ["trace.dat", [0x17, 0x08, 0x44, ...Buffer.from("tracing6")], "trace-cmd report -i"],
    ["perf.data", [...Buffer.from("PERFILE2")], "perf script -i"],
    ["UTF-16", [0xff, 0xfe, 0x20, 0], "UTF-8"],
    ["a core dump", [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0], "core dump"],
    ["makedumpfile", [...Buffer.from("KDUMP   ")], "crash's `trace` extension"],
    ["qcow2", [0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3], "migrate file:vm.mig"],
    ["anything with NULs", [0x61, 0, 0x62], "binary"],
  ])("%s", (_, bytes, words) => {
    expect(refusalOf(Uint8Array.from(bytes))).toContain(words);
  });

  test("text is not", () => {
    expect(refusalOf(Buffer.from(good))).toBeUndefined();
  });
});

describe("text that is no log is refused with a reason", () => {
  test.each([
    ["prose", "# A heading\n\nSome words.\n", "no line of a format"],
    ["nothing", "", "no line of a format"],
    [
      "perf trace",
      "     0.000 CPU 0/KVM/97 kvm:kvm_mmio(type: 2, len: 4, gpa: 134217728, val: 0)\n",
      "output of `perf trace`",
    ],
    ["strace", "95 17:09:52.310494 ioctl(5, KVM_SET_DEVICE_ATTR, 0xffffe7237928) = 0\n", "strace's output"],
    [
      "a kernel's own log",
      "[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd4f1]\n",
      "a kernel's own log (dmesg)",
    ],
    [
      "perf's statistics",
      " Performance counter stats for process id 42:\n\n 12 kvm:kvm_mmio\n",
      "perf script",
    ],
    ["a trace", "gic v3\nrevision 3\ncpu0 readl GICD_TYPER\n", "vgic-trace lint"],
    ["a libvirt description", "<domain type='kvm'>\n", "virsh save"],
    ["event formats", 'name: kvm_mmio\nID: 44\nprint fmt: "mmio %s"\n', "description of its events"],
  ])("%s", (_, text, words) => {
    expect(importOrRefuse(text)).toContain(words);
  });

  test("another format than the one named", () => {
    expect(importOrRefuse(good, { from: "qtest" })).toBe("it has no line of the qtest protocol");
  });
});

describe("a damaged log", () => {
  test("lines that are cut, and two in one, are counted", () => {
    const cut = good.slice(0, 70);
    expect(leftOut(`${good}${cut}\n${cut}${good}${good}`)).toEqual([
      "2 lines that cannot be read to their end (cut, or two in one)",
    ]);
  });

  test("a read whose line has no end is not asserted: digits may be missing", () => {
    const { trace } = importText(good + good.trimEnd());
    expect(trace.match(/GICD_TYPER == /g)).toHaveLength(1);
    expect(trace).toContain("The log's last line has no end");
  });

  test("lost events are marked where they are, and what follows is asserted only where it holds", () => {
    const { trace, errors, summary } = importText(logOf("fmt-pipe-lost.ftrace.txt"));
    expect(trace).toContain("# Here 838 events were lost: from here on only what agrees is asked for.");
    expect(errors).toEqual([]);
    expect(summary.differing).toBe(0);
  });

  test("lost events and another recording are told beside the trace, too", () => {
    const words = (text: string) => {
      const { plan, summary } = importText(text);
      return summaryWords(plan, summary).join("\n");
    };
    expect(words(good)).not.toMatch(/missing|recording/);
    const mark = "CPU:3 [LOST 41 EVENTS]\n";
    const line = good.split("\n").length;
    expect(words(`${good}${mark}${good}`)).toContain(
      `events are missing: 41 events were lost, says line ${line}. From there on only what agrees is asked for`,
    );
    expect(words(`${good}${mark}${good}${mark.repeat(2)}`)).toContain(
      `says line ${line} (and 2 more lines).`,
    );
    expect(words(logOf("fmt-overrun.ftrace.txt"))).toContain(
      "the first 1769 of 5028 events were overwritten",
    );
    const again = words(`# tracer: nop\n${good}# tracer: nop\n${good}`);
    expect(again).toContain(`another recording begins in line ${line + 1}`);
  });

  test("a buffer that was overwritten is told by its header", () => {
    const { trace } = importText(logOf("fmt-overrun.ftrace.txt"));
    expect(trace).toContain("# Here the first 1769 of 5028 events were overwritten");
  });

  test("trace-cmd's and perf's marks of lost events too", () => {
    for (const mark of ["CPU:0 [EVENTS DROPPED]", "CPU:1 [12 EVENTS DROPPED]", "CPU:3 [LOST 41 EVENTS]"]) {
      expect(importText(`${good}${mark}\n${good}`).trace).toMatch(/^# Here .*(?:lost|dropped)/m);
    }
  });

  test("lines without values, of options/raw, are counted", () => {
    expect(leftOut(logOf("fmt-raw.ftrace.txt")).join()).toContain("options/raw");
  });

  test("other formats in the same log are named", () => {
    const { plan, summary } = importText(
      `${good.repeat(3)}gicv3_dist_write GICv3 distributor write: offset 0x84 data 0x0 size 4 secure 0\n`,
    );
    expect(plan.logs[0].others).toEqual([{ format: "qemu", lines: 1 }]);
    expect(summary.leftOut).toEqual([
      { why: "lines of another format (--from qemu)", count: 1, first: { line: 4 } },
    ]);
  });

  test("a line without end takes no memory", () => {
    const { operations } = importText(`${good}${"x".repeat(100_000)}\n${good}`);
    expect(operations).toHaveLength(2);
  });

  const samples = [
    "qemukvm-gicv3-1cpu.ftrace.txt",
    "qemu-gicv2.trace.txt",
    "qtest-gicv3-1cpu.qtest-log.txt",
    "vgic-state.txt",
    "qemukvm-saverestore-gicv3.device-attr.txt",
    "harness-v2-sgir.marked.ftrace.txt",
  ].map(logOf);

  test("whatever is cut out of a log, lint finds no error in the trace", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(200)), {
          minLength: 1,
          maxLength: 6,
        }),
        (log, cuts) => {
          let text = log;
          for (const [where, length] of cuts) {
            const at = Math.floor(where * text.length);
            text = text.slice(0, at) + text.slice(at + length);
          }
          const imported = importOrRefuse(text);
          if (typeof imported !== "string") expect(imported.errors).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
