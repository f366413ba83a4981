/** The guest can notice a migration. */
import { type DifferenceCause, noticeableChanges } from "../evaluate/migration-differences.ts";
import { itemAt } from "../syntax/item-at.ts";
import { changePhrases } from "./migration-words.ts";
import { findingAt, type PlacedEvaluation, type Report } from "./operations.ts";
import type { Part } from "./parts.ts";
import type { Rule } from "./rule.ts";

const page = `
After this migration the guest reads other values than before, or is offered other interrupts. The destination shows
another revision, or drops what the VMM restores; or the VMM does not save everything, or restores it in an order that
cannot work.

\`\`\`vgic
gic v2
host linux-6.12
cpu0 writel GICD_IGROUPR1 0x5a5a5a5a
migrate by qemu
\`\`\`

QEMU saves and restores the groups, but released kernels from 4.19 on drop them on a GICv2 until the VMM has written
GICD_IIDR, which QEMU does not. A VMM that restores GICD_IIDR first loses nothing:

\`\`\`vgic
gic v2
host linux-6.12
cpu0 writel GICD_IGROUPR1 0x5a5a5a5a
migrate by faithful
\`\`\`

The message gives each register with what it reads before and after, and why; "offered" is the interrupt that a vCPU
would acknowledge with nothing masked. \`vgic-trace compat\` tries the migration after every operation of a trace. Where
the difference itself is tested, say so with \`# vgic-ignore[migration-difference]: reason\`.
`;

export const rule: Rule<"migration-difference"> = {
  code: "migration-difference",
  group: "migration",
  severity: "warning",
  summary: "the guest can notice this migration",
  page,
  on: ["migrate"],
  check,
  message: ({ changes, by, to }) => `the guest can notice this migration: ${changePhrases(changes, by, to)}`,
};

/** Reports a migration after which a guest of the declared variant sees, or is given, something else. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const { evaluation } = placed;
  const operation = evaluation.scenario.operations.at(index);
  if (operation.kind !== "migrate") return;
  if (evaluation.outcomes.hasEnded(index, 0)) return;
  const vgic = itemAt(evaluation.stateBefore(index), 0);
  const { by = "faithful" } = operation;
  const { migration, changes } = noticeableChanges(vgic, operation);
  // A VM whose restore failed does not run; that is a matter of what is expected of the line.
  if (migration.ending !== "ok" || changes.length === 0) return;
  const to = vgic.host.name;
  // What all of it comes from is what is meant.
  const [part, ...others] = new Set(changes.map(({ cause }) => partOfCause(cause)));
  const meant = others.length === 0 ? part : undefined;
  report((...at) => findingAt(...at, { code: "migration-difference", changes, by, to }, meant));
}

/** The part of a `migrate` that a cause is about; undefined where it is about the migration as such. */
function partOfCause(cause: DifferenceCause): Part | undefined {
  switch (cause.kind) {
    case "revision":
      return cause.written ? "destination" : "manager";
    case "not-saved":
    case "lines-not-saved":
    case "order":
    case "its":
    case "failed":
      return "manager";
    case "dropped":
      return cause.afterIidr ? "manager" : "destination";
    case "kernel":
      return "destination";
    case "revision-chosen":
      return "revision";
    case "arrival":
      return undefined;
  }
}
