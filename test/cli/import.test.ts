import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { folderWith, root, vgicTrace } from "./command.ts";

const logs = path.join(root, "test/logs");
const log = (name: string) => path.join(logs, name);
const read = (name: string) => readFileSync(log(name), "utf8");

describe("import", () => {
  test("prints a trace that lint accepts, and says what was left out", () => {
    const { status, stdout, stderr } = vgicTrace(["import", log("fmt-tracecmd-report.txt")]);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^vgic-trace: fmt-tracecmd-report.txt: Linux tracepoints .*; 101 lines \(1 of them without an event\), 1 VM, \d+ operations\n/,
    );
    expect(stderr).toMatch(/\d+ lines left out; the end of the trace says which/);
    expect(vgicTrace(["lint", "-"], { input: stdout }).status).toBe(0);
  });

  test("reads standard input as it reads a file", () => {
    const name = "two-vms.ftrace.txt";
    const file = vgicTrace(["import", log(name)]);
    const piped = vgicTrace(["import", "-"], { input: read(name) });
    expect(piped.status).toBe(0);
    expect(piped.stdout).toBe(file.stdout.replace(name, "standard input"));
    expect(piped.stdout).toMatch(/scenario "VM 1[\s\S]*scenario "VM 2/);
  });

  test("takes what the log does not show", () => {
    const { stdout } = vgicTrace([
      "import",
      "--revision",
      "1",
      "--irqs",
      "0x80",
      log("fmt-nocontext.ftrace.txt"),
    ]);
    expect(stdout).toMatch(/^revision 1 +# given$/m);
    expect(stdout).toMatch(/^irqs 128 +# given$/m);
  });

  test.each([
    ["a flag that is no number", ["--cpus", "many"], "--cpus takes a number from 1 to 512, not many"],
    [
      "a number that is none of the GIC's",
      ["--irqs", "100"],
      "--irqs takes a multiple of 32 from 64 to 992, not 100",
    ],
    [
      "an address that no frame can have",
      ["--base-dist", "0x123"],
      "--base-dist takes a multiple of 0x1000 of at most 48 bits, not 0x123",
    ],
  ])("refuses %s", (_, flags, words) => {
    const { status, stderr } = vgicTrace(["import", ...flags, log("fmt-nocontext.ftrace.txt")]);
    expect(stderr).toBe(`vgic-trace: ${words}\n`);
    expect(status).toBe(2);
  });

  test.each([
    ["a compressed log", gzipSync(read("perf-script.txt")), "zcat LOG | vgic-trace import -"],
    ["trace.dat", Buffer.from("\x17\x08\x44tracing6\0", "latin1"), "trace-cmd report -i LOG"],
    ["prose", "# Notes\n\nNothing to see.\n", "no line of a format that can be imported"],
  ])("refuses %s with a word on what to do", (_, content, words) => {
    const folder = folderWith({ log: content });
    const { status, stdout, stderr } = vgicTrace(["import", "log"], { folder });
    expect(stderr).toContain("cannot import log: ");
    expect(stderr).toContain(words);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  test("a log that does not exist", () => {
    const { status, stderr } = vgicTrace(["import", "nowhere.txt"], { folder: folderWith({}) });
    expect(stderr).toBe("vgic-trace: cannot import nowhere.txt: there is no such file or folder\n");
    expect(status).toBe(2);
  });
});

describe("reduce", () => {
  const folder = folderWith({
    "long.vgic":
      "gic v3\nrevision 3\ncpus 2\ncpu0 readl GICD_TYPER\ncpu0 readl GICR_CTLR\ncpu1 readl GICR_CTLR\n",
  });

  test("prints the smallest trace that still shows the finding", () => {
    const { status, stdout, stderr } = vgicTrace(["reduce", "long.vgic", "--keep", "revision-difference:6"], {
      folder,
    });
    expect(stdout).toBe("gic v3\nrevision 3\ncpus 2\ncpu1 readl GICR_CTLR\n");
    expect(stderr).toMatch(/^vgic-trace: 4 of 6 statements left, after \d+ attempts\n$/);
    expect(status).toBe(0);
  });

  test.each([
    ["expectation", "the trace shows no expectation; it shows revision-difference"],
    ["revision-difference:4", "there is no revision-difference in line 4; there is in 5, 6"],
    ["12", "--keep takes CODE or CODE:LINE, such as expectation:12, not 12"],
  ])("refuses to keep %s", (keep, words) => {
    const { status, stderr } = vgicTrace(["reduce", "long.vgic", "--keep", keep], { folder });
    expect(stderr).toContain(words);
    expect(status).toBe(2);
  });
});

describe("--output", () => {
  const snapshot = path.join(root, "test/snapshots/ch-v54dev-2cpu.json");

  test("writes the file when all of the trace is there, and prints nothing", () => {
    const folder = folderWith({});
    const printed = vgicTrace(["import", snapshot]).stdout;
    const { status, stdout } = vgicTrace(["import", snapshot, "--output", "out.vgic"], { folder });
    expect(stdout).toBe("");
    expect(readFileSync(path.join(folder, "out.vgic"), "utf8")).toBe(printed);
    expect(readdirSync(folder)).toEqual(["out.vgic"]);
    expect(status).toBe(0);
  });

  test("leaves the file alone where the input is refused", () => {
    const folder = folderWith({ "out.vgic": "gic v3\n", log: "prose\n" });
    const { status } = vgicTrace(["import", "log", "--output", "out.vgic"], { folder });
    expect(readFileSync(path.join(folder, "out.vgic"), "utf8")).toBe("gic v3\n");
    expect(status).toBe(2);
  });

  test.each(["-", ...(process.platform === "win32" ? [] : ["/dev/stdout"])])(
    "%s is standard output",
    (output) => {
      const folder = folderWith({});
      const { status, stdout } = vgicTrace(["import", snapshot, "--output", output], { folder });
      expect(stdout).toBe(vgicTrace(["import", snapshot]).stdout);
      expect(readdirSync(folder)).toEqual([]);
      expect(status).toBe(0);
    },
  );

  test("says why a file cannot be written", () => {
    const { status, stderr } = vgicTrace(["import", snapshot, "--output", "nowhere/out.vgic"], {
      folder: folderWith({}),
    });
    expect(stderr).toContain("cannot write nowhere/out.vgic");
    expect(status).toBe(2);
  });
});

test("hosts --vmm prints who saves what, in which order", () => {
  const { status, stdout } = vgicTrace(["hosts", "--vmm"]);
  expect(stdout).toMatch(/^firecracker +1\.13 +v3 +32-127 +no +no +yes +GICR_CTLR follows/m);
  expect(stdout).toMatch(/^by cloud-hypervisor-17\.0, GICv3\n {2}GICD_CTLR\n {2}GICD_STATUSR\n/m);
  expect(status).toBe(0);
  const { managers } = JSON.parse(vgicTrace(["hosts", "--vmm", "--format", "json"]).stdout);
  expect(managers.map(({ vmm }: { vmm: string }) => vmm)).toContain("crosvm");
});

describe("a piece of a log", () => {
  const name = log("fmt-tracecmd-report.txt");
  const all = vgicTrace(["import", name]).stdout;
  const times = [...all.matchAll(/^cpu\d.* # (\d+\.\d+)/gm)].map(([, time]) => time);
  const middle = times[Math.floor(times.length / 2)];
  const operations = (trace: string) => trace.split("\n").filter((line) => /^cpu\d /.test(line));

  test("begins with the state in front of it, and lints", () => {
    const { status, stdout } = vgicTrace(["import", "--since", middle, name]);
    expect(status).toBe(0);
    expect(stdout).toContain(`# The state at ${middle}, as the calls below`);
    expect(stdout).toMatch(/^user set {4}\w/m);
    expect(stdout).toContain("lines before the piece (--since)");
    expect(operations(stdout).length).toBeLessThan(operations(all).length);
    expect(operations(stdout).length).toBeGreaterThan(0);
    expect(vgicTrace(["lint", "-"], { input: stdout }).status).toBe(0);
  });

  test("ends where it is to end: both pieces together are the log", () => {
    const front = vgicTrace(["import", "--until", middle, name]).stdout;
    const back = vgicTrace(["import", "--since", middle, name]).stdout;
    const texts = [...operations(front), ...operations(back)].map((line) =>
      line.replace(/ *(==.*|#.*)$/, ""),
    );
    for (const line of operations(all)) expect(texts).toContain(line.replace(/ *(==.*|#.*)$/, ""));
  });

  test("is of one interrupt, or of one vCPU", () => {
    const { stdout } = vgicTrace(["import", "--intid", "33", name]);
    expect(stdout).toContain("(--intid)");
    expect(stdout).not.toMatch(/^cpu\d .*GICD_ISENABLER2/m);
    const other = vgicTrace(["import", "--vcpu", "1", name]).stdout;
    expect(operations(other).filter((line) => line.startsWith("cpu0 "))).toEqual([]);
  });

  test("a piece that has nothing is said, with the times that there are", () => {
    const { status, stderr } = vgicTrace(["import", "--since", "1000", name]);
    expect(stderr).toMatch(
      /nothing of the log is in the piece that was asked for: its times are [\d.]+ to [\d.]+\n/,
    );
    expect(stderr).not.toContain("--base-dist");
    expect(status).toBe(0);
  });

  test.each([
    [["--since", "noon"], "--since takes a time as the log prints it, such as 1042.118201, not noon"],
    [["--since", "9", "--until", "8"], "--since 9 is after --until 8"],
    [["--vcpu", "many"], "--vcpu takes a number from 0 to 511, not many"],
  ])("%j is refused", (flags, words) => {
    const { status, stderr } = vgicTrace(["import", ...flags, name]);
    expect(stderr).toBe(`vgic-trace: ${words}\n`);
    expect(status).toBe(2);
  });
});

test("of several files the one that is missing is named", () => {
  const log = path.resolve("examples/logs/lost-disk.ftrace.txt");
  for (const args of [
    [log, "nosuch"],
    [log, "--memory", "nosuch"],
  ]) {
    const { status, stderr } = vgicTrace(["import", ...args]);
    expect(stderr).toBe("vgic-trace: cannot import nosuch: there is no such file or folder\n");
    expect(status).toBe(2);
  }
});

describe("a log so long that it is read once where its beginning tells what the VM is", () => {
  const lines = read("harness-v3-pending-edge.ftrace.txt").split("\n");
  const events = lines.filter((line) => line !== "" && !line.startsWith("#"));
  /** Some 9 MB. */
  const long = `${events.join("\n")}\n`.repeat(Math.ceil(9e6 / events.join("\n").length));
  const other = events[0].replace(/-\d+ /, "-99 ").replace(/\S+-99/, "kvm-vcpu-1-99");
  test.each([
    ["as it begins", long],
    [
      "with another vCPU at its end",
      `${long}${other.replace(/kvm_\w+:.*/, "kvm_mmio: mmio write len 4 gpa 0x8000104 val 0x1")}\n`,
    ],
    [
      "with lines of other kinds",
      `${long}some words\n[01] KVM_GET_DEVICE_ATTR group 1 attr 0x4 = 0\n> ${other}\n`,
    ],
    ["with a last line that is cut", `${long}${other.slice(0, -3)}`],
  ])("%s", (_, text) => {
    const folder = folderWith({ "long.txt": text });
    const file = path.join(folder, "long.txt");
    const output = path.join(folder, "long.vgic");
    const twice = vgicTrace(["import", file]);
    const once = vgicTrace(["import", file, "--output", output]);
    expect(once.stderr).toBe(twice.stderr);
    expect(once.status).toBe(0);
    expect(readFileSync(output, "utf8") === twice.stdout).toBe(true);
  });
});
