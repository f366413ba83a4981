/** Several lines that are often written together, as snippets. */
import type { Setup } from "../../program/setup.ts";
import type { CompletionItem } from "./item.ts";

/** Several lines that belong together. Each is a whole trace below its declarations. */
export function idioms({ model }: Setup): CompletionItem[] {
  return (model === "v3" ? idiomsV3 : idiomsV2).map(({ label, detail, lines }) => ({
    label,
    kind: "snippet",
    detail,
    insert: lines.join("\n"),
    isSnippet: true,
  }));
}

/** A place to fill in, and what stands there at first; places of the same number change together. */
function place(number: number, text: string): string {
  return `\${${number}:${text}}`;
}

interface Idiom {
  readonly label: string;
  readonly detail: string;
  readonly lines: readonly string[];
}

const idiomsV3: readonly Idiom[] = [
  {
    label: "enable an SPI",
    detail: "priority, route, enables, CPU interface",
    lines: [
      `let ${place(1, "SPI")} = ${place(2, "40")}`,
      "cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1",
      `cpu0 writeb GICD_IPRIORITYR0+${place(1, "SPI")} ${place(3, "0xa0")}`,
      `cpu0 writeq GICD_IROUTER0+(${place(1, "SPI")} << 3) ${place(4, "0")}`,
      `cpu0 writel GICD_ISENABLER0+(${place(1, "SPI")} >> 5 << 2) 1 << (${place(1, "SPI")} & 31)`,
      "cpu0 msr ICC_PMR_EL1 0xff",
      "cpu0 msr ICC_IGRPEN1_EL1 1",
      "$0",
    ],
  },
  {
    label: "send an SGI",
    detail: "ICC_SGI1R_EL1: INTID, and a bit for each vCPU",
    lines: [`cpu0 msr ICC_SGI1R_EL1 ${place(1, "5")} << 24 | 1 << ${place(2, "0")}`, "$0"],
  },
  {
    label: "acknowledge and end",
    detail: "ICC_IAR1_EL1, then ICC_EOIR1_EL1",
    lines: ["cpu0 mrs ICC_IAR1_EL1", `cpu0 msr ICC_EOIR1_EL1 ${place(1, "40")}`, "$0"],
  },
  {
    label: "save and restore",
    detail: "what a VMM does, GICD_IIDR first",
    lines: [
      "user get GICD_IIDR",
      "user get GICD_CTLR",
      "user get GICD_IGROUPR1",
      "user get GICD_ISENABLER1",
      "user get LEVEL_INFO1",
      "new vm",
      `user set GICD_IIDR ${place(1, "0x4b00343b")}`,
      `user set GICD_CTLR ${place(2, "0x52")}`,
      `user set GICD_IGROUPR1 ${place(3, "0xffffffff")}`,
      `user set GICD_ISENABLER1 ${place(4, "0")}`,
      `user set LEVEL_INFO1 ${place(5, "0")}`,
      "$0",
    ],
  },
];

const idiomsV2: readonly Idiom[] = [
  {
    label: "enable an SPI",
    detail: "priority, target, enables, CPU interface",
    lines: [
      `let ${place(1, "SPI")} = ${place(2, "40")}`,
      "cpu0 writel GICD_CTLR GICD_CTLR.Enable",
      `cpu0 writeb GICD_IPRIORITYR0+${place(1, "SPI")} ${place(3, "0xa0")}`,
      `cpu0 writeb GICD_ITARGETSR0+${place(1, "SPI")} ${place(4, "1")}`,
      `cpu0 writel GICD_ISENABLER0+(${place(1, "SPI")} >> 5 << 2) 1 << (${place(1, "SPI")} & 31)`,
      "cpu0 writel GICC_PMR 0xff",
      "cpu0 writel GICC_CTLR GICC_CTLR.EnableGrp0",
      "$0",
    ],
  },
  {
    label: "send an SGI",
    detail: "GICD_SGIR: INTID, and a bit for each vCPU from 16",
    lines: [`cpu0 writel GICD_SGIR 1 << (16 + ${place(2, "0")}) | ${place(1, "5")}`, "$0"],
  },
  {
    label: "acknowledge and end",
    detail: "GICC_IAR, then GICC_EOIR",
    lines: ["cpu0 readl GICC_IAR", `cpu0 writel GICC_EOIR ${place(1, "40")}`, "$0"],
  },
  {
    label: "save and restore",
    detail: "what a VMM does, GICD_IIDR first",
    lines: [
      "user get GICD_IIDR",
      "user get GICD_CTLR",
      "user get GICD_IGROUPR1",
      "user get GICD_ISENABLER1",
      "user get GICD_ISPENDR1",
      "new vm",
      `user set GICD_IIDR ${place(1, "0x4b00343b")}`,
      `user set GICD_CTLR ${place(2, "1")}`,
      `user set GICD_IGROUPR1 ${place(3, "0")}`,
      `user set GICD_ISENABLER1 ${place(4, "0")}`,
      `user set GICD_ISPENDR1 ${place(5, "0")}`,
      "$0",
    ],
  },
];
