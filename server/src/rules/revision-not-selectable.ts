import { DEFAULT_HOST, iidr, writeIidr } from "../vgic/revisions.ts";
import type { PlacedEvaluation, Report } from "./operations.ts";
import type { Rule } from "./rule.ts";

const page = `\
The trace declares a revision that its host cannot be made to show. The VMM writes it into GICD_IIDR, as declared,
but what the host does with that depends on the kernel: it refuses the write (\`EINVAL\`), or accepts it and shows its
own revision all the same. The rest of the scenario runs under the revision that the host shows.

\`\`\`vgic
gic v3
host linux-6.12
revision 1
cpu0 readl GICD_CTLR
\`\`\`

Declare a revision that the host shows, or leave it out to take the host's default; or declare a host on which the
revision can be selected.

\`\`\`vgic
gic v3
host linux-6.12
revision 3
cpu0 readl GICD_CTLR
\`\`\`

| host | revisions |
|---|---|
| before 4.19 | 0 |
| 4.19 to 5.18 | 2 |
| 5.19 to 7.0 | 3 |
| from 7.1, or \`+iidr-fix\` | 2 and 3 |
| \`+revision-1\` | 1, 2 and 3 |
| \`+fixed-groups\` | 1 |
`;

export const rule: Rule<"revision-not-selectable"> = {
  code: "revision-not-selectable",
  severity: "error",
  summary: "The host cannot be made to show the declared revision.",
  page,
  message({ revision, shown, host, refused }) {
    const did = refused
      ? "refuses the write of GICD_IIDR (EINVAL)"
      : "accepts the write of GICD_IIDR and ignores it";
    return `\`revision ${revision}\`: \`${host}\` ${did} and shows revision ${shown}; declare \`revision ${shown}\`, or a host such as \`${DEFAULT_HOST.name}\``;
  },
};

/** Reports a scenario whose host shows another revision than the one that its VMM wrote. */
export function check({ evaluation, firstLine }: PlacedEvaluation, report: Report): void {
  const { setup, places, lines } = evaluation.scenario;
  const shown = evaluation.shown[0];
  if (setup.revision === undefined || setup.revision === shown) return;
  const { inHeader, line, start, end } = places.revision ?? {
    inHeader: false,
    line: 0,
    start: 0,
    end: lines[0]?.text.length ?? 0,
  };
  report({
    code: "revision-not-selectable",
    revision: setup.revision,
    shown,
    host: setup.host.name,
    refused: !writeIidr(setup.host.profile, shown, iidr(setup.revision)).accepted,
    line: inHeader ? line : firstLine + line,
    start,
    end,
  });
}
