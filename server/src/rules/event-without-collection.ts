/** Events lose their collection, so that their MSIs are never translated again. */
import { findingAt, type PlacedEvaluation, type Report } from "./operations.ts";
import type { Rule } from "./rule.ts";

const page = `
A collection is unmapped while events are mapped to it: by \`its mapc\` … \`off\`, by another value in GITS_BASER1, or by a
restore of the tables that fails. The events stay mapped, but to no collection. Their MSIs are blocked, unless KVM has
cached the translation; \`its movi\` and \`its discard\` do nothing, and \`its mapti\` finds the event mapped already. To map
the collection again does not help, only to map the device again (\`its mapd\`). Some kernels even crash when the tables
are saved in this state (\`host-failure\`).

\`\`\`vgic
gic v3
revision 3
its
cpu0 writeq GICR_PROPBASER 0x40140000 | 15
cpu0 writeq GICR_PENDBASER 0x40150000
cpu0 writeq GITS_BASER0 0x8000000040110000
cpu0 writeq GITS_BASER1 0x8000000040120000
cpu0 writeq GITS_CBASER 0x8000000040100000
cpu0 writel GITS_CTLR 1
cpu0 its    mapd device 5 itt 0x40130000 bits 5
cpu0 its    mapc collection 0 to cpu0
cpu0 its    mapti device 5 event 0 lpi 8192 collection 0
cpu0 its    mapc collection 0 off
\`\`\`

To give a collection to another vCPU, map it there without unmapping it first. Its events move with it:

\`\`\`
cpu0 its mapc collection 0 to cpu1
\`\`\`

To unmap it for good, first discard its events (\`its discard\`) or unmap their devices.
`;

export const rule: Rule<"event-without-collection"> = {
  code: "event-without-collection",
  group: "its",
  severity: "information",
  summary: "events lose their collection, and their MSIs are never translated again",
  page,
  check,
  message({ notice: { device, event, others } }) {
    const more = others === 0 ? "" : ` (and ${others} more)`;
    return `event ${event} of device ${device}${more} loses its collection: the ITS translates its MSIs no more, even if the collection is mapped again, until the device is mapped again (\`its mapd\`)`;
  },
};

/** Reports the first event that lost its collection in an operation of the declared vGIC. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const { notices } = placed.evaluation;
  if (notices.size === 0) return;
  const notice = notices.get(index)?.find((one) => one.kind === "events-lost");
  if (notice !== undefined)
    report((...at) => findingAt(...at, { code: "event-without-collection", notice }, "collection"));
}
