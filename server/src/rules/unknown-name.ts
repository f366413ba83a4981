import { lineInserted, replaced } from "./fix.ts";
import { suggestion } from "./problem-words.ts";
import type { Rule } from "./rule.ts";

const page = `
A value uses a name that means nothing here. Values are made of numbers, \`let\` names declared above, and the masks
of fields (\`REGISTER.FIELD\`).

\`\`\`vgic
gic v3
revision 2
let SPI = 40
cpu0 writeb GICD_IPRIORITYR0+SPI 0xa0
line SPJ high
\`\`\`

Take the name that is suggested, or declare the name above with \`let\`. A name holds from its line to the end of the
scenario, or of the file when it stands above all scenarios.

\`\`\`vgic
gic v3
revision 2
let SPI = 40
cpu0 writeb GICD_IPRIORITYR0+SPI 0xa0
line SPI high
\`\`\`

One message, at the first use, counts the others. What a scenario answers after that use says nothing, so it is
not tested.

The same is reported for an errno that does not exist.
`;

export const rule: Rule<"unknown-name"> = {
  code: "unknown-name",
  group: "reading",
  severity: "error",
  summary: "a name in a value, or an errno, is not known",
  page,
  message({ name, nearest, is }) {
    switch (is) {
      case "register":
        return `\`${name}\` is a place, not a value: write a number, a \`let\` name, or the mask of a field as in \`GICR_CTLR.IR\``;
      case "declared-below":
        return `\`${name}\` is declared further down, and a name holds from its line on: move the \`let\` above this line`;
      case "errno":
        return `unknown errno \`${name}\`: ${suggestion(nearest) ?? "the vGIC answers `EINVAL`, `ENXIO`, `ENOENT` or `EBUSY`"}`;
      default:
        return `unknown name \`${name}\`: ${suggestion(nearest) ?? `declare it above, as in \`let ${name} = 40\``}`;
    }
  },
  fix({ line, start, end, name, nearest, is }, lines) {
    if (nearest !== undefined) {
      return [
        { title: `Write \`${nearest}\``, edits: [replaced(line, { start, end }, nearest)], safe: false },
      ];
    }
    if (is !== undefined) return [];
    const edits = [lineInserted(lines, line, `let ${name} = 0`)];
    return [{ title: `Declare \`let ${name} = 0\` above`, edits, safe: false }];
  },
};
