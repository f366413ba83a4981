/** A VMM writes GICC_PMR in the guest's format. */
import { replaced } from "./fix.ts";
import { findingAt, type PlacedEvaluation, type Report } from "./operations.ts";
import type { Rule } from "./rule.ts";
import { hex } from "./words.ts";

const page = `
The VMM's GICC_PMR holds the five implemented bits of the priority mask in [4:0], not in [7:3] as the guest's does: what
the guest writes as 0xf8 the VMM reads and writes as 0x1f. Of a higher value only the low five bits count, so a mask in
the guest's format becomes another one.

\`\`\`vgic
gic v2
revision 3
user set GICC_PMR 0xf8
\`\`\`

Write the mask shifted right by three:

\`\`\`vgic
gic v2
revision 3
user set   GICC_PMR 0x1f
cpu0 readl GICC_PMR == 0xf8
\`\`\`
`;

/** What five bits hold. */
const HIGHEST = 0x1f;

export const rule: Rule<"priority-mask-format"> = {
  code: "priority-mask-format",
  group: "migration",
  severity: "warning",
  summary: "a VMM writes GICC_PMR in the guest's format",
  page,
  on: ["user"],
  check,
  message: ({ value }) =>
    `the VMM's GICC_PMR has the mask in bits [4:0]: ${hex(BigInt(value), 4)} gives the guest ${hex(BigInt((value & HIGHEST) << 3), 1)}; write the guest's mask shifted right by 3`,
  fix({ line, value }, lines) {
    const { statement } = lines.at(line).parsed;
    if (statement?.kind !== "user" || statement.value === undefined || value > 0xff) return [];
    const written = hex(BigInt(value >>> 3), 1);
    return [
      {
        title: `Write \`${written}\``,
        edits: [replaced(line, statement.value, written)],
        safe: false,
      },
    ];
  },
};

/** Reports a VMM write of GICC_PMR that does not fit its five bits. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const operation = placed.evaluation.scenario.operations.at(index);
  if (operation.kind !== "user" || operation.verb !== "set") return;
  if (operation.register?.name !== "GICC_PMR" || operation.low <= HIGHEST) return;
  report((...at) => findingAt(...at, { code: "priority-mask-format", value: operation.low }, "value"));
}
