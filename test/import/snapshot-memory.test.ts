/** The guest's memory of a snapshot, imported by the built command: what the ITS restores from it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { folderWith, vgicTrace } from "../cli/command.ts";

const folder = path.resolve(import.meta.dirname, "../snapshots");
const fixture = (name: string) => readFileSync(path.join(folder, name));

const bytes = (size: number, value: number | bigint) => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(value));
  return buffer.subarray(8 - size);
};
const named = (name: string) => Buffer.concat([bytes(1, name.length), Buffer.from(name)]);

const PAGE = 0x1000;
const ZERO = 0x02;
const SIZES = 0x04;
const PLAIN = 0x08;
const END = 0x10;
const AGAIN = 0x20;

type Words = Readonly<Record<number, bigint>>;

/** Pages by number, of 64-bit words by byte offset in the memory. */
function pagesOf(words: Words): ReadonlyMap<number, Buffer> {
  const pages = new Map<number, Buffer>();
  for (const [at, word] of Object.entries(words)) {
    const page = Math.floor(Number(at) / PAGE);
    const buffer = pages.get(page) ?? Buffer.alloc(PAGE);
    buffer.writeBigUInt64LE(word, Number(at) % PAGE);
    pages.set(page, buffer);
  }
  return pages;
}

const RAM = "mach-virt.ram";
const RAM_SIZE = 0x200_0000;

/** What stands between the configuration and the devices: the first pages, then those that were changed meanwhile. */
function ramSections(first: Words, later: Words = {}): Buffer {
  const items = (words: Words) =>
    [...pagesOf(words)].flatMap(([page, content], i) =>
      i === 0 && words === first
        ? [bytes(8, page * PAGE + PLAIN), named(RAM), content]
        : [bytes(8, page * PAGE + PLAIN + AGAIN), content],
    );
  const section = (type: number) => Buffer.concat([bytes(1, type), bytes(4, 2)]);
  const footer = Buffer.concat([bytes(1, 0x7e), bytes(4, 2)]);
  return Buffer.concat([
    ...[section(1), named("ram"), bytes(4, 0), bytes(4, 4)],
    ...[bytes(8, 0x400_0000 + RAM_SIZE + SIZES), named("virt.flash0"), bytes(8, 0x400_0000)],
    ...[named(RAM), bytes(8, RAM_SIZE), bytes(8, END), footer],
    ...[
      section(2),
      bytes(8, ZERO),
      named("virt.flash0"),
      bytes(1, 0),
      ...items(first),
      bytes(8, END),
      footer,
    ],
    // A section goes on with the block of the section before it.
    ...[section(3), ...items(later), bytes(8, END), footer],
  ]);
}

/** QEMU's stream with memory: the fixtures are without. */
function stream(sections: Buffer): Buffer {
  const bare = gunzipSync(fixture("kvm-v3-2cpu-its.mig.gz"));
  const head = bare.indexOf("virt-7.2") + "virt-7.2".length;
  return Buffer.concat([bare.subarray(0, head), sections, bare.subarray(head)]);
}

const imported = (files: Readonly<Record<string, Buffer | string>>, ...flags: string[]) =>
  vgicTrace(["import", ...flags, "file"], { folder: folderWith(files) });

/** The findings and the last line of a trace with more lines behind it. */
function lintWith(trace: string, ...lines: string[]) {
  const work = folderWith({ "x.vgic": `${trace}${lines.join("\n")}\n` });
  return vgicTrace(["lint", "x.vgic"], { folder: work });
}

// What KVM's SAVE_TABLES wrote for device 5 with four events, and LPI 8193 pending on vCPU 1 (abi of its.md 11).
const TABLES: Words = {
  5242920: 0x8000_0000_080a_4004n,
  5373952: 0x0001_0000_2000_0000n,
  5373960: 0x0001_0000_2001_0001n,
  5373968: 0x0001_0000_2002_0000n,
  5373976: 0x0000_0000_2003_0001n,
  5308416: 0x8000_0000_0000_0000n,
  5308424: 0x8000_0000_0001_0001n,
  3211264: 0xa1a1_a1a1n,
  3343360: 0x2n,
};

const ANSWERS = [
  "msi device 5 event 0 == 1",
  "msi device 5 event 4 == 0",
  "msi device 6 event 0 == 0",
  // KVM takes what is pending out of the tables; saved again it shows what the vCPUs have.
  "memory writeq 0x40330400 0x0",
  "user save pending",
  "memory readq 0x40320400 == 0x1",
  "memory readq 0x40330400 == 0x2",
];

describe("QEMU's stream holds the memory", () => {
  const { stdout, stderr, status } = imported({ file: stream(ramSections(TABLES)) });

  test("the trace has what the ITS reads of it, and where the memory is", () => {
    expect(status).toBe(0);
    expect(stderr).not.toContain("finding");
    expect(stdout).toMatch(/^ram 0x40000000 0x2000000 # the guest's memory$/m);
    expect(stdout.split("\n").filter((line) => line.startsWith("memory "))).toEqual(
      Object.entries(TABLES)
        .map(([at, word]) => [Number(at) + 0x4000_0000, word] as const)
        .sort(([a], [b]) => order(a) - order(b))
        .map(([at, word]) => `memory writeq 0x${at.toString(16)} 0x${word.toString(16)}`),
    );
    expect(stdout).not.toContain("reads as zero here");
  });

  /** Devices, events, collections, configuration, pending: as the ITS needs them. */
  function order(address: number): number {
    const parts = [0x4050, 0x4052, 0x4051, 0x4031, 0x4033];
    return parts.indexOf(address >>> 16) * 0x1_0000 + (address & 0xffff);
  }

  test("the restored ITS translates, and what was pending is delivered", () => {
    const lint = lintWith(stdout, ...ANSWERS);
    expect(lint.stdout).not.toContain("error[");
    expect(lint.status).toBe(0);
  });

  test("a page that was sent again counts as it was last", () => {
    const later = { 5373976: 0x0000_0000_2004_0001n };
    const again = imported({ file: stream(ramSections(TABLES, { ...TABLES, ...later })) });
    expect(again.stdout).toContain("memory writeq 0x40520018 0x20040001\n");
    expect(again.stdout).not.toContain("0x20030001");
  });

  test("compat sees the LPIs, too", () => {
    const work = folderWith({ "vm.mig": stream(ramSections(TABLES)) });
    const { stdout, status } = vgicTrace(
      ["compat", "vm.mig", "--from", "linux-7.1", "--to", "linux-7.1", "--by", "firecracker-1.12"],
      { folder: work },
    );
    expect(status).not.toBe(2);
    expect(stdout).toMatch(/LPI|ITS/);
  });

  test("tables that were not saved before the memory was", () => {
    const { stderr } = imported({ file: stream(ramSections({ 3211264: 0xa1n })) });
    expect(stderr).toContain(
      "finding: The ITS is enabled, and its collection table at 0x40510000 is empty: QEMU probably saved the guest's memory before SAVE_TABLES wrote the tables into it",
    );
  });

  test("tables that KVM refuses", () => {
    const { stdout: trace, stderr } = imported({
      file: stream(ramSections({ ...TABLES, 5373952: 0x0001_0000_2000_0009n })),
    });
    expect(trace).toMatch(/^user restore its fails EINVAL +# the host refuses it: the restore ends here$/m);
    expect(stderr).toContain(
      "finding: KVM refuses what the tables of the ITS hold (RESTORE_TABLES fails with EINVAL)",
    );
    expect(lintWith(trace).status).toBe(0);
  });

  test.each([
    ["compressed", Buffer.concat([bytes(1, 1), bytes(4, 2), named("ram"), bytes(8, 0), bytes(8, 0x140)])],
    ["of another machine", Buffer.alloc(0)],
  ])("memory that is %s is said to be missing", (why, sections) => {
    const file = stream(sections);
    if (why === "of another machine") file.write("sbsa-ref", file.indexOf("virt-7.2"));
    const { stdout: trace, stderr, status } = imported({ file });
    expect(status).toBe(0);
    expect(stderr).toContain("Its guest memory is not read: ");
    expect(trace).toContain("Guest memory is not in this file and reads as zero here");
  });

  test("lengths that lie cost nothing", () => {
    const huge = Buffer.concat([
      ...[bytes(1, 1), bytes(4, 2), named("ram"), bytes(4, 0), bytes(4, 4)],
      ...[bytes(8, 0xffff_ffff_ffff_f000n + 4n), named(RAM), bytes(8, 0xffff_ffff_ffff_f000n)],
    ]);
    const { stderr, status } = imported({ file: stream(huge) });
    expect(status).toBe(0);
    expect(stderr).toContain("Its guest memory is not read: the machine has more than 128 GB");
  });
});

test("mapped-ram: pages lie at their places in the file", () => {
  const name = "configuration/capabilities";
  const capability = Buffer.concat([bytes(1, 5), named(name), bytes(4, 1), bytes(4, 1), named("mapped-ram")]);
  const before = gunzipSync(fixture("kvm-v3-2cpu-its.mig.gz")).indexOf("virt-7.2") + "virt-7.2".length;
  const head = Buffer.concat([
    ...[capability, bytes(1, 1), bytes(4, 2), named("ram"), bytes(4, 0), bytes(4, 4)],
    ...[bytes(8, RAM_SIZE + SIZES), named(RAM), bytes(8, RAM_SIZE), bytes(4, 1), bytes(8, PAGE)],
  ]);
  const bitmap = before + head.length + 16;
  const start = Math.ceil((bitmap + RAM_SIZE / PAGE / 8) / PAGE) * PAGE;
  const memory = Buffer.alloc(start - bitmap + RAM_SIZE);
  for (const [page, content] of pagesOf(TABLES)) {
    memory[page >> 3] |= 1 << (page & 7);
    content.copy(memory, start - bitmap + page * PAGE);
  }
  // Stale bytes of a page that is zero now.
  memory.fill(0xff, start - bitmap + 0x53_0000, start - bitmap + 0x53_1000);
  const end = Buffer.concat([bytes(8, END), bytes(1, 0x7e), bytes(4, 2)]);
  const { stdout, status } = imported({
    file: stream(Buffer.concat([head, bytes(8, bitmap), bytes(8, start), memory, end])),
  });
  expect(status).toBe(0);
  expect(lintWith(stdout, ...ANSWERS).status).toBe(0);
  expect(stdout).toContain("memory writeq 0x40330400 0x2\n");
});

describe("a VMM with the memory in a file of its own", () => {
  const BASE = 0x8_0000_0000n;
  const json = fixture("ch-v54dev-2cpu.json").toString();

  function cloudHypervisor(length: number): string {
    const tree = JSON.parse(json);
    const state = JSON.stringify({ memory_ranges: { data: [{ gpa: Number(BASE), length }] } });
    tree.snapshots["memory-manager"].snapshot_data = { state };
    return JSON.stringify(tree);
  }

  function memoryFile(): Buffer {
    const memory = Buffer.alloc(0x40_0000);
    const put = (at: number, word: bigint) => memory.writeBigUInt64LE(word, at);
    // GITS_BASER0, GITS_BASER1, GICR_PROPBASER of the fixture; an ITT behind them.
    put(0x22_0000 + 5 * 8, (1n << 63n) | (((BASE + 0x30_0000n) >> 8n) << 5n) | 1n);
    put(0x21_0000, 1n << 63n);
    put(0x30_0008, (8192n << 16n) | 0n);
    put(0x7_0000, 0xa1n);
    return memory;
  }

  test("the file beside is read with --memory", () => {
    const files = { file: cloudHypervisor(0x40_0000), "memory-ranges": memoryFile() };
    const { stdout, stderr, status } = imported(files, "--memory", "memory-ranges");
    expect(status).toBe(0);
    expect(stderr).not.toContain("finding");
    expect(lintWith(stdout, "msi device 5 event 1 == 1", "msi device 5 event 0 == 0").status).toBe(0);
    const without = imported({ file: cloudHypervisor(0x40_0000) });
    expect(without.stdout).toContain("Guest memory is not in this file");
  });

  test("registers that name no memory of the guest's", () => {
    const { stderr } = imported({ file: cloudHypervisor(0x10_0000) });
    expect(stderr).toContain(
      "finding: vCPUs 0, 1 have LPIs enabled, and their tables at 0x800100000, 0x800110000 (GICR_PENDBASER) are not in the guest's memory",
    );
    expect(stderr).toContain("the command queue (GITS_CBASER) at 0x800200000");
  });

  test.each([
    [
      "a file of another size",
      { file: cloudHypervisor(0x10_0000) },
      /with 1048576 bytes of memory, .* has 4194304/,
    ],
    ["a snapshot that does not tell where", { file: json }, /without the memory-manager/],
    ["a stream that holds it", { file: stream(Buffer.alloc(0)) }, /which has the guest's memory in it/],
    ["a VM without an ITS", { file: fixture("fc-v1.10-2cpu-v2.txt") }, /of a VM without an ITS/],
    ["a log", { file: "cpu 0 no log\n" }, /--memory is about a snapshot/],
  ])("%s is refused", (_, files, why) => {
    const { stderr, status } = imported({ ...files, memory: memoryFile() }, "--memory", "memory");
    expect(status).toBe(2);
    expect(stderr).toMatch(why);
  });
});

test("GICD_TYPER2 of a host with GICv4.1 is in the stream from QEMU 10.1 on, and refused by one without", () => {
  const bare = gunzipSync(fixture("kvm-11.1.3-v3-2cpu-its.mig.gz"));
  const mark = bare.indexOf("arm_gicv3/gicd_no_migration_shift_bug") - 2;
  const subsection = Buffer.concat([
    bytes(1, 5),
    named("arm_gicv3/gicd_typer2"),
    bytes(4, 1),
    bytes(4, 0x100),
  ]);
  const end = mark + 2 + 37 + 4 + 1;
  const file = Buffer.concat([bare.subarray(0, end), subsection, bare.subarray(end)]);
  const { stdout, status } = imported({ file });
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^user set GICD_TYPER2 0x100 fails \w+ +# the host refuses it: the restore ends here$/m,
  );
  expect(lintWith(stdout).status).toBe(0);
});
