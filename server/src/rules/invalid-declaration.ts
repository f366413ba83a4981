import type { InvalidDeclaration } from "../program/problem.ts";
import { counted } from "../syntax/counted.ts";
import { ADDRESS_BITS, IRQS, LIMITS } from "../vgic/limits.ts";
import { replaced } from "./fix.ts";
import {
  hex,
  hostMessage,
  modelName,
  nearestHost,
  revisionOfOlderHost,
  unknownRevision,
  unknownRevisions,
} from "./problem-words.ts";
import type { Rule } from "./rule.ts";

const page = `
A declaration asks for what no VM can have: more vCPUs than the model takes, a revision that no kernel shows, a host
that does not exist, an address where the frame cannot lie. The nearest possible value is taken instead, so that names
and values of the rest still get checked. What its operations answer says nothing then: scenarios that depend on
the declaration are not tested until it is mended.

\`\`\`vgic
gic v2
revision 2
cpus 9
cpu0 readl GICD_CTLR
\`\`\`

Declare what is possible:

\`\`\`vgic
gic v2
revision 2
cpus 8
cpu0 readl GICD_CTLR
\`\`\`

| declaration | takes |
|---|---|
| \`gic\` | \`v2\` or \`v3\` |
| \`revision\` | 1 to 3; 0 only with a host older than 4.19 |
| \`cpus\` | 1 to ${LIMITS.v2.mostCpus} on GICv2, 1 to ${LIMITS.v3.mostCpus} on GICv3 |
| \`irqs\` | ${IRQS.least} to ${IRQS.most}, a multiple of ${IRQS.step} |
| \`compare\` | \`none\`, or revisions and hosts that exist |
| \`base\` | an address of at most ${ADDRESS_BITS} bits, a multiple of ${LIMITS.v2.baseAlignment / 1024} KiB on GICv2, of ${LIMITS.v3.baseAlignment / 1024} KiB on GICv3 |
| \`base redist\` with \`count\` | regions that do not overlap, with room for all vCPUs |
| \`host\` | a release or point release that exists, and flags: \`linux-4.18\`, \`linux-6.12.117\`, \`linux-6.12+iidr-fix\` |
| \`hardware\` | \`lrs\` 1 to 16, \`priority-bits\` 5 to 8, \`id-bits\` 16 or 24 |
| \`its\` | GICv3 only |
| \`ram\` | a start and a size, below 2^${ADDRESS_BITS} |
| \`let\` | a name that is not a register's |
`;

export const rule: Rule<"invalid-declaration"> = {
  code: "invalid-declaration",
  group: "declarations",
  severity: "error",
  summary: "a declaration asks for what no VM can have",
  page,
  message(detail) {
    switch (detail.reason) {
      case "model":
        return `\`gic ${detail.name}\`: KVM emulates GICv2 and GICv3; declare \`gic v2\` or \`gic v3\``;
      case "count":
        return countMessage(detail);
      case "irqs-multiple":
        return `\`irqs ${detail.value}\`: interrupts come in groups of 32; declare \`irqs ${((detail.value + 31n) / 32n) * 32n}\``;
      case "revision":
        return unknownRevision(detail.value);
      case "revision-of-older-host":
        return revisionOfOlderHost(detail.value, detail.host);
      case "host":
        return hostMessage(detail.host, detail.why, detail.nearest);
      case "revisions":
        return unknownRevisions(detail.text);
      case "base-alignment": {
        const { address, alignment, model } = detail;
        const below = address - (address % BigInt(alignment));
        return `\`${hex(address)}\` is no multiple of \`${hex(alignment)}\`, as a frame of ${modelName(model)} needs: write \`${hex(below)}\`, for example`;
      }
      case "base-range":
        return `\`${hex(detail.address)}\` is above the 48 bits of a guest physical address: write at most \`0xffffffffffff\``;
      case "base-model": {
        const { frame, model } = detail;
        const missing =
          frame === "its" ? "ITS" : model === "v2" ? "redistributors" : "memory-mapped CPU interface";
        return `\`base ${frame}\`: ${modelName(model)} has no ${missing}; remove this line, or declare \`gic ${model === "v2" ? "v3" : "v2"}\``;
      }
      case "its-model":
        return "`its`: only GICv3 has an ITS; remove this line, or declare `gic v3`";
      case "count-of-frame":
        return `only redistributors come in regions: remove \`count\` from \`base ${detail.frame}\``;
      case "too-few-redistributors": {
        const { count, cpus } = detail;
        return `the regions hold ${counted(count, "redistributor")}, and the scenario has ${counted(cpus, "vCPU")}: declare a region for the others`;
      }
      case "regions":
        return detail.why === "overlap"
          ? "two regions of redistributors overlap: each redistributor takes `0x20000` bytes; move one of them"
          : "`base redist` without `count` cannot stand beside regions: give it a count, or remove it";
      case "ram-range": {
        const { begin, size } = detail;
        return size === 0n
          ? "`ram` of no bytes: declare at least one, or leave the line out"
          : `\`ram\` from \`${hex(begin)}\` with \`${hex(size)}\` bytes goes beyond the 48 bits of a guest physical address`;
      }
      case "ram-overlaps": {
        const { frame, start, end, ram } = detail;
        const of = (first: number, size: number) =>
          `\`${hex(BigInt(first))}\` with \`${hex(BigInt(size))}\` bytes`;
        return `\`ram\` from ${of(ram.start, ram.size)} lies over ${frame}, from ${of(start, end - start)}: an access could mean either; put one of them elsewhere`;
      }
      case "quantity-twice":
        return `\`${detail.name}\` is named twice: leave one of them out`;
      case "quantity": {
        const { name, value, values } = detail;
        const all = values.length === 2 ? values.join(" or ") : `${values[0]} to ${values.at(-1)}`;
        return `\`${name} ${value}\`: declare ${all}`;
      }
      case "region-count":
        return `\`count ${detail.value}\`: a region has 1 to ${detail.most} redistributors`;
      case "name-of-register":
        return `\`${detail.name}\` is the name of a register or frame: choose another name`;
    }
  },
  fix(finding, lines) {
    const { line, start, end } = finding;
    const { statement } = lines.at(line).parsed;
    const span = statement?.kind === "base" ? statement.address : { start, end };
    return possible(finding).map((text) => ({
      title: `Write \`${text}\``,
      edits: [replaced(line, span, text)],
      safe: false,
    }));
  },
};

type Count = Extract<InvalidDeclaration, { reason: "count" }>;

function countMessage({ declaration, value, least, most, model }: Count): string {
  const seen = `\`${declaration} ${value}\``;
  if (declaration === "irqs") return `${seen}: declare ${least} to ${most}, a multiple of 32`;
  if (model === undefined) return `${seen}: declare ${least} to ${most} vCPUs`;
  const other = model === "v2" ? ", or `gic v3`" : "";
  return `${seen}: ${modelName(model)} has at most ${most} vCPUs; declare ${least} to ${most}${other}`;
}

/** What can stand in the place that is marked. */
function possible(detail: InvalidDeclaration): string[] {
  switch (detail.reason) {
    case "model":
      return ["v3", "v2"];
    case "irqs-multiple":
      return [String(((detail.value + 31n) / 32n) * 32n)];
    case "base-alignment":
      return [hex(detail.address - (detail.address % BigInt(detail.alignment)))];
    case "host":
      return [nearestHost(detail.host, detail.why, detail.nearest) ?? []].flat();
    default:
      return [];
  }
}
