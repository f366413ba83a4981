/** KVM acts on an LPI's configuration that its byte in memory no longer says. */
import type { Operation } from "../program/operation.ts";
import type { LpiConfiguration, StaleConfiguration } from "../vgic/notice.ts";
import type { StaleConfiguration as Detail, Finding } from "./finding.ts";
import { lineInserted } from "./fix.ts";
import { findingAt, lineOf, type PlacedEvaluation, type Report, spanOf } from "./operations.ts";
import type { RelatedPlace, Rule } from "./rule.ts";

const page = `
KVM reads an LPI's byte in the configuration table (enable and priority) when an event is mapped to the LPI, and then
only when it is told to: by \`its inv\`, \`its invall\`, GICR_INVLPIR or GICR_INVALLR. The LPI was made pending, or
acknowledged, while its byte says something else than KVM last read.

\`\`\`vgic
gic v3
revision 3
its
cpu0 writeq GICR_PROPBASER 0x40140000 | 15
cpu0 writeq GICR_PENDBASER 0x40150000
cpu0 writel GICR_CTLR 1
cpu0 writeq GITS_BASER0 0x8000000040110000
cpu0 writeq GITS_BASER1 0x8000000040120000
cpu0 writeq GITS_CBASER 0x8000000040100000
cpu0 writel GITS_CTLR 1
cpu0 its    mapd device 5 itt 0x40130000 bits 5
cpu0 its    mapc collection 0 to cpu0
cpu0 its    mapti device 5 event 0 lpi 8192 collection 0
cpu0 writeb 0x40140000 0xa1
msi device 5 event 0 == 1
\`\`\`

The guest enables the LPI in its table, but KVM has it as disabled: the MSI makes it pending, and it is held back. The
quick fix adds the missing command:

\`\`\`
cpu0 writeb 0x40140000 0xa1
cpu0 its    inv device 5 event 0
msi device 5 event 0 == 1
\`\`\`
`;

export const rule: Rule<"stale-lpi-configuration"> = {
  code: "stale-lpi-configuration",
  group: "its",
  severity: "information",
  summary: "an LPI's byte in the configuration table no longer says what KVM last read of it",
  page,
  check,
  message: ({ notice, writer }) => {
    const { intid, known, inMemory, address } = notice;
    const wrote = writer === undefined ? "" : `, which line ${writer.line + 1} wrote,`;
    return `KVM has LPI ${intid} as ${words(known)}, and ${known.enabled ? "delivers it so" : "holds it back"}; its byte at 0x${address.toString(16)}${wrote} says ${words(inMemory)}: KVM reads it again at ${commandFor(notice)}`;
  },
  fix({ line, notice }, lines) {
    if (notice.by === undefined) return [];
    const command = invOf(notice.by);
    const edits = [lineInserted(lines, line, `cpu0 ${command}`)];
    return [{ title: `Have KVM read the configuration first: \`${command}\``, edits, safe: false }];
  },
};

function words({ enabled, priority }: LpiConfiguration): string {
  return `${enabled ? "enabled" : "disabled"} with priority 0x${priority.toString(16)}`;
}

function commandFor({ by }: StaleConfiguration): string {
  return by === undefined ? "`its inv` or `its invall`" : `\`${invOf(by)}\``;
}

function invOf({ device, event }: NonNullable<StaleConfiguration["by"]>): string {
  return `its inv device ${device} event ${event}`;
}

/** The line that wrote the byte. */
export function writerPlace({ writer, notice }: Detail): RelatedPlace[] {
  if (writer === undefined) return [];
  return [{ ...writer, message: `the byte of LPI ${notice.intid} is written here` }];
}

/** Reports the LPIs that the declared vGIC made pending or acknowledged in an operation. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const { notices } = placed.evaluation;
  if (notices.size === 0) return;
  for (const notice of notices.get(index) ?? []) {
    if (notice.kind !== "stale-configuration") continue;
    report((...at) => describe(...at, notice));
  }
}

function describe(placed: PlacedEvaluation, index: number, notice: StaleConfiguration): Finding {
  const operation = writerOf(placed, index, notice);
  const writer =
    operation === undefined
      ? undefined
      : { line: lineOf(placed, operation), ...spanOf(placed, operation, "value") };
  return findingAt(placed, index, { code: "stale-lpi-configuration", notice, writer }, "target");
}

/** How many operations the search for the line that wrote a byte looks back. */
const WRITER_REACH = 4096;

/** The last operation before one that wrote a byte with its value. */
function writerOf(
  { evaluation }: PlacedEvaluation,
  index: number,
  { address, byte }: StaleConfiguration,
): number | undefined {
  const { operations } = evaluation.scenario;
  for (let i = index - 1; i >= 0 && i >= index - WRITER_REACH; i--) {
    const kind = operations.kind(i);
    if (kind !== "memory" && kind !== "memory-fill" && kind !== "mmio" && kind !== "new-vm") continue;
    const operation = operations.at(i);
    if (operation.kind === "new-vm" && !operation.keepsMemory) return undefined;
    const written = byteWritten(operation, address);
    if (written !== undefined) return written === byte ? i : undefined;
  }
  return undefined;
}

/** What a store puts into a byte of memory; undefined where it does not reach it. */
function byteWritten(operation: Operation, address: number): number | undefined {
  if (operation.kind === "memory-fill") {
    const { length, byte } = operation;
    return address >= operation.address && address < operation.address + length ? byte : undefined;
  }
  if ((operation.kind !== "memory" && operation.kind !== "mmio") || !operation.write) return undefined;
  const at = address - operation.address;
  if (at < 0 || at >= operation.width) return undefined;
  return ((at < 4 ? operation.low : operation.high) >>> ((at & 3) * 8)) & 0xff;
}
