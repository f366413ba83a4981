/** Lines of logs as they come in mails, terminals and journals, freed from what was put around them. */
import type { Emit, Reader } from "./event.ts";

const escapeCode = String.fromCharCode(27);
/** Colours and other sequences of a terminal. */
const terminal = new RegExp(`${escapeCode}(?:\\[[0-?]*[ -/]*[@-~]|[()]\\w)`, "g");
/** `> ` as mails quote, one or more deep; one `> ` alone may be the command of a qtest transcript. */
const quote = /^(?:> ?)+/;
/** Printed by the kernel, with or without a level: `<6>[  123.456789] `, `[  123.4][  T42] `. */
const dmesg = /^(?:<\d+>)?\[\s*\d+\.\d+\](?:\[\s*\w+\])? ?/;
/** journalctl: `Nov 28 08:00:00 host kernel: `, `2026-11-28T08:00:00+0000 host qemu[42]: `. */
const journal =
  /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)) [\w.-]+ [\w.@/-]{1,64}(?:\[\d+\])?: ?/;

/** `dmesg -T`, docker and Kubernetes, `ts`: `[Sat Nov 28 08:00:00 2026] `, `2026-11-28T08:00:00.123Z stdout F `, `Nov 28 08:00:00 `. */
const stamp =
  /^(?:\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\]|(?:\d{4}-\d\d-\d\d[T ]|[A-Z][a-z]{2} [ \d]\d )?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?(?: std(?:out|err) [FP])?) /;

/** A line without colours, and without the mail's quoting. */
export function bareLine(line: string): string {
  const plain = line.includes(escapeCode) ? line.replace(terminal, "") : line;
  return plain.startsWith(">") ? plain.replace(quote, "") : plain;
}

/** A line without what a journal, another log or the kernel's put before it; undefined if nothing was. */
export function withoutPrefix(line: string): string | undefined {
  const journaled = line.replace(journal, "");
  const stamped = journaled === line ? line.replace(stamp, "") : journaled;
  const rest = stamped.replace(dmesg, "");
  return rest === line ? undefined : rest;
}

/** Gives what a line says, if need be without what stands before it; returns whether it is one of the format. */
export function readLine(reader: Reader, line: string, emit: Emit): boolean {
  if (reader.read(line, emit)) return true;
  const bare = withoutPrefix(line);
  return bare !== undefined && bare.trim() !== "" && reader.read(bare, emit);
}

/** What begins a record, and what all of it looks like: one that does not was wrapped or cut. */
const beginsRow = /^\s*(?:SGI|PPI|SPI|LPI)\s+\d+\s+-?\d/;
const records: readonly (readonly [begins: RegExp, whole: RegExp])[] = [
  [/\bkvm_mmio:/, /\bkvm_mmio:.*\bval(?: |=)\w+/],
  [/\bvgic_update_irq_pending:/, /\bvgic_update_irq_pending:.*\blevel(?:: |=)\(?\w+/],
  [/\bkvm_irq_line:/, /\bkvm_irq_line:.*\blevel(?:: |=)\(?\w+/],
  [beginsRow, /^\s*\w+\s+\d+\s+-?\d+\s+[01]+\s+\d+\s+[\da-f]+\s+[\da-f]+\s+\d+\s+-?\d+\s*$/],
  [/\bKVM_(?:GET|SET|HAS)_DEVICE_ATTR\b/, /(?:=|->|ret\W)\s*-?\d+(?: \(?E[A-Z0-9]+.*)?$/],
  [/\bgicv3_(?:dist|redist)_(?:read|write) /, /\bsecure \d/],
  [/\bgicv3_ic[cv]_\w+(?:read|write) /, /\bvalue \w+/],
  [/\bgic_dist_(?:read|write) /, /size \d+: ?\w+$/],
];
/** Where a record with its columns begins, and what no wrapped rest looks like. */
const beginning =
  /^\s*\S.*\s\[\d{2,}\]\s|^\s*\d+@\d+\.|^(?:CPU:|#|VCPU|SPI |==)|\b(?:kvm_\w+|vgic_\w+|gicv?\d?_\w+): |\bKVM_[A-Z_]+\b/;
/** Mails wrap at 72 columns or so, at a blank; a shorter line was cut. */
const shortest = 40;

/** Whether a text may be or have in it what begins a record; a row of a table begins with the line. */
export function mayBeginRecord(text: string): boolean {
  return text.includes("kvm_") || text.includes("gic") || text.includes("KVM_") || beginsRow.test(text);
}

/** Whether a line is a record without its end, which the next line may have. */
export function isWrapped(line: string): boolean {
  if (line.length < shortest) return false;
  return records.some(([begins, whole]) => begins.test(line) && !whole.test(line));
}

/** Whether a line can be the end of a wrapped one, which then is whole. */
export function unwrapped(line: string, next: string): string | undefined {
  if (next.trim() === "" || beginning.test(next)) return undefined;
  const joined = `${line.trimEnd()} ${next.trim()}`;
  return isWrapped(joined) ? undefined : joined;
}
