import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { readTranscript } from "../../server/src/replay/answers.ts";
import { initramfs } from "../../server/src/replay/initramfs.ts";
import { hostOf } from "../../server/src/replay/kernel.ts";
import { plan } from "../../server/src/replay/plan.ts";
import { encode } from "../../server/src/replay/records.ts";
import { conclude } from "../../server/src/replay/replay.ts";
import { stepsOf } from "../../server/src/replay/steps.ts";
import { root } from "../cli/command.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** The steps of the operations of a trace. */
function stepsIn(trace: string) {
  const { scenarios } = analyse(TraceDocument.of(trace));
  const { operations, setup } = scenarios[0].evaluation.scenario;
  return Array.from(operations, (operation) => stepsOf(operation, setup, setup.revision));
}

test("operations become the kernel's calls", () => {
  expect(
    stepsIn(`gic v3
revision 2
cpus 300
cpu1 writeq GICD_IROUTER40 0x100000001
cpu2 mrs ICC_IAR1_EL1
user get GICR_TYPER@cpu19
user set ICC_PMR_EL1@cpu257 0xf8
user has LEVEL_INFO1
user set GICD_CTLR@cpu3 2
line 40 high
line 27@cpu299 pulse
cpu3 run
line 27@cpu0 high by kernel
migrate`),
  ).toEqual([
    [{ kind: "write", cpu: 1, width: 8, address: 0x08006140n, value: 0x100000001n }],
    [{ kind: "mrs", cpu: 2, argument: 0xc660, value: 0n }],
    [{ kind: "get", width: 4, argument: 5, address: 0x00000103_00000008n, value: 0n }],
    [{ kind: "set", width: 8, argument: 6, address: 0x00001001_0000c230n, value: 0xf8n }],
    [{ kind: "has", width: 4, argument: 7, address: 0x20n, value: 0n }],
    [{ kind: "set", width: 4, argument: 1, address: 0n, value: 2n }],
    [{ kind: "line", argument: 0x01000028, value: 1n }],
    [
      { kind: "line", argument: 0x122b001b, value: 1n },
      { kind: "line", argument: 0x122b001b },
    ],
    [{ kind: "enter", cpu: 3 }],
    undefined,
    undefined,
  ]);
});

test("a GICv2 attribute names the vCPU by its number, and new VMs get the revision again", () => {
  const [get, made, settled] = stepsIn("gic v2\nrevision 2\ncpus 2\nuser get GICC_PMR@cpu1\nnew vm\nsettle");
  expect(get).toEqual([{ kind: "get", width: 4, argument: 2, address: 0x1_00000004n, value: 0n }]);
  expect(made).toEqual([
    { kind: "new-vm", width: 2, cpu: 2, argument: 256, address: 0x08000000n, value: 0x08010000n },
    { kind: "set", width: 4, argument: 1, address: 8n, value: 0x4b00243bn },
  ]);
  expect(settled).toEqual([0, 1, 0, 1].map((cpu) => ({ kind: "enter", cpu })));
});

test("what sets up a vGIC becomes attributes of the groups that they are in", () => {
  const all = stepsIn(`gic v3
created
its
user set NR_IRQS 64
user set ADDR_DIST 0x08000000
user get REDIST_REGION 1
user has ADDR_ITS
user set MAINT_IRQ 25
user init
user has init`);
  const set = { kind: "set", width: 8, argument: 0 };
  expect(all.flat()).toEqual([
    { kind: "set", width: 4, argument: 3, address: 0n, value: 64n },
    { ...set, address: 2n, value: 0x08000000n },
    { kind: "get", width: 8, argument: 0, address: 5n, value: 1n },
    { kind: "has", width: 8, argument: 0, address: 4n, value: 0n },
    { kind: "set", width: 4, argument: 9, address: 0n, value: 25n },
    { ...set, argument: 4, address: 0n },
    { kind: "has", width: 8, argument: 4, address: 0n },
  ]);
});

test("a VM whose redistributors lie in regions is made step by step", () => {
  const { scenarios } = analyse(
    TraceDocument.of(`gic v3
revision 2
cpus 3
base redist 0x08100000 count 2
base redist 0x09000000 count 1
cpu2 run`),
  );
  const { steps, runs, stops } = plan("v3", scenarios);
  expect(stops).toEqual([]);
  expect(steps.slice(runs[0].first, runs[0].first + 7)).toMatchObject([
    { kind: "new-vm", cpu: 3, argument: 0 },
    { kind: "set", argument: 3, value: 256n },
    { kind: "set", argument: 0, address: 2n },
    { kind: "set", argument: 0, address: 5n, value: 0x0020_0000_0810_0000n },
    { kind: "set", argument: 0, address: 5n, value: 0x0010_0000_0900_0001n },
    { kind: "set", argument: 4, address: 0n },
    { kind: "set", argument: 1, address: 8n },
  ]);
});

test("records are 24 bytes, little-endian", () => {
  const [...bytes] = encode([
    { kind: "write", cpu: 0x102, width: 8, argument: 0x03040506, address: 0x0708n, value: 0x09n },
  ]);
  expect(bytes).toEqual([
    ...[0x77, 8, 0x02, 0x01, 0x06, 0x05, 0x04, 0x03],
    ...[0x08, 0x07, 0, 0, 0, 0, 0, 0],
    ...[0x09, 0, 0, 0, 0, 0, 0, 0],
  ]);
});

test("an initramfs is a cpio archive", () => {
  const archive = Buffer.from(initramfs(Buffer.from("init"), Buffer.from("what it does")));
  expect(archive.length % 4).toBe(0);
  const text = archive.toString("latin1");
  expect(text.match(/070701/g)).toHaveLength(6);
  expect(text).toMatch(/0{7}50{7}1.{16}dev\/console\0/s);
  expect(text).toContain("what it does");
});

test("a console's text is read past what the kernel prints between", () => {
  const text =
    "boot\r\n=kernel 6.1.0-56-arm64\r\n=0 ok\r\n[ 1.0] oops =1 ok\r\n=2 value 4b00343b\r\n=3 abort 2000000\r\n" +
    "=4 exit\r\n=5 errno 22\r\n=6 skip\r\n=7 valu";
  const { release, answers, ended } = readTranscript(text);
  expect(release).toBe("6.1.0-56-arm64");
  expect(ended).toBe(false);
  expect([...answers]).toEqual([
    [0, { ending: "ok" }],
    [2, { ending: "ok", value: 0x4b00343bn }],
    [3, { ending: "abort" }],
    [4, { ending: "exit" }],
    [5, { ending: "EINVAL" }],
    [6, "skipped"],
  ]);
});

test.each([
  ["4.14.1", 0, [0], "linux-4.14.1"],
  ["5.10.0-30-arm64", 2, [2], "linux-5.10"],
  ["6.1.0", 3, [3], "linux-6.1"],
  ["6.12.117", 3, [2, 3], "linux-6.12.117"],
  ["6.6.30-cloud", 3, [2, 3], "linux-6.6.30+iidr-fix"],
  ["6.19.14+deb13-arm64", 3, [3], "linux-6.19.14"],
  ["7.1.0-rc4", 3, [2, 3], "linux-7.1"],
  ["7.2.0", 3, [1, 2, 3], "linux-7.2+revision-1"],
  ["5.10.0-ec2", 1, [1], "linux-5.10+fixed-groups"],
])("Linux %s with default %i and %j is a host", (release, defaultRevision, selectable, name) => {
  expect(hostOf(release, "", { defaultRevision, selectable })?.name).toBe(name);
});

test.each([
  ["6.1.0-44-arm64", "#1 SMP Debian 6.1.164-1 (2026-02-01)", "linux-6.1.164+iidr-fix"],
  ["6.19.8+deb13-arm64", "#1 SMP Debian 6.19.8-1~bpo13+1 (2026-03-01)", "linux-6.19.8+iidr-fix"],
  ["6.5.0-44-generic", "#44~22.04.1-Ubuntu SMP PREEMPT_DYNAMIC", "linux-6.5+iidr-fix"],
])("Linux %s, %s, is %s", (release, version, name) => {
  expect(readTranscript(`=kernel ${release}\r\n=version ${version}\r\n`).version).toBe(version);
  expect(hostOf(release, version, { defaultRevision: 3, selectable: [2, 3] })?.name).toBe(name);
});

test("a kernel that is known is not asked what fails it, whatever host the trace is for", () => {
  const story = readFileSync(path.join(root, "examples/stories/25-mapc-after-mapc-off.vgic"), "utf8");
  const [first] = analyse(TraceDocument.of(story)).scenarios;
  expect(plan("v3", [first]).stops).toEqual([]);
  const saving = [...first.evaluation.scenario.operations].findIndex(({ kind }) => kind === "tables");
  const host = hostOf("6.1.164", "", { defaultRevision: 3, selectable: [3] });
  const stopped = plan("v3", [first], host);
  expect(stopped.stops).toEqual([{ placed: first, operation: saving, kind: "host-failure" }]);
});

test("a kernel that does not come to its end, or has no KVM, concludes nothing", () => {
  const { scenarios } = analyse(TraceDocument.of("gic v3\nrevision 3\ncpu0 run"));
  const one = plan("v3", scenarios);
  expect(conclude(one, "", undefined)).toEqual({ kind: "not-started" });
  expect(conclude(one, "=kernel 6.1\n=error no-kvm 2\n", undefined)).toEqual({
    kind: "no-kvm",
    errno: "ENOENT",
  });
  expect(conclude(one, "=kernel 6.1\n=0 ok\n", undefined)).toEqual({
    kind: "stopped",
    answered: 1,
    asked: one.steps.length,
    placed: undefined,
  });
  const steps = one.steps.slice(0, -1).map((_, step) => `=${step} ok\n`);
  expect(conclude(one, `=kernel 6.1\n${steps.join("")}`, undefined)).toMatchObject({ placed: scenarios[0] });
});

/** Another compiler may make other bytes: the shipped program is Debian 12's. */
const compiler = spawnSync("aarch64-linux-gnu-gcc", ["-dumpversion"], { encoding: "utf8" }).stdout?.trim();

test.skipIf(compiler !== "12")("the replay program is what its sources make", () => {
  const folder = temporaryFolder();
  cpSync(path.join(root, "replay"), folder, { recursive: true });
  execFileSync("make", ["-s", "-B", "-C", folder]);
  const built = readFileSync(path.join(folder, "vgic-replay"));
  expect(built.equals(readFileSync(path.join(root, "replay/vgic-replay")))).toBe(true);
});
