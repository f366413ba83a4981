/** Several logs of one machine, imported as one trace by the built command. */
import { linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, vgicTrace } from "../cli/command.ts";
import { errorsOf, operationsOf } from "./support.ts";

const folder = path.resolve(import.meta.dirname, "../logs");
const read = (name: string) => readFileSync(path.join(folder, name), "utf8");

function imported(files: Readonly<Record<string, string>>, ...flags: string[]) {
  return vgicTrace(["import", ...flags, ...Object.keys(files)], { folder: folderWith(files) });
}

/** Lines with the times of a log, without what folding makes of them. */
const body = (trace: string) => trace.split("\n").filter((line) => /^(?:cpu\d|user |line )/.test(line));

const TRACERS = readdirSync(folder).filter((name) => /kprobes|qemukvm-gicv3|harness-v3|tracecmd/.test(name));

test.each(TRACERS)("%s, torn into two logs, is put together again by its times", (name) => {
  const lines = read(name).split("\n");
  const isHead = (line: string) => line.startsWith("#") || line.startsWith("cpus=");
  const isOfFirst = (line: string) => /set_attr|vgic_update|kvm_irq_line|tracing_mark/.test(line);
  const one = lines.filter((line) => isHead(line) || isOfFirst(line)).join("\n");
  const other = lines.filter((line) => isHead(line) || !isOfFirst(line)).join("\n");
  const whole = imported({ "whole.txt": read(name) });
  const both = imported({ "one.txt": one, "other.txt": other });
  expect(both.stderr).toContain("one.txt, other.txt: Linux tracepoints");
  expect(both.status).toBe(0);
  expect(errorsOf(both.stdout)).toEqual([]);
  // Where two lines have the same time, those of the first log come first.
  expect(body(both.stdout).toSorted()).toEqual(body(whole.stdout).toSorted());
});

const HOST = `
     kvm-vcpu-0-11  [000] d....    10.100000: kvm_mmio: mmio write len 4 gpa 0x8000000 val 0x12
     kvm-vcpu-0-11  [000] d....    10.300000: vgic_update_irq_pending: VCPU: 0, IRQ 40, level: 1
     kvm-vcpu-0-11  [000] d....    10.310000: vgic_update_irq_pending: VCPU: 0, IRQ 40, level: 0
     kvm-vcpu-1-12  [001] d....    10.400000: kvm_mmio: mmio write len 4 gpa 0x8000084 val 0xffffffff
`;
const CALLS = `
7 10.000500 fd 9 KVM_SET_DEVICE_ATTR flags 0 group 3 attr 0x0 value 0x80 = 0
7 10.200000 fd 9 KVM_SET_DEVICE_ATTR flags 0 group 1 attr 0x104 value 0x100 = 0
7 10.299999 fd 8 KVM_IRQ_LINE irq 0x1000028 level 1 = 0
7 10.500000 fd 9 KVM_GET_DEVICE_ATTR flags 0 group 1 attr 0x104 value 0x100 = 0
`;

describe("a host's tracepoints and its VMM's calls", () => {
  test("are one trace, each event once, what one shows declared for both", () => {
    const { stdout, stderr, status } = imported({ "host.txt": HOST, "vmm.txt": CALLS });
    expect(status).toBe(0);
    expect(stderr).toContain("Linux tracepoints (ftrace, trace-cmd report, perf script) and a list of KVM");
    expect(stdout).toMatch(/^irqs 128 +# the VMM sets NR_IRQS$/m);
    expect(operationsOf(stdout)).toEqual([
      "cpu0 writel GICD_CTLR 0x12",
      "user set GICD_ISENABLER1 0x100",
      "line 40 high",
      "line 40 low",
      "cpu1 writel GICD_IGROUPR1 0xffffffff",
      "user get GICD_ISENABLER1 == 0x100",
    ]);
    expect(stdout).toContain(
      "KVM_IRQ_LINE calls: another log has the vGIC's own lines (in line 4 of vmm.txt)",
    );
    expect(errorsOf(stdout)).toEqual([]);
  });

  test("with other clocks are refused with what each has, and put together with what to add", () => {
    const wall = CALLS.replace(/ 10\./g, " 1700000010.");
    const refused = imported({ "host.txt": HOST, "vmm.txt": wall });
    expect(refused.status).toBe(2);
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toContain(
      "host.txt has times since its machine was started (10.100000 to 10.400000), vmm.txt has the time of day (1700000010.000500 to 1700000010.500000). Give what is to be added",
    );
    const shifted = imported({ "host.txt": HOST, "vmm.txt": wall }, "--offset", "-1700000000");
    expect(shifted.status).toBe(0);
    const straight = imported({ "host.txt": HOST, "vmm.txt": CALLS });
    expect(body(shifted.stdout)).toEqual(body(straight.stdout));
  });

  test("one after the other, as they are given", () => {
    const { stdout, status } = imported({ "vmm.txt": CALLS, "host.txt": HOST }, "--in-order");
    expect(status).toBe(0);
    expect(operationsOf(stdout).map((line) => line.split(" ")[0])).toEqual([
      ...["user", "user"],
      ...["cpu0", "line", "line", "cpu1"],
    ]);
  });

  test("a piece of both is cut by one clock", () => {
    const { stdout } = imported(
      { "host.txt": HOST, "vmm.txt": CALLS },
      "--since",
      "10.25",
      "--until",
      "10.35",
    );
    expect(operationsOf(stdout).slice(-2)).toEqual(["line 40 high", "line 40 low"]);
    expect(stdout).toMatch(/^user set +GICD_ISENABLER1 0x100$/m);
  });
});

test("a VM in QEMU's machine: acknowledgements from QEMU's log, by the vCPU that ran on that CPU", () => {
  const qemu = `
1@1700000010.050000:gicv3_icc_pmr_write GICv3 ICC_PMR write cpu 0x0 value 0xf0
1@1700000010.350000:gicv3_icv_iar_read GICv3 ICV_IAR1 read cpu 0x0 value 0x28
1@1700000010.450000:gicv3_icv_eoir_write GICv3 ICV_EOIR1 write cpu 0x1 value 0x28
1@1700000010.460000:gicv3_dist_write GICv3 distributor write: offset 0x84 data 0x0 size 4 secure 0
`;
  const { stdout, status } = imported({ "host.txt": HOST, "qemu.txt": qemu }, "--offset", "-1700000000");
  expect(status).toBe(0);
  expect(operationsOf(stdout)).toEqual([
    "cpu0 writel GICD_CTLR 0x12",
    "line 40 high",
    "line 40 low",
    "cpu0 mrs ICC_IAR1_EL1",
    "cpu1 writel GICD_IGROUPR1 0xffffffff",
    "cpu1 msr ICC_EOIR1_EL1 0x28",
  ]);
  expect(stdout).toMatch(
    /QEMU's own GIC: the VM is one that KVM runs in that machine \(2, the first in line /,
  );
});

test("a dump in front of a log is the state that it begins with", () => {
  const dump = read("vgic-state.txt");
  // The dump is of a VM with one vCPU.
  const host = HOST.replace(/.*kvm-vcpu-1.*\n/, "");
  const untimed = imported({ "dump.txt": dump, "host.txt": host });
  expect(untimed.status).toBe(2);
  expect(untimed.stderr).toContain("dump.txt has no times to put it among the others");
  const { stdout, status } = imported({ "dump.txt": dump, "host.txt": host }, "--in-order");
  expect(status).toBe(0);
  expect(errorsOf(stdout)).toEqual([]);
  const operations = operationsOf(stdout);
  expect(operations[0]).toMatch(/^user set /);
  expect(operations.slice(-3)).toEqual(["cpu0 writel GICD_CTLR 0x12", "line 40 high", "line 40 low"]);
});

describe("what cannot be put together", () => {
  test.each([
    ["--in-order needs no --offset", ["--in-order", "--offset", "3"], 2],
    ["--offset takes seconds such as -12.5, not soon", ["--offset", "soon"], 2],
    [
      "--offset is to be given once for each log after the first: 1 time, not 2",
      ["--offset", "1", "--offset", "2"],
      2,
    ],
    ["--since and --until need logs with times that can be compared", ["--in-order", "--since", "1"], 2],
    ["--offset and --in-order are about several logs", ["--in-order"], 1],
  ])("%s", (words, flags, count) => {
    const files = Object.entries({ "host.txt": HOST, "vmm.txt": CALLS }).slice(0, count);
    const { stderr, status } = imported(Object.fromEntries(files), ...flags);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
  });

  test("logs of two VMs and of one", () => {
    const { stderr, status } = imported({ "two.txt": read("two-vms.ftrace.txt"), "host.txt": HOST });
    expect(status).toBe(2);
    expect(stderr).toContain("the logs show 2 and 1 VMs");
  });

  test("a log with itself, under whatever name", () => {
    const folder = folderWith({ "host.txt": HOST });
    linkSync(path.join(folder, "host.txt"), path.join(folder, "again.txt"));
    const twice = vgicTrace(["import", "host.txt", "host.txt"], { folder });
    expect(twice.status).toBe(2);
    expect(twice.stderr).toContain("host.txt is given twice: name each log once");
    const linked = vgicTrace(["import", "host.txt", "again.txt"], { folder });
    expect(linked.status).toBe(2);
    expect(linked.stderr).toContain("host.txt and again.txt are the same file");
    writeFileSync(path.join(folder, "copy.txt"), HOST);
    const copied = vgicTrace(["import", "host.txt", "copy.txt"], { folder });
    expect(copied.status).toBe(2);
    expect(copied.stderr).toContain("host.txt and copy.txt hold the same log: name it once");
    const written = `\uFEFF${HOST.trimEnd().replaceAll("\n", "\r\n")}`;
    writeFileSync(path.join(folder, "windows.txt"), written);
    const ended = vgicTrace(["import", "host.txt", "windows.txt"], { folder });
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain("host.txt and windows.txt hold the same log: name it once");
    writeFileSync(path.join(folder, "longer.txt"), `${written}\r\n\r\n${HOST}`);
    const longer = vgicTrace(["import", "host.txt", "longer.txt"], { folder });
    expect(longer.stderr).not.toContain("hold the same log");
  });

  test("a log into itself, under whatever name", () => {
    const folder = folderWith({ "host.txt": HOST });
    symlinkSync("host.txt", path.join(folder, "link.txt"));
    for (const output of ["host.txt", "link.txt"]) {
      const { stderr, status } = vgicTrace(["import", "host.txt", "--output", output], { folder });
      expect(status).toBe(2);
      expect(stderr).toContain("--output names the log itself: name another file");
    }
    expect(readFileSync(path.join(folder, "host.txt"), "utf8")).toBe(HOST);
  });

  test("a log and a snapshot", () => {
    const state = readFileSync(path.resolve(folder, "../snapshots/ch-v54dev-2cpu.json"), "utf8");
    const { stderr, status } = imported({ "host.txt": HOST, "state.json": state });
    expect(status).toBe(2);
    expect(stderr).toContain("cannot import state.json: it is a snapshot of cloud-hypervisor");
  });
});

test("a vCPU or an interrupt that the VM of the log does not have is told with what it has", () => {
  const folder = folderWith({ "host.txt": HOST });
  const told = (...flags: string[]) => vgicTrace(["import", "host.txt", ...flags], { folder }).stderr;
  expect(told("--vcpu", "0")).not.toContain("--vcpu 0");
  expect(told("--vcpu", "7")).toContain("--vcpu 7: no line is of such a vCPU; there are vCPUs 0 and 1\n");
  expect(told("--intid", "900")).toMatch(
    /--intid 900: no line is of such an interrupt; there are INTIDs 0 to \d+/,
  );
});
