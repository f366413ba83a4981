import type { MissingDeclaration } from "../program/problem.ts";
import { LATEST_REVISION } from "../vgic/kernels/revisions.ts";
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
With \`created\` it is not needed.

Operations on guest memory need \`ram\`, those of the ITS and its registers \`its\` (which brings memory with it).
One message, at the first of them, counts the others, and the scenario is not tested.
`;

type Declaration = MissingDeclaration["declaration"];

const MESSAGES: Readonly<Record<Declaration, string>> = {
  gic: "no `gic` is declared above the first operation: write `gic v2` or `gic v3` there; `gic v3` is assumed",
  revision: `no \`revision\` is declared above the first operation: write \`revision 1\`, for example, there; \`revision ${LATEST_REVISION}\` is assumed`,
  its: "this needs an ITS: declare `its` above the first operation",
  ram: "there is no guest memory: declare `ram 0x40000000 0x40000000`, for example, above the first operation",
};

/** What to declare, the likeliest first. */
const TEXTS: Readonly<Record<Declaration, readonly string[]>> = {
  gic: ["gic v3", "gic v2"],
  revision: ["revision 3", "revision 2", "revision 1"],
  its: ["its"],
  ram: ["ram 0x40000000 0x40000000"],
};

export const rule: Rule<"missing-declaration"> = {
  code: "missing-declaration",
  group: "declarations",
  severity: "error",
  summary: "a declaration that the scenario or an operation needs is missing",
  page,
  message: ({ declaration }) => MESSAGES[declaration],
  fix: ({ line, declaration }, lines) =>
    TEXTS[declaration].map((text) => ({
      title: `Declare \`${text}\``,
      edits: [declared(lines, line, declaration, text)],
      safe: false,
    })),
};
