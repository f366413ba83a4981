/** A real kernel did not answer what the trace expects, or what the emulator says. */

import { itemAt } from "../syntax/item-at.ts";
import { written } from "./case-edits.ts";
import {
  expectationWritten,
  needsCases,
  plainExpectation,
  revisionsExpectation,
} from "./expectation-text.ts";
import type { KernelDisagreement, Subject } from "./finding.ts";
import type { Rule } from "./rule.ts";
import { endingNoun, hex, listed, outcomesPhrase } from "./words.ts";

const page = `
\`vgic-trace replay\` drove a real kernel through the trace, and on this line the kernel answered differently than the
line expects, or differently than the emulator does as that kernel. \`lint\` never reports it, since it asks no kernel.

\`\`\`
gic v3
revision 3
cpu0 readl GICD_TYPER == 0
\`\`\`

Replayed, the last line is reported: \`GICD_TYPER reads 0x00480007 under revision 3 on Linux 6.1.0, expected 0x00000000\`.
What it means depends on who is right:

- The kernel under test is wrong: it was patched, and the trace has found what the patch broke.
- The expectation is wrong: \`vgic-trace replay --update\` writes what the kernel answered in its place.
- The emulator is wrong, when kernel and expectation agree against it. Please report the trace.

Begin with the first line that is reported in a scenario: after it, kernel and emulator may be in different states.
`;

export const rule: Rule<"kernel-disagrees"> = {
  code: "kernel-disagrees",
  group: "answers",
  severity: "error",
  summary: "a kernel that was driven through the trace answers differently",
  page,
  message({ subject, release, disagreements, mask }) {
    const kernel = disagreements.map(({ variant, kernel }) => ({ variant, outcome: kernel }));
    const emulator = disagreements
      .filter(({ emulatorAgrees }) => !emulatorAgrees)
      .map(({ variant, emulator }) => ({ variant, outcome: emulator }));
    const expected = new Set(disagreements.flatMap((one) => expectedText(one, subject, mask)));
    return [
      `${subject.name} ${outcomesPhrase(kernel, subject)} on Linux ${release}`,
      ...(expected.size > 0 ? [`expected ${listed([...expected])}`] : []),
      ...(emulator.length > 0 ? [`the emulator ${outcomesPhrase(emulator, subject)}`] : []),
    ].join(", ");
  },
  fix({ line, subject: { width }, mask, outcomes, release, caseEdits }, lines) {
    const compared = { width, mask };
    if (caseEdits !== undefined) {
      if (caseEdits.length === 0) return [];
      const edits = written(caseEdits, line, compared);
      return [{ title: `Add a case for what Linux ${release} answered`, edits, safe: false }];
    }
    const cases = needsCases(outcomes, compared);
    const text = cases
      ? revisionsExpectation(outcomes, compared)
      : plainExpectation(itemAt(outcomes, 0).outcome, compared);
    const title = `Expect what Linux ${release} answered: \`${text === "" ? "success" : text}\``;
    const edits = expectationWritten(lines.at(line), line, text);
    return edits.length === 0 ? [] : [{ title, edits, safe: false }];
  },
};

function expectedText(
  { expected }: KernelDisagreement["disagreements"][number],
  { width }: Subject,
  mask: bigint | undefined,
): string[] {
  if (expected === undefined) return [];
  const { ending, value } = expected;
  if (ending !== "ok") return [endingNoun(ending)];
  if (value === undefined) return ["success"];
  return [hex(value, width) + (mask === undefined ? "" : ` in the bits of ${hex(mask, width)}`)];
}
