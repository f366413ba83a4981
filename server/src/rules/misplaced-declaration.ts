import type { Lines } from "../document/lines.ts";
import { lineInserted, scenarioLine, statementRemoved } from "./fix.ts";
import type { Rule } from "./rule.ts";

const page = `
Declarations describe the VM before anything happens to it: they stand above the first operation. Below it they are
not read. Only \`let\` may stand among operations.

\`\`\`vgic
gic v3
revision 2
cpu0 readl GICD_CTLR
cpus 2
\`\`\`

Move the declaration up, or begin a new \`scenario\` with it.

\`\`\`vgic
gic v3
revision 2
cpus 2
cpu0 readl GICD_CTLR
\`\`\`

The same is reported for operations above the first \`scenario\` of a file: what stands there belongs to all
scenarios, and each starts with a fresh VM. Move them below a \`scenario\` line.
`;

export const rule: Rule<"misplaced-declaration"> = {
  code: "misplaced-declaration",
  group: "declarations",
  severity: "error",
  summary: "a declaration stands below the first operation, or an operation above the first scenario",
  page,
  message: ({ what }) =>
    what === "operation"
      ? "only declarations stand above the first `scenario`: move the operations below a `scenario` line"
      : `\`${what}\` is not read here, below the scenario's first operation: move it above, or begin a new \`scenario\``,
  fix({ line, what }, lines) {
    if (what === "operation") return [];
    const first = firstOperation(lines, scenarioLine(lines, line) + 1, line);
    const { statement } = lines.at(line).parsed;
    if (first === line || statement === undefined) return [];
    const text = lines.at(line).text.slice(statement.start, statement.end);
    const edits = [lineInserted(lines, first, text), statementRemoved(lines, line)];
    return [{ title: "Move it above the first operation", edits, safe: false }];
  },
};

function firstOperation(lines: Lines, from: number, line: number): number {
  let at = from;
  while (at < line && !lines.at(at).isOperation) at++;
  return at;
}
