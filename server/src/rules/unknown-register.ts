import { registers } from "../vgic/registers/registers.ts";
import { replaced } from "./fix.ts";
import { modelName, suggestion } from "./problem-words.ts";
import type { Rule } from "./rule.ts";

const page = `
No register has this name, or only the other GIC model has it. Register names are upper case, as the Arm
specification and the kernel spell them, and carry their index: \`GICD_ISENABLER1\`, \`GICD_IROUTER40\`.

\`\`\`vgic
gic v3
revision 2
cpu0 readl GICD_IGROPR1
\`\`\`

Take the name that is suggested.

\`\`\`vgic
gic v3
revision 2
cpu0 readl GICD_IGROUPR1
\`\`\`

An address that has no name is reached as a frame and an offset, as in \`GICD+0x8\`. A register of the other model may
be named where the access is expected to fail, as in \`user has GICR_CTLR fails ENXIO\` on GICv2.
`;

/** Blocks of a GIC that have registers of their own, by the beginning of their names. */
const OTHER_BLOCKS = new Map([
  ["GITS_", "the ITS"],
  ["GICV_", "the virtual CPU interface, which the guest sees as GICC_…"],
  ["GICH_", "the hypervisor's interface, which no guest sees"],
  ["GICM_", "a GICv2m frame"],
]);

function hasBlock(prefix: string): boolean {
  return [...registers("v3").names(), ...registers("v2").names()].some((name) => name.startsWith(prefix));
}

export const rule: Rule<"unknown-register"> = {
  code: "unknown-register",
  group: "reading",
  severity: "error",
  summary: "no register of the declared GIC model has this name",
  page,
  message({ name, nearest, otherModel }) {
    if (otherModel !== undefined) {
      const own = otherModel === "v2" ? "v3" : "v2";
      return `\`${name}\` exists only on ${modelName(otherModel)}; this scenario declares \`gic ${own}\`: declare \`gic ${otherModel}\`, or expect the access to fail`;
    }
    const block = OTHER_BLOCKS.get(name.slice(0, 5));
    if (nearest === undefined && block !== undefined && !hasBlock(name.slice(0, 5))) {
      return `\`${name}\` is a register of ${block}, which is not modelled here`;
    }
    const advice = "for an address without a name, write a frame and an offset, as in `GICD+0x8`";
    return `unknown register \`${name}\`: ${suggestion(nearest) ?? advice}`;
  },
  fix: ({ line, start, end, nearest }) =>
    nearest === undefined
      ? []
      : [{ title: `Write \`${nearest}\``, edits: [replaced(line, { start, end }, nearest)], safe: false }],
};
