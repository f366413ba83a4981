/** A VMM restores a clear register with a value that does not clear what the fresh VM has set. */
import type { Operations } from "../program/operations.ts";
import { replaced } from "./fix.ts";
import {
  findingAt,
  isVmmWrite,
  type PlacedEvaluation,
  type Report,
  subjectOf,
  vmmWritesBeside,
} from "./operations.ts";
import type { Rule } from "./rule.ts";
import { hex } from "./words.ts";

const page = `
ICENABLER, ICACTIVER and the other clear registers clear the bits that are written as 1. A VMM that writes 0 clears
nothing. One that writes back the value that it saved clears only what was set at the source; what was clear there and
is set in the destination's vGIC stays set. A fresh vGIC is not all zero: its SGIs are enabled.

\`\`\`vgic
gic v3
revision 3
user set GICR_ICENABLER0 0x00000001
user set GICR_ISENABLER0 0x00000001
\`\`\`

Write all ones, then the set register with what was saved:

\`\`\`vgic
gic v3
revision 3
user set GICR_ICENABLER0 0xffffffff
user set GICR_ISENABLER0 0x00000001
\`\`\`
`;

export const rule: Rule<"clear-register-restored"> = {
  code: "clear-register-restored",
  group: "migration",
  severity: "warning",
  summary: "a VMM's write of a clear register leaves set what the saved guest did not have",
  page,
  on: ["user"],
  check,
  message: ({ subject, value }) =>
    value === 0
      ? `${subject.name} is written as 0, which clears nothing; write 0xffffffff to clear every bit`
      : `${subject.name} is written with the bits that are set right after (${hex(BigInt(value), 4)}): others that the VM has set stay; write 0xffffffff to clear every bit`,
  fix({ line }, lines) {
    const { statement } = lines.at(line).parsed;
    if (statement?.kind !== "user" || statement.value === undefined) return [];
    return [{ title: "Write all ones", edits: [replaced(line, statement.value, "0xffffffff")], safe: false }];
  },
};

const ALL_ONES = 0xffffffff;

/** Reports a VMM write of 0 to a clear register, and of what the next VMM writes set again. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const { scenario, outcomes } = placed.evaluation;
  const { operations } = scenario;
  const operation = operations.at(index);
  if (!isVmmWrite(operation) || outcomes.ineffective(index) !== undefined) return;
  const { register } = operation;
  const value = operation.low;
  if (register?.row.clears === undefined || value === ALL_ONES) return;
  const twin = `${register.row.frame}_${register.row.clears}${register.index}`;
  if (value !== 0 && !isSetBehind(operations, index, twin, operation.cpu, value)) return;
  report((...at) => {
    return findingAt(...at, { code: "clear-register-restored", subject: subjectOf(...at), value }, "value");
  });
}

/** Whether the VMM's writes that follow set exactly these bits again. */
function isSetBehind(
  operations: Operations,
  index: number,
  register: string,
  cpu: number,
  value: number,
): boolean {
  for (const other of vmmWritesBeside(operations, index, 1)) {
    const operation = operations.at(other);
    if (!isVmmWrite(operation) || operation.register?.name !== register || operation.cpu !== cpu) continue;
    return operation.low === value;
  }
  return false;
}
