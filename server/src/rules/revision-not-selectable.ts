import { DEFAULT_HOST, type Host } from "../vgic/kernels/hosts.ts";
import { iidr, writeIidr } from "../vgic/kernels/revisions.ts";
import type { DetailOf, Finding } from "./finding.ts";
import { replaced } from "./fix.ts";
import { findingAt, type PlacedEvaluation, type Report } from "./operations.ts";
import type { Rule } from "./rule.ts";

const page = `
The trace declares a revision that its host cannot be made to show. The VMM writes it into GICD_IIDR, as declared, but
what the host does with that depends on the kernel: it refuses the write (\`EINVAL\`), or accepts it and shows its own
revision all the same. The rest of the scenario runs under the revision that the host shows.

\`\`\`vgic
gic v3
host linux-6.12
revision 1
cpu0 readl GICD_CTLR
\`\`\`

Declare a revision that the host can show, or none, to take the host's default. Or declare a host on which the revision
can be selected.

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
| 5.19 to 7.0 | 3; with the fix of 7.1 (some point releases, or \`+iidr-fix\`) 2 and 3 |
| from 7.1 | 2 and 3 |
| \`+revision-1\` | 1, 2 and 3 |
| \`+fixed-groups\` | 1 |
`;

export const rule: Rule<"revision-not-selectable"> = {
  code: "revision-not-selectable",
  group: "declarations",
  severity: "error",
  summary: "the host cannot be made to show the declared revision",
  page,
  on: ["new-vm", "migrate"],
  check,
  message({ revision, shown, host, refused }) {
    const did = refused
      ? "refuses the write of GICD_IIDR (EINVAL)"
      : "accepts the write of GICD_IIDR without effect";
    return `\`revision ${revision}\`: \`${host}\` ${did} and shows revision ${shown}; declare \`revision ${shown}\`, or a host such as \`${DEFAULT_HOST.name}\``;
  },
  fix({ line, shown }, lines) {
    const { statement } = lines.at(line).parsed;
    if (statement?.kind !== "revision") return [];
    const edits = [replaced(line, statement.revision, String(shown))];
    return [{ title: `Declare \`revision ${shown}\``, edits, safe: false }];
  },
};

/** The finding that a scenario's host does not take the declared revision, if it does not. */
export function declaredRefused({ evaluation, firstLine }: PlacedEvaluation): Finding | undefined {
  const { setup, places } = evaluation.scenario;
  const detail = refusal(setup.revision, setup.host);
  if (detail === undefined) return undefined;
  const { revision, host } = places;
  // The scenario's own declaration is what makes the two disagree; the head's alone may suit other scenarios.
  const own = [revision, host].find((place) => place?.inHeader === false && place.isRedundant !== true);
  const { line, inHeader, start, end } = own ?? revision ?? { line: 0, inHeader: false, start: 0, end: 0 };
  return { ...detail, line: inHeader ? line : firstLine + line, start, end };
}

/** Reports a `new vm` or `migrate` whose revision the host does not take. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const operation = placed.evaluation.scenario.operations.at(index);
  if (operation.kind !== "new-vm" && operation.kind !== "migrate") return;
  const writesIidr = operation.kind === "new-vm" || (operation.by ?? "faithful") === "faithful";
  if (operation.revision === undefined || !writesIidr) return;
  const detail = refusal(operation.revision, hostAfter(placed, index));
  // A refusal is the outcome of the operation, and a matter of what is expected of it.
  if (detail?.refused === false) report((...at) => findingAt(...at, detail, "revision"));
}

/** The host that a VM is on once it was taken through an operation. */
function hostAfter({ evaluation }: PlacedEvaluation, index: number): Host {
  const { operations, setup } = evaluation.scenario;
  const destination = (at: number): Host | undefined => {
    const operation = operations.at(at);
    return operation.kind === "migrate" ? operation.to : undefined;
  };
  const { migrations } = evaluation.recording;
  const last = migrations.findLast((at) => at <= index && destination(at) !== undefined);
  return (last === undefined ? undefined : destination(last)) ?? setup.host;
}

/** What a fresh VM on the host makes of the revision; undefined if it shows it. */
function refusal(revision: number | undefined, host: Host): DetailOf<"revision-not-selectable"> | undefined {
  if (revision === undefined) return undefined;
  const { accepted, revision: shown } = writeIidr(host.profile, host.profile.defaultRevision, iidr(revision));
  if (shown === revision) return undefined;
  return { code: "revision-not-selectable", revision, shown, host: host.name, refused: !accepted };
}
