import { replaced, statementRemoved } from "./fix.ts";
import type { Rule } from "./rule.ts";

const page = `
A scenario declares what holds anyway, because the file's head declares the same.

\`\`\`vgic
gic v3
revision 2
scenario "reset values"
gic v3
cpu0 readl GICD_CTLR
\`\`\`

Remove the line.

\`\`\`vgic
gic v3
revision 2
scenario "reset values"
cpu0 readl GICD_CTLR
\`\`\`

The same is reported for a host's flag that its version, or another flag, implies: \`linux-6.12.117+iidr-fix\` is
\`linux-6.12.117\`, which is known to carry that fix.
`;

export const rule: Rule<"redundant-declaration"> = {
  code: "redundant-declaration",
  group: "leftovers",
  severity: "hint",
  summary: "a scenario declares again what the file's head declares, or a host has a flag that it has anyway",
  page,
  unnecessary: true,
  message(detail) {
    if (!("flag" in detail)) {
      return `\`${detail.declaration}\` is declared above the first scenario with the same value: remove this line`;
    }
    const why = detail.isBound ? "versions alone are compared" : `\`${detail.host}\` has it anyway`;
    return `\`+${detail.flag}\` says nothing here: ${why}; remove it`;
  },
  fix(finding, lines) {
    const { line, start, end } = finding;
    if ("flag" in finding) {
      const edits = [replaced(line, { start, end }, "")];
      return [{ title: `Remove \`+${finding.flag}\``, edits, safe: true }];
    }
    const edits = [statementRemoved(lines, line)];
    return [{ title: `Remove the second \`${finding.declaration}\``, edits, safe: true }];
  },
};
