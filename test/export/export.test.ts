import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { initramfs } from "../../server/src/replay/initramfs.ts";
import { folderWith, root, vgicTrace } from "../cli/command.ts";
import { cannotCompile, cannotReplay } from "../replay/machine.ts";

const kinds = ["kselftest", "kvm-unit-tests", "qtest"] as const;
type Kind = (typeof kinds)[number];

function exported(kind: Kind, trace: string, name = "trace.vgic") {
  return vgicTrace(["export", "--to", kind, name], { folder: folderWith({ [name]: trace }) });
}

/** Compiles a test as strictly as CI of its project would; a selftest is linked, too. Gives the binary or object. */
function compiled(kind: Kind, text: string): string {
  const folder = folderWith({ "test.c": text });
  const strict = ["-O2", "-Wall", "-Wextra", "-Werror", "-Wmissing-prototypes", "-Wstrict-prototypes"];
  const how = kind === "kselftest" ? ["-static"] : ["-c", "-I", path.join(root, "test/export/stubs")];
  execFileSync("aarch64-linux-gnu-gcc", [...strict, ...how, "-o", "test", "test.c"], {
    cwd: folder,
    encoding: "utf8",
    stdio: "pipe",
  });
  return path.join(folder, "test");
}

const examples = readdirSync(path.join(root, "examples"))
  .filter((name) => name.endsWith(".vgic"))
  .map((name) => [name, readFileSync(path.join(root, "examples", name), "utf8")] as const);

const page = readFileSync(path.join(root, "docs/export.md"), "utf8");

if (cannotCompile !== undefined) console.warn(`exported tests are not compiled: ${cannotCompile}`);

describe.skipIf(cannotCompile !== undefined).each(kinds)("--to %s", (kind) => {
  test.each(examples)("compiles without warnings: %s", (name, trace) => {
    const { status, stdout } = exported(kind, trace, name);
    expect(status).toBe(0);
    compiled(kind, stdout);
  });

  test.each(["v2-ctlr", "v3-irouter", "v3-ones-sysreg"])("compiles a recording: %s", (name) => {
    const file = path.join(root, "test/conformance/recordings", name.slice(0, 2), `${name}.vgic.gz`);
    const { stdout } = exported(kind, gunzipSync(readFileSync(file)).toString("utf8"));
    compiled(kind, stdout);
  });

  test("takes any title", () => {
    const titles = ['*/ \\"quoted\\" \\\\ ??/', "42", "größer", "42", "%s%n", "a".repeat(300)];
    const trace = titles.map((title) => `scenario "${title}"\ncpu0 readl GICD_CTLR # */ %d\n`).join("");
    const { stdout, status } = exported(
      kind,
      `gic v3\nrevision 3\n${trace}`,
      "na*/me.vgic".replace("/", "_"),
    );
    expect(status).toBe(0);
    compiled(kind, stdout);
  });
});

describe.skipIf(cannotCompile !== undefined || cannotReplay !== undefined)("a selftest", () => {
  const kernels = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "vgic-trace/boot");

  /** Runs a selftest as the init of Debian's kernel. */
  function output(text: string, gic: 2 | 3): string {
    const initrd = initramfs(readFileSync(compiled("kselftest", text)), new Uint8Array());
    const folder = folderWith({ initrd });
    const kernel = path.join(kernels, readdirSync(kernels)[0]);
    const { stdout } = spawnSync(
      "qemu-system-aarch64",
      [
        ...["-M", `virt,virtualization=on,gic-version=${gic}`, "-cpu", "neoverse-n1", "-m", "512"],
        ...["-nographic", "-nodefaults", "-serial", "stdio", "-no-reboot"],
        ...["-kernel", kernel, "-initrd", "initrd"],
        ...["-append", "console=ttyAMA0 quiet loglevel=0 panic=-1"],
      ],
      { cwd: folder, encoding: "utf8", timeout: 60_000 },
    );
    return stdout.replaceAll("\r", "").trim();
  }

  test.each([
    ["groups-v2.vgic", 2],
    ["its.vgic", 3],
    ["level-interrupt.vgic", 3],
    ["sgis-v3.vgic", 3],
    ["tour.vgic", 3],
  ] as const)("passes on a kernel: %s", (name, gic) => {
    const trace = readFileSync(path.join(root, "examples", name), "utf8");
    const lines = output(exported("kselftest", trace, name).stdout, gic).split("\n");
    const count = trace.match(/^scenario /gm)?.length ?? 0;
    expect(lines[0]).toBe("TAP version 13");
    expect(lines.slice(2).filter((line) => !line.startsWith("ok "))).toEqual([]);
    expect(lines).toHaveLength(count + 2);
  });

  test("prints what docs/export.md shows", () => {
    const name = "per-revision.vgic";
    const trace = readFileSync(path.join(root, "examples", name), "utf8");
    expect(page).toContain(`\n${output(exported("kselftest", trace, name).stdout, 3)}\n`);
  });

  test("says what failed, and skips what the kernel cannot show", () => {
    const trace = `gic v3
irqs 96
compare none
scenario "wrong"
revision 3
cpu0 readl GICD_TYPER == 0x480002
user set GICD_IIDR 0x4b00043b fails EINVAL
cpu0 mrs ICC_AP1R1_EL1 aborts
cpu0 readl 0x0b000000 exits
line 40 high
cpu0 readl GICD_ISPENDR1 & 0xff00 == 0x100
scenario "old"
revision 1
cpu0 run`;
    // A trace that is wrong is not exported; here the test is made wrong.
    const text = exported("kselftest", trace).stdout.replace("value(0x480002)", "value(0x480003)");
    expect(output(text, 3)).toBe(`TAP version 13
1..2
# line 6: cpu0 readl GICD_TYPER == 0x480002: got 0x480002, expected 0x480003
not ok 1 wrong
ok 2 old # SKIP this kernel cannot select the GICD_IIDR revision`);
  });
});

test("the C that docs/export.md shows is what its trace becomes", () => {
  const [, trace] = /^```vgic\n(.*?)^```$/ms.exec(page) ?? [];
  const texts = kinds.map((kind) => exported(kind, trace).stdout);
  const shown = [...page.matchAll(/^```c\n(.*?)^```$/gms)].map(([, text]) => text);
  expect(shown).toHaveLength(kinds.length);
  for (const [index, text] of shown.entries()) expect(texts[index]).toContain(text);
});

const small = `gic v3
revision 2
irqs 96
scenario "a pulse"
cpu0 writel GICD_ISENABLER1 0x100
line 40 pulse
user get GICD_ISPENDR1 == 0x100
cpu0 mrs ICC_HPPIR1_EL1 == rev1: 1023, rev2+: 1023`;

test("a selftest is the trace, line by line", () => {
  const { stdout } = exported("kselftest", small);
  expect(stdout).toContain(`/* gic v3, revision 2, 1 vCPU, INTIDs 0 to 95 */
static void test_a_pulse(void)
{
	if (!new_vm(3, 1, 96, 0x8000000, 0x80a0000, 0x4b00243b))
		return;
	check(5, "cpu0 writel GICD_ISENABLER1 0x100",
	      store(0, 4, 0x8000104, 0x100), success());
	check(6, "line 40 pulse",
	      irq_line(0x1000028, 1), success());
	check(6, "line 40 pulse",
	      irq_line(0x1000028, 0), success());
	check(7, "user get GICD_ISPENDR1 == 0x100",
	      get_attr(1, 0x204, 4), value(0x100));
	check(8, "cpu0 mrs ICC_HPPIR1_EL1 == rev1: 1023, rev2+: 1023",
	      mrs(0, 0xc662), value(0x3ff));
}
`);
});

test("kvm-unit-tests get what a guest does, and are told what they cannot do", () => {
  const { stdout, stderr, status } = exported("kvm-unit-tests", small);
  expect(stdout).toContain(` * [vgic-a-pulse]
 * file = FILE.flat
 * smp = 1
 * qemu_params = -machine gic-version=3
 * test_args = test_a_pulse
 * groups = gic
`);
  expect(stdout).toContain(`	/* left out from here on: only a VMM can do \`line\` */
}
`);
  expect(stderr).toBe(
    "vgic-trace: trace.vgic:6: left out to the end of the scenario: only a VMM can do `line`\n",
  );
  expect(status).toBe(0);
});

describe("kvm-unit-tests drive an ITS", () => {
  const its = `gic v3
revision 3
its
compare none
scenario "a device's interrupt"
memory fill 0x50000000 16 0xa1
cpu0 writeq GITS_BASER0 0x8000000040200001
cpu0 writeq GITS_BASER1 0x8000000040280000
cpu0 writeq GITS_CBASER 0x8000000040100000
cpu0 writel GITS_CTLR 1
cpu0 its mapd device 5 itt 0x48000000 bits 5
cpu0 writeq 0x40300008 0x1234
memory readl 0x40300008 == 0x1234
msi device 5 event 1 == 0
user save its
`;
  const { stdout, stderr } = exported("kvm-unit-tests", its);

  test("in memory that is the scenario's own, with commands as stores", () => {
    expect(stdout).toContain(" * qemu_params = -machine gic-version=3 -m 273\n");
    expect(stdout).toContain(`	use_memory(0x40000000, 0x40000000);
	if (!take(0x40100000, 0x10000))
		return;
	if (!take(0x40200000, 0x20000))
		return;
	if (!take(0x40280000, 0x10000))
		return;
	if (!take(0x40300000, 0x10000))
		return;
	if (!take(0x48000000, 0x10000))
		return;
	if (!take(0x50000000, 0x10000))
		return;
`);
    expect(stdout).toContain(
      "its_command(0, 0x8080000, 0x500000008ull, 0x4, 0x8000000048000000ull, 0x0), success());",
    );
    expect(stdout).toContain("store(0, 8, 0x40300008, 0x1234), success());");
    expect(stdout).toContain("load(0, 4, 0x40300008), value(0x1234));");
  });

  test("with an INT command in place of an MSI, and what only a VMM can do left out", () => {
    expect(stdout).toContain(
      "INT in place of the MSI, its answer is not asked */\n\tits_command(0, 0x8080000, 0x500000003ull, 0x1",
    );
    expect(stderr).toBe(
      "vgic-trace: trace.vgic:15: left out to the end of the scenario: only a VMM can do `user save its`\n",
    );
    const looking = exported("kvm-unit-tests", its.replace("user save its", "cpu0 readq GITS_CREADR"));
    expect(looking.stderr).toContain("an INT command moves the queue, at which the scenario looks");
    const disabled = exported(
      "kvm-unit-tests",
      its.replace("GITS_CTLR 1", "GITS_CTLR 0").replace("event 1 == 0", "event 1 fails EBUSY"),
    );
    expect(disabled.stderr).toContain("an INT command would wait in the queue");
  });
});

test("qtest gets accesses and lines", () => {
  const { stdout, stderr } = exported("qtest", small);
  expect(stdout).toContain(`    QTestState *qts = qtest_init("-machine virt,gic-version=3 -cpu max -smp 1");

    /* line 5: cpu0 writel GICD_ISENABLER1 0x100 */
    qtest_writel(qts, 0x8000104, 0x100);
    set_line(qts, 8, 1); /* line 6 */
    set_line(qts, 8, 0); /* line 6 */
	/* left out: only a VMM of KVM can do \`user get\` */
`);
  expect(stderr).toContain("trace.vgic:8: left out to the end of the scenario: qtest runs no code");
});

const byKernel = `gic v3
revision 3
scenario "the errno"
user set GICD_TYPER2 1 == rev2: fails EBUSY, before linux-6.17: fails EINVAL, from linux-6.17: fails EBUSY
scenario "a guest"
cpu0 readl GICD_TYPER == before linux-5.4.7: 0, host linux-6.12+iidr-fix: 1, rev3 from linux-6.13: 0x480007
scenario "any kernel"
cpu0 run
`;

test("a selftest asks the running kernel for its version where what is expected depends on it", () => {
  const { stdout } = exported("kselftest", byKernel);
  expect(stdout).toContain(`{
	if (!kernel_is_known())
		return;
	if (!new_vm(3, 1, 256, 0x8000000, 0x80a0000, 0x4b00343b))
		return;
	check(4, "user set GICD_TYPER2 1 == rev2: fails EBUSY, before linux-6.17: fails EINVAL, from linux-6.17: fails EBUSY",
	      set_attr(1, 0xc, 0x1), before(6, 17, 0) ?
	      fails(EINVAL) : fails(EBUSY));
}
`);
  expect(stdout).toContain(`load(0, 4, 0x8000004), before(5, 4, 7) ?
	      value(0x0) : is_kernel(6, 12, 0) ?
	      value(0x1) : !before(6, 13, 0) ?
	      value(0x480007) : anything());
`);
  expect(stdout.match(/if \(!kernel_is_known\(\)\)/g)).toHaveLength(2);
});

test("kvm-unit-tests are told the kernel, and qtest has none", () => {
  const guest = exported("kvm-unit-tests", byKernel).stdout;
  expect(guest).toContain("	if (!kernel_is_known())\n		return;\n	if (!is_revision(");
  expect(guest).toContain("value(0x0) : is_kernel(6, 12, 0) ?");
  expect(exported("qtest", byKernel).stdout).toContain(
    "    qtest_readl(qts, 0x8000004); /* not compared: what is expected depends on the kernel */",
  );
});

test.skipIf(cannotCompile !== undefined).each(kinds)("--to %s: cases by kernel compile", (kind) => {
  compiled(kind, exported(kind, byKernel).stdout);
});

describe("nothing is exported", () => {
  test("of a trace that is wrong", () => {
    const { status, stdout, stderr } = exported(
      "kselftest",
      "gic v3\nrevision 3\ncpu0 readl GICD_TYPER == 0",
    );
    expect(stdout).toBe("");
    expect(stderr).toContain("1 error in trace.vgic");
    expect(status).toBe(1);
  });

  test("of a trace without operations", () => {
    const { status, stderr } = exported("qtest", "gic v3\nrevision 3\n");
    expect(stderr).toContain("trace.vgic has no operation to make a test of");
    expect(status).toBe(1);
  });

  test("without a kind, to another one, of no file", () => {
    const folder = folderWith({});
    expect(vgicTrace(["export", "a.vgic"], { folder })).toMatchObject({ status: 2, stdout: "" });
    expect(vgicTrace(["export", "--to", "rust", "a.vgic"], { folder })).toMatchObject({ status: 2 });
    const missing = vgicTrace(["export", "--to", "qtest", "a.vgic"], { folder });
    expect(missing.stderr).toContain("cannot read a.vgic: there is no such file or folder");
    expect(missing.status).toBe(2);
  });
});
