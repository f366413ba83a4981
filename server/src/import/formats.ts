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
  qtest: { title: "the qtest protocol", reader: QtestReader, stimulusOnly: true, single: true },
  "vgic-state": {
    title: "the kernel's vgic-state dump",
    reader: VgicStateReader,
    stimulusOnly: false,
    single: true,
  },
} as const satisfies Readonly<Record<string, FormatRow>>;

export type Format = keyof typeof FORMATS;

function isFormat(name: string): name is Format {
  return Object.hasOwn(FORMATS, name);
}

export const formatNames: readonly Format[] = Object.keys(FORMATS).filter(isFormat);

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
  [[0xff, 0xfe], "it is UTF-16; save it as UTF-8"],
  [[0xfe, 0xff], "it is UTF-16; save it as UTF-8"],
];

/** Why a log that begins with these bytes is no text; undefined if it can be. */
export function refusalOf(bytes: Uint8Array): string | undefined {
  const known = marks.find(([mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (known !== undefined) return known[1];
  return bytes.includes(0)
    ? "it is binary, not the text of a log (per-CPU trace_pipe_raw, QEMU's simpletrace?); print it as text first"
    : undefined;
}
