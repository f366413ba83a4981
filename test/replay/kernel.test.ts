/** Replays on a real kernel in QEMU: Debian's, as test/replay/setup.sh gets it. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { folderWith, root, vgicTrace } from "../cli/command.ts";
import { expectRealSession } from "../cli/pages.ts";
import { recordingsIn } from "../conformance/agreement.ts";
import { cannotReplay } from "./machine.ts";

if (cannotReplay !== undefined) console.warn(`replay is not tested: ${cannotReplay}`);

/** Where test/replay/setup.sh leaves it. */
const kernelFolder = path.join(
  process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"),
  "vgic-trace/boot",
);

function replayed(folder: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = vgicTrace(["replay", "--format", "json", ...args, "."], { folder });
  const report: { files: { path: string; diagnostics: { code: string; message: string }[] }[] } =
    JSON.parse(stdout);
  const messages = report.files.flatMap(({ path, diagnostics }) =>
    diagnostics.map(({ code, message }) => `${path}: ${code}: ${message}`),
  );
  return { status, messages, stderr };
}

describe.skipIf(cannotReplay !== undefined)("Debian's kernel", { timeout: 300_000 }, () => {
  test("agrees with the examples", () => {
    // Lines that cannot be read are not replayed, which makes the status 2: all but what is wrong on purpose.
    const traces = readdirSync(path.join(root, "examples")).filter((name) => name !== "wrong");
    const paths = traces
      .filter((name) => !/\.md$|^logs$|^snapshots$/.test(name))
      .map((name) => `examples/${name}`);
    const { status, stdout, stderr } = vgicTrace(["replay", ...paths]);
    expect(stdout).toContain("no findings");
    expect(stderr).toMatch(/GICv2 on Linux \S+ \(linux-\S+\): revisions 2 and 3 can be selected/);
    expect(stderr).toMatch(/GICv3 on Linux/);
    expect(status, stderr).toBe(0);
  });

  test("answers as docs/replay.md shows, but for its version and the time it takes", async () => {
    const neutral = (text: string) =>
      text
        .replaceAll(/Linux \d[^ ,\n]*/g, "Linux VERSION")
        .replaceAll(/\(linux-\d[^ )]*\)/g, "(linux-VERSION)")
        .replaceAll(/^done in .*$/gm, "done in some seconds");
    await expectRealSession("docs/replay.md", (shown, output) => neutral(shown) === neutral(output));
  });

  test("confirms the table of kernels, and contradicts what it is not", () => {
    const image = path.join(kernelFolder, readdirSync(kernelFolder)[0]);
    const as = vgicTrace(["replay", image]);
    expect(as.stdout).toContain("no findings");
    expect(as.stderr).toMatch(/^as linux-6\.\S+, it has: .*iidr-fix \(a0e6ae45af17\)/m);
    expect(as.stderr).toMatch(/^as linux-6\.\S+, it lacks: .*pending-first \(05984ba67eb6/m);
    expect(as.stderr).not.toContain("not as linux");
    expect(as.status).toBe(0);
    const other = vgicTrace(["replay", "--host", "linux-6.19", image]);
    expect(other.stderr).toMatch(/^not as linux-6\.19, it lacks: .*pending-first/m);
    expect(other.status).toBe(1);
  });

  test("agrees with recordings of other kernels", () => {
    const names = recordingsIn(path.join(root, "test/conformance/recordings")).filter((name) =>
      // Every interrupt of its list registers in flight, the end depends on the kernel's version: not `overflow`.
      /\/(v2|v3|stock)\//.test(name),
    );
    const sample = names.filter((_, index) => index % 24 === 0);
    expect(sample.length).toBeGreaterThan(15);
    const files = sample.map((name) => {
      const text = gunzipSync(readFileSync(name)).toString("utf8");
      return [name.split("/").slice(-2).join("-").replace(/\.gz$/, ""), text] as const;
    });
    const { status, messages, stderr } = replayed(folderWith(Object.fromEntries(files)));
    expect(messages).toEqual([]);
    expect(status, stderr).toBe(0);
  });

  test("agrees with recordings of an ITS, with memory, commands, MSIs and tables", () => {
    const names = recordingsIn(path.join(root, "test/conformance/recordings")).filter((name) =>
      name.includes("/its/linux-6.1/"),
    );
    expect(names.length).toBeGreaterThan(15);
    const files = names.map((name) => {
      const text = gunzipSync(readFileSync(name)).toString("utf8");
      return [path.basename(name, ".gz"), text] as const;
    });
    const { status, messages, stderr } = replayed(folderWith(Object.fromEntries(files)));
    expect(messages).toEqual([]);
    expect(stderr).toMatch(/\d{4} answers compared/);
    expect(status, stderr).toBe(0);
  });

  test("loses the commands of a queue outside guest memory, and of one on a frame", () => {
    const queueAt = (title: string, cbaser: string): string[] => [
      `scenario "${title}"`,
      "cpu0 writeq GITS_BASER0 0x8000000040110000",
      "cpu0 writeq GITS_BASER1 0x8000000040120000",
      `cpu0 writeq GITS_CBASER ${cbaser}`,
      "cpu0 writel GITS_CTLR 1",
      "cpu1 its mapc collection 1 to cpu1",
      "cpu0 readq GITS_CREADR == 0x20",
    ];
    const folder = folderWith({
      "lost.vgic": [
        ...["gic v3", "revision 3", "its", "cpus 2", "compare none"],
        ...queueAt("beyond the addresses of a VM", "0x800fffffffff0000"),
        ...queueAt("on the distributor, whose first registers keep their values", "0x8000000008000000"),
        "cpu0 readl GICD_CTLR == 0x50",
      ].join("\n"),
    });
    const { status, messages, stderr } = replayed(folder);
    expect(messages).toEqual([]);
    expect(status, stderr).toBe(0);
  });

  test("is told apart from a wrong expectation, and the right one is written", () => {
    const folder = folderWith({
      "wrong.vgic": [
        "\ufeffgic v3\r",
        "revision 3",
        'scenario "wrong"',
        "cpu0 readl GICD_TYPER    == 0    # a comment",
        "cpu0 readl GICR_CTLR     & 0x6 == rev2: 0x6, rev3: 0x6",
        "user set   GICD_IIDR 0x4b00043b",
        "cpu0 readl GICD_CTLR     == 0x50",
      ].join("\n"),
    });
    const { status, messages } = replayed(folder, "--update");
    expect(status).toBe(1);
    expect(messages.map((message) => message.replace(/Linux \S+(?<!,)/g, "Linux X"))).toEqual([
      "wrong.vgic: kernel-disagrees: GICD_TYPER reads 0x00480007 under revision 3 on Linux X, expected 0x00000000",
      "wrong.vgic: kernel-disagrees: GICR_CTLR reads 0x00000000 under revision 2 on Linux X, expected 0x00000006 in the bits of 0x00000006",
      "wrong.vgic: kernel-disagrees: GICD_IIDR fails with EINVAL under revision 3 on Linux X, expected success",
    ]);
    // All else stays: the byte order mark and a line end of another kind, too.
    const updated = readFileSync(path.join(folder, "wrong.vgic"), "utf8").split("\n");
    expect(updated[0]).toBe("\ufeffgic v3\r");
    expect(updated.slice(3)).toEqual([
      "cpu0 readl GICD_TYPER    == 0x00480007    # a comment",
      "cpu0 readl GICR_CTLR     & 0x6 == rev1-2: 0x00000000, rev3: 0x00000006",
      "user set   GICD_IIDR 0x4b00043b fails EINVAL",
      "cpu0 readl GICD_CTLR     == 0x50",
    ]);
    expect(replayed(folder)).toMatchObject({ status: 0, messages: [] });
  });

  test("cases by kernel get one for this kernel, once; the others stay", () => {
    const cases = "before linux-3.0: 0x50, from linux-3.0: 0x40";
    const folder = folderWith({
      "cases.vgic": `gic v3\nrevision 3\nscenario "cases"\ncpu0 readl GICD_CTLR == ${cases}\n`,
    });
    const line = () => readFileSync(path.join(folder, "cases.vgic"), "utf8").split("\n")[3];
    expect(replayed(folder, "--update").status).toBe(1);
    const written = line();
    expect(written).toMatch(/^cpu0 readl GICD_CTLR == (?:rev\d host linux-[\d.]+: 0x00000050, )+/);
    expect(written?.endsWith(cases)).toBe(true);
    expect(replayed(folder, "--update")).toMatchObject({ status: 0, messages: [] });
    expect(line()).toBe(written);
  });

  test("does what only a VMM and several vCPUs can", () => {
    const folder = folderWith({
      "v2.vgic": [
        "gic v2",
        "revision 3",
        "cpus 8",
        "irqs 96",
        "compare none",
        "cpu0 readl GICD_TYPER == 0xe2",
        "user set GICD_ITARGETSR8 0x80",
        "user set GICD_CTLR 1",
        "user set GICD_ISENABLER1 1",
        "cpu7 writel GICC_CTLR 1",
        "cpu7 writel GICC_PMR 0xf0",
        "line 32 pulse",
        "cpu7 readl GICC_IAR == 32",
        "cpu7 mrs ISR_EL1 == 0",
        "cpu7 readl 0x0b000000 exits",
        "cpu7 writel 0x0b000000 1 exits",
        "cpu7 mrs ISR_EL1 == 0",
        "user get GICD_CTLR@cpu7 == 1",
        "user has GICD+0x4 ",
        "user has GICD+0x1c fails ENXIO",
        "new vm",
        "cpu7 readl GICD_ISENABLER1 == 0",
      ].join("\n"),
      "v3.vgic": [
        "gic v3",
        "revision 3",
        "cpus 20",
        "irqs 64",
        "base dist 0x10000000",
        "base redist 0x20000000",
        "compare none",
        "cpu19 readq GICR_TYPER == 0x0000010300001310",
        "cpu0 readl GICR_TYPER@cpu19 == 0x00001310",
        "user get GICR_TYPER@cpu19 == 0x00001310",
        "user get GICR_TYPER@cpu19+4 == 0x103",
        "cpu0 mrs ICC_AP1R1_EL1 aborts",
        "cpu0 mrs ICC_CTLR_EL1 == 0x8c00",
        "line 20@cpu19 high",
        "user get LEVEL_INFO0@cpu19 == 1 << 20",
        "settle",
        "cpu19 run",
      ].join("\n"),
    });
    expect(replayed(folder)).toMatchObject({ status: 0, messages: [] });
  });

  test("that is not what it should be", () => {
    const folder = folderWith({ "a.vgic": "gic v3\nrevision 1\ncpu0 readl GICD_CTLR\n" });
    const { status, stderr } = replayed(folder, "--host", "linux-7.1+revision-1");
    expect(stderr).toContain("not replayed: revision 1 cannot be selected on Linux");
    expect(stderr).toContain("linux-7.1+revision-1 shows revision 1, too: this kernel cannot");
    expect(status).toBe(1);
  });

  test("is left alone with what it cannot be asked", () => {
    const folder = folderWith({
      "a.vgic": [
        "gic v3",
        "revision 3",
        "compare none",
        'scenario "moves"',
        "cpu0 readl GICD_CTLR == 0x50",
        "migrate",
        "cpu0 readl GICD_CTLR == 0x51",
        'scenario "timer"',
        "cpu0 readl GICD_CTLR == 0x50",
        "line 27@cpu0 high by kernel",
        'scenario "other host"',
        "host linux-5.10",
        "revision 2",
        "cpu0 readl GICD_CTLR == 0x50",
        'scenario "frames one over the other"',
        "base dist 0x080a0000",
        "cpu0 run",
      ].join("\n"),
    });
    const { messages, stderr } = replayed(folder);
    expect(messages).toEqual([]);
    expect(stderr).toContain("from `migrate` on, since it needs a second kernel (a.vgic:4)");
    expect(stderr).toContain("since only the kernel's own timer can do that (a.vgic:8)");
    expect(stderr).toContain("than this kernel (a.vgic:11 for linux-5.10)");
    expect(stderr).toContain("the kernel cannot make the VM (EINVAL) (a.vgic:15)");
  });

  test("that never says anything is given up, with its last words", () => {
    const folder = folderWith({ "a.vgic": "gic v3\nrevision 3\ncpu0 readl GICD_CTLR\n" });
    const image = Buffer.alloc(0x10000);
    // An arm64 image whose first instruction asks PSCI to switch the machine off.
    image.writeUInt32LE(0x52800100, 0); // mov w0, #8
    image.writeUInt32LE(0x72b08000, 4); // movk w0, #0x8400, lsl #16
    image.writeUInt32LE(0xd4000003, 8); // smc #0
    image.write("ARMd", 56, "latin1");
    writeFileSync(path.join(folder, "Image"), image);
    const { status, stderr } = vgicTrace(["replay", "--kernel", "Image", "a.vgic"], { folder });
    expect(stderr).toContain("the kernel did not start the replay program");
    expect(stderr).toContain("It printed nothing.");
    expect(status).toBe(2);
    const searched = vgicTrace(["explore", "--kernel", "Image", "--gic", "v3"], { folder });
    expect(searched.stderr).toContain("Image: the kernel did not start the replay program");
    expect(searched.stderr).toContain("It printed nothing.\n");
    expect(searched.status).toBe(2);
  });
});

describe("without a machine", () => {
  const folder = folderWith({ "a.vgic": "gic v3\nrevision 3\ncpu0 readl GICD_CTLR\n", Image: "no kernel" });
  const environment = { XDG_CACHE_HOME: folder, PATH: "" };

  test("says how to get a kernel", () => {
    const { status, stderr } = vgicTrace(["replay", "a.vgic"], { folder, environment });
    expect(stderr).toContain(
      "there is no arm64 kernel to replay on\nName an image with --kernel, or get one.\n",
    );
    expect(stderr).toContain("apt-get download");
    expect(status).toBe(2);
  });

  test("says that an image is none", () => {
    const { status, stderr } = vgicTrace(["replay", "--kernel", "Image", "a.vgic"], { folder, environment });
    expect(stderr).toContain("Image is no arm64 kernel image");
    expect(status).toBe(2);
    // What gzip packed is looked into.
    const packed = folderWith({
      "a.vgic": "gic v3\n",
      Image: gzipSync("no kernel"),
      garbage: Buffer.from([0x1f, 0x8b, 0x20]),
    });
    for (const name of ["Image", "garbage"]) {
      const given = vgicTrace(["replay", "--kernel", name, "a.vgic"], { folder: packed, environment });
      expect(given.stderr).toContain(`${name} is no arm64 kernel image`);
      expect(given.status).toBe(2);
    }
    const missing = vgicTrace(["replay", "--kernel", "Imag", "a.vgic"], { folder, environment });
    expect(missing.stderr).toContain("cannot read the kernel Imag");
  });

  test("says that an image is cut off", () => {
    const image = Buffer.alloc(0x200);
    image.write("ARMd", 56, "latin1");
    image.writeUInt32LE(0x40, 0x3c);
    image.write("PE\0\0", 0x40, "latin1");
    image.writeUInt16LE(1, 0x46); // one section, without an optional header
    image.writeUInt32LE(0x10000, 0x68); // its size
    image.writeUInt32LE(0x1000, 0x6c); // where it begins
    const there = folderWith({ "a.vgic": "gic v3\n", Image: image, start: image.subarray(0, 64) });
    for (const [name, words] of [
      ["Image", "Image is cut off: it has 512 bytes of at least 69632"],
      ["start", "start is cut off: it has 64 bytes of at least 88"],
    ] as const) {
      const { status, stderr } = vgicTrace(["explore", "--kernel", name], { folder: there, environment });
      expect(stderr).toContain(words);
      expect(status).toBe(2);
    }
  });

  test("says how to get QEMU", () => {
    const image = Buffer.alloc(64);
    image.write("ARMd", 56, "latin1");
    const there = folderWith({ "a.vgic": "gic v3\nrevision 3\ncpu0 readl GICD_CTLR\n", Image: image });
    const { status, stderr } = vgicTrace(["replay", "--kernel", "Image", "a.vgic"], {
      folder: there,
      environment,
    });
    expect(stderr).toContain(
      "qemu-system-aarch64 is not installed: on Debian, apt-get install qemu-system-arm",
    );
    expect(status).toBe(2);
  });

  test("says what a flag takes", () => {
    const host = vgicTrace(["replay", "--host", "linux", "a.vgic"], { folder, environment });
    expect(host.stderr).toContain("--host: ");
    expect(host.status).toBe(2);
    if (process.arch === "arm64") return;
    const here = vgicTrace(["replay", "--dev-kvm", "a.vgic"], { folder, environment });
    expect(here.stderr).toContain("--dev-kvm needs an arm64 machine");
    expect(here.status).toBe(2);
  });
});
