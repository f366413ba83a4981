/** The ITS skips a command, or an event never gets through: the guest is not told. */
import { FIELDS, fieldOf } from "../vgic/its/command-fields.ts";
import { commandOf } from "../vgic/its/commands.ts";
import type { Skipped } from "../vgic/its/skipped.ts";
import type { DetailOf } from "./finding.ts";
import { findingAt, type PlacedEvaluation, type Report } from "./operations.ts";
import type { Rule } from "./rule.ts";

const page = `
KVM skips a command of the ITS that it cannot do, and goes on with the next one. It tells neither the guest nor the VMM:
GITS_CREADR reaches GITS_CWRITER all the same. The message says why the command did nothing.

\`\`\`vgic
gic v3
revision 3
its
cpu0 writeq GITS_BASER0 0x8000000040110000
cpu0 writeq GITS_BASER1 0x8000000040120000
cpu0 writeq GITS_CBASER 0x8000000040100000
cpu0 writel GITS_CTLR 1
cpu0 its    mapti device 5 event 0 lpi 8192 collection 0
\`\`\`

Device 5 was never mapped: \`its mapd\` comes before the events of a device, and \`its mapc\` before MSIs of a collection.
`;

export const rule: Rule<"ineffective-command"> = {
  code: "ineffective-command",
  group: "its",
  severity: "information",
  summary: "the ITS skips a command, and tells nobody",
  page,
  check,
  message: ({ command, why, others }) =>
    `the ITS skips ${command}: ${SKIPPED[why]}${others === 0 ? "" : ` (and ${others} more in this line)`}`,
};

/** Why a command did nothing, in words. */
const SKIPPED: Readonly<Record<Skipped, string>> = {
  "its-disabled": "the ITS is disabled",
  "device-unmapped": "the device is not mapped (`its mapd`)",
  "event-unmapped": "the event is not mapped (`its mapti`)",
  "collection-unmapped":
    "the event's collection is not mapped; mapping it again does not help an event that had it before",
  "lpis-disabled": "its vCPU has LPIs disabled (GICR_CTLR.EnableLPIs)",
  "unknown-command": "no command has this opcode",
  "outside-memory": "the queue is not in guest memory (`ram`)",
  "device-out-of-range": "the device table of GITS_BASER0 cannot hold the device",
  "too-many-event-bits": "events have at most 16 bits",
  "no-such-cpu": "no vCPU has this number",
  "collection-out-of-range": "the collection table of GITS_BASER1 cannot hold the collection",
  "event-out-of-range": "the event has more bits than `its mapd` gave the device's events",
  "event-outside-memory": "the event's entry in the ITT is not in guest memory (`ram`)",
  "lpi-out-of-range": "LPIs are 8192 and above, as far as GICR_PROPBASER.IDbits reaches",
  "lpi-shared": "another event has this LPI, which this kernel does not allow",
  "event-mapped": "the event is mapped already, and the first mapping stays",
  "lpi-tables-outside-memory":
    "the LPI's byte in the configuration table (GICR_PROPBASER), or in its vCPU's pending table (GICR_PENDBASER), is not in guest memory (`ram`)",
  "new-collection-unmapped": "the new collection is not mapped (`its mapc`)",
  "no-memory": "there are too many events",
};

/** Reports the first command that the declared ITS skipped in an operation. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const skipped = (placed.evaluation.notices.get(index) ?? []).filter(
    (notice) => notice.kind === "command-skipped",
  );
  const [first] = skipped;
  if (first === undefined) return;
  const row = commandOf(first.words);
  const shown = row?.fields.includes("device") ? ` of device ${fieldOf(first.words, FIELDS.device)}` : "";
  const detail: DetailOf<"ineffective-command"> = {
    code: "ineffective-command",
    command: row === undefined ? "a command" : `\`${row.name}\`${shown}`,
    why: first.why,
    others: skipped.length - 1,
  };
  report((...at) => findingAt(...at, detail, first.why));
}
