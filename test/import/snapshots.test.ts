/** Snapshots of VMs, imported by the built command: the calls of each VMM's restore, by value and in its order. */
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { entry, folderWith, type Result, vgicTrace } from "../cli/command.ts";

const folder = path.resolve(import.meta.dirname, "../snapshots");
const read = (name: string): Uint8Array => {
  const bytes = readFileSync(path.join(folder, name));
  return name.endsWith(".gz") ? gunzipSync(bytes) : bytes;
};
const snapshots = readdirSync(folder).filter((name) => !name.endsWith(".calls.gz"));
const baseOf = (name: string) =>
  name.replace(/\.(?:analyze-migration\.json\.gz|gicstate\.bin|(?:mig|cbor)\.gz|json|txt)$/, "");

function imported(content: Uint8Array | string, ...flags: string[]): Result {
  return vgicTrace(["import", ...flags, "file"], { folder: folderWith({ file: content }) });
}

/** What is declared right: group, attribute, value. */
function trueCalls(name: string): readonly (readonly string[])[] | undefined {
  const calls = `${baseOf(name)}.calls.gz`;
  if (!readdirSync(folder).includes(calls)) return undefined;
  const text = new TextDecoder().decode(read(calls));
  return text
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
}

const setLines = (trace: string) => trace.split("\n").filter((line) => line.startsWith("user set "));
const written = (line: string) => line.split(" ")[3];

const ITS_GROUP = "8";
const CONTROL_GROUP = "4";

describe("a snapshot of each VMM and version", () => {
  const results = new Map(snapshots.map((name) => [name, imported(read(name))]));

  test.each(snapshots)("%s imports", (name) => {
    const result = results.get(name);
    expect(result?.stderr).toContain("vgic-trace: file: ");
    expect(result?.status).toBe(0);
  });

  test("lint finds no error in any", () => {
    const traces = [...results].map(([name, { stdout }]) => [`${name}.vgic`, stdout] as const);
    const { status, stdout } = vgicTrace(["lint", "."], { folder: folderWith(Object.fromEntries(traces)) });
    expect(stdout).toContain(`${snapshots.length} files`);
    expect(stdout).not.toContain("error[");
    expect(status).toBe(0);
  });

  test.each(snapshots.filter((name) => trueCalls(name) !== undefined))(
    "%s is restored with the values and in the order of its VMM",
    (name) => {
      const lines = setLines(results.get(name)?.stdout ?? "").filter((line) => !line.includes(" GITS"));
      const calls = (trueCalls(name) ?? []).filter(
        ([group]) => group !== ITS_GROUP && group !== CONTROL_GROUP,
      );
      // crosvm writes 0 into all that has no register, too.
      const isTold = (value: string) => !name.startsWith("crosvm") || value !== "0x0";
      expect(lines.map(written).filter(isTold)).toEqual(
        calls.map(([, , value]) => value ?? "").filter(isTold),
      );
    },
  );

  test("the print of a tool and the stream itself give the same trace", () => {
    const [print, bin] = ["fc-v1.10-2cpu-v2.txt", "fc-v1.10-2cpu-v2.gicstate.bin"].map(
      (name) => imported(read(name)).stdout,
    );
    expect(setLines(print)).toEqual(setLines(bin));
  });
});

test("GICD_IIDR decides the revision where it is saved, else GICR_CTLR does, else it is assumed, or given", () => {
  const revision = (name: string, ...flags: string[]) =>
    /^revision .*$/m.exec(imported(read(name), ...flags).stdout)?.[0];
  expect(revision("crosvm-2cpu.cbor.gz")).toMatch(/^revision 2 +# GICD_IIDR is in the snapshot$/);
  expect(revision("kvm-v3-2cpu-its.mig.gz")).toMatch(/^revision 3 .*GICR_CTLR shows CES and IR/);
  expect(revision("host510-v3-2cpu-its.mig.gz")).toMatch(/^revision 2 .*shows neither CES nor IR/);
  expect(revision("kvm-v2-2cpu.mig.gz")).toMatch(/^revision 3 +# assumed/);
  expect(revision("kvm-v2-2cpu.mig.gz", "--revision", "1")).toMatch(/^revision 1 +# given$/);
});

describe("what is wrong with a snapshot is said", () => {
  test("every vCPU has vCPU 0's redistributor", () => {
    const { stdout, stderr } = imported(read("ch-v53-4cpu-same.json"));
    expect(stderr).toContain("finding: All 4 vCPUs have their table of pending LPIs at 0x");
    expect(stdout).toContain("# Finding: All 4 vCPUs have their table of pending LPIs at 0x");
    expect(stderr).toContain("cloud-hypervisor v29.0 to v53.0");
    expect(imported(read("ch-v54dev-2cpu.json")).stderr).not.toContain("finding");
  });

  /** The vGIC's state of a cloud-hypervisor snapshot, changed. */
  function changed(change: (state: { dist: number[]; rdist: number[]; icc: number[] }) => void): string {
    const whole = JSON.parse(new TextDecoder().decode(read("ch-v54dev-2cpu.json")));
    const leaf = whole.snapshots["device-manager"].snapshots["gic-v3-its"].snapshot_data;
    const state = JSON.parse(leaf.state);
    change(state.Kvm);
    leaf.state = JSON.stringify(state);
    return JSON.stringify(whole);
  }

  test("words stand one place too far", () => {
    const { stderr, status } = imported(changed(({ dist }) => dist.unshift(...dist.splice(-1))));
    expect(stderr).toMatch(
      /finding: \d+ words hold bits that KVM never shows there .* would fit one place earlier/,
    );
    expect(status).toBe(0);
  });

  test("bits of interrupts that the machine does not have", () => {
    const stream = Buffer.from(read("kvm-v3-2cpu-its.mig.gz"));
    // The last word of `enabled`: behind the section's head, gicd_ctlr, gicd_statusr, group and grpmod.
    const fields = stream.indexOf("arm_gicv3") + 9 + 8;
    stream.writeUInt32BE(1, fields + 4 + 8 + 128 + 128 + 31 * 4);
    expect(imported(stream).stderr).toContain(
      "finding: The bitmaps enabled have bits of INTIDs below 32 or above 287",
    );
  });

  test("nothing was saved", () => {
    const { stderr } = imported(
      changed((state) => {
        state.dist.fill(0);
        state.rdist.fill(0);
      }).replace('\\"gicd_ctlr\\":82', '\\"gicd_ctlr\\":0'),
    );
    expect(stderr).toContain("finding: Every register of the distributor and of the redistributors is 0");
  });

  test("LPIs are enabled, and their tables are nowhere", () => {
    const { stderr } = imported(
      changed(({ rdist }) => {
        // GICR_PENDBASER of vCPU 1, low and high.
        rdist[7 + 4] = 0;
        rdist[7 + 5] = 0;
      }),
    );
    expect(stderr).toContain("finding: vCPU 1 has LPIs enabled, and its table at 0x0 (GICR_PENDBASER)");
  });
});

describe("the ITS of a snapshot", () => {
  const json = new TextDecoder().decode(read("ch-v54dev-2cpu.json"));

  test("is restored with its registers, and memory around its tables of which nothing is known", () => {
    const { stdout } = imported(json);
    expect(stdout).toMatch(/^its .*\nram 0x800000000 0x40000000 .*\n# Guest memory is not in this file/m);
    expect(stdout).toContain("user set GITS_BASER0 0xa107000800220400\n");
    expect(stdout).toContain("\nuser restore its\n");
  });

  test("is left out where a table cannot be in memory, and its registers are said", () => {
    const device = "0xa107000800220400";
    // Bits [15:12] of the register are [51:48] of the address.
    const far = json.replace(BigInt(device).toString(), (BigInt(device) | 0x1000n).toString());
    expect(far).not.toBe(json);
    const { stdout, status } = imported(far);
    expect(stdout).toContain(
      "# The VM has an ITS, which is left out: its table at 0x1000800220000 is above the 48 bits",
    );
    expect(stdout).toContain("#   GITS+0x100 0xa107000800221400\n");
    expect(stdout).not.toMatch(/^(?:its|ram|user .*(?:GITS|its))/m);
    expect(status).toBe(0);
  });
});

test("the host's priority bits are declared where they are not 5", () => {
  const { stdout } = imported(read("ch-v54dev-2cpu-7pribits.json"));
  expect(stdout).toMatch(/^hardware priority-bits 7 # ICC_CTLR_EL1 shows them$/m);
  expect(imported(read("ch-v54dev-2cpu.json")).stdout).not.toContain("hardware");
});

describe("a snapshot that cannot be imported is refused with a reason", () => {
  const stream = read("kvm-v3-2cpu-its.mig.gz");
  const json = new TextDecoder().decode(read("ch-v54dev-2cpu.json"));
  const text = new TextDecoder().decode(read("fc-v1.16-2cpu-v3.txt"));
  const bytes = (...parts: (string | Uint8Array)[]) =>
    Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
  const cases: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
    [
      "a stream that ends within the GIC",
      stream.subarray(0, 4000),
      /the section arm_gicv3 at byte \d+ is cut off/,
    ],
    [
      "a stream that ends before the GIC",
      stream.subarray(0, 30),
      /no section arm_gic or arm_gicv3 .*cut off/,
    ],
    [
      "the stream of another machine",
      bytes("QEVM\0\0\0\x03\x07\0\0\0\x06pc-q35"),
      /QEMU \(pc-q35\), .*its machine has no Arm GIC/,
    ],
    ["a save file that was never finished", bytes("LibvirtQemudPart", new Uint8Array(76)), /never finished/],
    [
      "a save file compressed with xz",
      bytes(
        "LibvirtQemudSave",
        Uint8Array.of(2, 0, 0, 0, 0xa4, 0xf, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0),
        new Uint8Array(60),
      ),
      /tail -c \+4097 FILE \| xzcat/,
    ],
    ["a state.json that is cut off", json.slice(0, 2000), /JSON of a snapshot, but it cannot be read: /],
    ["a state.json of an x86 VM", '{"snapshots":{"cpu-manager":{"snapshots":{}}}}', /without a gic-v3-its/],
    [
      "a list that is too short",
      json.replace(/,\d+\],\\"rdist/, '],\\"rdist'),
      /dist has 567 words, which is no number/,
    ],
    [
      "a word that is none",
      json.replace('\\"dist\\":[0,', '\\"dist\\":[4294967296,'),
      /dist\[0\] is 4294967296, not an unsigned number of 32 bits/,
    ],
    [
      "cloud-hypervisor's binary format",
      '{"snapshots":{"gic-v3-its":{"snapshot_data":{"gic-v3-its-section":{"snapshot":[1,0,0,0]}}}}}',
      /v16 to v24/,
    ],
    ["a description of a stream", '{"page_size":4096,"devices":[]}', /description of a migration stream/],
    ["a print that is cut off", text.slice(0, 9000), /in line \d+: .* is expected, not the end of the text/],
    [
      "a print with a word in a list",
      text.replace(/(ICEN|chunks: \[\s+)\d+/, "$1many"),
      /print of Firecracker's snapshot-editor, but/,
    ],
    [
      "a Firecracker snapshot of v1.15",
      bytes(
        Uint8Array.of(0, 0, 0xaa, 0xaa, 0x84, 0x19, 0x10, 0x07, 5, 0, 0, 0, 0, 0, 0, 0),
        "9.0.0",
        new Uint8Array(64),
      ),
      /version 9\.0\.0 \(bitcode, v1\.15 or later\)/,
    ],
    [
      "a Firecracker snapshot of an x86 VM",
      bytes(Uint8Array.of(0, 0, 0x64, 0x86, 0x84, 0x19, 0x10, 0x07), new Uint8Array(64)),
      /x86 VM/,
    ],
    [
      "CBOR with a length that lies",
      bytes("\xa1\x6ccpu_specific\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
      /its CBOR cannot be read after byte \d+/,
    ],
    [
      "CBOR that nests without end",
      bytes("\xa1\x6ccpu_specific", new Uint8Array(1 << 20).fill(0x81)),
      /more maps and lists/,
    ],
    [
      "JSON that nests without end",
      `{"snapshots":${"[".repeat(1 << 20)}`,
      /nested more than 64 deep at byte \d+/,
    ],
  ];

  test.each(cases)("%s", (_, content, why) => {
    const { status, stdout, stderr } = imported(content);
    expect(stderr).toMatch(why);
    expect(stderr).toMatch(/^vgic-trace: cannot import file: [^\n]*\n$/);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

test("a libvirt save file is read, bare or compressed with gzip", () => {
  const stream = read("kvm-v3-2cpu-its.mig.gz");
  const xml = Buffer.from("<domain type='kvm'/>\0");
  const save = (format: number, content: Uint8Array) => {
    const head = Buffer.alloc(92);
    head.write("LibvirtQemudSave");
    for (const [i, word] of [2, xml.length, 1, format].entries()) head.writeUInt32LE(word, 16 + 4 * i);
    return Buffer.concat([head, xml, content]);
  };
  const expected = setLines(imported(stream).stdout);
  expect(setLines(imported(save(0, stream)).stdout)).toEqual(expected);
  expect(setLines(imported(save(1, gzipSync(stream))).stdout)).toEqual(expected);
});

test("the last stream counts: guest memory may hold another", () => {
  const [inner, outer] = ["kvm-v3-4cpu.mig.gz", "kvm-v3-2cpu-its.mig.gz"].map(read);
  const { stdout } = imported(Buffer.concat([outer.subarray(0, 20), inner, outer.subarray(20)]));
  expect(stdout).toContain("cpus 2 ");
});

test("a stream of QEMU before 3.0 has its bitmaps one word too far", () => {
  const stream = Buffer.from(read("kvm-v3-2cpu-its.mig.gz"));
  const mark = stream.indexOf("arm_gicv3/gicd_no_migration_shift_bug") - 2;
  // 0x05, length, name, version, the flag.
  const old = Buffer.concat([stream.subarray(0, mark), stream.subarray(mark + 2 + 37 + 4 + 1)]);
  const [before, now] = [old, stream].map((bytes) => setLines(imported(bytes).stdout));
  const enabled = (lines: readonly string[], n: number) =>
    lines.find((line) => line.startsWith(`user set GICD_ISENABLER${n} `))?.split(" ")[3];
  expect(enabled(before, 1)).toBe(enabled(now, 2));
  expect(enabled(before, 7)).toBe(enabled(now, 8));
  expect(imported(old).stderr).toContain("QEMU before 3.0 wrote it");
});

test("a file of 1 GB is read in little memory", () => {
  const work = folderWith({
    "peak.cjs": 'process.on("exit", () => { console.error("peak", process.resourceUsage().maxRSS); });',
  });
  const stream = read("kvm-v3-2cpu-its.mig.gz");
  const file = openSync(path.join(work, "large"), "w");
  writeSync(file, stream, 0, 20, 0);
  writeSync(file, stream, 20, stream.length - 20, 1 << 30);
  ftruncateSync(file, (1 << 30) + stream.length);
  closeSync(file);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["-r", path.join(work, "peak.cjs"), entry, "import", path.join(work, "large")],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  expect(setLines(stdout).length).toBeGreaterThan(700);
  // Kilobytes.
  expect(Number(/peak (\d+)/.exec(stderr)?.[1])).toBeLessThan(300_000);
});
