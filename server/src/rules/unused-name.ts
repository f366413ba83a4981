import { statementRemoved } from "./fix.ts";
import type { Rule } from "./rule.ts";

const page = `
No value uses this \`let\` name. That does no harm, but often means that the number was written where the name was meant.

\`\`\`vgic
gic v3
revision 2
let SPI = 40
line 40 high
\`\`\`

Use the name, or remove the line.

\`\`\`vgic
gic v3
revision 2
let SPI = 40
line SPI high
\`\`\`
`;

export const rule: Rule<"unused-name"> = {
  code: "unused-name",
  group: "leftovers",
  severity: "hint",
  summary: "a `let` name is never used",
  page,
  unnecessary: true,
  message: ({ name }) => `\`${name}\` is never used: use it, or remove the line`,
  fix: ({ line, name }, lines) => [
    { title: `Remove \`${name}\``, edits: [statementRemoved(lines, line)], safe: true },
  ],
};
