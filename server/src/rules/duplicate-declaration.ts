import { statementRemoved } from "./fix.ts";
import type { Rule } from "./rule.ts";

const page = `
The same is declared twice in one scenario, or twice in the file's head. The first declaration is in force, the
other is not read. Where the two differ, nobody knows which is meant: scenarios that depend on them are not tested.

\`\`\`vgic
gic v3
revision 2
cpus 2
cpus 4
cpu1 readl GICD_CTLR
\`\`\`

Keep one of the two.

\`\`\`vgic
gic v3
revision 2
cpus 4
cpu1 readl GICD_CTLR
\`\`\`

A scenario may declare again what the file's head declares, to have its own value.
`;

export const rule: Rule<"duplicate-declaration"> = {
  code: "duplicate-declaration",
  group: "declarations",
  severity: "error",
  summary: "the same is declared twice",
  page,
  message: ({ declaration, firstLine }) =>
    `\`${declaration}\` is declared on line ${firstLine + 1} already, and that one is in force: remove one of the two`,
  fix: ({ line, declaration }, lines) => [
    {
      title: `Remove this \`${declaration}\`, which is not read`,
      edits: [statementRemoved(lines, line)],
      safe: false,
    },
  ],
};
