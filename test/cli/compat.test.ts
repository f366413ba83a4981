import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { folderWith, root, vgicTrace } from "./command.ts";

const guest = `gic v3
revision 3
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 writel GICD_IGROUPR1 0xfffffffe
cpu0 readl  GICD_IGROUPR1 == 0xfffffffe
`;

function compat(trace: string, ...flags: string[]): { status: number | null; report: unknown } {
  const { status, stdout } = vgicTrace(["compat", "--format", "json", ...flags, "-"], { input: trace });
  return { status, report: JSON.parse(stdout) };
}

test("between like hosts a faithful VMM leaves nothing to notice", () => {
  const { status, report } = compat(guest, "--from", "linux-7.1", "--to", "linux-7.1", "--back");
  expect(status).toBe(0);
  expect(report).toMatchObject({
    version: 1,
    back: true,
    files: [{ path: "<stdin>", scenarios: [{ migrations: 4, revision: 3, noticed: [] }] }],
    summary: { scenarios: 1, noticed: 0 },
  });
});

test("causes come with the first operation after which they show", () => {
  const { status, report } = compat(
    guest,
    ...["--from", "linux-7.1", "--to", "linux-6.12+fixed-groups", "--by", "qemu"],
  );
  expect(status).toBe(1);
  expect(report).toMatchObject({
    files: [
      {
        scenarios: [
          {
            noticed: [
              { after: null, times: 4, changes: ["GICD_IIDR 0x4b00343b → 0x4b00143b", expect.anything()] },
              {
                after: { line: 3, text: "cpu0 writel GICD_IGROUPR1 0xfffffffe" },
                times: 2,
                changes: ["GICD_IGROUPR1 0xfffffffe → 0xffffffff"],
              },
            ],
          },
        ],
      },
    ],
  });
});

test("what only later operations show is found, too", () => {
  const trace = `gic v2
cpu0 writel GICD_ISPENDR0 1 << 3
cpu0 readl  GICD_ISPENDR0
`;
  const { status, report } = compat(`host linux-5.2\n${trace}`, "--from", "linux-5.2", "--to", "linux-5.3");
  expect(status).toBe(1);
  expect(report).toMatchObject({
    files: [
      {
        scenarios: [
          {
            noticed: [
              {
                after: null,
                cause: "linux-5.3 answers the guest differently later: writes of GICv2 ISPENDR0 and ICPENDR0",
                changes: ["line 4 `cpu0 readl GICD_ISPENDR0`: 0x00000008 → 0x00000000"],
              },
              { after: { line: 2 }, changes: ["GICD_ISPENDR0 0x00000008 → 0x00000000"] },
            ],
          },
        ],
      },
    ],
  });
});

test("what has no list register before 6.19 and one from there on is told, and why", () => {
  const priorities = [0x80, 0x70, 0x60, 0x50, 0x10].map((p, i) => `cpu0 writeb GICD_IPRIORITYR8+${i} ${p}`);
  const acknowledged = [32, 33, 34, 35].map((spi) => `line ${spi} pulse\ncpu0 mrs ICC_IAR1_EL1 == ${spi}`);
  const fifth = `gic v3
revision 3
cpu0 writel GICD_CTLR 2
cpu0 writel GICD_ISENABLER1 0x1f
${priorities.join("\n")}
cpu0 msr ICC_PMR_EL1 0xf8
cpu0 msr ICC_IGRPEN1_EL1 1
${acknowledged.join("\n")}
line 36 pulse
cpu0 mrs ICC_IAR1_EL1
`;
  const { status, report } = compat(fifth, "--from", "linux-6.12", "--to", "linux-7.1");
  expect(status).toBe(1);
  const about = "list registers";
  expect(report).toMatchObject({
    files: [
      {
        scenarios: [
          {
            noticed: [
              {
                cause: `linux-7.1 answers the guest differently later: ${about}`,
                changes: ["line 21 `cpu0 mrs ICC_IAR1_EL1`: 0x00000000000003ff → 0x0000000000000024"],
              },
              {
                cause: `linux-7.1 differs from the kernel before: ${about}`,
                changes: ["cpu0 is offered nothing → IRQ 36"],
              },
            ],
          },
        ],
      },
    ],
  });
  expect(compat(fifth, "--from", "linux-6.12", "--to", "linux-6.18").status).toBe(0);
});

test("a revision that the first host cannot show is not tested, unless its default will do", () => {
  const ways = ["--from", "linux-5.10", "--to", "linux-5.10"];
  const untested = compat(guest, ...ways);
  expect(untested.status).toBe(2);
  expect(untested.report).toMatchObject({
    files: [{ scenarios: [{ declared: 3, revision: null, tested: false, migrations: 0, noticed: [] }] }],
    summary: { scenarios: 1, noticed: 0, notTested: 1 },
  });
  const { stdout } = vgicTrace(["compat", ...ways, "-"], { input: guest });
  expect(stdout).toContain("not tested: linux-5.10 cannot show the declared revision 3");
  expect(stdout).not.toContain("✓");
  const allowed = compat(guest, ...ways, "--allow-default-revision");
  expect(allowed.status).toBe(0);
  expect(allowed.report).toMatchObject({
    files: [{ scenarios: [{ declared: 3, revision: 2, tested: true }] }],
  });
});

test("where there is nothing to migrate, nothing was checked", () => {
  const flags = ["compat", "--from", "linux-6.12", "--to", "linux-7.1", "-"];
  const { status, stdout } = vgicTrace(flags, { input: "gic v3\n# nothing here\n" });
  expect(status).toBe(2);
  expect(stdout).toContain("nothing was checked");
});

test("several VMMs stand in one table", () => {
  const ways = ["--from", "linux-7.1", "--to", "linux-7.1"];
  const { stdout } = vgicTrace(["compat", ...ways, "--by", "all", "-"], { input: guest });
  for (const by of ["faithful", "qemu", "firecracker", "cloud-hypervisor", "crosvm"]) {
    expect(stdout).toMatch(new RegExp(`^${by} +(none|1)$`, "m"));
  }
  const { report } = compat(guest, ...ways, "--by", "qemu,faithful", "--by", "crosvm");
  expect(report).toMatchObject({ managers: [{ by: "qemu" }, { by: "faithful" }, { by: "crosvm" }] });
});

test("the verdict says what it covers, and what stood in for a kernel that is not known", () => {
  const { stdout } = vgicTrace(["compat", "--from", "linux-7.1", "--to", "linux-9.9", "-"], { input: guest });
  expect(stdout).toMatch(/^Compared: .*\nNot modelled, so not covered: .*\n {2}.*\nlinux-9.9 is not known/m);
});

test("the matrix has a cell for each way", () => {
  const { report } = compat(guest, "--matrix");
  expect(report).toMatchObject({ hosts: expect.arrayContaining(["linux-4.18", "linux-7.1+revision-1"]) });
  const { hosts, cells } = Object(report);
  expect(cells.length).toBe(hosts.length ** 2);
});

test("the page holds together without anything else", () => {
  const folder = folderWith({ "a<b.vgic": guest });
  const { stdout, status } = vgicTrace(
    ["compat", "--matrix", "--allow-default-revision", "--format", "html", "a<b.vgic"],
    { folder },
  );
  expect(status).toBe(1);
  expect(stdout).toMatch(/^<!doctype html>/);
  expect(stdout).toContain("a&lt;b.vgic");
  expect(stdout).not.toMatch(/<script|src=|https?:/);
  const ids = new Set(Array.from(stdout.matchAll(/ id="([^"]+)"/g), ([, id]) => id));
  for (const [, target] of stdout.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
});

test.each([
  [["--from", "linux-5.10", "a.vgic"], "compat needs two hosts"],
  [
    ["--from", "windows-11", "--to", "linux-5.10", "a.vgic"],
    "--from: `windows-11` is no host: neither a kernel",
  ],
  [
    ["--from", "linux-5.10", "--to", "linux-7.1", "--by", "xen", "a.vgic"],
    "--by takes one of faithful, qemu",
  ],
  [["--matrix", "--by", "all", "a.vgic"], "--matrix takes one VMM"],
  [["--from", "linux-5.10", "--to", "linux-7.1", "missing.vgic"], "missing.vgic"],
])("compat %j cannot be done, and says why", (flags, why) => {
  const { status, stderr } = vgicTrace(["compat", ...flags], { folder: folderWith({ "a.vgic": guest }) });
  expect(status).toBe(2);
  expect(stderr).toContain(why);
});

test("a scenario of which a line cannot be done is not tested, which is said", () => {
  const input = `${guest}cpu9 readl GICD_CTLR\n`;
  const flags = ["compat", "--from", "linux-7.1", "--to", "linux-7.1", "-"];
  const { status, stdout, stderr } = vgicTrace(flags, { input });
  expect(status).toBe(2);
  expect(stdout).toContain("? <stdin>:1 (not tested: a line of it cannot be read or done)");
  expect(stdout).not.toContain("✓");
  expect(stderr).toContain("not all is migrated: 1 error in <stdin>, 1 line did not run;");
});

test("hosts prints every kind of kernel, as text and as JSON", () => {
  const { status, stdout } = vgicTrace(["hosts"]);
  expect(status).toBe(0);
  for (const host of ["linux-4.18", "linux-5.10", "linux-6.12", "linux-7.1", "linux-7.1+revision-1"]) {
    expect(stdout).toContain(`\n${host} `);
  }
  const { profiles, versions } = JSON.parse(vgicTrace(["hosts", "--format", "json"]).stdout);
  expect(profiles.map(({ profile }: { profile: string }) => profile)).toEqual([
    ...["A", "B", "C", "D", "E", "F"],
    "fixed-groups",
  ]);
  expect(profiles[3]).toMatchObject({
    defaultRevision: 3,
    revisions: [2, 3],
    iidrWrites: [
      { written: 0, outcome: "EINVAL" },
      { written: 1, outcome: "EINVAL" },
      { written: 2, outcome: 2 },
      { written: 3, outcome: 3 },
    ],
  });
  expect(versions.length).toBeGreaterThan(3);
});

test.each([
  ["GITS_BASER0", "restoring by a faithful VMM fails with EFAULT at RESTORE_TABLES, and ends there"],
  ["GITS_BASER1", "saving by a faithful VMM fails with EFAULT at SAVE_TABLES, and ends there"],
])("tables of an ITS outside memory, by %s: the call that fails is named", (table, words) => {
  const trace = `gic v3\nrevision 3\nits\nuser set ${table} 0x8000000800000000\n`;
  const hosts = ["--from", "linux-6.12", "--to", "linux-6.12"];
  const { stdout } = vgicTrace(["compat", "x.vgic", ...hosts], { folder: folderWith({ "x.vgic": trace }) });
  expect(stdout).toContain(words);
});

describe("a snapshot instead of a trace", () => {
  const snapshots = path.join(root, "test/snapshots");
  const between = ["--from", "linux-6.1", "--to", "linux-7.1"];

  test("is migrated once, by its own VMM", () => {
    const file = path.join(snapshots, "ch-v54dev-2cpu.json");
    const { status, stdout, stderr } = vgicTrace(["compat", file, ...between]);
    expect(stderr).toContain("LPIs of its ITS are in guest memory, which is not read: they are not compared");
    expect(stdout).toContain(
      "from the start: cloud-hypervisor writes back what it saved, but its sequence of writes leaves another value",
    );
    expect(stdout).toMatch(/GICR_ISENABLER0@cpu0 0x798f8eff → 0x798fffff/);
    expect(stdout).toContain("linux-6.1 → linux-7.1 by cloud-hypervisor");
    expect(status).toBe(1);
  });

  test("of which a faithful VMM loses nothing", () => {
    const file = path.join(snapshots, "ch-v54dev-2cpu.json");
    const { status, stdout } = vgicTrace([
      "compat",
      file,
      "--from",
      "linux-6.1",
      "--to",
      "linux-6.1",
      "--by",
      "faithful",
    ]);
    expect(stdout).toMatch(/^✓ /m);
    expect(status).toBe(0);
  });

  test("that holds GICD_IIDR is not tested on a host that cannot show it", () => {
    const folder = folderWith({
      irqchip: gunzipSync(readFileSync(path.join(snapshots, "crosvm-2cpu.cbor.gz"))),
    });
    const { status, stdout } = vgicTrace(["compat", "irqchip", ...between], { folder });
    expect(stdout).toContain("not tested: linux-6.1 cannot show the declared revision 2");
    expect(status).toBe(2);
  });

  test("that cannot be read is refused with a reason", () => {
    const folder = folderWith({ "state.json": '{"snapshots":{"cpu-manager":{"snapshots":{}}}}' });
    const { status, stderr } = vgicTrace(["compat", "state.json", ...between], { folder });
    expect(stderr).toContain(
      "cannot read state.json: it is a cloud-hypervisor snapshot without a gic-v3-its",
    );
    expect(status).toBe(2);
  });
});

test("hosts fits a terminal of 80 columns", () => {
  const { stdout } = vgicTrace(["hosts"]);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("hosts with two kernels prints what differs, with commit and trace", () => {
  const { status, stdout } = vgicTrace(["hosts", "linux-6.16", "linux-6.18"]);
  expect(status).toBe(0);
  expect(stdout).toContain("linux-6.16 and linux-6.18: 3 differences by version");
  expect(stdout).toContain("f26e6af75782");
  expect(stdout).toContain("    user set GICD_TYPER2 1 == ");
  const report = JSON.parse(vgicTrace(["hosts", "linux-7.1", "linux-6.18", "--format", "json"]).stdout);
  expect(report.differences.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining(["pending-first", "eoi-replayed", "eoi-replayed-outside", "iidr-fix"]),
  );
  expect(report.differences[0]).toMatchObject({ newer: "linux-7.1", older: "linux-6.18" });
  expect(vgicTrace(["hosts", "linux-6.13", "linux-6.14"]).stdout).toContain("no modelled difference");
});

test.each([
  [["linux-6.12"], "hosts takes two hosts"],
  [["linux-6.12", "linux-7.1", "linux-7.2"], "hosts takes two hosts"],
  [["linux-6.12", "linux-5.42"], "did you mean `linux-5.19`?"],
])("hosts %j cannot be done, and says why", (names, why) => {
  const { status, stderr } = vgicTrace(["hosts", ...names]);
  expect(status).toBe(2);
  expect(stderr).toContain(why);
});
