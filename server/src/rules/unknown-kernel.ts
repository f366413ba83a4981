import { compareVersions, versionText } from "../vgic/kernels/kernels.ts";
import type { Rule } from "./rule.ts";

const page = `
A host is newer than the newest kernel whose behaviour is known, or older than the oldest. The known one is emulated in
its place, so what changed in between is missing.

\`\`\`vgic
gic v3
host linux-9.9
cpu0 readl GICD_CTLR == 0x50
\`\`\`

Nothing is wrong with the trace. \`vgic-trace hosts\` lists the kernels that are known; a later release of vgic-trace may
know this one. \`vgic-trace replay --host\` compares the emulator with the kernel itself.

\`\`\`vgic
gic v3
host linux-7.3
cpu0 readl GICD_CTLR == 0x50
\`\`\`
`;

export const rule: Rule<"unknown-kernel"> = {
  code: "unknown-kernel",
  group: "declarations",
  severity: "information",
  summary: "a host is newer or older than every kernel that is known",
  page,
  message({ host, version, modelledAs }) {
    const [age, end] = compareVersions(version, modelledAs) > 0 ? ["newer", "newest"] : ["older", "oldest"];
    const known = versionText(modelledAs);
    return `\`${host}\` is ${age} than Linux ${known}, the ${end} kernel that is known: it is taken as ${known}`;
  },
};
