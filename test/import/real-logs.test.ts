/** Logs as they come in mails, terminals and journals, and from kernels of all kinds. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, vgicTrace } from "../cli/command.ts";
import { importText } from "./support.ts";

const folder = path.resolve(import.meta.dirname, "../logs");
const logs = readdirSync(folder).filter((name) => name.endsWith(".txt"));
const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
const eachLine = (log: string, change: (line: string) => string) =>
  log
    .split("\n")
    .map((line) => (line === "" ? line : change(line)))
    .join("\n");

/** Printed by the kernel's log itself, so that a prefix stands for its time. */
const bare = /raw|nocontext/;

describe("what was put around a log is taken away", () => {
  test.each(logs)("%s quoted in a mail, with CRLF, with colours", (name) => {
    const { operations } = importText(read(name));
    const dressed = [
      eachLine(read(name), (line) => `> > ${line}`),
      eachLine(read(name), (line) => `${line}\r`),
      eachLine(read(name), (line) => `\u001b[01;31m\u001b[K${line}\u001b[m\u001b[K`),
    ];
    for (const log of dressed) expect(importText(log).operations).toEqual(operations);
  });

  test.each(logs.filter((name) => !bare.test(name)))(
    "%s in the kernel's log, the journal, or with a time before each line",
    (name) => {
      const { operations } = importText(read(name));
      const dressed = [
        eachLine(read(name), (line) => `[  123.456789] ${line}`),
        eachLine(read(name), (line) => `Nov 28 08:00:00 host-1 kernel: ${line}`),
        eachLine(read(name), (line) => `2026-11-28T08:00:00+0000 host qemu[4242]: ${line}`),
        eachLine(read(name), (line) => `[Sat Nov 28 08:00:00 2026] ${line}`),
        eachLine(read(name), (line) => `2026-11-28T08:00:00.123456789Z stdout F ${line}`),
        eachLine(read(name), (line) => `Nov  8 08:00:00 ${line}`),
      ];
      for (const log of dressed) expect(importText(log).operations).toEqual(operations);
    },
  );

  test("lines that a mail wrapped at 72 columns are put together again", () => {
    const log = read("fmt-tracecmd-report.txt");
    const wrapped = eachLine(log, (line) => line.replace(/^(.{40,71}) (?=\S)/, "$1\n"));
    expect(wrapped.split("\n").length).toBeGreaterThan(log.split("\n").length + 50);
    expect(importText(wrapped).operations).toEqual(importText(log).operations);
  });
});

describe("flags of a line", () => {
  test.each(["...1", ".....", "....1..", "d..h2..", "d...2.1...", ".N..1.."])("%s", (flags) => {
    const line = `       CPU 0/KVM-4201    [001] ${flags}  1000.000014: kvm_mmio: mmio write len 4 gpa 0x8000084 val 0xffffffff`;
    expect(importText(`${line}\n`).operations).toEqual(["cpu0 writel GICD_IGROUPR1 0xffffffff"]);
  });

  test("an interrupt's line says nothing of the task it hit, wherever its flag stands", () => {
    const at = (flags: string, cpu: number) =>
      `qemu-4201 [001] ${flags}  1000.000014: vgic_update_irq_pending: VCPU: ${cpu}, IRQ 27, level: 1\n`;
    const access = "qemu-4201 [001] .......  1000.000015: kvm_mmio: mmio write len 4 gpa 0x8000084 val 0x0\n";
    const { operations } = importText(`${at("d...2..", 0)}${at("d..h2..", 1)}${access}`);
    expect(operations.at(-1)).toBe("cpu0 writel GICD_IGROUPR1 0x0");
  });
});

describe("the model and the places of a GIC", () => {
  test("an event named gicv3 is a GICv3's", () => {
    const { trace } = importText(
      "gicv3_dist_write GICv3 distributor write: offset 0x100 data 0x0 size 4 secure 0\n",
    );
    expect(trace).toMatch(/^gic v3 +# the log has gicv3_dist_write events$/m);
  });

  test("a nested guest's accesses are the guest's where the log has no others", () => {
    const nested = "12@1.5:gicv3_icv_pmr_write GICv3 ICV_PMR write cpu 0x0 value 0xf0\n";
    const host = "12@1.6:gicv3_icc_pmr_write GICv3 ICC_PMR write cpu 0x0 value 0xe0\n";
    const list = "12@1.7:gicv3_ich_lr_write GICv3 ICH_LR0_EL2 write cpu 0x0 value 0x50\n";
    expect(importText(nested + list).operations).toEqual(["cpu0 msr ICC_PMR_EL1 0xf0"]);
    const both = importText(nested + host + list);
    expect(both.operations).toEqual(["cpu0 msr ICC_PMR_EL1 0xe0"]);
    const reasons = both.summary.leftOut.map(({ why }) => why).join();
    expect(reasons).toContain("nested guest");
    expect(reasons).toContain("gicv3_ich_* events");
  });

  test.each([
    [
      "kvm_mmio: mmio unsatisfied-read len 4 gpa 0x3fffffe8 val 0x0\nvgic_update_irq_pending: VCPU: 9000, IRQ 27, level: 1\n",
      {},
    ],
    ["kvm_mmio: mmio read len 4 gpa 0x8004 val 0x1\n", {}],
    ["kvm_mmio: mmio read len 4 gpa 0x8004 val 0x1\n", { model: "v2", dist: 0x10000 }],
    ["kvm_mmio: mmio read len 4 gpa 0x8004 val 0x1\n", { model: "v3", dist: 0x80a0000 }],
  ] as const)("a base that cannot be is not written: %j %j", (log, given) => {
    const { trace, errors } = importText(log, { given });
    expect(errors).toEqual([]);
    expect(trace).not.toContain("0x-");
  });
});

test("a value wider than the attribute is cut as KVM cuts it, and the comment has all of it", () => {
  const { trace, errors } = importText(
    "fd 15 KVM_SET_DEVICE_ATTR flags 0 group 1 attr 0x84 value 0x1234ffffffff = 0\n",
  );
  expect(trace).toMatch(/^user set +GICD_IGROUPR1 0xffffffff +# the log shows 0x1234ffffffff$/m);
  expect(errors).toEqual([]);
});

test("what a VMM always does is said once, not in a finding for each call", () => {
  const { trace } = importText(read("qemukvm-saverestore-gicv3.device-attr.txt"));
  expect(trace.match(/vgic-ignore-file\[ineffective-access\]/g)).toHaveLength(1);
  const { stdout } = vgicTrace(["lint", "-"], { input: trace });
  expect(stdout).not.toContain("ineffective-access");
  expect(stdout).not.toContain("unused-suppression");
});

describe("a dump of the vGIC's state", () => {
  const row = "       SPI   33      0 0001011        0        0   0 160      -1 ";
  const head = "Distributor\n===========\nvgic_model:\tGICv3\nnr_spis:\t96\nnr_lpis:\t0\nenabled:\t1\n\n";
  const columns = "SPI  0 TYP   ID TGT_ID PLAEHCG     HWID   TARGET SRC PRI VCPU_ID\n---------------------\n";

  test("one row says what it shows, and nothing of other interrupts", () => {
    const { trace, errors } = importText(`${head}${columns}${row}\n`);
    expect(errors).toEqual([]);
    expect(trace).toMatch(/^user get +GICD_ISENABLER1 & 0x2 == 0x2$/m);
    expect(trace).toMatch(/^user get +GICD_IGROUPR1 & 0x2 == 0x2$/m);
    expect(trace).toMatch(/^user get +GICD_IPRIORITYR8 & 0xff00 == 0xa000$/m);
    expect(trace).toMatch(/^user set +GICD_ISENABLER1 0x2$/m);
    expect(trace).toContain("What it does not show is as in a fresh VM");
  });

  test.each([
    ["without its header", `${row}\n`],
    ["as a mail quotes it", `> # cat /sys/kernel/debug/kvm/4201-14/vgic-state\n> [...]\n> ${row.trim()}\n`],
    [
      "behind a code fence, with tabs as blanks",
      `\`\`\`\n${head.replaceAll("\t", "        ")}${columns}...\n${row}\n\`\`\`\n`,
    ],
    ["wrapped", `${head}${columns}${row.slice(0, 58)}\n${row.slice(58)}\n`],
  ])("%s", (_, log) => {
    const { trace, errors } = importText(log);
    expect(errors).toEqual([]);
    expect(trace).toMatch(/^user get +GICD_IPRIORITYR8 & 0xff00 == 0xa000$/m);
    expect(trace).toMatch(/^user get +GICD_ISENABLER1 & 0x2 == 0x2$/m);
  });

  test("what is pending, active, and a line that is high come back", () => {
    const { trace, errors } = importText(
      `${head}${columns}       SPI   40      0 1011011        0        0   0 160       0 \n       SPI   41      0 0101011        0        0   0 160       0 \n       PPI   27      0 0101111       27        0   0 160       0 \n`,
    );
    expect(errors).toEqual([]);
    for (const line of [
      "GICD_ISPENDR1 & 0x300 == 0x100",
      "GICD_ISACTIVER1 & 0x300 == 0x100",
      "LEVEL_INFO1 & 0x300 == 0x200",
      "LEVEL_INFO0 & 0x8000000 == 0x8000000",
    ]) {
      expect(trace).toMatch(new RegExp(`^user get +${line}$`, "m"));
    }
  });

  test("a GICv2's, with the senders of an SGI, of kernels before 4.19", () => {
    const { trace, errors } = importText(
      `${head.replace("GICv3", "GICv2").replace("nr_lpis:\t0\n", "")}${columns.replace("PLAEHCG", "PLAEHC")}       SGI    3      1 100100        0        0   3 160       1 \n       SPI   40      0 010101        0        1   0 160       0 \n`,
    );
    expect(errors).toEqual([]);
    expect(trace).toMatch(/^user get +GICD_SPENDSGIR0@cpu1 & 0xff000000 == 0x3000000$/m);
    expect(trace).toMatch(/^line 40 high/m);
    expect(trace).toMatch(/^user get +GICD_ITARGETSR10 & 0xff == 0x1$/m);
    expect(trace).not.toContain("IGROUPR");
  });

  test("an ITS's is told in comments", () => {
    const { trace, summary } = importText(
      "\nDevice ID: 0x5, Event ID Range: [0 - 31]\nEVENT_ID    INTID  HWINTID   TARGET   COL_ID HW\n-----------------------------------------------\n       1     8193        0        1        1  0\n",
    );
    expect(trace).toContain(
      "# device 0x5 with events 0 to 31: event 1 is LPI 8193, in collection 1, for vCPU 1",
    );
    expect(trace).toMatch(/^cpus 2 /m);
    expect(summary.leftOut[0]?.why).toContain("events of an ITS");
  });

  test("LPIs are told in comments", () => {
    const { trace, summary } = importText(
      `${head}${columns}${row}\n       LPI 8193      1 1001001        0        0   0 160      -1 \n       LPI 8194 freed\n`,
    );
    expect(trace).toContain("LPI 8193 for vCPU 1: enabled, pending, priority 160");
    expect(summary.leftOut).toHaveLength(2);
  });
});

test("the command prints it all the same", () => {
  const log =
    "> [  12.5] CPU 0/KVM-4201 [001] ....1..  1000.000014: kvm_mmio: mmio write len 4 gpa 0x8000084 val 0xffffffff\r\n";
  const { status, stdout } = vgicTrace(["import", "log"], { folder: folderWith({ log }) });
  expect(stdout).toContain("cpu0 writel GICD_IGROUPR1 0xffffffff");
  expect(status).toBe(0);
});
