import { LATEST_REVISION } from "../vgic/revisions.ts";
import { declared } from "./fix.ts";
import type { Rule } from "./rule.ts";

const page = `
A scenario needs to say which GIC the VM has (\`gic\`) and which GICD_IIDR revision the trace was written for
(\`revision\`), in the file's head or at its own top. What is missing is taken to be \`gic v3\` and the latest revision,
so that the rest still gets checked.

\`\`\`vgic
gic v3
cpu0 readl GICD_CTLR
\`\`\`

Declare it above the first operation:

\`\`\`vgic
gic v3
revision 2
cpu0 readl GICD_CTLR
\`\`\`

With a \`host\`, \`revision\` may be left out: the VM then shows the host's default revision.
`;

export const rule: Rule<"missing-declaration"> = {
  code: "missing-declaration",
  severity: "error",
  summary: "`gic` or `revision` is not declared above the first operation",
  page,
  message: ({ declaration }) =>
    declaration === "gic"
      ? "no `gic` is declared above the first operation: write `gic v2` or `gic v3` there; `gic v3` is assumed"
      : `no \`revision\` is declared above the first operation: write \`revision 1\`, for example, there; \`revision ${LATEST_REVISION}\` is assumed`,
  fix: ({ line, declaration }, lines) =>
    (declaration === "gic" ? ["gic v3", "gic v2"] : ["revision 3", "revision 2", "revision 1"]).map(
      (text) => ({
        title: `Declare \`${text}\``,
        edits: [declared(lines, line, declaration, text)],
        safe: false,
      }),
    ),
};
