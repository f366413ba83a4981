/** An access that does nothing, or reads as zero, whatever the state is. */

import { Environment } from "../program/environment.ts";
import { registers } from "../vgic/registers/registers.ts";
import type { DetailOf, Finding } from "./finding.ts";
import { replaced } from "./fix.ts";
import { findingAt, type PlacedEvaluation, type Report, subjectOf } from "./operations.ts";
import type { Rule } from "./rule.ts";
import { listed } from "./words.ts";

const page = `
The access has no effect, or reads as zero, only because of its width, its alignment or its address, or because the
register ignores writes. KVM does not abort such accesses, so a mistake in a test stays silent.

\`\`\`vgic
gic v3
revision 3
cpu0 readb GICD_ISENABLER1
\`\`\`

The enable registers take 32-bit accesses only. Use the width that the register takes:

\`\`\`
cpu0 readl GICD_ISENABLER1
\`\`\`

Where the silence itself is tested, say so with \`# vgic-ignore[ineffective-access]: reason\`.
`;

export const rule: Rule<"ineffective-access"> = {
  code: "ineffective-access",
  group: "answers",
  severity: "information",
  summary: "the access has no effect or reads as zero because of its width, alignment or address",
  page,
  check,
  message(detail) {
    const effect = detail.subject.kind === "read" ? "reads as zero" : "has no effect";
    return `${detail.subject.name} ${effect} here: ${reason(detail)}`;
  },
  fix({ line, why, widths, subject: { width } }, lines) {
    const { text } = lines.at(line);
    const found = /\b(?<verb>read|write)[bwlq]\b/.exec(text);
    if (why !== "width" || !found?.groups) return [];
    const { verb } = found.groups;
    const nearest = [...widths].sort((a, b) => Math.abs(a - width) - Math.abs(b - width));
    return nearest.map((wanted) => {
      const keyword = `${verb}${LETTERS.get(wanted)}`;
      const span = { start: found.index, end: found.index + found[0].length };
      return { title: `Write \`${keyword}\``, edits: [replaced(line, span, keyword)], safe: false };
    });
  },
};

function reason({ why, widths, subject, irqs, meant }: DetailOf<"ineffective-access">): string {
  switch (why) {
    case "no-register":
      return meant === undefined
        ? "KVM has no register at this offset"
        : `KVM has no register at this offset; ${meant} is 64 KiB away, in the redistributor's other frame: write \`${meant}\``;
    case "width": {
      const taken = listed(widths.map((width) => String(width * 8)));
      return `the register takes ${taken}-bit accesses, this one has ${subject.width * 8} bits`;
    }
    case "alignment":
      return `an access of ${subject.width} bytes must be aligned to ${subject.width} bytes`;
    case "beyond-irqs":
      return `its INTIDs are beyond the VM's ${irqs} interrupts (\`irqs ${irqs}\`)`;
    case "private-interrupts":
      return "SGIs and PPIs are in the redistributor (GICR_…) of a GICv3";
    case "read-only":
      return "the register ignores writes";
    case "ignored":
      return "the register ignores writes here";
    case "without-its":
      return "the VM has no ITS (`its`), and so no LPIs";
    case "lpis-enabled":
      return "the register ignores writes while the vCPU has LPIs enabled (GICR_CTLR.EnableLPIs)";
    case "lpis-disabled":
      return "the register acts only while the vCPU has LPIs enabled (GICR_CTLR.EnableLPIs)";
    case "its-enabled":
      return "the register ignores writes while the ITS is enabled (GITS_CTLR.Enabled)";
    case "its-incomplete":
      return "the ITS is enabled only when GITS_CBASER, GITS_BASER0 and GITS_BASER1 have their valid bits";
    case "beyond-queue":
      return "the offset is beyond the queue, whose size GITS_CBASER says";
  }
}

/** Reports an access that could have no effect under the declared revision. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const why = placed.evaluation.outcomes.ineffective(index);
  if (why === undefined || why === "before-iidr" || why === "fixed-groups" || why === "revision-kept") return;
  report((...at) => describe(...at, why));
}

function describe(
  placed: PlacedEvaluation,
  index: number,
  why: DetailOf<"ineffective-access">["why"],
): Finding {
  const { scenario } = placed.evaluation;
  const operation = scenario.operations.at(index);
  const register = "register" in operation ? operation.register : undefined;
  const detail: DetailOf<"ineffective-access"> = {
    code: "ineffective-access",
    subject: subjectOf(placed, index),
    why,
    meant: why === "no-register" ? nameInOtherFrame(placed, index) : undefined,
    irqs: scenario.setup.irqs,
    widths: register?.row.widths ?? [],
  };
  return findingAt(placed, index, detail, why === "width" ? "verb" : "target");
}

/** RD_base and SGI_base of a redistributor are this far apart. Bytes. */
const FRAME_DISTANCE = 0x10000;

/** The register that stands at the same offset of the redistributor's other 64 KiB frame. */
function nameInOtherFrame({ evaluation }: PlacedEvaluation, index: number): string | undefined {
  const { operations, setup } = evaluation.scenario;
  const operation = operations.at(index);
  if (operation.kind !== "mmio" && operation.kind !== "user") return undefined;
  const place =
    operation.kind === "user"
      ? operation
      : new Environment(setup).placeOf(operation.address, operation.width);
  if (place?.frame !== "GICR") return undefined;
  const offset = place.offset ^ FRAME_DISTANCE;
  const register = registers(setup.model).at("GICR", offset);
  if (register === undefined) return undefined;
  const byte = offset % register.row.size;
  return byte === 0 ? register.name : `${register.name}+${byte}`;
}

/** The letter of an access by its width in bytes. */
const LETTERS = new Map([
  [1, "b"],
  [2, "w"],
  [4, "l"],
  [8, "q"],
]);
