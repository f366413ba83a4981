/** What interrupts a guest would take if it masked none: each is acknowledged, ended and disabled. Uses up a scratch copy of the VM. */
import { FIRST_LPI, FIRST_SPECIAL } from "../vgic/limits.ts";
import { offsetOf } from "../vgic/registers/registers.ts";
import type { Vgic } from "../vgic/vgic.ts";

const ISR_EL1 = offsetOf("v3", "ISR_EL1");
const IRQ = 0x80;

/** CPU interface registers of a GICv2, in bytes from its base. */
const GICC = {
  CTLR: offsetOf("v2", "GICC_CTLR"),
  PMR: offsetOf("v2", "GICC_PMR"),
  IAR: offsetOf("v2", "GICC_IAR"),
  EOIR: offsetOf("v2", "GICC_EOIR"),
  APR: offsetOf("v2", "GICC_APR0"),
  DIR: offsetOf("v2", "GICC_DIR"),
} as const;
/** EnableGrp0, EnableGrp1, AckCtl. */
const BOTH_GROUPS = 0x7;
/** System registers of a GICv3's CPU interface, by their codes. */
const ICC = {
  PMR: offsetOf("v3", "ICC_PMR_EL1"),
  AP0R0: offsetOf("v3", "ICC_AP0R0_EL1"),
  AP1R0: offsetOf("v3", "ICC_AP1R0_EL1"),
  DIR: offsetOf("v3", "ICC_DIR_EL1"),
  IGRPEN0: offsetOf("v3", "ICC_IGRPEN0_EL1"),
  IGRPEN1: offsetOf("v3", "ICC_IGRPEN1_EL1"),
  IAR: [offsetOf("v3", "ICC_IAR0_EL1"), offsetOf("v3", "ICC_IAR1_EL1")],
  EOIR: [offsetOf("v3", "ICC_EOIR0_EL1"), offsetOf("v3", "ICC_EOIR1_EL1")],
} as const;

/**
 * The interrupts that each vCPU would be given, in their order: "FIQ 33", "IRQ 40", "IRQ 3 from cpu1". The VM is used
 * up.
 */
export function interruptsOffered(vgic: Vgic): string[][] {
  return Array.from({ length: vgic.options.cpus }, (_, cpu) => {
    const offered: string[] = [];
    const take = vgic.options.model === "v2" ? unmaskV2(vgic, cpu) : unmaskV3(vgic, cpu);
    // Each interrupt is disabled once it was taken, so the end is reached.
    const most = vgic.options.irqs + (vgic.its?.lpis().length ?? 0);
    for (let left = most; left > 0; left--) {
      vgic.readSystemRegister(cpu, ISR_EL1);
      const signal = vgic.low;
      if (signal === 0) break;
      const value = take((signal & IRQ) !== 0);
      // A GICv2 says the sender of an SGI in the bits above.
      const intid = vgic.options.model === "v2" ? value & 0x3ff : value;
      if (intid >= FIRST_SPECIAL && intid < FIRST_LPI) break;
      const sender = intid < 16 && vgic.options.model === "v2" ? ` from cpu${value >>> 10}` : "";
      offered.push(`${(signal & IRQ) !== 0 ? "IRQ" : "FIQ"} ${intid}${sender}`);
      // An LPI is pending once for each time it was made so.
      if (intid < FIRST_LPI) disable(vgic, cpu, intid);
    }
    return offered;
  });
}

/** Opens a vCPU's interface; gives what takes its next interrupt: acknowledged, ended and deactivated. */
function unmaskV2(vgic: Vgic, cpu: number): () => number {
  const base = vgic.bases.cpu;
  vgic.userSet("GICC", cpu, GICC.APR, 0);
  vgic.guestWrite(cpu, base + GICC.PMR, 4, 0xff);
  vgic.guestRead(cpu, base + GICC.CTLR, 4);
  vgic.guestWrite(cpu, base + GICC.CTLR, 4, vgic.low | BOTH_GROUPS);
  return () => {
    vgic.guestRead(cpu, base + GICC.IAR, 4);
    const value = vgic.low;
    vgic.guestWrite(cpu, base + GICC.EOIR, 4, value);
    vgic.guestWrite(cpu, base + GICC.DIR, 4, value);
    return value;
  };
}

function unmaskV3(vgic: Vgic, cpu: number): (isGroup1: boolean) => number {
  const open: readonly (readonly [number, number])[] = [
    [ICC.AP0R0, 0],
    [ICC.AP1R0, 0],
    [ICC.PMR, 0xff],
    [ICC.IGRPEN0, 1],
    [ICC.IGRPEN1, 1],
  ];
  for (const [register, value] of open) vgic.writeSystemRegister(cpu, register, value);
  return (isGroup1) => {
    const group = isGroup1 ? 1 : 0;
    vgic.readSystemRegister(cpu, ICC.IAR[group]);
    const value = vgic.low;
    vgic.writeSystemRegister(cpu, ICC.EOIR[group], value);
    vgic.writeSystemRegister(cpu, ICC.DIR, value);
    return value;
  };
}

/** That of INTID 0, from which all of a GICv2 are reached, and those from 32 on of a GICv3. */
const GICD_ICENABLER = offsetOf("v2", "GICD_ICENABLER0");
const GICR_ICENABLER0 = offsetOf("v3", "GICR_ICENABLER0");

function disable(vgic: Vgic, cpu: number, intid: number): void {
  const bit = (1 << (intid & 31)) >>> 0;
  if (intid < 32 && vgic.options.model === "v3") vgic.userSet("GICR", cpu, GICR_ICENABLER0, bit);
  else vgic.userSet("GICD", cpu, GICD_ICENABLER + (intid >>> 5) * 4, bit);
}
