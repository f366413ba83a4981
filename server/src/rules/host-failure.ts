/** The host's kernel crashes, or a vCPU never comes back from it. */

import { itemAt } from "../syntax/item-at.ts";
import type { Finding } from "./finding.ts";
import { lineOf, type PlacedEvaluation, type Report, spanOf, subjectOf } from "./operations.ts";
import type { Rule } from "./rule.ts";

const page = `
A fault of the host's kernel ends the VM here: the kernel crashes in a call of the VMM, or KVM_RUN of a vCPU never
returns. The scenario ends at this line for that host; what follows is neither run nor judged.

\`\`\`vgic
gic v3
host linux-7.1.13
its
compare none
memory fill   0x40140000 0x400 0xa1
cpu0   writeq GICR_PROPBASER 0x40140000 | 15
cpu0   writeq GICR_PENDBASER 0x40150000
cpu0   writeq GITS_BASER0 0x8000000040110000
cpu0   writeq GITS_BASER1 0x8000000040120000
cpu0   writeq GITS_CBASER 0x8000000040100000
cpu0   writel GITS_CTLR 1
cpu0   its    mapd device 5 itt 0x40130000 bits 5
cpu0   its    mapc collection 0 to cpu0
cpu0   its    mapti device 5 event 0 lpi 8192 collection 0
cpu0   its    mapc collection 0 off  # vgic-ignore[event-without-collection]: leads to the crash
user   save   its
\`\`\`

Events whose collection was unmapped belong to none. Kernels without the fix c6c156d931c3 (\`vgic-trace hosts\` lists
which have it) follow the pointer to the missing collection when the tables are saved, so a guest can crash its host.
Only an update of the host's kernel helps. A guest that unmaps its devices (\`its mapd … off\`) before their collections
does not run into it.

No expectation can stand for a crash. Under a compared host it is a difference like any other.
`;

export const rule: Rule<"host-failure"> = {
  code: "host-failure",
  group: "answers",
  severity: "error",
  summary: "the host's kernel crashes, or a vCPU never comes back from it",
  page,
  check,
  message: ({ subject, how, host, event }) => {
    const end = "the scenario ends here";
    if (how === "stuck-cpu")
      return `the vCPU never comes back from ${host}: more interrupts are pending than there are list registers, and none of those in them can be signalled, so KVM is interrupted again at once, for ever; ${end}`;
    const what = event === undefined ? "an event" : `event ${event.event} of device ${event.device}`;
    return `${host} crashes in ${subject.name}: ${what} has no collection any more (\`its mapc\` … \`off\`), and this kernel looks into it all the same; ${end}`;
  },
};

/** Reports the operation in which the declared host fails. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  checkHostUnder(placed, index, 0, report);
}

/** Reports that a variant's host fails in an operation: where it failed before, nothing is done any more. */
export function checkHostUnder(
  { evaluation: { outcomes } }: PlacedEvaluation,
  index: number,
  variant: number,
  report: Report,
): void {
  if (outcomes.failsHost(index, variant) && !outcomes.hasEnded(index, variant))
    report((...at) => describe(...at, variant));
}

function describe(placed: PlacedEvaluation, index: number, variant: number): Finding {
  const { variants, scenario, notices } = placed.evaluation;
  const kind = scenario.operations.kind(index);
  const lost =
    variant === 0 ? notices.get(index)?.find((notice) => notice.kind === "lost-collection-saved") : undefined;
  return {
    code: "host-failure",
    subject: subjectOf(placed, index),
    how: kind === "tables" || kind === "migrate" ? "crash" : "stuck-cpu",
    host: itemAt(variants, variant).host.name,
    event: lost && { device: lost.device, event: lost.event },
    line: lineOf(placed, index),
    ...spanOf(placed, index, "target"),
  };
}
