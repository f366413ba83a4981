import { statementRemoved } from "./fix.ts";
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
`;

export const rule: Rule<"redundant-declaration"> = {
  code: "redundant-declaration",
  severity: "hint",
  summary: "a scenario declares again what the file's head declares",
  page,
  unnecessary: true,
  message: ({ declaration }) =>
    `\`${declaration}\` is declared above the first scenario with the same value: remove this line`,
  fix: ({ line, declaration }, lines) => [
    {
      title: `Remove the second \`${declaration}\``,
      edits: [statementRemoved(lines, line)],
      safe: true,
    },
  ],
};
