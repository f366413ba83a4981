/** A table, or the queue, that the ITS or a vCPU is told to use is not in guest memory. */
import type { MemoryTable } from "../vgic/notice.ts";
import { findingAt, type PlacedEvaluation, type Report } from "./operations.ts";
import type { Rule } from "./rule.ts";

const page = `
A table or queue begins to be used here, and does not lie in guest memory, or not wholly: the command queue and the
tables of the ITS when GITS_CTLR enables it, the configuration and pending tables when GICR_CTLR enables LPIs, an ITT
when \`its mapd\` names it. KVM does not refuse that. It skips what it cannot reach, and tells nobody.

\`\`\`vgic
gic v3
revision 3
its
ram 0x40000000 0x10000000
cpu0 writeq GITS_BASER0 0x8000000040110000
cpu0 writeq GITS_BASER1 0x8000000040120000
cpu0 writeq GITS_CBASER 0x8000000060100000
cpu0 writel GITS_CTLR 1
\`\`\`

The queue is beyond the end of memory: every command would be skipped. Put the table into memory, or declare with \`ram\`
the memory that the VM really has:

\`\`\`
ram 0x40000000 0x40000000
\`\`\`
`;

export const rule: Rule<"table-outside-memory"> = {
  code: "table-outside-memory",
  group: "its",
  severity: "information",
  summary: "a table or the command queue that is put to use is not in guest memory",
  page,
  check,
  message({ notice: { table, address, size, ram } }) {
    const isPartly = address < ram.start + ram.size && address + size > ram.start;
    const where = isPartly ? "is not wholly in guest memory" : "is not in guest memory";
    return `${WORDS[table]}, ${place(address, size)}, ${where} (\`ram\`: ${place(ram.start, ram.size)}): ${EFFECTS[table]}`;
  },
};

const WORDS: Readonly<Record<MemoryTable, string>> = {
  queue: "the command queue (GITS_CBASER)",
  "device-table": "the device table (GITS_BASER0)",
  "collection-table": "the collection table (GITS_BASER1)",
  itt: "the device's ITT",
  "configuration-table": "the configuration table of LPIs (GICR_PROPBASER)",
  "pending-table": "the vCPU's pending table (GICR_PENDBASER)",
};

const EFFECTS: Readonly<Record<MemoryTable, string>> = {
  queue: "KVM skips the commands there",
  "device-table": "devices whose entry is outside cannot be mapped",
  "collection-table":
    "collections whose entry is outside cannot be mapped, and saving the tables may fail with EFAULT",
  itt: "events whose entry is outside cannot be mapped",
  "configuration-table": "LPIs whose byte is outside cannot be mapped",
  "pending-table":
    "LPIs whose bit is outside cannot be mapped to this vCPU, and saving them fails with EFAULT",
};

function place(address: number, size: number): string {
  return `0x${size.toString(16)} bytes from 0x${address.toString(16)}`;
}

/** Reports what the declared vGIC was told to use in an operation. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const { notices } = placed.evaluation;
  if (notices.size === 0) return;
  for (const notice of notices.get(index) ?? []) {
    if (notice.kind === "outside-memory")
      report((...at) => findingAt(...at, { code: "table-outside-memory", notice }, "itt"));
  }
}
