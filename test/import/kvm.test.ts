import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { importText } from "./support.ts";

const logOf = (name: string) => readFileSync(path.resolve(import.meta.dirname, "../logs", name), "utf8");

/** Lines as ftrace prints them, by one vCPU's thread unless another task is named. */
function ftrace(...events: readonly string[]): string {
  return events
    .map((event, i) => {
      const [, task = "CPU 0/KVM-2215", rest] = /^(?:<(.*?)> )?(.*)$/.exec(event) ?? [];
      return `       ${task}    [003] .....  1042.${100000 + i}: ${rest}\n`;
    })
    .join("");
}

const read = (gpa: string, val: string, len = 4) => `kvm_mmio: mmio read len ${len} gpa ${gpa} val ${val}`;
const write = (gpa: string, val: string, len = 4) => `kvm_mmio: mmio write len ${len} gpa ${gpa} val ${val}`;
const declarations = (trace: string) =>
  Object.fromEntries(
    [...trace.matchAll(/^(gic|revision|cpus|irqs|host|base \w+) (\S+) +# (.*)$/gm)].map((match) => [
      match[1],
      `${match[2]}: ${match[3]}`,
    ]),
  );

describe("accesses", () => {
  test("become operations, and what they read becomes what is expected", () => {
    const { operations, errors } = importText(
      ftrace(
        read("0x8000004", "0x480002"),
        write("0x8000084", "0xf0"),
        read("0x8000084", "0xf0"),
        write("0x8000421", "0xa0", 1),
      ),
    );
    expect(operations).toEqual([
      "cpu0 readl GICD_TYPER == 0x480002",
      "cpu0 writel GICD_IGROUPR1 0xf0",
      "cpu0 readl GICD_IGROUPR1 == 0xf0",
      "cpu0 writeb GICD_IPRIORITYR8+1 0xa0",
    ]);
    expect(errors).toEqual([]);
  });

  test("of pending and active state are not asserted: acknowledgements do not trap", () => {
    const { trace } = importText(
      ftrace(read("0x8000004", "0x480002"), read("0x8000204", "0x2"), read("0x8000304", "0x0")),
    );
    expect(trace).toMatch(/GICD_ISPENDR1 +# 1042.100001; was 0x2; acknowledgements/);
    expect(trace).toMatch(/GICD_ISACTIVER1 +# 1042.100002; was 0x0; acknowledgements/);
  });

  test("that the emulator answers differently keep what was observed, silenced with the reason", () => {
    const { trace, errors, summary } = importText(
      ftrace(read("0x8000004", "0x480002"), read("0x8000420", "0x55")),
    );
    expect(trace).toMatch(
      /GICD_IPRIORITYR8 == 0x55 +# vgic-ignore\[expectation\]: the log shows this, the emulator answers 0x0/,
    );
    expect(errors).toEqual([]);
    expect(summary.differing).toBe(1);
  });

  test("by polling are folded, fewer are not, and writes never", () => {
    const poll = (count: number) => Array.from({ length: count }, () => read("0x8000000", "0x50"));
    const { trace } = importText(ftrace(...poll(1024), write("0x8000084", "0x0"), ...poll(3)));
    expect(trace).toMatch(/^cpu0 readl {2}GICD_CTLR == 0x50 +# 1042.100000 ×1024 until 1042.101023$/m);
    expect(trace.match(/readl/g)).toHaveLength(4);
    const writes = importText(ftrace(...Array.from({ length: 6 }, () => write("0x8000f00", "0x1"))), {
      given: { model: "v2" },
    });
    expect(writes.operations).toHaveLength(6);
  });

  test("whose answer is not in the log are there without one", () => {
    const { trace } = importText(
      ftrace(
        "kvm_mmio: mmio unsatisfied-read len 4 gpa 0x8000004 val 0x0",
        write("0x8000084", "0x0"),
        read("0x8000008", "0x4b00343b"),
      ),
    );
    expect(trace).toMatch(/^cpu0 readl {2}GICD_TYPER +# 1042.100000; the log does not show the answer$/m);
  });

  test("of other vCPUs' redistributors name them", () => {
    const { operations } = importText(
      ftrace(
        read("0x80a0008", "0x0", 8),
        read("0x80c0008", "0x100000110", 8),
        `<CPU 1/KVM-2216> ${write("0x80d0100", "0x1")}`,
      ),
    );
    expect(operations).toEqual([
      "cpu0 readq GICR_TYPER == 0x0",
      "cpu0 readq GICR_TYPER@cpu1 == 0x100000110",
      "cpu1 writel GICR_ISENABLER0 0x1",
    ]);
  });

  test("outside of the GIC are counted, by where they are", () => {
    const { summary, trace } = importText(
      ftrace(write("0x8000084", "0x0"), write("0x9000000", "0x41", 1), write("0x9000000", "0x42", 1)),
    );
    expect(summary.leftOut).toEqual([
      { why: "accesses outside of the GIC, at 0x9000000 and above", count: 2, first: { line: 2 } },
    ]);
    expect(trace).toContain(
      "#   accesses outside of the GIC, at 0x9000000 and above (2, the first in line 2)",
    );
  });
});

describe("lines", () => {
  const update = (irq: number, level: number, cpu = 0) =>
    `vgic_update_irq_pending: VCPU: ${cpu}, IRQ ${irq}, level: ${level}`;
  const irqLine = (irq: number, level: number) =>
    `kvm_irq_line: Inject VGIC SPI interrupt (1), vcpu->idx: 0, num: ${irq}, level: ${level}`;
  const typer = read("0x8000004", "0x480002");

  test("of timers are the kernel's, and levels that did not change are dropped", () => {
    const { operations, summary } = importText(
      ftrace(typer, update(27, 0), update(27, 1), update(27, 1), update(30, 0), update(27, 0)),
    );
    expect(operations.slice(1)).toEqual(["line 27@cpu0 high by kernel", "line 27@cpu0 low by kernel"]);
    expect(summary.leftOut.map(({ count }) => count)).toEqual([3]);
  });

  test("of the VMM are written once, although the vGIC tells them too", () => {
    const { operations } = importText(
      ftrace(typer, irqLine(40, 1), update(40, 1), irqLine(40, 0), update(40, 0), update(41, 1)),
    );
    expect(operations.slice(1)).toEqual(["line 40 high", "line 40 low", "line 41 high"]);
  });

  test("rise again where edges count, not where levels do", () => {
    const edge = importText(ftrace(typer, write("0x8000c08", "0x20000"), irqLine(40, 1), irqLine(40, 1)));
    expect(edge.operations.slice(2)).toEqual(["line 40 high", "line 40 high"]);
    const level = importText(ftrace(typer, write("0x8000c08", "0x0"), irqLine(40, 1), irqLine(40, 1)));
    expect(level.operations.slice(2)).toEqual(["line 40 high"]);
  });

  test("that KVM refuses are left out", () => {
    const { operations, summary } = importText(
      ftrace(typer, irqLine(0, 1), irqLine(95, 1), irqLine(96, 1), irqLine(1024, 1)),
    );
    expect(operations.slice(1)).toEqual(["line 95 high"]);
    expect(summary.leftOut.map(({ count }) => count)).toEqual([2, 1]);
  });

  test("of the routing are taken where the vGIC's own do not show", () => {
    const routed = "<kworker/2:1-88> kvm_set_irq: gsi 5 level 1 source 0";
    expect(importText(ftrace(typer, routed)).operations).toContain("line 37 high");
    expect(importText(ftrace(typer, routed, update(37, 1))).operations.slice(1)).toEqual(["line 37 high"]);
  });
});

describe("vCPUs and VMs", () => {
  test("a program that runs several vCPUs in turn is followed by its timers' lines", () => {
    const run = (cpu: number, event: string) => [
      `<oracle-9> vgic_update_irq_pending: VCPU: ${cpu}, IRQ 27, level: 0`,
      `<oracle-9> ${event}`,
    ];
    const { operations } = importText(
      ftrace(
        ...run(0, write("0x8000000", "0x1")),
        ...run(1, read("0x8000800", "0x2020202")),
        ...run(0, read("0x8000800", "0x1010101")),
      ),
      { given: { model: "v2" } },
    );
    expect(operations.map((line) => line.slice(0, 10))).toEqual(["cpu0 write", "cpu1 readl", "cpu0 readl"]);
  });

  test("threads without a name are numbered in the order of their making", () => {
    const { operations } = importText(
      ftrace(`<<...>-97> ${write("0x8000f00", "0x1")}`, `<<...>-96> ${write("0x8000f00", "0x2")}`),
      {
        given: { model: "v2" },
      },
    );
    expect(operations).toEqual(["cpu1 writel GICD_SGIR 0x1", "cpu0 writel GICD_SGIR 0x2"]);
  });

  test("two VMs become two scenarios, and what could be either's is left out", () => {
    const { trace, errors, summary } = importText(logOf("two-vms.ftrace.txt"));
    expect(errors).toEqual([]);
    expect(trace).toContain('scenario "VM 1: kvm-vcpu-0-97, kvm-vcpu-1-98"');
    expect(trace).toContain('scenario "VM 2: kvm-vcpu-0-197"');
    const [, first, second] = trace.split(/^scenario /m);
    expect(first).toContain("line 41 high");
    expect(second).toMatch(/^revision 1 /m);
    expect(second).toContain("line 42 high");
    expect(summary.leftOut).toContainEqual({
      why: "lines that could be about any of the VMs",
      count: 2,
      first: { line: 10 },
    });
  });
});

describe("declarations", () => {
  test("say where they come from", () => {
    const { trace } = importText(logOf("kprobes.ftrace.txt"));
    expect(declarations(trace)).toMatchObject({
      gic: "v3: the calls are on a GICv3",
      revision: "2: GICD_IIDR reads as 0x4b00243b",
      cpus: "2: the highest vCPU that shows is 1",
      irqs: "96: the VMM sets NR_IRQS",
      "base dist": "0x3fff0000: the VMM sets it",
      "base redist": "0x3ffb0000: the VMM sets it",
    });
  });

  test("can be given, against what the log shows", () => {
    const given = { model: "v2", revision: 1, cpus: 4, irqs: 128, dist: 0x8000000, cpu: 0x8040000 } as const;
    const { trace } = importText(ftrace(read("0x8000008", "0x4b00343b")), { given });
    expect(declarations(trace)).toEqual({
      gic: "v2: given",
      revision: "1: given",
      cpus: "4: given",
      irqs: "128: given",
      "base dist": "0x8000000: given",
      "base cpu": "0x8040000: given",
    });
  });

  test("of a kernel that shows revision 0 name a host that has it", () => {
    const { trace, errors } = importText(ftrace(read("0x8000008", "0x4b00043b"), read("0x80a0014", "0x6")));
    expect(declarations(trace)).toMatchObject({
      revision: "0: GICD_IIDR reads as 0x4b00043b",
      host: expect.stringContaining("linux-4.18"),
    });
    expect(errors).toEqual([]);
  });

  test("of a GICv2 whose distributor is no 64 KB apart", () => {
    const { trace } = importText(
      ftrace(
        read("0x3ffff004", "0x21"),
        read("0x3ffff800", "0x1010101"),
        write("0x3ffff820", "0x0"),
        write("0x3ffffc08", "0x0"),
      ),
    );
    expect(declarations(trace)).toMatchObject({
      gic: expect.stringMatching(/^v2/),
      cpus: "2: GICD_TYPER reads as 0x21",
      "base dist": expect.stringMatching(/^0x3ffff000/),
    });
  });
});

describe("what else the log of a host has", () => {
  test("SGIs and VMM accesses by kprobe", () => {
    const { operations } = importText(logOf("kprobes.ftrace.txt"));
    expect(operations).toEqual([
      "user set GICD_IIDR 0x4b00243b",
      "user get GICD_IIDR",
      "cpu0 readl GICD_IIDR == 0x4b00243b",
      "cpu0 writel GICD_CTLR 0x12",
      "cpu0 msr ICC_SGI1R_EL1 0x1000002",
      "cpu1 msr ICC_SGI1R_EL1 0x1000001",
    ]);
  });

  test("a save and a restore: two VMs, in the VMM's order, with the reads that its writes explain", () => {
    const { trace, errors, plan } = importText(logOf("qemukvm-saverestore-gicv3.device-attr.txt"));
    expect(plan.vms).toHaveLength(2);
    expect(errors).toEqual([]);
    expect(trace).toMatch(/user get {4}GICD_TYPER == 0x480008/);
    expect(trace).toMatch(/was 0x[0-9a-f]+; the guest's accesses are not in the log/);
  });

  test("a VMM's calls in markers: those on the vGIC, and not by probe once more", () => {
    const marker = (text: string) => `<qemu-system-aar-102> tracing_mark_write: ${text}`;
    const { operations, summary, trace } = importText(
      ftrace(
        marker("fd 8 KVM_CREATE_VM = 9"),
        marker("fd 9 KVM_CREATE_VCPU 0 = 13"),
        marker("fd 9 KVM_CREATE_DEVICE type 7 flags 0 -> fd 15 = 0"),
        marker("fd 13 KVM_SET_DEVICE_ATTR flags 0 group 0 attr 0x0 value 0x17 = 0"),
        "<qemu-system-aar-102> v3_set_attr: (vgic_v3_set_attr+0x0/0x60) group=1 attr=0x84 val=0xaaaa00000055",
        marker("fd 15 KVM_SET_DEVICE_ATTR flags 0 group 1 attr 0x84 value 0x55 = 0"),
        marker("fd 15 KVM_GET_DEVICE_ATTR flags 0 group 6 attr 0xc664 value 0x8c00 = 0"),
      ),
    );
    expect(operations).toEqual(["user set GICD_IGROUPR1 0x55", "user get ICC_CTLR_EL1 == 0x8c00"]);
    expect(declarations(trace)).toMatchObject({ gic: "v3: KVM_CREATE_DEVICE type 7" });
    expect(summary.leftOut.map(({ why }) => why)).toContain("probes of accesses that the VMM prints itself");
  });

  test("a dump is restored and read back", () => {
    const { trace, operations, errors, summary } = importText(logOf("vgic-state.txt"));
    expect(errors).toEqual([]);
    expect(summary.differing).toBe(0);
    expect(operations).toContain("user set GICD_ISENABLER1 0x100");
    expect(operations).toContain("user get GICD_ISENABLER1 == 0x100");
    expect(declarations(trace)).toMatchObject({ gic: "v3: vgic_model: GICv3", irqs: "64: nr_spis: 32" });
  });
});
