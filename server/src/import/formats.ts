/** The formats of logs. */
import { DeviceAttributeReader } from "./device-attributes.ts";
import type { Reader } from "./event.ts";
import { FtraceReader } from "./ftrace.ts";
import { QemuReader } from "./qemu.ts";
import { QtestReader } from "./qtest.ts";
import { VgicStateReader } from "./vgic-state.ts";

interface FormatRow {
  /** For people. */
  readonly title: string;
  readonly reader: new () => Reader;
  /** The answers are those of QEMU's own model. */
  readonly stimulusOnly: boolean;
  /** A log of it is of one VM. */
  readonly single: boolean;
  /** Its times are those of the log alone: from where it begins. */
  readonly ownClock?: true;
}

/** Every format by the name that `--from` takes; where a line could be of several, the first. */
export const FORMATS = {
  ftrace: {
    title: "Linux tracepoints (ftrace, trace-cmd report, perf script)",
    reader: FtraceReader,
    stimulusOnly: false,
    single: false,
  },
  "device-attr": {
    title: "a list of KVM device attributes",
    reader: DeviceAttributeReader,
    stimulusOnly: false,
    single: false,
  },
  qemu: { title: "QEMU trace events", reader: QemuReader, stimulusOnly: true, single: true },
  qtest: {
    title: "the qtest protocol",
    reader: QtestReader,
    stimulusOnly: true,
    single: true,
    ownClock: true,
  },
  "vgic-state": {
    title: "the kernel's vgic-state dump",
    reader: VgicStateReader,
    stimulusOnly: false,
    single: true,
  },
} as const satisfies Readonly<Record<string, FormatRow>>;

export type Format = keyof typeof FORMATS;

/** What is known of a format. */
export function formatRow(format: Format): FormatRow {
  return FORMATS[format];
}

function isFormat(name: string): name is Format {
  return Object.hasOwn(FORMATS, name);
}

export const formatNames: readonly Format[] = Object.keys(FORMATS).filter(isFormat);

const letters = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

const marks: readonly (readonly [bytes: readonly number[], words: string])[] = [
  [[0x1f, 0x8b], "it is compressed with gzip; unpack it: `zcat LOG | vgic-trace import -`"],
  [[0x28, 0xb5, 0x2f, 0xfd], "it is compressed with zstd; unpack it: `zstdcat LOG | vgic-trace import -`"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "it is compressed with xz; unpack it: `xzcat LOG | vgic-trace import -`"],
  [[0x42, 0x5a, 0x68], "it is compressed with bzip2; unpack it: `bzcat LOG | vgic-trace import -`"],
  [
    [0x17, 0x08, 0x44, ...Array.from("tracing", (letter) => letter.charCodeAt(0))],
    "it is trace-cmd's binary trace.dat; turn it into text: `trace-cmd report -i LOG | vgic-trace import -`",
  ],
  [
    Array.from("PERFILE2", (letter) => letter.charCodeAt(0)),
    "it is perf's binary perf.data; turn it into text: `perf script -i LOG | vgic-trace import -`",
  ],
  [
    [0x7f, 0x45, 0x4c, 0x46],
    "it is an ELF file, such as a core dump or a kernel: it holds no log; of a dump of the host, print the trace buffer with crash's `trace` extension, and import the print",
  ],
  [
    [...letters("KDUMP   ")],
    "it is a dump of a kernel (makedumpfile): print its trace buffer with crash's `trace` extension, and import the print",
  ],
  [
    [0x51, 0x46, 0x49, 0xfb],
    "it is a qcow2 image; the state that `savevm` puts into one cannot be taken out: load it, `stop`, and save it with `migrate file:vm.mig`",
  ],
  [[...letters("SQLite format 3")], "it is a database: export the events as `perf script` prints them"],
  [[...letters("%PDF")], "it is a PDF: copy the text of the log out of it"],
  [[0x50, 0x4b, 3, 4], "it is a zip archive: unpack it, and import what is in it"],
  [[0xff, 0xfe], "it is UTF-16; save it as UTF-8"],
  [[0xfe, 0xff], "it is UTF-16; save it as UTF-8"],
];

/** Texts that are no logs, by what a line of them looks like, and what can be done with them. */
const texts: readonly (readonly [line: RegExp, words: string])[] = [
  [/^print fmt: /, "it is the kernel's description of its events, not a log of them"],
  [
    /\bioctl\(\d+, KVM_/,
    "it is strace's output, which shows only pointers for device attributes: record with kprobes on vgic_v3_set_attr instead (docs/import.md)",
  ],
  [
    /^\s*(?:Performance counter stats for|Samples: |# Samples:|Analyze events for all VMs|VM-EXIT\s+Samples)/,
    "it is perf's statistics, which have no single events: record them with `perf record -e kvm:kvm_mmio -e kvm:vgic_update_irq_pending`, and import what `perf script` prints",
  ],
  [
    /\bkvm:kvm_\w+\(|\bkvm:vgic_\w+\(/,
    "it is the output of `perf trace`: record the events with `perf record -e kvm:kvm_mmio -e kvm:vgic_update_irq_pending`, and import what `perf script` prints",
  ],
  [
    /\bBooting Linux on physical CPU|\bGICv[23]: \d+ SPIs implemented|\bLinux version \d+\./,
    "it is a kernel's own log (dmesg), which has no accesses to the GIC: record the host's tracepoints kvm:kvm_mmio and kvm:vgic_update_irq_pending while the guest runs (docs/import.md)",
  ],
  [
    /^\s*(?:gic v[23]|scenario "|cpu\d+ (?:read|write)[bwlq] |user (?:get|set) )/,
    "it is a trace already: check it with `vgic-trace lint`",
  ],
  [
    /^\s*(?:PASS|FAIL|SKIP|INFO): gicv[23]: |^TAP version 1[34]\s*$/,
    "it is the result of tests, which has no accesses",
  ],
  [
    /^\s*<(?:domain|domainsnapshot)\b/,
    "it is libvirt's description of a VM, without its state: save it with `virsh save`",
  ],
  [/^\s*<(?:!DOCTYPE html|html)\b/i, "it is a web page: save the text of the log"],
  [
    /^\s*\{\s*"(?:cpus|payload)"\s*:/,
    "it is a configuration of cloud-hypervisor: import state.json, which is beside it",
  ],
];

/** What a line that is of no log shows its text to be; undefined if nothing known. */
export function textRefusalOf(line: string): string | undefined {
  return texts.find(([shows]) => shows.test(line))?.[1];
}

/** Why a log that begins with these bytes is no text; undefined if it can be. */
export function refusalOf(bytes: Uint8Array): string | undefined {
  const known = marks.find(([mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (known !== undefined) return known[1];
  return bytes.includes(0)
    ? "it is binary, not the text of a log (per-CPU trace_pipe_raw, QEMU's simpletrace?); print it as text first"
    : undefined;
}
