/** A VMM's write succeeds, and the host drops it. */

import { itemAt } from "../syntax/item-at.ts";
import { iidr } from "../vgic/kernels/revisions.ts";
import type { Dropped, Finding } from "./finding.ts";
import { lineInserted } from "./fix.ts";
import { revisionWriteBelow } from "./groups-before-revision.ts";
import { findingAt, type PlacedEvaluation, type Report, subjectOf } from "./operations.ts";
import type { Rule } from "./rule.ts";
import { hex } from "./words.ts";

const page = `
KVM_SET_DEVICE_ATTR returns 0, but nothing is stored: the host does not let a VMM change this, and does not say so. A
VMM that restores a guest this way loses state without noticing.

\`\`\`vgic
gic v2
host linux-6.12
user set GICD_IGROUPR1 0x5a5a5a5a
\`\`\`

On released kernels from 4.19 on, a VMM can write a GICv2's groups only after it has written GICD_IIDR: restore that
first.

\`\`\`vgic
gic v2
host linux-6.12
user set GICD_IIDR 0x4b00343b
user set GICD_IGROUPR1 0x5a5a5a5a
\`\`\`

Under revision 1, and on kernels before 4.19 or with the flag \`fixed-groups\`, groups cannot be written at all. Kernels
from 5.19 to 7.0, without the fix of 7.1 (\`iidr-fix\`), accept any revision in GICD_IIDR and keep their own.

The write is not reported where the next line reads the register back and expects what it gives:

\`\`\`vgic
gic v3
host linux-6.12
user set GICD_IIDR 0x4b00243b
user get GICD_IIDR == 0x4b00343b
\`\`\`
`;

export const rule: Rule<"write-without-effect"> = {
  code: "write-without-effect",
  group: "migration",
  severity: "warning",
  summary: "a VMM's write succeeds, and the host drops it",
  page,
  on: ["user"],
  check,
  message: ({ subject, host, revision, why }) =>
    `${subject.name} is not stored, although the write succeeds: ${reason(why, host, revision)}`,
  fix({ line, why, revision }, lines) {
    if (why !== "before-iidr") return [];
    const value = hex(BigInt(iidr(revision)), 4);
    return [
      {
        title: `Write GICD_IIDR first (\`${value}\`)`,
        edits: [lineInserted(lines, line, `user set GICD_IIDR ${value}`)],
        safe: false,
      },
    ];
  },
};

function reason(why: Dropped, host: string, revision: number): string {
  switch (why) {
    case "before-iidr":
      return `\`${host}\` takes a GICv2's groups only after the VMM has written GICD_IIDR; write that first`;
    case "fixed-groups":
      return `\`${host}\` does not let groups change under revision ${revision}`;
    case "revision-kept":
      return `\`${host}\` accepts any revision and goes on to show revision ${revision}; read it back to know`;
  }
}

/** Reports a VMM write that the declared host dropped, unless the next line reads back what there is instead. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const { evaluation } = placed;
  if (evaluation.scenario.operations.at(index).kind !== "user") return;
  const why = evaluation.outcomes.ineffective(index);
  if (why !== "before-iidr" && why !== "fixed-groups" && why !== "revision-kept") return;
  if (isReadBack(placed, index)) return;
  if (why === "before-iidr" && revisionWriteBelow(placed, index) !== undefined) return;
  report((...at) => describe(...at, why));
}

function describe(placed: PlacedEvaluation, index: number, why: Dropped): Finding {
  const { host, revision } = itemAt(placed.evaluation.stateBefore(index), 0);
  const detail = { subject: subjectOf(placed, index), why, host: host.name, revision };
  const part = why === "revision-kept" ? "value" : "target";
  return findingAt(placed, index, { code: "write-without-effect", ...detail }, part);
}

/** Whether the next operation reads the same register, and says what it gives. */
function isReadBack({ evaluation }: PlacedEvaluation, index: number): boolean {
  const { operations } = evaluation.scenario;
  if (index + 1 === operations.length) return false;
  const [operation, next] = [operations.at(index), operations.at(index + 1)];
  if (next.kind !== "user" && next.kind !== "mmio") return false;
  if (operation.kind !== "user" || next.register?.name !== operation.register?.name) return false;
  return operations.expectation(index + 1) !== undefined;
}
