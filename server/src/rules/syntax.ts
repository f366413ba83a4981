import { replaced } from "./fix.ts";
import type { Rule } from "./rule.ts";

const page = `
The line cannot be read as a statement. It is skipped; every other line is still checked and run.

\`\`\`vgic
gic v3
revision 2
cpu0 readx GICD_CTLR
\`\`\`

The message names what was expected at the marked place. Here the width of the access is missing: \`readb\`, \`readw\`,
\`readl\` and \`readq\` load 8, 16, 32 and 64 bits.

\`\`\`vgic
gic v3
revision 2
cpu0 readl GICD_CTLR
\`\`\`
`;

export const rule: Rule<"syntax"> = {
  code: "syntax",
  group: "reading",
  severity: "error",
  summary: "the line cannot be read",
  page,
  message: ({ message }) => message,
  fix: ({ line, start, end, replacement }) =>
    replacement === undefined
      ? []
      : [
          {
            title: `Write \`${replacement}\``,
            edits: [replaced(line, { start, end }, replacement)],
            safe: false,
          },
        ],
};
