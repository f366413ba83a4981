/** A line makes the state diverge between revisions, and nothing later in the scenario observes it. */
import { decisionsOf, findingAt, subjectOf } from "./operations.ts";
import type { Rule } from "./rule.ts";
import { decidedPhrase } from "./words.ts";

const page = `
After this line the vGIC's state differs between the compared revisions, but no later line of the scenario shows it. A
guest that goes on from here could notice.

\`\`\`vgic
gic v2
revision 2
cpu0 writel GICD_IGROUPR1 0x1
\`\`\`

Revision 1 ignores the write. Add a line that shows the difference, and with it what each revision answers:

\`\`\`
cpu0 readl GICD_IGROUPR1 == rev1: 0, rev2+: 0x1
\`\`\`
`;

export const rule: Rule<"latent-revision-difference"> = {
  code: "latent-revision-difference",
  group: "revisions",
  severity: "information",
  summary: "the state diverges between revisions here, and nothing later observes it",
  page,
  message({ subject, decisions }) {
    return `${decidedPhrase(decisions, subject.name)}; nothing later in the scenario shows it`;
  },
  describeUnseen(placed, index) {
    const subject = subjectOf(placed, index);
    const decisions = decisionsOf(placed, index);
    return findingAt(placed, index, { code: "latent-revision-difference", subject, decisions }, "target");
  },
};
