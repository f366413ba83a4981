/** A VMM restores interrupt groups before it restores the revision that decides about them. */

import type { Operation } from "../program/operation.ts";
import { GICD_IIDR } from "../vgic/registers/gicd-iidr.ts";
import type { Finding } from "./finding.ts";
import { lineInserted, lineRemoved } from "./fix.ts";
import {
  findingAt,
  isVmmWrite,
  lineOf,
  type PlacedEvaluation,
  type Report,
  subjectOf,
  vmmWritesBeside,
} from "./operations.ts";
import type { Rule } from "./rule.ts";

const page = `
The VMM writes groups, and only then GICD_IIDR, whose revision decides what a write of groups does. Released kernels
from 4.19 on drop a GICv2's groups until GICD_IIDR has been written. A kernel on which the VMM can select revision 1
(flag \`revision-1\`) stores them under the revision of the moment, and they stay in force under the one that comes after,
although the guest can no longer change them there.

\`\`\`vgic
gic v2
host linux-6.12
user set GICD_IGROUPR1 0x5a5a5a5a
user set GICD_IIDR 0x4b00343b
\`\`\`

Restore GICD_IIDR first:

\`\`\`vgic
gic v2
host linux-6.12
user set GICD_IIDR 0x4b00343b
user set GICD_IGROUPR1 0x5a5a5a5a
\`\`\`
`;

export const rule: Rule<"groups-before-revision"> = {
  code: "groups-before-revision",
  group: "migration",
  severity: "warning",
  summary: "a VMM restores groups before the revision that decides about them",
  page,
  on: ["user"],
  check,
  message: ({ subject, revisionLine }) =>
    `${subject.name} is restored before GICD_IIDR (line ${revisionLine + 1}), which decides whether it is stored; restore GICD_IIDR first`,
  fix({ line, revisionLine }, lines) {
    return [
      {
        title: "Write GICD_IIDR first",
        edits: [
          lineInserted(lines, line, lines.at(revisionLine).text.trim()),
          lineRemoved(lines, revisionLine),
        ],
        safe: false,
      },
    ];
  },
};

function writesGroups(operation: Operation): boolean {
  return isVmmWrite(operation) && operation.register?.row.shows.includes("group") === true;
}

function writesRevision(operation: Operation): boolean {
  return isVmmWrite(operation) && operation.register?.row === GICD_IIDR;
}

/** The write of GICD_IIDR that follows a VMM's write of groups, with nothing but other VMM writes in between. */
export function revisionWriteBelow({ evaluation }: PlacedEvaluation, index: number): number | undefined {
  const { operations } = evaluation.scenario;
  if (!writesGroups(operations.at(index))) return undefined;
  for (const other of vmmWritesBeside(operations, index, 1)) {
    if (writesRevision(operations.at(other))) return other;
  }
  return undefined;
}

/** Reports the first group that a run of VMM writes restores before the revision. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const { operations } = placed.evaluation.scenario;
  if (!writesGroups(operations.at(index))) return;
  for (const other of vmmWritesBeside(operations, index, -1)) {
    if (writesGroups(operations.at(other)) || writesRevision(operations.at(other))) return;
  }
  const below = revisionWriteBelow(placed, index);
  if (below !== undefined) report((...at) => describe(...at, below - index));
}

/** @param distance how many operations later GICD_IIDR is written */
function describe(placed: PlacedEvaluation, index: number, distance: number): Finding {
  const subject = subjectOf(placed, index);
  const revisionLine = lineOf(placed, index + distance);
  return findingAt(placed, index, { code: "groups-before-revision", subject, revisionLine }, "target");
}
