import { valueFixes } from "./invalid-value-fixes.ts";
import { hex, hostMessage, revisionOfOlderHost, unknownRevision, unknownRevisions } from "./problem-words.ts";
import type { Rule } from "./rule.ts";

const page = `
An operation speaks of what cannot be: a value that is wider than the access, a vCPU or an interrupt that the VM does
not have, a system register as a load.

\`\`\`vgic
gic v3
revision 2
cpu0 writeb GICD_IPRIORITYR8 0x1a0
\`\`\`

Here one byte is stored, and \`0x1a0\` needs nine bits.

\`\`\`vgic
gic v3
revision 2
cpu0 writeb GICD_IPRIORITYR8 0xa0
\`\`\`

Guests reach memory-mapped registers with \`readl\` and its like, system registers with \`mrs\` and \`msr\`. The VMM
(\`user get\`, \`user set\`, \`user has\`) names a register, or a frame and an offset, never an address; its values are 32
bits wide, those of system registers 64. \`line\` takes SPIs, and PPIs with the vCPU they belong to.
`;

export const rule: Rule<"invalid-value"> = {
  code: "invalid-value",
  group: "reading",
  severity: "error",
  summary: "a value does not fit the access, or names a vCPU, interrupt or revision that does not exist",
  page,
  message(detail) {
    switch (detail.reason) {
      case "too-wide": {
        const { value, bits } = detail;
        const most = hex((1n << BigInt(bits)) - 1n);
        return `\`${hex(value)}\` does not fit into ${bits} bits: write at most \`${most}\`, or make the access wider`;
      }
      case "no-such-cpu": {
        const { cpu, cpus } = detail;
        const known = cpus === 1 ? "1 vCPU, cpu0" : `${cpus} vCPUs, cpu0 to cpu${cpus - 1}`;
        return `no \`cpu${cpu}\`: this scenario has ${known}; name one of these, or declare more with \`cpus\``;
      }
      case "intid": {
        const { intid, irqs } = detail;
        const spis = `an SPI from 32 to ${irqs - 1}`;
        if (intid >= 16n)
          return `no INTID ${intid}: this scenario has \`irqs ${irqs}\`; name ${spis}, or declare more`;
        return `INTID ${intid} is an SGI, which has no line: name ${spis}, or a PPI from 16 to 31 and its vCPU`;
      }
      case "ppi-without-cpu":
        return `INTID ${detail.intid} is a PPI, which each vCPU has for itself: name one, as in \`${detail.intid}@cpu0\``;
      case "spi-with-cpu":
        return `INTID ${detail.intid} is an SPI, which all vCPUs share: remove the \`@\` and the vCPU`;
      case "cpu-without-meaning": {
        const target = detail.target === "" ? "an address" : `\`${detail.target}\``;
        return `\`@\` picks the vCPU of a redistributor, and ${target} is in none: remove it; the vCPU in front does the access`;
      }
      case "raw-attribute": {
        const seen = detail.text === "" ? "an address" : `the address \`${detail.text}\``;
        return `the VMM names a register or a frame, not ${seen}: write \`GICD_CTLR\` or \`GICD+0x8\`, for example`;
      }
      case "not-memory-mapped":
        if (isLevelInfo(detail.register)) return levelInfo(detail.register);
        return `\`${detail.register}\` is a system register: read it with \`mrs\`, write it with \`msr\``;
      case "not-a-system-register":
        if (isLevelInfo(detail.register)) return levelInfo(detail.register);
        return `\`${detail.register}\` is memory-mapped: read it with \`readl\`, write it with \`writel\``;
      case "revision":
        return unknownRevision(detail.value);
      case "revision-of-older-host":
        return revisionOfOlderHost(detail.value, detail.host);
      case "revisions":
        return unknownRevisions(detail.text);
      case "overlapping-revisions":
        return `\`${detail.text}\`: a case in front speaks of one of these revisions already; give each revision one case`;
      case "memory-alignment": {
        const { address, width } = detail;
        return `\`${hex(BigInt(address))}\` is no multiple of ${width}: the VMM reaches guest memory in whole words; write \`${hex(BigInt(address - (address % width)))}\`, or a narrower access`;
      }
      case "outside-ram": {
        const { address, length, start, size } = detail;
        const last = hex(BigInt(start + size - 1));
        const seen = `\`${hex(address)}\`${length > 1 ? ` and the ${length} bytes there` : ""}`;
        return `${seen} are not all in guest memory, which is \`${hex(BigInt(start))}\` to \`${last}\`: write an address there, or declare more \`ram\``;
      }
      case "not-evaluated":
        return `\`${detail.words}\` is not evaluated yet`;
      case "itt-alignment":
        return `\`${hex(BigInt(detail.address))}\` is no multiple of 256, as the table of a device must be: write \`${hex(BigInt(detail.address - (detail.address % 256)))}\`, or the command by hand, as stores`;
      case "event-bits":
        return `\`bits ${detail.bits}\`: events have 1 to 32 bits; write one of these, or the command by hand, as stores`;
      case "host":
        return hostMessage(detail.host, detail.why, detail.nearest);
    }
  },
  fix: valueFixes,
};

function isLevelInfo(register: string): boolean {
  return register.startsWith("LEVEL_INFO");
}

function levelInfo(register: string): string {
  return `only the VMM reaches \`${register}\`: write \`user get ${register}\` or \`user set ${register}\``;
}
