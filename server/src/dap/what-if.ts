/** What a guest or device would do so that a row of the state comes to say something else. */

import { itemAt } from "../syntax/item-at.ts";
import { parseNumber } from "../syntax/number.ts";
import { affinityOf } from "../vgic/kvm-abi.ts";
import type { Vgic } from "../vgic/vgic.ts";

/** The interrupt that a section of the state is about: "INTID 40", "INTID 5 of cpu1". */
const INTERRUPT = /^INTID (?<intid>\d+)(?: of cpu(?<cpu>\d+))?$/;

/** The rows of an interrupt that can be set, with what they can be set to. */
const SETTABLE: Readonly<Record<string, string>> = {
  enabled: "`yes` or `no`",
  pending: "`yes` or `no`",
  active: "`yes` or `no`",
  group: "`0` or `1`",
  priority: "a number up to 0xff",
  target: "a vCPU, as `cpu1`",
  line: "`high` or `low`",
};

export function isSettable(section: string, row: string): boolean {
  return INTERRUPT.test(section) && Object.hasOwn(SETTABLE, row);
}

/**
 * The operation of a trace that sets a row of an interrupt, or why there is none.
 * @param vgic the declared one, for what else stands in the same register
 */
export function settingOperation(
  vgic: Vgic,
  section: string,
  row: string,
  value: string,
): string | { readonly reason: string } {
  const match = INTERRUPT.exec(section)?.groups;
  if (match === undefined || !isSettable(section, row))
    return {
      reason: `${section || "this"} ${row} cannot be set; an interrupt's ${Object.keys(SETTABLE).join(", ")} can`,
    };
  const refusal = { reason: `${row} can be set to ${SETTABLE[row]}, not to \`${value}\`` };
  const intid = Number(match.intid);
  const cpu = Number(match.cpu ?? 0);
  const isPrivate = intid < 32;
  const frame = isPrivate && vgic.options.model === "v3" ? "GICR" : "GICD";
  const register = (name: string) => `${frame}_${name}${frame === "GICR" ? "0" : intid >>> 5}`;
  const bit = 1 << (intid & 31);
  const hex = (number: number) => `0x${(number >>> 0).toString(16)}`;
  const writes = (name: string, word: number) => `cpu${cpu} writel ${register(name)} ${hex(word)}`;
  const text = value.trim().toLowerCase();
  const yes = ["yes", "true", "1"].includes(text);
  const no = ["no", "false", "0"].includes(text);
  const number = parseNumber(text);
  switch (row) {
    case "enabled":
      return yes || no ? writes(yes ? "ISENABLER" : "ICENABLER", bit) : refusal;
    case "pending":
      return yes || no ? writes(yes ? "ISPENDR" : "ICPENDR", bit) : refusal;
    case "active":
      return yes || no ? writes(yes ? "ISACTIVER" : "ICACTIVER", bit) : refusal;
    case "group": {
      if (!yes && !no) return refusal;
      const first = vgic.layout.slot(cpu, intid & ~31);
      const groups = itemAt(vgic.state.words, vgic.layout.bits.group + (first >>> 5));
      return writes("IGROUPR", yes ? groups | bit : groups & ~bit);
    }
    case "priority":
      return typeof number === "string" || number > 0xffn
        ? refusal
        : `cpu${cpu} writeb ${frame}_IPRIORITYR0+${intid} ${hex(Number(number))}`;
    case "target": {
      const target = /^cpu(\d+)$/.exec(text)?.[1];
      if (target === undefined || Number(target) >= vgic.options.cpus) return refusal;
      if (isPrivate) return { reason: "a private interrupt stays with its vCPU" };
      return vgic.options.model === "v2"
        ? `cpu${cpu} writeb GICD_ITARGETSR0+${intid} ${hex(1 << Number(target))}`
        : `cpu${cpu} writeq GICD_IROUTER${intid} ${hex(affinityOf(Number(target)))}`;
    }
    default:
      return text === "high" || text === "low"
        ? `line ${intid}${isPrivate ? `@cpu${cpu}` : ""} ${text}`
        : refusal;
  }
}
