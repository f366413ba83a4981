import { replaced } from "./fix.ts";
import { suggestion } from "./problem-words.ts";
import type { Rule } from "./rule.ts";

const page = `
The register exists, but has no field of this name. \`REGISTER.FIELD\` is the field's mask.

\`\`\`vgic
gic v3
revision 2
cpu0 readl GICD_CTLR & GICD_CTLR.EnableGrpl == 0
\`\`\`

Take the name that is suggested, or write the bits as a number.

\`\`\`vgic
gic v3
revision 2
cpu0 readl GICD_CTLR & GICD_CTLR.EnableGrp1 == 0
\`\`\`
`;

export const rule: Rule<"unknown-field"> = {
  code: "unknown-field",
  group: "reading",
  severity: "error",
  summary: "the register has no field of this name",
  page,
  message: ({ register, field, nearest }) =>
    `\`${register}\` has no field \`${field}\`: ${suggestion(nearest) ?? "write the bits as a number, as in `0x6` or `1 << 2`"}`,
  fix: ({ line, start, end, nearest }) =>
    nearest === undefined
      ? []
      : [{ title: `Write \`${nearest}\``, edits: [replaced(line, { start, end }, nearest)], safe: false }],
};
